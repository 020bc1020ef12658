"""The arrays that measures are computed on: shortcuts give what the long way gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from analyzer.measure.arrays import in_order, joint, kept

NUMBERS = st.lists(st.integers(-3, 5) | st.integers(-(10**12), 10**12), max_size=30)


@given(NUMBERS, st.randoms())
def test_joint_numbers_pairs_as_sorting_them_would(numbers, random):
    one = np.array(numbers, np.int64)
    other = np.array([random.randrange(-1, 3) for _ in numbers], np.int64)
    pairs = np.stack([one, other], axis=1)
    expected = np.unique(pairs, axis=0, return_inverse=True)[1] if numbers else []
    assert joint(one, other).tolist() == list(np.ravel(expected))


def test_joint_takes_floats_and_what_is_not_known():
    seconds = np.array([0.5, np.nan, -1.0, np.nan])
    assert joint(seconds).tolist() == [1, 2, 0, 2]


@given(NUMBERS, st.lists(st.floats(-1, 1) | st.just(np.nan), max_size=30))
def test_rows_in_order_are_those_of_a_sort_by_both_keys(numbers, seconds):
    size = min(len(numbers), len(seconds))
    group, time = np.array(numbers[:size], np.int64), np.array(seconds[:size])
    assert in_order(time, group).tolist() == np.lexsort((time, group)).tolist()


@given(st.lists(st.booleans()))
def test_rows_that_are_kept_are_those_flagged(flags):
    table = pa.table({"row": pa.array(range(len(flags)), pa.int64())})
    rows = np.array(flags, np.bool_)
    assert kept(table, rows)["row"].to_pylist() == np.flatnonzero(rows).tolist()


def test_a_table_that_is_kept_whole_is_not_copied():
    table = pa.table({"row": [1, 2]})
    assert kept(table, np.ones(2, np.bool_)) is table
