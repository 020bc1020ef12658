"""Doors: whether a code opens a door or a locker, or hands over a parcel.

Such a code has the words of any other ("Ihr Zugangscode für die Haustür: 604815"); what tells it
apart is a word for a door, a locker or a courier close by. Where the code word speaks of verifying,
only a courier after it counts ("share OTP N with the delivery agent"). Where the text says that the
code is for an account (to log in, to register), none counts, unless a door is named right beside
the code word, for "entry" may mean either.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analyzer.recognize.candidates import Candidate
from analyzer.recognize.lexicon import Word, lexicon, of_kind
from analyzer.recognize.links import Link
from analyzer.recognize.message import Message
from analyzer.recognize.purpose import purpose
from analyzer.recognize.recognition import Decoy, Purpose

_NEAR, _BESIDE = 4.0, 1.0  # telling words between the word for a place and the code or its word
_FAR, _CROSSED = 25.0, 2  # telling words and sentence ends, where no strong code word is near
_FOR_ACCOUNT = frozenset(Purpose) - {Purpose.UNKNOWN, Purpose.TRANSACTION}
# A name at the head or in brackets says who writes, not what the code opens.
_NAMES = re.compile(r"【[^【】]{1,30}】|\[[^\[\]\n]{2,25}\]|^\s*[^:：.!?。\n]{2,30}[:：]")
_SITE = re.compile(r"\.[a-z]")  # Gate.io is no gate


class Place(NamedTuple):
    """A word for a place or a person that a code is for, and what the code then is."""

    decoy: Decoy
    start: int
    end: int
    firm: bool


def place_of(message: Message, candidate: Candidate, link: Link) -> Place | None:
    """Return the word that says that a candidate opens a door or hands over a parcel, or None."""
    for_account = purpose(message.text.lower) in _FOR_ACCOUNT
    spans = [(candidate.start, candidate.end)]
    spans += [(link.word.start, link.word.end)] if link.word else []
    verifies = link.word is not None and _verifies(message, link.word)
    for place in _places(message):
        if verifies and (place.decoy is Decoy.DOOR or not _handed_to(message, candidate, place)):
            continue
        if for_account and (place.decoy is not Decoy.DOOR or link.word is None):
            continue
        if _belongs(message, place, spans, link.word, for_account):
            return place
    return None


def _verifies(message: Message, word: Word) -> bool:
    """Tell whether a code word speaks of verifying, confirming, or one use."""
    return _verifying().search(message.text.lower, word.start, word.end) is not None


@cache
def _verifying() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, of_kind("verifies"))))


def _handed_to(message: Message, candidate: Candidate, place: Place) -> bool:
    """Tell whether a courier is named after a code, and not in a warning."""
    between = (w for w in message.words if candidate.end <= w.start < place.start)
    warned = any(word.kind in ("secret", "refusal", "warning") for word in between)
    return place.firm and place.start >= candidate.end and not warned


def _places(message: Message) -> list[Place]:
    """Return the words for places in a message, less those in the names of senders."""
    hits = lexicon().hits(message.text.lower)
    coded = [word for word in message.words if word.kind in ("strong", "weak")]
    names = [
        match.span()
        for match in _NAMES.finditer(message.text.plain)
        if not any(match.start() <= word.start < match.end() for word in coded)
    ]
    return [
        Place(Decoy.DOOR if kind == "door" else Decoy.PICKUP, hit.start, hit.end, kind != "parcel")
        for kind in ("door", "pickup", "parcel")
        for hit in hits[kind]
        if not any(start <= hit.start and hit.end <= end for start, end in names)
        and not _SITE.match(message.text.lower, hit.end)
    ]


def _belongs(
    message: Message,
    place: Place,
    spans: list[tuple[int, int]],
    word: Word | None,
    for_account: bool,
) -> bool:
    """Tell whether a place stands close enough to the code or to its code word."""
    if for_account:
        return _gap(message, place, spans[-1], _BESIDE) == 0
    if word is not None and word.kind == "strong":
        return place.firm and any(_gap(message, place, span, _NEAR) == 0 for span in spans)
    return any(
        crossed is not None and crossed <= _CROSSED
        for crossed in (_gap(message, place, span, _FAR) for span in spans)
    )


def _gap(message: Message, place: Place, span: tuple[int, int], reach: float) -> int | None:
    """Return how many sentence ends lie between a place and a span; None where out of reach."""
    left, right = (place.end, span[0]) if place.end <= span[0] else (span[1], place.start)
    if right < left:
        return 0
    distance, crossed = message.between(left, right)
    return crossed if distance <= reach else None
