"""Thresholds held against an analysis: each kept, broken, or too few cases to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.analysis import Analysis
from analyzer.check.thresholds import Measure, Threshold
from analyzer.compare.measures import MOST_UNDECIDED
from analyzer.compare.sides import KEYS as COLUMNS
from analyzer.compare.sides import canonical
from analyzer.measure import blocking_table, latency_table, outcome_table
from analyzer.schema import Outcome

_COUNTED = {
    Measure.LATE: (Outcome.LATE, Outcome.EXPIRED),
    Measure.EXPIRED: (Outcome.EXPIRED,),
    Measure.GARBLED: (Outcome.GARBLED,),
    Measure.MISSING: (Outcome.MISSING,),
    Measure.IN_TIME: (Outcome.IN_TIME,),
}
_NOT_COUNTED = (Outcome.UNDECIDED, Outcome.REFUSED)


class Checked(NamedTuple):
    """One threshold for one group.

    `group` are the keys and values it was checked for, `value` the figure (seconds or share; null:
    there is none), `kept` whether it is within the limit (null: undecided). `n` is the number of
    cases; `open_outcomes`: of too many more the outcome is not known to give a share.
    """

    threshold: Threshold
    group: tuple[tuple[str, str], ...]
    value: float | None
    n: int
    kept: bool | None
    open_outcomes: bool = False


def checked(analysis: Analysis, thresholds: Sequence[Threshold]) -> list[Checked]:
    """Return what becomes of every threshold, one entry for each group it holds for."""
    return [one for threshold in thresholds for one in _checked(analysis, threshold)]


def _checked(analysis: Analysis, threshold: Threshold) -> Iterator[Checked]:
    codes = _only(analysis.codes, threshold, 0)
    attempts = _only(analysis.attempts, threshold, 1)
    by = () if threshold.each is None else (threshold.each,)
    table = _figures(codes, attempts, threshold.measure, by, analysis.options.late_after)
    for row in table.to_dict(orient="records"):
        group = threshold.only + tuple((key, str(row[key])) for key in by)
        value = None if pd.isna(row["value"]) else float(row["value"])
        n, kept = int(row["n"]), _kept(threshold, value, row["n"])
        yield Checked(threshold, group, value, n, kept, bool(row.get("open")))


def _kept(threshold: Threshold, value: float | None, n: int) -> bool | None:
    if value is None or n < threshold.min_n:
        return None
    if threshold.measure.is_least:
        return value >= threshold.limit
    return value <= threshold.limit


def _figures(
    codes: pa.Table, attempts: pa.Table, measure: Measure, by: tuple[str, ...], late_after: float
) -> pd.DataFrame:
    """Return the figure per group: the keys, value and n."""
    if measure.in_seconds:
        table = latency_table(codes, by, late_after=late_after)
        return table[[*by, "n"]].assign(value=table[measure.value])
    if measure is Measure.BLOCKED:
        table = blocking_table(codes, by)
        return table[[*by, "n"]].assign(value=table["rate"])
    table = outcome_table(attempts, by)
    n = table["n"] - sum(table[outcome.value] for outcome in _NOT_COUNTED)
    hits = sum(table[outcome.value] for outcome in _COUNTED[measure])
    too_open = table[Outcome.UNDECIDED.value] > MOST_UNDECIDED * table["n"]
    share = hits / n.where((n > 0) & ~too_open)
    return table[list(by)].assign(n=n, value=share, open=too_open)


def _only(table: pa.Table, threshold: Threshold, place: int) -> pa.Table:
    """Return the rows of the group that a threshold names."""
    for key, value in threshold.only:
        column = pc.utf8_lower(table[COLUMNS[key][place]].cast(pa.string()))
        table = table.filter(pc.equal(column, canonical(key, value).lower()))
    return table
