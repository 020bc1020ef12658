"""What is known of the clocks: per device, SIM and service center."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import Floats, Ints, floats, run_starts, words
from analyzer.measure.clock import FAULT_CODE, Clock, read_clock
from analyzer.measure.stamps import BASES, CODE, QUARTER_SECONDS
from analyzer.schema import ClockFault, LatencyBasis

if TYPE_CHECKING:
    import pyarrow as pa

# Fewer rows say little of the fastest path; more than this above it is a clock or a slow path.
ENVELOPE_ROWS = 20
ENVELOPE_SECONDS = 30.0

# The fastest of 10 messages lies 1.1 to 3 s above the true skew (simulated), so that two windows
# agree to 2 s; a change of 5 s is the clock's or the path's.
WINDOW_ROWS = 10
WEEK_MS = 7 * 86_400_000.0
STEP_SECONDS = 5.0


@dataclass(frozen=True)
class OffsetSegment:
    """A stretch of time in which stamps were off by a number of quarter hours (15 min each)."""

    quarters: int
    rows: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class SkewWindow:
    """The fastest of the messages of two weeks: `fastest` is the smallest difference, seconds.

    The phone's clock was ahead of the service center's by no more than that.
    """

    first: datetime
    last: datetime
    rows: int
    fastest: float


@dataclass(frozen=True)
class ClockStep:
    """A change of the fastest latency from one two weeks to the next, in seconds.

    The phone's clock was set, or the phone changed, or the path. `at` is when the later ones begin.
    """

    at: datetime
    seconds: float


@dataclass(frozen=True)
class ClockGroup:
    """The clocks of one device, SIM and service center (null: not exported).

    `rows` counts received messages, `bases` how many have which latency basis. `skew_at_most` is
    the fastest latency seen, in seconds: the phone's clock is ahead of the service center's by no
    more than that; if it is negative, the phone's clock is behind by at least as much. It is null
    without a measured latency. `slow_or_ahead` says that none of 20 or more messages was fast: the
    phone's clock is ahead or the path is slow, which cannot be told apart. `windows` are the same
    bound over sliding two weeks with 10 messages or more, `steps` where it changed for good.
    Nothing of it is subtracted from any latency.
    """

    device: str | None
    sub_id: int | None
    service_center: str | None
    rows: int
    bases: dict[str, int]
    offsets: tuple[OffsetSegment, ...]
    skew_at_most: float | None
    slow_or_ahead: bool
    windows: tuple[SkewWindow, ...]
    steps: tuple[ClockStep, ...]


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
    windows = _windows(clock, rows)
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
        windows=tuple(windows),
        steps=tuple(_steps(windows)),
    )


def _fastest(clock: Clock, rows: Ints) -> float | None:
    """The smallest difference of the two clocks, offsets taken off, seconds."""
    seconds = _differences(clock, rows)[1]
    return float(seconds.min()) if len(seconds) else None


def _differences(clock: Clock, rows: Ints) -> tuple[Ints, Floats]:
    """Rows that tell of the skew, and received - sent, offsets taken off, in seconds.

    Rows whose latency is unknown because the phone's clock is behind count; a stamp that is wrong
    by a quarter hour or more does not.
    """
    seconds = clock.stamps.difference[rows] - clock.quarters[rows] * QUARTER_SECONDS
    behind = clock.fault[rows] == FAULT_CODE[ClockFault.PHONE_BEHIND]
    told = ~np.isnan(clock.latency[rows]) | behind
    return rows[told], seconds[told]


def _windows(clock: Clock, rows: Ints) -> list[SkewWindow]:
    """Two weeks at a time, each a week after the one before; rows are sorted by time."""
    told, seconds = _differences(clock, rows)
    if len(told) < WINDOW_ROWS:
        return []
    received = clock.stamps.received[told]
    week = ((received - received[0]) // WEEK_MS).astype(np.int64)
    begins = np.arange(week[-1] + 1)
    starts, ends = (np.searchsorted(week, begins + weeks) for weeks in (0, 2))
    return [
        SkewWindow(
            _moment(received[start]),
            _moment(received[end - 1]),
            int(end - start),
            float(seconds[start:end].min()),
        )
        for start, end in zip(starts, ends, strict=True)
        if end - start >= WINDOW_ROWS
    ]


def _steps(windows: list[SkewWindow]) -> list[ClockStep]:
    """Changes between windows that share no message, each told once, at its largest."""
    steps: list[ClockStep] = []
    for place, before in enumerate(windows):
        after = next((later for later in windows[place:] if later.first > before.last), None)
        if after is None:
            break
        change = after.fastest - before.fastest
        if abs(change) < STEP_SECONDS:
            continue
        step = ClockStep(after.first, change)
        if steps and before.first <= steps[-1].at and change * steps[-1].seconds > 0:
            steps[-1] = max(steps[-1], step, key=lambda found: abs(found.seconds))
        else:
            steps.append(step)
    return steps


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000.0, UTC)


def _segments(clock: Clock, rows: Ints) -> tuple[OffsetSegment, ...]:
    """Stretches of one offset, in time order; the rows are sorted by time."""
    stamped = rows[~np.isnan(clock.stamps.difference[rows]) & ~np.isnan(clock.latency[rows])]
    if not len(stamped):
        return ()
    segments = []
    for part in np.split(stamped, run_starts(clock.quarters[stamped])[1:]):
        quarters = int(clock.quarters[part[0]])
        if quarters:
            bounds = map(_moment, clock.stamps.received[part[[0, -1]]])
            segments.append(OffsetSegment(quarters, len(part), *bounds))
    return tuple(segments)
