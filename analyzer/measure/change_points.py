"""Change points: the moment from which a sender or carrier became slower, or was blocked more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from analyzer.measure.arrays import Floats, Ints, floats, is_word, run_starts, times, words
from analyzer.measure.comparisons import holm
from analyzer.measure.grouping import COLUMNS, code_messages
from analyzer.measure.sim_rows import moment
from analyzer.measure.tables import was_blocked
from analyzer.schema import LatencyBasis

if TYPE_CHECKING:
    from datetime import datetime

LEAST_ROWS = 20
SHUFFLES = 1999
# Nearer to either end a change cannot be told from a few unusual values.
LEAST_SIDE = 5
# Longer series are thinned to this many blocks of neighbors: the moment is known well enough.
MOST_BLOCKS = 400


class ChangePoint(NamedTuple):
    """The largest change in a series of messages of one group, in time order.

    `measure` is latency (seconds; `before` and `after` are medians) or blocking (rates). `at` is
    when the first message after the change came; `n_before` and `n_after` count messages. `p` is
    the permutation p of Pettitt's statistic, corrected for the groups tested (Holm).
    """

    key: str
    measure: str
    at: datetime
    before: float
    after: float
    n_before: int
    n_after: int
    p: float


def change_points(table: pa.Table, by: str = "carrier", error: float = 0.01) -> list[ChangePoint]:
    """Return the change points of latency and of blocking of the code messages, group by group.

    `by` is sender, carrier or service; groups of fewer than 20 messages are not tested.

    Reference: A. N. Pettitt, Applied Statistics 28 (1979) 126; p by permutation, as the closed form
    is poor for small n and ties.
    """
    codes = code_messages(table)
    received, latency = times(codes, "received_at"), floats(codes.column("latency"))
    exact = is_word(
        codes.column("latency_basis"), LatencyBasis.MEASURED, LatencyBasis.OFFSET_CORRECTED
    )
    group, known = words(codes.column(COLUMNS[by][0]))
    found: list[ChangePoint] = []
    for name, values, usable in (
        ("latency", latency, exact & ~np.isnan(latency)),
        ("blocking", was_blocked(codes).astype(np.float64), np.ones(len(group), np.bool_)),
    ):
        rows = np.flatnonzero(usable & ~np.isnan(received) & (group >= 0))
        rows = rows[np.lexsort((received[rows], group[rows]))]
        parts = np.split(rows, run_starts(group[rows])[1:]) if len(rows) else []
        found.extend(
            _change(known[group[part[0]]], name, values[part], received[part])
            for part in parts
            if len(part) >= LEAST_ROWS and np.ptp(values[part]) > 0
        )
    corrected = holm([change.p for change in found])
    judged = [change._replace(p=float(p)) for change, p in zip(found, corrected, strict=True)]
    return [change for change in judged if change.p < error]


def _change(key: str, measure: str, values: Floats, received: Floats) -> ChangePoint:
    blocks = np.linspace(0, len(values), min(len(values), MOST_BLOCKS) + 1).astype(np.int64)
    series = np.add.reduceat(values, blocks[:-1]) / np.diff(blocks)
    place, p = pettitt(series)
    split = int(blocks[place])
    typical = np.median if measure == "latency" else np.mean
    before, after = (float(typical(part)) for part in (values[:split], values[split:]))
    sizes = (split, len(values) - split)
    return ChangePoint(key, measure, moment(received[split]), before, after, *sizes, p)


def pettitt(series: Floats, shuffles: int = SHUFFLES) -> tuple[int, float]:
    """Return where a series of ten or more values changes most, and the p of that change.

    The place is the index of the first value after the change. p is the share of shuffled series
    with a statistic as large, the series itself counted: exact at any n and with ties.
    """
    from scipy.stats import rankdata

    ranks = rankdata(series)
    statistic = _statistic(ranks[None, :])[0]
    place = int(np.argmax(statistic))
    shuffled = np.random.default_rng(len(ranks)).permuted(
        np.repeat(ranks[None, :], shuffles, axis=0), axis=1
    )
    most = _statistic(shuffled).max(axis=1)
    p = (1 + int((most >= statistic[place] - 1e-9).sum())) / (shuffles + 1)
    return place + LEAST_SIDE, p


def _statistic(ranks: Floats) -> Floats:
    """|U| of Pettitt for every split that leaves five values on each side; one row a series."""
    n = ranks.shape[1]
    sides: Ints = np.arange(1, n + 1)
    difference = np.abs(2 * np.cumsum(ranks, axis=1) - sides * (n + 1))
    return np.asarray(difference[:, LEAST_SIDE - 1 : n - LEAST_SIDE], np.float64)
