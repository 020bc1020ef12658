"""What users waited, from request to message: needs a request log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyzer.measure.arrays import Flags, Floats, Ints, floats, is_word, run_starts
from analyzer.measure.counts import LATE_AFTER_SECONDS, LatencyCounts
from analyzer.measure.grouping import attempt_keys
from analyzer.measure.statistics import arrival, censored_quantile
from analyzer.schema import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

MOMENTS = (30.0, 60.0, 300.0)


def request_latency_table(
    attempts: pa.Table,
    by: Sequence[str] = (),
    *,
    late_after: float = LATE_AFTER_SECONDS,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return how long requested codes took to reach the phone, one row per group.

    Covers attempts with a request that was not refused. Columns: the keys and those of the latency
    table, over the codes that came, whichever folder they came to (`unknown`: it came or the logs
    do not cover it, but the time is not known); `missing`; `arrived_30`, `arrived_60`,
    `arrived_300` with `_low` and `_high`: Kaplan-Meier share of all codes that had come by then,
    those that did not come right-censored where the logs end, the next attempt's code came, or 72
    hours had passed; `median_of_all`
    (seconds, missing ones included; null: fewer than half came); `upstream_p50` and
    `last_mile_p50`: the two parts of the wait, where the service center's stamp splits it.
    """
    waiting = attempts.filter(_waited_for(attempts))
    keys = attempt_keys(waiting, by, tz)
    seconds = floats(waiting.column("request_latency"))
    missing = is_word(waiting.column("outcome"), Outcome.MISSING)
    table = LatencyCounts.of(keys, seconds, late_after).table()
    waited = floats(waiting.column("waited"))
    upstream = floats(waiting.column("upstream_latency"))
    last_mile = np.where(np.isnan(upstream), np.nan, floats(waiting.column("latency")))
    figures = pd.DataFrame(
        [
            _figures(seconds[rows], missing[rows], waited[rows], upstream[rows], last_mile[rows])
            for rows in _groups(keys)
        ],
        columns=_columns(),
        index=table.index,
    ).astype({"missing": np.int64})
    return table.assign(unknown=table["unknown"] - figures["missing"]).join(figures)


def _waited_for(attempts: pa.Table) -> Flags:
    requested = floats(attempts.column("requests")) > 0
    return np.asarray(requested & ~is_word(attempts.column("outcome"), Outcome.REFUSED), np.bool_)


def _groups(keys: pd.DataFrame) -> list[Ints]:
    """Row numbers of each group, in the order of the grouped tables."""
    by = list(keys.columns)
    if not by:
        return [np.arange(len(keys))]
    number = keys.groupby(by, observed=True, sort=True).ngroup().to_numpy(np.int64)
    order = np.argsort(number, kind="stable")
    parts = np.split(order, run_starts(number[order])[1:])
    return [part for part in parts if len(part)]


def _columns() -> list[str]:
    arrived = [
        f"arrived_{moment:.0f}{part}" for moment in MOMENTS for part in ("", "_low", "_high")
    ]
    return ["missing", *arrived, "median_of_all", "upstream_p50", "last_mile_p50"]


def _figures(
    seconds: Floats, missing: Flags, waited: Floats, upstream: Floats, last_mile: Floats
) -> list[float]:
    came, waited = seconds[~np.isnan(seconds)], waited[~np.isnan(waited)]
    median = censored_quantile(came, waited, 0.5)
    shares = [value for share in arrival(came, waited, MOMENTS) for value in share]
    parts = [_median(upstream), _median(last_mile)]
    return [int(missing.sum()), *shares, median if np.isfinite(median) else np.nan, *parts]


def _median(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else np.nan
