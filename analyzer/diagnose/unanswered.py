"""Services that never delivered a code to a phone that asked them, though others did."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.compute as pc

from analyzer.measure.arrays import flags, is_word, kept, words
from analyzer.schema import Direction

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.measure import AttemptArrays
    from analyzer.measure.arrays import Ints

LEAST_ATTEMPTS = 3
LEAST_OTHERS = 3
ERROR = 0.05
# Before a phone's own record says more, one attempt in ten may be lost on the way: the loss of a
# poor overseas route. It weighs as much as ten attempts.
USUAL_LOSS, USUAL_WEIGHT = 0.1, 10


class Unanswered(NamedTuple):
    """One service that was asked `n` times and of which nothing ever came to this phone.

    `others` attempts at other services brought a code. `attempts` are rows of the attempt table.
    `elsewhere`: the service's codes came to another phone of these logs. `international` and
    `domestic` tell by which routes they came there.
    """

    device: str | None
    service: str
    n: int
    others: int
    attempts: tuple[int, ...]
    elsewhere: bool
    international: bool
    domestic: bool


def unanswered(messages: pa.Table, tried: AttemptArrays) -> list[Unanswered]:
    """Return the services of which nothing ever came, where chance does not explain it.

    `messages` is the message table with all derived columns.

    Three attempts at least, all missing; P(all lost) at the loss of the phone's other services must
    be below 5 % for all its services together. Whether other codes came is for the reader to ask.
    """
    rows = np.flatnonzero(tried.known & (tried.service >= 0) & (tried.device >= 0))
    if not len(rows):
        return []
    seen = _Seen(messages)
    rows = rows[np.lexsort((tried.service[rows], tried.device[rows]))]
    found: list[Unanswered] = []
    for phone in np.split(rows, np.flatnonzero(np.diff(tried.device[rows])) + 1):
        found.extend(_of_phone(tried, phone, seen))
    return found


def _of_phone(tried: AttemptArrays, rows: Ints, seen: _Seen) -> list[Unanswered]:
    device = tried.devices[tried.device[rows[0]]]
    parts = np.split(rows, np.flatnonzero(np.diff(tried.service[rows])) + 1)
    silent = [part for part in parts if not tried.came[part].any()]
    others = np.concatenate([part for part in parts if tried.came[part].any()] or [rows[:0]])
    lost = int(tried.missing[others].sum())
    loss = (lost + USUAL_LOSS * USUAL_WEIGHT) / (len(others) + USUAL_WEIGHT)
    found = []
    for part in silent:
        service = tried.services[tried.service[part[0]]]
        likely = loss ** len(part) * len(parts) >= ERROR
        if len(part) < LEAST_ATTEMPTS or likely or seen.on(device, service):
            continue
        routes = seen.routes(service)
        found.append(
            Unanswered(
                device, service, len(part), len(others) - lost, tuple(part.tolist()), *routes
            )
        )
    return found


class _Seen:
    """Which services' messages were received at all: by which phone, over which route."""

    def __init__(self, table: pa.Table) -> None:
        received = is_word(table["direction"], Direction.RECEIVED)
        named = received & pc.is_valid(table["service"]).to_numpy(zero_copy_only=False)
        part = kept(table.select(["service", "device", "international_path"]), named)
        service, services = words(part["service"])
        device, devices = words(part["device"])
        path = part["international_path"]
        foreign, home = flags(path), flags(pc.invert(path))
        pairs = np.unique((device + 1) * len(services) + service).tolist()
        self._on = {
            (devices[pair // len(services) - 1], services[pair % len(services)].casefold())
            for pair in pairs
        }
        self._known, self._foreign, self._home = (
            {services[number].casefold() for number in np.unique(service[rows])}
            for rows in (np.ones(len(service), np.bool_), foreign, home)
        )

    def on(self, device: str, service: str) -> bool:
        """Whether a phone ever received anything of a service."""
        return (device, service.casefold()) in self._on

    def routes(self, service: str) -> tuple[bool, bool, bool]:
        """Whether a service was seen anywhere, by an international and by a domestic route."""
        name = service.casefold()
        return name in self._known, name in self._foreign, name in self._home
