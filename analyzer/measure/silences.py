"""Silent periods of a SIM, and how unusual each is for its hours of the week.

Messages are taken to come at a rate that depends on the hour of the week; a gap in which many were
to be expected is unlikely by chance: P(none) = exp(-expected), the exponent divided by how much
more the days vary than such a rate allows. Where few messages come, no gap says anything, and none
is returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from analyzer.measure.arrays import Floats, run_starts
from analyzer.measure.sim_rows import moment, sim_rows

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

HOUR_MS = 3_600_000.0
WEEK_HOURS = 168
# Messages this close come from one occasion (a login, a burst); they count as one.
OCCASION_MS = 600_000.0
LEAST_OCCASIONS = 20
# With fewer weeks an hour of the week is seen too rarely; the hour of the day is taken.
LEAST_WEEKS = 4
ERROR = 0.01
# 1970-01-05 was a Monday.
MONDAY_MS = 4 * 24 * HOUR_MS


class Silence(NamedTuple):
    """A period in which a SIM received nothing.

    `expected` is how many occasions its usual rate promises for these hours, `p` the probability of
    none, corrected for the number of gaps looked at (Bonferroni); `n` the occasions the rate rests
    on. `ended` is false for the time from the last message to the end of the logs.
    """

    device: str | None
    sim_slot: int | None
    first: datetime
    last: datetime
    expected: float
    p: float
    n: int
    ended: bool


def silences(table: pa.Table, until: float | None = None, tz: str = "UTC") -> list[Silence]:
    """Return the silences that chance explains with less than 1 %, SIM by SIM, in order of time.

    `until` (ms since 1970 UTC) is when the logs end; None: with the last message of the table.
    `tz` names the zone whose hours the user's habits follow.
    """
    rows = sim_rows(table)
    if not len(rows.row):
        return []
    end = rows.received.max() if until is None else until
    found: list[Silence] = []
    for part in np.split(np.arange(len(rows.row)), run_starts(rows.sim)[1:]):
        device, slot = int(rows.device[part[0]]), int(rows.slot[part[0]])
        names = (rows.devices[device] if device >= 0 else None, slot if slot >= 0 else None)
        received = rows.received[part]
        found.extend(_silences(received, end, _offset_ms(received, tz), names))
    return found


def _silences(
    received: Floats, end: float, offset: float, names: tuple[str | None, int | None]
) -> list[Silence]:
    occasions = received[np.diff(received, prepend=-np.inf) > OCCASION_MS]
    if len(occasions) < LEAST_OCCASIONS:
        return []
    last = max(end, received[-1])
    starts, ends = received, np.append(received[1:], last)
    expected = _expected(occasions, last, offset, starts, ends)
    p = np.minimum(np.exp(-expected / _dispersion(occasions)) * len(starts), 1.0)
    unusual = np.flatnonzero(p < ERROR)
    return [
        Silence(
            *names,
            moment(starts[gap]),
            moment(ends[gap]),
            round(float(expected[gap]), 1),
            float(p[gap]),
            len(occasions),
            bool(gap < len(starts) - 1),
        )
        for gap in unusual
    ]


def _dispersion(occasions: Floats) -> float:
    """Variance of the counts per day over their mean, at least 1: people have busy and idle days.

    Reference: P. McCullagh, J. A. Nelder, Generalized Linear Models, 6.2.3 (overdispersed counts).
    """
    day = ((occasions - occasions[0]) // (24 * HOUR_MS)).astype(np.int64)
    counts = np.bincount(day)
    return max(1.0, float(counts.var() / counts.mean()))


def _expected(
    occasions: Floats, last: float, offset: float, starts: Floats, ends: Floats
) -> Floats:
    """Occasions that the hour-of-week (or hour-of-day) rate promises for each gap."""
    weeks = (last - occasions[0]) / (WEEK_HOURS * HOUR_MS)
    cycle = WEEK_HOURS if weeks >= LEAST_WEEKS else 24
    hour = ((occasions + offset - MONDAY_MS) // HOUR_MS).astype(np.int64) % cycle
    counts = np.bincount(hour, minlength=cycle).astype(np.float64)
    # Neighboring hours are alike, and an hour seen empty is not one without messages.
    smooth = (np.roll(counts, 1) + 2 * counts + np.roll(counts, -1)) / 4
    rate = smooth / max(weeks * WEEK_HOURS / cycle, 1.0)
    whole = np.concatenate([[0.0], np.cumsum(rate)])
    return _integral(ends + offset, whole, cycle) - _integral(starts + offset, whole, cycle)


def _integral(at: Floats, whole: Floats, cycle: int) -> Floats:
    """The rate summed up from a common Monday to each moment; `whole` sums it over one cycle."""
    hours = (at - MONDAY_MS) / HOUR_MS
    turns, rest = np.divmod(hours, cycle)
    return np.asarray(turns * whole[-1] + np.interp(rest, np.arange(cycle + 1), whole), np.float64)


def _offset_ms(received: Floats, tz: str) -> float:
    """The zone's offset from UTC in the middle of the record; habits move with daylight saving."""
    offset = moment(float(np.median(received))).astimezone(ZoneInfo(tz)).utcoffset()
    return offset.total_seconds() * 1000 if offset else 0.0
