"""Judging: which candidate, if any, is the code that the words around it name.

Every code word is linked to every candidate; the nearer and the more direct the link, the more
it is worth (`links`). What stands beside a number and names it as something else (an amount, a
card, an order) takes worth away (`doubts`). The best candidate is a code if its score reaches
`THRESHOLD`.

The score is a sum of points. Strong code word right beside the candidate: 5, weak code word 3.5,
less with each word between them and each sentence crossed; an instruction ("use N to") up to
2.2. The candidate's shape adds up to 1 (six digits), its place more (`forms`). The whole message
adds or takes up to 3 (a warning not to pass it on, a validity, an app hash; advertising, an
account notice). The confidence is a logistic function of the distance between score and threshold:
0.5 at the threshold; above it steeper (0.88 one point, 0.98 two points) than below (0.77 and 0.92
for "no code message"), as the development half asks for.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from analyzer.recognize.candidates import LOST_CODE, MASKED_CODE, Candidate
from analyzer.recognize.doors import Place, place_of
from analyzer.recognize.doubts import (
    IN_OTHER_NUMBER,
    IN_SIGNATURE,
    doubts,
    in_signature,
    named_otherwise,
    sent_to,
)
from analyzer.recognize.folding import Folded
from analyzer.recognize.forms import form_points, handed_over
from analyzer.recognize.lexicon import Word, lexicon
from analyzer.recognize.links import NO_LINK, Link, best_link, introduced
from analyzer.recognize.message import Message, read
from analyzer.recognize.purpose import purpose
from analyzer.recognize.recognition import CodeKind, Decoy, Purpose

THRESHOLD = 2.5
LONE_MIX = 1.6  # for the one mix of capitals and digits in such a text
# Above the threshold the slope of greatest likelihood on the development half; below it the half
# shows no code message at all, for the rules were made there, so the slope is left flat.
STEEP, FLAT = 2.0, 1.2
DAMAGED = 1.6  # for a number in a text whose words cannot be read
SECRET, VALIDITY, APP_MARK, APP_HASH, SIGNED = 0.7, 0.7, 1.5, 0.7, 0.3
ENTRY = 0.9  # to log in, to set a password anew
_ENTRY = frozenset(
    (Purpose.LOGIN, Purpose.PASSWORD_RESET, Purpose.APP_VERIFICATION, Purpose.IDENTITY_CHECK)
)
# What a link alone can do as well; advertising asks to register by link, so that is left out.
_BY_LINK = _ENTRY | {Purpose.APP_VERIFICATION}
PROMOTION, NOTICE, MEETING, LETTERS_BY_WEAK_WORD = -2.0, -1.0, -4.0, -0.8
NEXT_TO_WORD = 3.5  # points of a link to a code word right before the candidate
MASKED_CONFIDENCE = 0.8
PLACE_CONFIDENCE = 0.9
# Reference: Android SMS Retriever API (message begins with <#>, ends with an 11-character hash).
_APP_HASH = re.compile(r"(?:^|\s)/?(?=\S*[A-Z])(?=\S*[a-z])[A-Za-z0-9+/]{11}\s*$")
_HOST = re.compile(r"(?:https?://)?[\w.-]+")
_CUT = re.compile(r"\d{0,3}(?:\.{2,3}|…)?\s*$")  # where a text cut off in its code ends
_PERCENT = re.compile(r"\d\s?%|%\s?\d")
_SIGNATURE = re.compile(r"【[^【】]{1,30}】|^\s*[\[「『(（<][^\]」』)）>\n]{2,25}[\]」』)）>]")


class Finding(NamedTuple):
    """The judgement on a text: the code's span in the folded text, or why there is none."""

    is_code: bool
    span: tuple[int, int] | None
    kind: CodeKind | None
    decoy: Decoy | None
    confidence: float
    rule: str
    words: tuple[str, ...]
    valid_for: int | None


class Scored(NamedTuple):
    """A candidate with its score and the link that carries it."""

    score: float
    candidate: Candidate
    link: Link


def judge(text: Folded, damaged: bool = False) -> Finding:
    """Return the judgement on a folded text; in a damaged one the code words may be lost."""
    message = _without_noise(read(text)) if damaged else read(text)
    ground = _ground(message) + DAMAGED * damaged if message.candidates else 0.0
    scored = [_score(message, candidate, ground) for candidate in message.candidates]
    if damaged:
        scored = _with_lone_mix(message, scored)
    best = max(scored, key=lambda s: (round(s.score, 6), -s.candidate.start), default=None)
    if best and best.score >= THRESHOLD:
        place = None if damaged else place_of(message, best.candidate, best.link)
        return _opening(message, place) if place else _code(message, best)
    for rule, shape in (("masked_code", MASKED_CODE), ("lost_code", LOST_CODE))[: 1 + damaged]:
        link = _hidden(message, shape)
        if link:
            words = _said(message, link.word)
            return Finding(
                True, None, None, None, MASKED_CONFIDENCE, rule, words, message.valid_for
            )
    told = _cut_off(message)
    if told:
        words = _said(message, told)
        return Finding(True, None, None, None, MASKED_CONFIDENCE, "cut_code", words, None)
    decoy, words = _decoy(message)
    confidence = 1 - _sureness(best.score if best else -1.0)
    return Finding(False, None, None, decoy, confidence, "no_code", words, None)


def _with_lone_mix(message: Message, scored: list[Scored]) -> list[Scored]:
    """Return the scores of a damaged text, that of its one mix of capitals and digits raised."""
    numbers = [c for c in message.candidates if c.kind is not CodeKind.LETTERS]
    mix = numbers[0] if len(numbers) == 1 else None
    if mix is None or mix.kind is not CodeKind.ALPHANUMERIC or not 4 <= mix.end - mix.start <= 8:
        return scored
    if not message.token(mix).isupper() or message.is_other(mix):
        return scored
    return [s._replace(score=s.score + LONE_MIX * (s.candidate is mix)) for s in scored]


def _without_noise(message: Message) -> Message:
    """Return a damaged message without its words of one or two letters: remains of other words."""
    return Message(message.text, [word for word in message.words if word.end - word.start > 2])


def _code(message: Message, best: Scored) -> Finding:
    span = best.candidate.start, best.candidate.end
    words = _said(message, best.link.word)
    sureness, rule = _sureness(best.score), best.link.rule
    return Finding(True, span, best.candidate.kind, None, sureness, rule, words, message.valid_for)


def _opening(message: Message, place: Place) -> Finding:
    """Return the finding on a code that opens a door or hands over a parcel."""
    words = (message.text.plain[place.start : place.end],)
    return Finding(False, None, None, place.decoy, PLACE_CONFIDENCE, "no_code", words, None)


def _sureness(score: float) -> float:
    """Return the probability of a code message, by a logistic function of two slopes."""
    slope = STEEP if score > THRESHOLD else FLAT
    return 1 / (1 + math.exp(-slope * (score - THRESHOLD)))


def _said(message: Message, word: Word | None) -> tuple[str, ...]:
    return (message.text.plain[word.start : word.end],) if word else ()


def _ground(message: Message) -> float:
    """Return the points that the message as a whole gives to any candidate in it."""
    lower, plain = message.text.lower, message.text.plain
    points = SECRET * any(word.kind == "secret" for word in message.words)
    points += VALIDITY * (message.valid_for is not None)
    points += APP_MARK * plain.lstrip().startswith(("<#>", "[#]"))
    points += APP_HASH * (plain.rstrip()[-11:].isascii() and _APP_HASH.search(plain) is not None)
    points += SIGNED * (_SIGNATURE.search(plain) is not None)
    points += ENTRY * (purpose(lower) in _ENTRY)
    hits = lexicon().hits(lower)
    promoted = bool(hits["promo"]) or ("%" in lower and _PERCENT.search(lower) is not None)
    points += PROMOTION * promoted
    return points + NOTICE * bool(hits["notice"])


def _score(message: Message, candidate: Candidate, ground: float) -> Scored:
    """Return the candidate's score with its best link."""
    if candidate.kind is CodeKind.LETTERS and (
        not handed_over(message, candidate) or _is_word(message, candidate)
    ):
        return Scored(-5.0, candidate, NO_LINK)
    link = best_link(message, candidate)
    strong = link.word is not None and link.word.kind == "strong" and link.points >= 3
    # Groups that a code seldom has count against it, but not right after a strong code word.
    split = candidate.form == "grouped" and strong and _at_once(link)
    shape = max(candidate.shape, 0.0) if split else candidate.shape
    score = link.points + shape + form_points(message, candidate)
    # Beside a strong code word neither advertising nor account news matters much.
    score += max(ground, -0.3) if strong else ground
    score += MEETING * _elsewhere(message, candidate)
    halves = candidate.form == "grouped" and " " not in message.token(candidate)
    if candidate.kind is not CodeKind.DIGITS and not halves and not strong:
        score += LETTERS_BY_WEAK_WORD
    score -= IN_OTHER_NUMBER * sent_to(message, candidate)
    if link.said:
        score -= IN_OTHER_NUMBER * message.is_other(candidate)
        score -= IN_SIGNATURE * in_signature(message, candidate)
    else:
        score -= doubts(message, candidate, at_once=_at_once(link))
    return Scored(score, candidate, link)


def _is_word(message: Message, candidate: Candidate) -> bool:
    """Tell whether letters are a word that names codes."""
    coded = (word for word in message.words if word.kind in ("strong", "weak"))
    return any(word.start <= candidate.start and candidate.end <= word.end for word in coded)


def _at_once(link: Link) -> bool:
    """Tell whether the code word stands right before the candidate."""
    rule = link.rule in ("code_word_then_code", "word_then_code")
    return rule and link.points >= NEXT_TO_WORD


def _elsewhere(message: Message, candidate: Candidate) -> bool:
    """Tell whether the code is for a meeting, a booking, or a prize to claim on a web page."""
    details = {word.detail for word in message.words if word.kind == "veto"}
    linked = any(name == "url" for *_, name in message.others)
    booked = "booking" in details and candidate.kind is not CodeKind.DIGITS
    return "meeting" in details or booked or ("scam" in details and linked)


def _hidden(message: Message, shape: re.Pattern[str]) -> Link | None:
    """Return the link of a code that cannot be read (053***) to its code word, if there is one."""
    for match in shape.finditer(message.text.plain):
        stand_in = Candidate(match.start(), match.end(), CodeKind.DIGITS, 0.0)
        link = best_link(message, stand_in)
        if not link.word or named_otherwise(message, stand_in):
            continue
        if link.points >= _needed_to_hide(message, match, link.word):
            return link
    return None


def _cut_off(message: Message) -> Word | None:
    """Return the code word at the end of a text that was cut off before or within its code."""
    plain = message.text.plain
    rest = _CUT.search(plain)
    if rest is None or any(word.kind in ("warning", "refusal", "veto") for word in message.words):
        return None
    last = next((word for word in reversed(message.words) if word.kind == "strong"), None)
    if last is None or last.end > rest.start():
        return None
    stand_in = Candidate(rest.start(), len(plain), CodeKind.DIGITS, 0.0)
    told = introduced(message, stand_in) or plain[: rest.start()].rstrip()[-1:] in (":", "：")
    return last if told and message.between(last.end, rest.start()) <= (4, 0) else None


def _needed_to_hide(message: Message, match: re.Match[str], word: Word) -> float:
    """Return the points that tie a mask to a code word well enough.

    Letters x hide accounts as well, and stars cut words short, so they ask for more than digits.
    """
    if any(character.isdigit() for character in match[0]):
        return 3.4
    if "x" in match[0].lower() or word.kind == "action":
        return 4.4
    stand_in = Candidate(match.start(), match.end(), CodeKind.DIGITS, 0.0)
    told = introduced(message, stand_in) or message.text.lower[word.end : match.start()].strip()
    return 2.4 if told in (True, ":", "：") else 3.3


def _decoy(message: Message) -> tuple[Decoy | None, tuple[str, ...]]:
    """Return why a text that holds a code word or a look-alike is no code message."""
    vetoes = [word for word in message.words if word.kind == "veto"]
    for word in sorted(vetoes, key=lambda word: word.detail in ("order", "country_code")):
        if word.detail != "order" or _names_number(message, word):
            decoy = Decoy.MARKETING if word.detail == "scam" else Decoy(word.detail)
            return decoy, _said(message, word)
    coded = [word for word in message.words if word.kind in ("strong", "weak")]
    link = next((start for start, _, name in message.others if name == "url"), None)
    if link is not None and (coded or purpose(message.text.lower) in _BY_LINK):
        named = coded[0] if coded else Word("", "", *_site(message, link))
        return Decoy.LINK, _said(message, named)
    for kind, decoy in (("promo", Decoy.MARKETING), ("notice", Decoy.NOTICE)):
        hits = lexicon().hits(message.text.lower)[kind]
        if hits and (message.candidates or coded):
            return decoy, (message.text.plain[hits[0].start : hits[0].end],)
    told = next((w for w in message.words if w.kind in ("warning", "strong", "weak")), None)
    return (Decoy.WARNING, _said(message, told)) if told else (None, ())


def _site(message: Message, start: int) -> tuple[int, int]:
    """Return the span of a link without its path, which may hold a secret."""
    host = _HOST.match(message.text.plain, start)
    return host.span() if host else (start, start)


def _names_number(message: Message, word: Word) -> bool:
    return any(0 <= other.start - word.end <= 12 for other in message.candidates)
