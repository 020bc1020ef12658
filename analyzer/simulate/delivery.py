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


class Shape(NamedTuple):
    """A latency distribution: body in seconds, share that fails at first, share that is lost."""

    median: float
    sigma: float
    first_fails: float
    lost: float

    def seconds(self, chance: random.Random) -> float | None:
        """Return how long one message takes, None if it is lost.

        Every try fails with the same probability, so the number of repeated tries is geometric.
        """
        if chance.random() < self.lost:
            return None
        body = self.median * math.exp(self.sigma * chance.gauss(0, 1))
        waited = 0.0
        for total in retry_seconds():
            if chance.random() >= self.first_fails:
                break
            waited = total
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
            return Shape(*(float(row[n]) for n in ("median", "sigma", "first_fails", "lost")))
    raise KeyError(name)
