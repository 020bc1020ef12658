"""The one place where codes and numbers are hidden. Every output goes through it.

A code is replaced by stars, and so is every run of three digits or more in a text. Numbers of
people become pseudonyms: "person 1 (+86)" in the order of their first messages, or, with a key,
"person 3f9a2c (+86)", the same in every run with that key. Port numbers, short codes and names of
services stay, as they tell nothing of a person; in names of whatever kind (senders, services,
phones, files) a run of digits as long as a phone number is starred, unless it is a date.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analyzer.identify import is_person, sender_route
from analyzer.ingest import Problem
from analyzer.measure.arrays import flags, joint, times, words
from analyzer.schema import Route

STAR = "*"
# Columns that hold names as people, exporters and senders write them.
NAMES = ("log", "device", "service", "carrier", "blocked_by", "creator")
# Digits of one number, whatever a person or a damage put between them.
_DIGIT_RUN = re.compile(r"\d(?:[^\w]{0,2}\d){2,}")
_LONG_RUN = re.compile(r"\d(?:[^\w]{0,2}\d){6,}")
_DATE = re.compile(
    r"(?:19|20)\d\d\W?(?:0[1-9]|1[0-2])\W?(?:0[1-9]|[12]\d|3[01])(?:\W{0,2}\d\d){0,3}"
)
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


@lru_cache(maxsize=1 << 16)
def masked_name(name: str) -> str:
    """Return a name with what may be a phone number in it starred out; short codes stay."""
    return _LONG_RUN.sub(_hidden_number, name)


def _hidden_number(run: re.Match[str]) -> str:
    return run[0] if _DATE.fullmatch(run[0]) else _DIGIT.sub(STAR, run[0])


def masked_code(code: str) -> str:
    """Return a code as stars, with its separators."""
    return re.sub(r"\w", STAR, code)


def printable(text: str) -> str:
    """Return a text without characters that control a terminal or reorder what is read."""
    return _UNSAFE.sub("\ufffd", text)


def masked_raw(raw: str | Mapping[str, str] | None) -> str | dict[str, str] | None:
    """Return the start of a rejected record with every longer run of digits starred out."""
    if raw is None or isinstance(raw, str):
        return raw and masked_text(raw)
    return {masked_name(name): masked_text(value) for name, value in raw.items()}


def masked_problem(problem: Problem) -> Problem:
    """Return a problem whose quotations of the log are masked."""
    details = {
        name: masked_text(value) if isinstance(value, str) else value
        for name, value in problem.details.items()
    }
    return problem._replace(details=details, log=masked_name(problem.log))


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
        if sender is None or self.reveal:
            return sender
        if route is not None and not is_person(route):
            return masked_name(sender) if route == Route.ALPHANUMERIC else self._key_name(sender)
        number = sender_route(sender).key or sender  # one person however the number is written
        known = self._pseudonyms.get(number)
        if known is None:
            country = _COUNTRY.match(number)
            behind = f" (+{country[1]})" if country else ""
            known = f"{self._person} {self._pseudonym(number)}{behind}"
            self._pseudonyms[number] = known
        return known

    def _key_name(self, key: str) -> str:
        """Return a number of a service, and the name behind it where it is a sender key."""
        number, space, name = key.partition(" ")
        return number + space + masked_name(name)

    def _pseudonym(self, sender: str) -> str:
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
        """Return what to show for each sender key of a table that is a person's number.

        Senders of codes are met first, each kind in the order of time: so the numbers of a run
        depend on the messages, not on which log or part of a store was read first.
        """
        named = ((key, self.sender(key, route)) for key, route in _in_order_met(table))
        return {key: name for key, name in named if name is not None and name != key}

    def problem(self, problem: Problem) -> Problem:
        """Return a problem as it may be shown."""
        return problem if self.reveal else masked_problem(problem)

    def name(self, name: str) -> str:
        """Return a name (of a service, phone, file, program) as it may be shown."""
        return name if self.reveal else masked_name(name)

    def names(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with its names (services, phones, files, programs) as they may be shown."""
        if self.reveal:
            return row
        named = {name: row[name] for name in NAMES if isinstance(row.get(name), str)}
        return row | {name: masked_name(value) for name, value in named.items()}

    def frame_names(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Mask the names in a table in place, each distinct one once; return the table."""
        for name in () if self.reveal else set(NAMES).intersection(frame.columns):
            distinct = frame[name].dropna().unique()
            changed = {word: masked_name(str(word)) for word in distinct}
            if any(word != shown for word, shown in changed.items()):
                frame[name] = frame[name].astype(object).map(lambda w, to=changed: to.get(w, w))
        return frame

    def hidden_names(self, table: pa.Table, logs: Iterable[str]) -> dict[str, str]:
        """Return what to show for each name of the logs and of a table that must not be shown."""
        columns = (table[name].unique().to_pylist() for name in NAMES if name in table.schema.names)
        names = {*logs, *(name for column in columns for name in column if name)}
        shown = {} if self.reveal else {name: masked_name(name) for name in names}
        return {name: hidden for name, hidden in shown.items() if name != hidden}

    def evidence(self, text: str, shown: Mapping[str, str]) -> str:
        """Return a sentence of a finding with what it names as it may be shown, longest first."""
        for name in sorted(shown, key=len, reverse=True):
            text = text.replace(name, shown[name])
        return text

    def body(self, text: str | None, start: int | None, length: int | None) -> str | None:
        """Return a message text as it may be shown."""
        return text if text is None or self.reveal else masked_text(text, start, length)


def _in_order_met(table: pa.Table) -> Iterator[tuple[str, str | None]]:
    """Yield each sender key with its route: senders of codes first, then by first message."""
    key, keys = words(table["sender_key"])
    route, routes = words(table["route"])
    pair = joint(key, route)
    codes = np.bincount(pair[flags(table["is_code"])], minlength=int(pair.max(initial=-1)) + 1)
    first = np.full(len(codes), np.inf)
    np.fmin.at(first, pair, times(table, "received_at"))
    row = np.zeros(len(codes), np.int64)
    row[pair] = np.arange(len(pair))
    met = (
        (not codes[number], first[number], keys[key[at]], int(route[at]))
        for number, at in enumerate(row)
        if key[at] >= 0
    )
    for *_, known, way in sorted(met):
        yield known, routes[way] if way >= 0 else None
