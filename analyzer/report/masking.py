"""The one place where codes and numbers are hidden. Every output goes through it.

A code is replaced by stars, and so is every run of three digits or more in a text. Numbers of
people become pseudonyms: "person 1 (+86)" in the order in which they are met, or, with a key,
"person 3f9a2c (+86)", the same in every run with that key. Port numbers, short codes and names of
services stay, as they tell nothing of a person.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import pyarrow as pa

from analyzer.identify import is_person
from analyzer.ingest import Problem
from analyzer.schema import Route

STAR = "*"
# Digits of one number, whatever a person or a damage put between them.
_DIGIT_RUN = re.compile(r"\d(?:[^\w]{0,2}\d){2,}")
_DIGIT = re.compile(r"\d")
_COUNTRY = re.compile(r"^\+(86|1|7|20|27|3\d|4\d|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})")
# C0 and C1 controls, and the marks that reorder or hide text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def masked_text(text: str, start: int | None = None, length: int | None = None) -> str:
    """Return a message text with its code and every longer run of digits starred out."""
    if start is not None and length:
        code = text[start : start + length]
        text = text[:start] + re.sub(r"\w", STAR, code) + text[start + length :]
    return _DIGIT_RUN.sub(lambda run: _DIGIT.sub(STAR, run[0]), text)


def masked_code(code: str) -> str:
    """Return a code as stars, with its separators."""
    return re.sub(r"\w", STAR, code)


def printable(text: str) -> str:
    """Return a text without characters that control a terminal or reorder what is read."""
    return _UNSAFE.sub("\ufffd", text)


def masked_problem(problem: Problem) -> Problem:
    """Return a problem whose quotations of the log are masked."""
    details = {
        name: masked_text(value) if isinstance(value, str) else value
        for name, value in problem.details.items()
    }
    return problem._replace(details=details)


class Masker:
    """Gives each person's number one pseudonym: for the run, or with a key, for good.

    `person` is the word that pseudonyms start with. Numbers are few enough to be tried one by
    one: whoever knows the key can find out which number a pseudonym stands for.
    """

    def __init__(
        self, reveal: bool = False, person: str = "person", key: str | None = None
    ) -> None:
        self.reveal = reveal
        self._person = person
        self._key = key
        self._pseudonyms: dict[str, str] = {}

    def sender(self, sender: str | None, route: str | None) -> str | None:
        """Return a sender or sender key as it may be shown; null stays null."""
        if sender is None or self.reveal or not is_person(Route(route) if route else None):
            return sender
        known = self._pseudonyms.get(sender)
        if known is None:
            country = _COUNTRY.match(sender)
            behind = f" (+{country[1]})" if country else ""
            known = f"{self._person} {self._name(sender)}{behind}"
            self._pseudonyms[sender] = known
        return known

    def _name(self, sender: str) -> str:
        """Return what tells a person from others: a keyed hash, or the next number of the run."""
        if self._key is None:
            return str(len(self._pseudonyms) + 1)
        key = hashlib.blake2b(self._key.encode()).digest()
        return hashlib.blake2b(sender.encode(), key=key, digest_size=5).hexdigest()

    def senders(
        self, senders: Sequence[str | None], routes: Sequence[str | None]
    ) -> list[str | None]:
        """Return a column of senders as it may be shown."""
        return [self.sender(sender, route) for sender, route in zip(senders, routes, strict=True)]

    def keys(self, table: pa.Table) -> dict[str, str]:
        """Return what to show for each sender key of a table that is a person's number."""
        pairs = dict.fromkeys(
            zip(table["sender_key"].to_pylist(), table["route"].to_pylist(), strict=True)
        )
        shown = {key: self.sender(key, route) for key, route in pairs if key is not None}
        return {key: name for key, name in shown.items() if name is not None and name != key}

    def problem(self, problem: Problem) -> Problem:
        """Return a problem as it may be shown."""
        return problem if self.reveal else masked_problem(problem)

    def body(self, text: str | None, start: int | None, length: int | None) -> str | None:
        """Return a message text as it may be shown."""
        return text if text is None or self.reveal else masked_text(text, start, length)
