"""Links: what ties a candidate to the words of a message that name a code.

The points of a link fall with the number of telling words between word and candidate and with
each sentence end between them. "N is your code" and "your code is N" keep their points over a
distance, because "is" beside the number says that the number is the subject.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from analyzer.recognize.candidates import Candidate
from analyzer.recognize.finding import Table
from analyzer.recognize.lexicon import Word, alternation, beginnings, of_kind, phrases
from analyzer.recognize.message import Message
from analyzer.recognize.recognition import CodeKind


class Link(NamedTuple):
    """What ties a candidate to a word: points, name of the rule, the word."""

    points: float
    rule: str
    word: Word | None

    @property
    def said(self) -> bool:
        """Whether the text says outright that the candidate is the code."""
        return self.rule.startswith("said_to_be")


class Fading(NamedTuple):
    """Points of a link by the telling words between: none, up to 4, up to 12, up to 25, more."""

    none: float
    few: float
    some: float
    many: float
    far: float

    def at(self, distance: float) -> float:
        """Return the points for a distance in telling words."""
        if not distance:
            return self.none
        limits = ((4, self.few), (12, self.some), (25, self.many))
        return next((points for limit, points in limits if distance <= limit), self.far)


NO_LINK = Link(0.0, "shape_alone", None)
_STRONG_AFTER, _WEAK_AFTER = Fading(5.0, 4.0, 3.0, 2.2, 1.5), Fading(3.5, 2.2, 1.0, 0.3, 0.0)
_STRONG_BEFORE, _WEAK_BEFORE = Fading(4.6, 3.8, 2.8, 1.8, 1.1), Fading(3.0, 1.4, 0.6, 0.2, 0.0)
_INTRODUCED_STRONG, _INTRODUCED_WEAK = 4.5, 2.6
_SAID_STRONG, _SAID_WEAK = 4.8, 3.4
_WHOLE_INSTRUCTION = 3.2  # "use N to", "enter N for"
_TO_WHAT_END = re.compile(
    r"['\"\])】]?(?:\W{0,3}$|\s(?:to|for|as|para|pour|per|um|zum|om|att|til|чтобы|для|щоб|de|"
    r"untuk|dla|aby|do|pentru|hogy|για|ile)\s)"
)
_GUARDED = 1.0  # less for "... 482913. Do not share OTP", which may mean any code
_REACH, _WEAK_REACH = 25, 12  # telling words over which "is" carries


def best_link(message: Message, candidate: Candidate) -> Link:
    """Return the strongest tie between the candidate and a code word or an instruction."""
    links = [NO_LINK]
    for word in message.words:
        if word.end <= candidate.start:
            links.append(_after(message, word, candidate))
        elif word.start >= candidate.end:
            links.append(_before(message, candidate, word))
    return max(links, key=lambda link: link.points)


def _after(message: Message, word: Word, candidate: Candidate) -> Link:
    """Return the tie of a word to a candidate after it."""
    # A code on a line of its own goes on with the sentence before it.
    own_line = len(message.text.plain[: candidate.start].rstrip())
    distance, crossed = message.between(word.end, max(word.end, own_line))
    near = not crossed and distance <= _REACH
    if word.kind == "strong":
        points = _STRONG_AFTER.at(distance) - (min(crossed, 2) if distance else 0)
        if near and introduced(message, candidate):
            points = max(points, _INTRODUCED_STRONG)
        return Link(points, "code_word_then_code", word)
    if word.kind == "weak" or (not distance and _warns_of_code(message, word)):
        points = _WEAK_AFTER.at(distance) * (0.4**crossed if distance else 1)
        if near and word.kind == "weak" and introduced(message, candidate):
            points = max(points, _INTRODUCED_WEAK)
        return Link(points, "word_then_code", word)
    if word.kind == "action" and distance <= 3 and not crossed:
        gap = message.text.plain[word.end : candidate.start]
        whole = not gap.strip(" '\"[(:：") and _TO_WHAT_END.match(message.text.lower, candidate.end)
        points = _WHOLE_INSTRUCTION if whole else 2.2 - 0.3 * distance
        return Link(points, "instruction_then_code", word)
    return NO_LINK


def _warns_of_code(message: Message, word: Word) -> bool:
    """Tell whether a warning ends with a code word: "never share this code 123456"."""
    if word.kind != "warning":
        return False
    return _ends_in_code_word(message.text.lower[word.start : word.end])


@lru_cache(maxsize=1024)
def _ends_in_code_word(warning: str) -> bool:
    hits = _code_words().hits(warning)
    return any(hit.end == len(warning) for hit in (*hits["weak"], *hits["strong"]))


@cache
def _code_words() -> Table:
    return Table({kind: beginnings(of_kind(kind)) for kind in ("weak", "strong")})


def _before(message: Message, candidate: Candidate, word: Word) -> Link:
    """Return the tie of a candidate to a word after it; "N is your code" is the strongest."""
    distance, crossed = message.between(candidate.end, word.start)
    said = not crossed and _said_to_be().match(message.text.lower, candidate.end) is not None
    said = said and not _introduces_another(message, word)
    if word.kind == "strong":
        if said and distance <= _REACH:
            return Link(_SAID_STRONG, "said_to_be_the_code", word)
        lost = min(crossed, 2) * (0.8 if distance else 1.0)
        lost += _GUARDED * (crossed > 0 and _is_guarded(message, word))
        return Link(_STRONG_BEFORE.at(distance) - lost, "code_then_code_word", word)
    if word.kind == "weak":
        if said and distance <= _WEAK_REACH:
            return Link(_SAID_WEAK - 0.05 * distance, "said_to_be_a_code", word)
        points = _WEAK_BEFORE.at(distance) * (0.4**crossed if distance else 1)
        return Link(points, "code_then_word", word)
    if word.kind == "action" and distance <= 2 and not crossed:
        return Link(1.8, "code_then_instruction", word)
    return NO_LINK


def _introduces_another(message: Message, word: Word) -> bool:
    """Tell whether a code word goes on to a number of its own: "5782 - your code is N"."""
    after = (c for c in message.candidates if 0 < c.start - word.end <= 8)
    return any(c.kind is not CodeKind.LETTERS and introduced(message, c) for c in after)


def _is_guarded(message: Message, word: Word) -> bool:
    """Tell whether a code word ends a sentence of advice ("Do not share OTP")."""
    return any(w.kind == "secret" and 0 <= word.start - w.end <= 1 for w in message.words)


def introduced(message: Message, candidate: Candidate) -> bool:
    """Tell whether "is" or its like stands right before the candidate."""
    return _introduces(message.text.lower[max(0, candidate.start - 16) : candidate.start])


@lru_cache(maxsize=4096)
def _introduces(before: str) -> bool:
    """Tell whether "is" or its like ends the few characters before a candidate."""
    before = re.sub(r"(?<![a-z])[a-z]{1,5}\s?-\s?$", "", before)  # a prefix: nhgt-4032902
    return _introduction().search(before) is not None


@cache
def _introduction() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation(of_kind('introduces'))})\s?:?\s*\W?$")


@cache
def _said_to_be() -> re.Pattern[str]:
    """Return the expression for the words right after a code that say what it is."""
    follows = sorted((p.text for p in phrases() if p.kind == "follows"), key=len, reverse=True)
    words = "|".join(re.escape(t) + ("(?![a-z])" if t.isascii() else "") for t in follows)
    return re.compile(rf"['\"\])】』」>]{{0,2}}\s*(?:[-–—:,]\s*)?(?:{words}|—)")
