"""The tables of the report: last-mile latency, blocking and outcomes, by any of the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyzer.measure.arrays import Flags, flags, is_word, words
from analyzer.measure.counts import LATE_AFTER_SECONDS, LatencyCounts
from analyzer.measure.grouping import (
    UNKNOWN,
    attempt_keys,
    code_messages,
    four_groupings,
    grouped,
    message_keys,
)
from analyzer.measure.statistics import wilson_interval
from analyzer.schema import Folder, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

BOTH = ("sender", "carrier")


def latency_table(
    table: pa.Table,
    by: Sequence[str] = (),
    *,
    late_after: float = LATE_AFTER_SECONDS,
    tz: str = "UTC",
) -> pd.DataFrame:
    """Return last-mile latencies of the code messages in seconds, one row per group.

    Code messages of the inbox and of the blocked folder count alike: the network delivered both.
    `n` is the number of known latencies the figures rest on, `unknown` that of the other code
    messages (no usable stamp, or only a lower bound). See `LatencyCounts.table` for the columns.
    """
    return LatencyCounts.from_messages(table, by, late_after, tz).table()


def latency_groupings(table: pa.Table, *, late_after: float = LATE_AFTER_SECONDS) -> pd.DataFrame:
    """Return the latency tables overall, by sender, by carrier and by both; null key means all."""
    return groupings_of(LatencyCounts.from_messages(table, BOTH, late_after))


def groupings_of(counts: LatencyCounts) -> pd.DataFrame:
    """Return the four latency tables of counts by sender and carrier, as after a merge."""
    return four_groupings(
        *(counts.over(by).table() for by in ((), ("sender",), ("carrier",))), counts.table()
    )


def blocking_table(table: pa.Table, by: Sequence[str] = (), *, tz: str = "UTC") -> pd.DataFrame:
    """Return how many of the code messages received were blocked, one row per group.

    Columns: the keys, n (inbox and blocked), blocked, rate, rate_low, rate_high (Wilson, 95 %;
    null for n = 0) and reasons (block_reason to count; "unknown" where none is given). A message
    restored to the inbox was blocked.
    """
    codes = code_messages(table)
    blocked = was_blocked(codes)
    keys = message_keys(codes, by, tz)
    sums = grouped(keys, {"n": np.ones(len(keys), np.int64), "blocked": blocked.astype(np.int64)})
    n, hits = sums["n"].to_numpy(), sums["blocked"].to_numpy()
    low, high = wilson_interval(hits, n)
    with np.errstate(invalid="ignore"):
        rate = np.where(n > 0, hits / np.maximum(n, 1), np.nan)
    reasons = _reasons(codes, keys, blocked, sums)
    return sums.assign(
        rate=rate, rate_low=low, rate_high=high, reasons=pd.Series(reasons, dtype=object)
    )


def blocking_groupings(table: pa.Table) -> pd.DataFrame:
    """Return the blocking tables overall, by sender, by carrier and by both; null means all."""
    codes = code_messages(table)
    return four_groupings(
        *(blocking_table(codes, by) for by in ((), ("sender",), ("carrier",), BOTH))
    )


def was_blocked(messages: pa.Table) -> Flags:
    """Return which messages the phone put in the blocked folder, restored ones included."""
    return is_word(messages.column("folder"), Folder.BLOCKED) | flags(messages.column("restored"))


def _reasons(
    codes: pa.Table, keys: pd.DataFrame, blocked: Flags, sums: pd.DataFrame
) -> list[dict[str, int]]:
    indices, known = words(codes.column("block_reason"))
    reason = pd.Series(np.array([*known, UNKNOWN], object)[indices], dtype=object)
    by = list(keys.columns)
    counted: dict[tuple[object, ...], dict[str, int]] = {}
    rows = keys[blocked].astype(object).assign(reason=reason[blocked])
    for group, count in rows.groupby([*by, "reason"], sort=True).size().items():
        words_of = group if isinstance(group, tuple) else (group,)
        counted.setdefault(words_of[:-1], {})[str(words_of[-1])] = int(count)
    groups = sums[by].itertuples(index=False, name=None) if by else [()]
    return [counted.get(tuple(group), {}) for group in groups]


def outcome_table(attempts: pa.Table, by: Sequence[str] = (), *, tz: str = "UTC") -> pd.DataFrame:
    """Return how many attempts ended how: the keys, n, and one column per outcome."""
    keys = attempt_keys(attempts, by, tz)
    outcome = attempts.column("outcome")
    counts = {name.value: is_word(outcome, name).astype(np.int64) for name in Outcome}
    return grouped(keys, {"n": np.ones(len(keys), np.int64), **counts})
