"""What is known of the clocks: per device, SIM and service center."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import Ints, floats, run_starts, words
from analyzer.measure.clock import Clock, read_clock
from analyzer.measure.stamps import BASES, CODE, QUARTER_SECONDS
from analyzer.schema import LatencyBasis

if TYPE_CHECKING:
    import pyarrow as pa

# Fewer rows say little of the fastest path; more than this above it is a clock or a slow path.
ENVELOPE_ROWS = 20
ENVELOPE_SECONDS = 30.0


@dataclass(frozen=True)
class OffsetSegment:
    """A stretch of time in which stamps were off by a number of quarter hours (15 min each)."""

    quarters: int
    rows: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class ClockGroup:
    """The clocks of one device, SIM and service center (null: not exported).

    `rows` counts received messages, `bases` how many have which latency basis. `skew_at_most` is
    the fastest latency seen, in seconds: the phone's clock is ahead of the service center's by no
    more than that; if it is negative, the phone's clock is behind by at least as much. It is null
    without a measured latency. `slow_or_ahead` says that none of 20 or more messages was fast: the
    phone's clock is ahead or the path is slow, which cannot be told apart. Nothing of it is
    subtracted from any latency.
    """

    device: str | None
    sub_id: int | None
    service_center: str | None
    rows: int
    bases: dict[str, int]
    offsets: tuple[OffsetSegment, ...]
    skew_at_most: float | None
    slow_or_ahead: bool


def clock_report(table: pa.Table) -> list[ClockGroup]:
    """Return what is known of the clocks of each device, SIM and service center, largest first."""
    clock = read_clock(table)
    rows = np.flatnonzero(clock.basis >= 0)
    rows = rows[np.lexsort((clock.stamps.received[rows], clock.stamps.group[rows]))]
    starts = run_starts(clock.stamps.group[rows]) if len(rows) else np.zeros(0, np.int64)
    names = _Names(table)
    groups = [_group(clock, names, part) for part in np.split(rows, starts[1:]) if len(part)]
    return sorted(groups, key=lambda group: -group.rows)


class _Names:
    """Names of the groups, read from the table once."""

    def __init__(self, table: pa.Table) -> None:
        self.device = words(table.column("device"))
        self.center = words(table.column("service_center"))
        self.sub_id = floats(table.column("sub_id"))

    def of(self, row: int) -> tuple[str | None, int | None, str | None]:
        device, center = (
            known[indices[row]] if indices[row] >= 0 else None
            for indices, known in (self.device, self.center)
        )
        sub_id = self.sub_id[row]
        return device, None if np.isnan(sub_id) else int(sub_id), center


def _group(clock: Clock, names: _Names, rows: Ints) -> ClockGroup:
    device, sub_id, center = names.of(int(rows[0]))
    exact = np.isin(
        clock.basis[rows], [CODE[LatencyBasis.MEASURED], CODE[LatencyBasis.OFFSET_CORRECTED]]
    )
    fastest = _fastest(clock, rows)
    return ClockGroup(
        device=device,
        sub_id=sub_id,
        service_center=center,
        rows=len(rows),
        bases=dict(Counter(BASES[code].value for code in clock.basis[rows])),
        offsets=_segments(clock, rows),
        skew_at_most=fastest,
        slow_or_ahead=fastest is not None
        and fastest > ENVELOPE_SECONDS
        and int(exact.sum()) >= ENVELOPE_ROWS,
    )


def _fastest(clock: Clock, rows: Ints) -> float | None:
    """The smallest difference of the two clocks, offsets taken off, seconds.

    Rows whose latency is unknown because the phone's clock is behind count here; a stamp that is
    wrong by a quarter hour or more does not.
    """
    seconds = clock.stamps.difference[rows] - clock.quarters[rows] * QUARTER_SECONDS
    known = ~np.isnan(clock.latency[rows])
    behind = (clock.basis[rows] == CODE[LatencyBasis.UNKNOWN_CLOCK]) & (
        np.abs(seconds) < QUARTER_SECONDS
    )
    seconds = seconds[known | behind]
    return float(seconds.min()) if len(seconds) else None


def _segments(clock: Clock, rows: Ints) -> tuple[OffsetSegment, ...]:
    """Stretches of one offset, in time order; the rows are sorted by time."""
    stamped = rows[~np.isnan(clock.stamps.difference[rows]) & ~np.isnan(clock.latency[rows])]
    if not len(stamped):
        return ()
    segments = []
    for part in np.split(stamped, run_starts(clock.quarters[stamped])[1:]):
        quarters = int(clock.quarters[part[0]])
        if quarters:
            first, last = clock.stamps.received[part[[0, -1]]] / 1000.0
            bounds = (datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
            segments.append(OffsetSegment(quarters, len(part), *bounds))
    return tuple(segments)
