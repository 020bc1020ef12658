"""Hour-of-day and weekday profiles: when the user's own attempts fail more often than else."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.measure.arrays import Flags, Ints, is_word
from analyzer.measure.comparisons import RATE_MINIMUM_N, compare_rates, holm
from analyzer.measure.statistics import wilson_interval
from analyzer.schema import Outcome

FAILED = (Outcome.LATE, Outcome.EXPIRED, Outcome.MISSING)
TRIED = (*FAILED, Outcome.IN_TIME)
# Single hours hold too few attempts of one person to tell anything.
HOURS = 4


class ProfileRow(NamedTuple):
    """The attempts that began in one part of the day or week.

    `kind` is hour or weekday; `part` the first hour (0, 4, ... 20) or the weekday (1 Monday to 7).
    `failed` of `n` came late, expired or not at all, `low` and `high` bound that rate (Wilson,
    95 %); `rest` of `rest_n` failed at other times. `p` compares the two, corrected for all parts
    of the profile (Holm); NaN where either has fewer than five attempts.
    """

    kind: str
    part: int
    n: int
    failed: int
    low: float
    high: float
    rest: int
    rest_n: int
    p: float


def profile(attempts: pa.Table, tz: str = "UTC") -> list[ProfileRow]:
    """Return the day in parts of four hours and the week in days, by the start of each attempt.

    `attempts` has the columns of schema.ATTEMPTS; `tz` names the zone of the hours. What was
    refused, blocked, garbled or not decided says nothing of the hour and is left out.
    """
    tried = attempts.filter(
        pc.and_(
            pa.array(is_word(attempts.column("outcome"), *TRIED)),
            pc.is_valid(attempts.column("started_at")),
        )
    )
    failed = is_word(tried.column("outcome"), *FAILED)
    local = pc.cast(tried.column("started_at"), pa.timestamp("ms", tz=tz))
    hour = pc.hour(local).to_numpy() // HOURS * HOURS
    weekday = pc.day_of_week(local).to_numpy() + 1
    rows = [
        *_rows("hour", hour, range(0, 24, HOURS), failed),
        *_rows("weekday", weekday, range(1, 8), failed),
    ]
    corrected = holm([row.p for row in rows])
    return [row._replace(p=float(p)) for row, p in zip(rows, corrected, strict=True)]


def _rows(kind: str, values: Ints, parts: range, failed: Flags) -> list[ProfileRow]:
    total, all_failed = len(failed), int(failed.sum())
    found = []
    for part in parts:
        here = values == part
        n, hits = int(here.sum()), int(failed[here].sum())
        low, high = wilson_interval(hits, n)
        enough = min(n, total - n) >= RATE_MINIMUM_N
        p = compare_rates(hits, n, all_failed - hits, total - n).p if enough else np.nan
        row = (n, hits, float(low), float(high), all_failed - hits, total - n, p)
        found.append(ProfileRow(kind, part, *row))
    return found
