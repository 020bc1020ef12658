"""Invented message bodies for measuring: an inbox as in mainland China, and bodies all different.

Both hold the same kinds in the same shares (`SHARES`): 36 % code messages, 14 % parcel notices,
12 % bank notices, 13 % advertising, 25 % chat; two thirds Chinese. The same seed gives the same
bodies. In the inbox code messages come from 300 templates, some far more often than others, and
notices repeat but for names, places and numbers; chat never repeats. Where all are different, no
two bodies are equal after their digits are masked: services, people, places, merchants and
wordings vary.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import NamedTuple

import wordings as w

SHARES = {"code": 36, "parcel": 14, "bank": 12, "advertising": 13, "chat": 25}
TEMPLATES = 300
_DIGIT = re.compile("[0-9]")


class Writer(NamedTuple):
    """Chance, and the names a body may hold: a few known services, or one invented for each."""

    chance: random.Random
    different: bool

    def one(self, options: tuple[str, ...]) -> str:
        """Return one of the options."""
        return options[int(self.chance.random() * len(options))]

    def number(self, digits: int) -> str:
        """Return a number of that many digits."""
        return str(int((0.1 + 0.9 * self.chance.random()) * 10**digits))

    def service(self, chinese: bool) -> str:
        """Return the name of a service."""
        if not self.different:
            return self.one(w.SERVICES_ZH if chinese else w.SERVICES_EN)
        if chinese:
            return "".join(self.one(w.NAME_SYLLABLES_ZH) for _ in range(2)) + self.one(w.TRADES_ZH)
        return "".join(self.one(w.NAME_SYLLABLES) for _ in range(3)).capitalize()

    def person(self, chinese: bool) -> str:
        """Return the name of a person."""
        if chinese:
            given = "".join(self.one(w.NAME_SYLLABLES_ZH) for _ in range(2))
            return self.one(w.SURNAMES_ZH) + given
        return "".join(self.one(w.NAME_SYLLABLES) for _ in range(2)).capitalize()

    def filled(self, wording: str, chinese: bool) -> str:
        """Return a wording with its places filled."""
        return w.PLACE.sub(lambda place: self._place(place[1], chinese), wording)

    def _place(self, name: str, chinese: bool) -> str:
        if name.isdigit():
            return self.number(int(name))
        if name in ("service", "person"):
            return self.service(chinese) if name == "service" else self.person(chinese)
        return self.filled(self.one(w.PARTS[name]), chinese)


def inbox(count: int, seed: int = 1) -> Iterator[str]:
    """Yield bodies as of an inbox."""
    writer = Writer(random.Random(seed), different=False)
    wordings = [_code_template(writer) for _ in range(TEMPLATES)]
    weights = list(accumulate(1 / (place + 3) for place in range(TEMPLATES)))
    for kind in _kinds(writer.chance, count):
        if kind == "code":
            wording = writer.chance.choices(wordings, cum_weights=weights)[0]
            yield writer.filled(wording, chinese=True)
        else:
            yield _other(writer, kind)


def different(count: int, seed: int = 1) -> Iterator[str]:
    """Yield bodies of which no two are equal after their digits are masked."""
    writer = Writer(random.Random(seed), different=True)
    seen: set[int] = set()
    for kind in _kinds(writer.chance, count):
        while True:
            body = _other(writer, kind) if kind != "code" else _code(writer)
            template = hash(_DIGIT.sub("0", body))
            if template not in seen:
                break
        seen.add(template)
        yield body


BODIES: dict[str, Callable[[int, int], Iterator[str]]] = {"inbox": inbox, "different": different}


def _kinds(chance: random.Random, count: int) -> Iterator[str]:
    names, weights = list(SHARES), list(accumulate(SHARES.values()))
    while count > 0:
        yield from chance.choices(names, cum_weights=weights, k=min(count, 10_000))
        count -= 10_000


def _code_template(writer: Writer) -> str:
    """Return a code message in which only numbers are left open."""
    chinese = writer.chance.random() < 0.7
    wording = writer.one(w.CODES_ZH if chinese else w.CODES_OTHER)
    return w.PLACE.sub(
        lambda place: place[0] if place[1].isdigit() else writer._place(place[1], chinese), wording
    )


def _code(writer: Writer) -> str:
    """Return a code message whose wording is put together anew."""
    chinese = writer.chance.random() < 0.7
    return writer.filled(writer.one(w.DIFFERENT_ZH if chinese else w.DIFFERENT_EN), chinese)


def _other(writer: Writer, kind: str) -> str:
    """Return a notice, an advertisement or a chat message."""
    chinese = writer.chance.random() < 0.67
    if kind != "chat":
        return writer.filled(writer.one(w.NOTICES[kind, chinese]), chinese)
    length = writer.chance.randrange(4, 22)
    said = [writer.one(w.CHAT_ZH if chinese else w.CHAT_EN) for _ in range(length)]
    if writer.chance.random() < 0.2:
        said.insert(length // 2, writer.number(writer.chance.randrange(1, 5)))
    return ("" if chinese else " ").join(said) + writer.one(w.CHAT_ENDS)
