"""What two sides are compared by, and what can be said of each difference.

Attempts are the units, not messages: what a user waited for counts once. Codes that were held
back and released together say one thing, not many, and count as one latency. All comparisons made
at once are corrected for their number (Holm).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from analyzer.compare.sides import Side
from analyzer.measure import (
    ASSUMED_VALIDITY_SECONDS,
    Comparison,
    compare_arrivals,
    compare_latencies,
    compare_rates,
    holm,
)
from analyzer.measure.arrays import Flags, Floats, floats, is_word, times
from analyzer.measure.bursts import BURST_SECONDS
from analyzer.measure.tables import was_blocked
from analyzer.schema import Outcome

_LEVEL = 0.05
# Above this share of undecided attempts, shares of outcomes say nothing.
MOST_UNDECIDED = 0.2
_HELD_BACK_SECONDS = 120.0
_ARRIVED = (Outcome.IN_TIME, Outcome.LATE, Outcome.EXPIRED)
_OPEN = (Outcome.UNDECIDED, Outcome.REFUSED)


class Measure(StrEnum):
    """What is compared."""

    BLOCKED = "blocked"
    IN_TIME = "in_time"
    LATE = "late"
    MISSING = "missing"
    LATENCY = "latency"
    REQUEST_LATENCY = "request_latency"


class Said(StrEnum):
    """What the data say of a difference."""

    DIFFERENT = "different"
    COULD_BE_CHANCE = "could_be_chance"
    TOO_FEW = "too_few"


class Figure(NamedTuple):
    """One side's figure: a share of n (with its count), or a median in seconds over n."""

    value: float
    n: int
    hits: int | None = None


class Compared(NamedTuple):
    """One measure of both sides, the difference (second less first), and what is said of it.

    `p` is corrected for the number of comparisons made together.
    """

    measure: Measure
    first: Figure
    second: Figure
    comparison: Comparison
    p: float
    said: Said


def compared(first: Side, second: Side) -> list[Compared]:
    """Return every measure that both sides have data for."""
    found = [
        (measure, *figures)
        for measure, compare in _MEASURES.items()
        if (figures := compare(first, second)) is not None
    ]
    corrected = holm([one[3].p if one[3].decidable else np.nan for one in found])
    return [
        Compared(*one, p=float(p), said=_said(one[3], float(p)))
        for one, p in zip(found, corrected, strict=True)
    ]


def _said(comparison: Comparison, p: float) -> Said:
    if not comparison.decidable:
        return Said.TOO_FEW
    return Said.DIFFERENT if p < _LEVEL else Said.COULD_BE_CHANCE


Figures = tuple[Figure, Figure, Comparison]
Compare = Callable[[Side, Side], Figures | None]


def _rates(hits: Callable[[Side], Flags], of: Callable[[Side], Flags]) -> Compare:
    """Return what compares a rate: `hits` among those that `of` marks."""

    def compare(first: Side, second: Side) -> Figures | None:
        counts = [
            (int((hits(side) & of(side)).sum()), int(of(side).sum())) for side in (first, second)
        ]
        if not all(n for _, n in counts):
            return None
        figures = [Figure(hit / n, n, hit) for hit, n in counts]
        return figures[0], figures[1], compare_rates(*counts[0], *counts[1])

    return compare


def _ended(*outcomes: Outcome) -> Callable[[Side], Flags]:
    return lambda side: is_word(side.attempts.column("outcome"), *outcomes)


def _decided(side: Side) -> Flags:
    """Return the attempts whose outcome is known; none where too many are not.

    What is undecided came, so that what remains would be the bad outcomes alone.
    """
    decided = np.asarray(~_ended(*_OPEN)(side), np.bool_)
    undecided = int(_ended(Outcome.UNDECIDED)(side).sum())
    if undecided > MOST_UNDECIDED * len(decided):
        return np.zeros(len(decided), np.bool_)
    return decided


def _requested(side: Side) -> Flags:
    return np.asarray(_decided(side) & (floats(side.attempts.column("requests")) > 0), np.bool_)


def _latencies(first: Side, second: Side) -> Figures | None:
    found = [_independent(side.attempts) for side in (first, second)]
    if not all(len(one) for one in found):
        return None
    figures = [Figure(float(np.median(one)), len(one)) for one in found]
    return figures[0], figures[1], compare_latencies(found[0], found[1])


def _independent(attempts: pa.Table) -> Floats:
    """Return the last-mile latencies of attempts; codes released together give one, the least."""
    latency, received = floats(attempts.column("latency")), times(attempts, "received_at")
    known = ~np.isnan(latency) & ~np.isnan(received)
    order = np.argsort(received[known], kind="stable")
    latency, received = latency[known][order], received[known][order]
    held = latency > _HELD_BACK_SECONDS
    near = np.diff(received, prepend=-np.inf) <= BURST_SECONDS * 1000
    together = held & near & np.concatenate([[False], held[:-1]])
    unit = np.cumsum(~together)
    if not len(unit):
        return latency
    return np.asarray(np.minimum.reduceat(latency, np.flatnonzero(np.diff(unit, prepend=0))))


def _request_latencies(first: Side, second: Side) -> Figures | None:
    came, waited = [], []
    for side in (first, second):
        asked = _requested(side)
        seconds = floats(side.attempts.column("request_latency"))
        missing = asked & _ended(Outcome.MISSING)(side)
        came.append(seconds[asked & ~np.isnan(seconds)])
        waited.append(np.full(int(missing.sum()), float(ASSUMED_VALIDITY_SECONDS)))
    if not all(len(one) for one in came):
        return None
    figures = [
        Figure(float(np.median(one)), len(one) + len(lost))
        for one, lost in zip(came, waited, strict=True)
    ]
    comparison = compare_arrivals(came[0], waited[0], came[1], waited[1])
    return figures[0], figures[1], comparison


_MEASURES: dict[Measure, Compare] = {
    Measure.BLOCKED: _rates(
        lambda side: was_blocked(side.codes),
        lambda side: np.ones(side.codes.num_rows, np.bool_),
    ),
    Measure.IN_TIME: _rates(_ended(Outcome.IN_TIME), _decided),
    Measure.LATE: _rates(_ended(Outcome.LATE, Outcome.EXPIRED), _ended(*_ARRIVED)),
    Measure.MISSING: _rates(_ended(Outcome.MISSING), _requested),
    Measure.LATENCY: _latencies,
    Measure.REQUEST_LATENCY: _request_latencies,
}
