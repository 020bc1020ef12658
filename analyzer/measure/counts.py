"""Latencies as counts per whole second: exact, small, and merged by addition.

The service center stamps whole seconds, so nothing finer is known. Percentiles of merged counts
equal those of the merged messages, over files, processes and machines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from analyzer.measure.arrays import Flags, Floats, Ints, floats, is_word
from analyzer.measure.grouping import code_messages, message_keys, plain_keys
from analyzer.measure.statistics import percentile_minimum_n, quantile_rank, rank_interval
from analyzer.schema import LatencyBasis

if TYPE_CHECKING:
    from collections.abc import Sequence

LATE_AFTER_SECONDS = 60.0
PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
INTERVALS = ("p50", "p95")


@dataclass(frozen=True)
class LatencyCounts:
    """How many codes had which latency, per group.

    `seconds` has the columns of `by`, `second` (latency rounded down) and `count`, one row per
    group and second; `totals` has those of `by`, `n` (known latencies), `unknown` and `late`
    (longer than `late_after` seconds, not rounded). Both are sorted by group.
    """

    by: tuple[str, ...]
    seconds: pd.DataFrame
    totals: pd.DataFrame
    late_after: float = LATE_AFTER_SECONDS

    @classmethod
    def of(
        cls, keys: pd.DataFrame, latency: Floats, late_after: float = LATE_AFTER_SECONDS
    ) -> LatencyCounts:
        """Count latencies (seconds, NaN unknown); `keys` has one column per key of the grouping."""
        by, known = tuple(keys.columns), ~np.isnan(latency)
        seconds = keys[known].assign(second=np.floor(latency[known]).astype(np.int64), count=1)
        late = np.greater(latency, late_after, where=known, out=np.zeros(len(known), np.bool_))
        totals = keys.assign(n=known.astype(np.int64), unknown=~known, late=late)
        return cls(by, _sum(seconds, [*by, "second"]), _sum(totals, list(by)), late_after)

    @classmethod
    def from_messages(
        cls,
        table: pa.Table,
        by: Sequence[str] = (),
        late_after: float = LATE_AFTER_SECONDS,
        tz: str = "UTC",
    ) -> LatencyCounts:
        """Count the last-mile latencies of the code messages of a measured message table."""
        codes = code_messages(table)
        return cls.of(message_keys(codes, by, tz), known_latency(codes), late_after)

    def __add__(self, other: LatencyCounts) -> LatencyCounts:
        """Return the counts of both; they must have the same keys and threshold."""
        if (self.by, self.late_after) != (other.by, other.late_after):
            message = f"cannot add latencies by {self.by} to latencies by {other.by}"
            raise ValueError(message)
        seconds = pd.concat([self.seconds, other.seconds], ignore_index=True)
        totals = pd.concat([self.totals, other.totals], ignore_index=True)
        by = list(self.by)
        return LatencyCounts(
            self.by, _sum(seconds, [*by, "second"]), _sum(totals, by), self.late_after
        )

    def over(self, by: Sequence[str]) -> LatencyCounts:
        """Return the counts grouped by fewer of their keys."""
        keys = list(by)
        seconds = self.seconds[[*keys, "second", "count"]]
        totals = self.totals[[*keys, "n", "unknown", "late"]]
        return LatencyCounts(
            tuple(by), _sum(seconds, [*keys, "second"]), _sum(totals, keys), self.late_after
        )

    def percentile(self, quantile: float) -> pd.DataFrame:
        """Return `by` and `value`: per group the smallest second that a share `quantile` reaches.

        Null where a group has no known latency.
        """
        n = self.totals["n"].to_numpy()
        return self.totals[list(self.by)].assign(value=self._at(quantile_rank(n, quantile), n > 0))

    def ecdf(self) -> pd.DataFrame:
        """Return `by`, `second` and `share`: of the known latencies, how many are at most that."""
        if not len(self.seconds):
            return self.seconds.rename(columns={"count": "share"}).astype({"share": float})
        n = np.repeat(self.totals["n"].to_numpy(), self._distinct())
        share = self._cumulated() / n
        return self.seconds[[*self.by, "second"]].assign(share=share)

    def table(self) -> pd.DataFrame:
        """Return the latency table: figures in seconds, null where n is too small for them.

        Columns: the keys, n, unknown, p50, p90, p95, p99, max, late, p50_low, p50_high, p95_low,
        p95_high. A percentile needs 1, 10, 20, 100 known latencies, the 95 % intervals of p50 and
        p95 need 6 and 59.
        """
        n = self.totals["n"].to_numpy()
        columns: dict[str, Ints | pd.arrays.IntegerArray] = {
            "n": n,
            "unknown": self.totals["unknown"].to_numpy(),
        }
        for name, quantile in PERCENTILES.items():
            columns[name] = self._at(
                quantile_rank(n, quantile), n >= percentile_minimum_n(quantile)
            )
        columns["max"] = self._at(n, n > 0)
        columns["late"] = self.totals["late"].to_numpy()
        for name in INTERVALS:
            ranks = rank_interval(n, PERCENTILES[name])
            columns[f"{name}_low"] = self._at(ranks.low, ranks.low > 0)
            columns[f"{name}_high"] = self._at(ranks.high, ranks.high > 0)
        return self.totals[list(self.by)].assign(**columns)

    def _at(self, rank: Ints, given: Flags) -> pd.arrays.IntegerArray:
        """Per group the latency of a 1-based rank, null where not given."""
        cumulated = np.cumsum(self.seconds["count"].to_numpy())
        before = np.concatenate([[0], np.cumsum(self.totals["n"].to_numpy())])[:-1]
        # Ranks count on over all groups, so that one search serves all of them.
        place = np.searchsorted(cumulated, before + np.where(given, rank, 1))
        values = np.append(self.seconds["second"].to_numpy(), 0)[np.minimum(place, len(cumulated))]
        return pd.arrays.IntegerArray(values.astype(np.int64), ~np.asarray(given, np.bool_))

    def _distinct(self) -> Ints:
        """How many different seconds each group of `totals` has."""
        last = np.cumsum(self.totals["n"].to_numpy())
        ends = np.searchsorted(np.cumsum(self.seconds["count"].to_numpy()), last, side="right")
        return np.diff(ends, prepend=0).astype(np.int64)

    def _cumulated(self) -> Ints:
        """Count of latencies up to each second, within its group."""
        n = self.totals["n"].to_numpy()
        before = np.repeat(np.cumsum(n) - n, self._distinct())
        return np.asarray(np.cumsum(self.seconds["count"].to_numpy()) - before, np.int64)


def known_latency(messages: pa.Table) -> Floats:
    """Return the latencies percentiles may rest on, seconds; lower bounds are NaN, as unknown."""
    exact = is_word(
        messages.column("latency_basis"), LatencyBasis.MEASURED, LatencyBasis.OFFSET_CORRECTED
    )
    return np.where(exact, floats(messages.column("latency")), np.nan)


def _sum(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sum the counts per group, sorted by group; without keys one row, even of nothing."""
    counts = [column for column in frame.columns if column not in by]
    if not by:
        return frame[counts].sum().astype(np.int64).to_frame().T
    sums = frame.groupby(by, observed=True, sort=True)[counts].sum().astype(np.int64).reset_index()
    return plain_keys(sums, [key for key in by if key != "second"])
