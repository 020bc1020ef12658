"""How long the last mile takes: a log-normal body, and bumps where a service center tries again."""

from __future__ import annotations

import math
import random
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from analyzer.simulate.times import SECOND
from analyzer.texts import rows

_DATA = "analyzer.simulate.data"
_COLUMNS = ("median", "sigma", "first_fails", "next_fails", "lost")


class Shape(NamedTuple):
    """A latency distribution: body in seconds, shares of first and later tries that fail, and
    the share that is lost.
    """

    median: float
    sigma: float
    first_fails: float
    next_fails: float
    lost: float

    def seconds(self, chance: random.Random) -> float | None:
        """Return how long one message takes, None if it is lost.

        Who could not be reached once is often not reached the next time either: repeated tries
        fail more often than the first. Their number is geometric.
        """
        if chance.random() < self.lost:
            return None
        body = self.median * math.exp(self.sigma * chance.gauss(0, 1))
        waited, fails = 0.0, self.first_fails
        for total in retry_seconds():
            if chance.random() >= fails:
                break
            waited, fails = total, self.next_fails
        return waited + body

    def moment(self, chance: random.Random, accepted: int) -> int | None:
        """Return when a message accepted at `accepted` (ms) arrives, None if it is lost."""
        seconds = self.seconds(chance)
        return None if seconds is None else accepted + round(seconds * SECOND)


@cache
def retry_seconds() -> tuple[float, ...]:
    """Return the seconds after the first try at which a service center tries again."""
    gaps = (
        gap
        for row in rows(_DATA, "retries.csv")
        for gap in [float(row["seconds"])] * int(row["tries"])
    )
    return tuple(accumulate(gaps))


@cache
def shape(name: str) -> Shape:
    """Return a named latency distribution."""
    for row in rows(_DATA, "latency.csv"):
        if row["shape"] == name:
            return Shape(*(float(row[n]) for n in _COLUMNS))
    raise KeyError(name)
