"""Forms: what the shape and the place of a candidate say, whatever the words."""

from __future__ import annotations

import re

from analyzer.recognize.candidates import HOTLINE_FILL, YEAR_FILL, Candidate
from analyzer.recognize.language import language
from analyzer.recognize.message import Message
from analyzer.recognize.recognition import CodeKind
from analyzer.recognize.validity import names_duration

ORIGIN_BOUND, GOOGLE_PREFIX, OTHER_PREFIX = 8.0, 1.5, 0.3
WHOLE_MESSAGE, HEADED, OWN_LINE, ALONE = 2.0, 1.2, 1.0, 0.4
LASTING, CLOSING = 1.3, 0.6  # beside a time in an unknown language; the last word of a warning
AFTER_COLON, HALVES, LEADING = 0.7, 1.2, 0.6
_SHORT, _LITTLE, _BRIEF = 120, 80, 60  # characters of a text
_SIGNED = re.compile(r"^\s*【[^【】]{2,20}】|【[^【】]{2,20}】\s*$")
_ENDS = re.compile(r"\s*(?:[^\w\s]|$)|\s*\n")  # what follows a code that ends its clause
_LEADS = re.compile(r"\s*[0-9 -]+ [-–—] |\s*[0-9 -]+[:：] ")
_HALVES = re.compile(r"\d{3}-\d{3}")
_WELL_KNOWN = ("zh", "en", "ja", "ko", "th", "ru", "es", "fr", "de", "ar", "fa")
# Languages whose words for durations come with words for codes in our lists.
_KNOWN = frozenset((*_WELL_KNOWN, "vi", "id", "ms", "hi", "bn", "uk", "tr", "he", "pt", "it", "nl",
                    "pl", "cs", "sk", "sv", "nb", "da", "fi", "el", "ro", "hu", "fil"))  # fmt: skip
_HEAD = re.compile(r"[A-Z]?[a-z]+[A-Za-z .&]{0,18}[:：]\s?")
_FEW_DIGITS = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_COLONS = frozenset(":：=＝")
_AFTER_COLON = re.compile(r"[:：=＝]\s{0,2}[\[\"'「『【（(《<*]{0,2}$")
_IS = re.compile(r"['\"\])]?\s(?:is|as|ist|es|est|e|to|je|ar|adalah|la)\s")
_IS_YOURS = re.compile("[是为](?:您|你|本次)")
_BY = re.compile(r"\b(?:use|enter|code|with|using|type|by|avec|mit|con|com)\s$")
_AFTER_IS = re.compile(r"(?:\b(?:is|est|ist|es)|是|为|\n|[\[「『\"'])\s?$")


def form_points(message: Message, candidate: Candidate) -> float:
    """Return the points for a form that codes alone have, or for standing alone."""
    plain, token = message.text.plain, message.token(candidate)
    if candidate.form == "origin_bound":
        return ORIGIN_BOUND
    points = 0.0
    if candidate.form == "prefixed":
        google = re.search(r"(?:^|[^A-Za-z])(?:G|FB)-$", plain[: candidate.start])
        points += GOOGLE_PREFIX if google else OTHER_PREFIX
    if plain.strip(" \n.[]()-<>GFB#") == token.strip():
        points += WHOLE_MESSAGE if 4 <= len(token) <= 8 else 0.0
    elif _headed(plain, candidate) or _short_and_foreign(message, candidate):
        points += HEADED
    line = plain[plain.rfind("\n", 0, candidate.start) + 1 :].partition("\n")[0]
    if "\n" in plain and line.strip(" []") == token:
        points += OWN_LINE
    if not _alone(message, candidate):
        return points
    short = len(plain) <= _SHORT
    handed = _AFTER_COLON.search(plain, 0, candidate.start) and _ENDS.match(plain, candidate.end)
    points += LASTING * _lasting(message, candidate)
    points += CLOSING * (not plain[candidate.end :].strip(" .") and _kept_secret(message))
    points += AFTER_COLON * (short and handed is not None)
    points += LEADING * (short and _LEADS.fullmatch(plain[: candidate.end + 3]) is not None)
    points += HALVES * (short and _HALVES.fullmatch(token) is not None)
    return points + ALONE


def handed_over(message: Message, candidate: Candidate) -> bool:
    """Tell whether letters stand where only a code does: after a colon, or in capitals beside "is".

    Any word may follow a code word; these places are what sets a code of letters apart.
    """
    lower_text = message.text.lower
    before = lower_text[max(0, candidate.start - 10) : candidate.start]
    if not _COLONS.isdisjoint(before) and _AFTER_COLON.search(before):
        return True
    if not message.token(candidate).isupper():
        return False
    if _IS_YOURS.match(lower_text, candidate.end):
        return True
    if _IS.match(lower_text, candidate.end) and before.strip(" [('\"<#>") in ("", "\n"):
        return True
    if candidate.form == "grouped" and _BY.search(before):
        return True
    # In a text all in capitals a capital word says nothing.
    beside = any(w.kind == "strong" and 0 <= candidate.start - w.end <= 1 for w in message.words)
    lower = sum(map(str.islower, message.text.plain))
    upper = sum(map(str.isupper, message.text.plain)) - (candidate.end - candidate.start)
    shouted = upper > lower
    return _AFTER_IS.search(before) is not None or (beside and not shouted)


def _headed(plain: str, candidate: Candidate) -> bool:
    """Tell whether a short text is a name, a colon and the candidate ("Revolut: 123456 ...").

    A name in brackets counts where the text is nothing but it and the candidate.
    """
    if len(plain) > _BRIEF:
        return False
    rest = _SIGNED.sub("", plain).strip()
    return rest == plain[candidate.start : candidate.end] or (
        _HEAD.fullmatch(plain, 0, candidate.start) is not None
    )


def _lasting(message: Message, candidate: Candidate) -> bool:
    """Tell whether a text of an unknown language holds little but the candidate and a time."""
    plain, digits = message.text.plain, candidate.end - candidate.start
    if len(plain) > _LITTLE or not 4 <= digits <= 8 or not _FEW_DIGITS.search(plain):
        return False
    if any(word.kind in ("before", "veto") for word in message.words):
        return False
    return names_duration(message.text.lower) and language(message.text) not in _KNOWN


def _kept_secret(message: Message) -> bool:
    return any(word.kind == "secret" for word in message.words)


def _short_and_foreign(message: Message, candidate: Candidate) -> bool:
    """Tell whether a short text of a language we know little of begins or ends with six digits."""
    plain, token = message.text.plain.strip(), message.token(candidate)
    if len(plain) > 50 or len(token) != 6 or "a" <= plain[0] <= "z":
        return False
    if not re.fullmatch(rf"{token}\D+|\D+{token}\W*", plain):
        return False
    named = any(word.kind in ("before", "after", "veto") for word in message.words)
    return not named and language(message.text) not in _WELL_KNOWN


def _alone(message: Message, candidate: Candidate) -> bool:
    """Tell whether no other number of the text could be a code as well."""
    if candidate.kind is CodeKind.LETTERS:
        return False
    kinds = {CodeKind.DIGITS, candidate.kind}
    return not any(
        other.kind in kinds
        and (other.end <= candidate.start or candidate.end <= other.start)
        and not set(message.token(other)) & {YEAR_FILL, HOTLINE_FILL}
        and not message.is_other(other)
        for other in message.candidates
    )
