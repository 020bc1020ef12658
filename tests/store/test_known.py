"""Which messages a store has: as a plain dictionary would say, whatever the order of batches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from analyzer.store.known import Known

ROWS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 7)), max_size=30)


def identity(number: int) -> str:
    """Return an identity as message_id writes it."""
    return f"{number:016x}{number % 3:08x}"


@given(st.lists(ROWS, max_size=12))
def test_a_message_is_new_once_and_kept_again_only_if_it_knows_more(batches) -> None:
    known, first = Known(), {}
    for batch in batches:
        ids = pa.array([identity(number) for number, _ in batch], pa.string())
        new, worth = known.add(ids, np.array([bits for _, bits in batch], np.int64))
        for place, (number, bits) in enumerate(batch):
            assert worth[place] >= new[place]
            if number not in first:
                assert new[place]
                first[number] = bits
            else:
                assert not new[place]
                assert worth[place] == bool(bits & ~first[number])


@given(st.lists(st.integers(0, 10**9), unique=True, max_size=60), st.integers(1, 7))
def test_no_message_counts_as_known_before_it_came(numbers, size) -> None:
    known = Known()
    for start in range(0, len(numbers), size):
        ids = pa.array([identity(number) for number in numbers[start : start + size]], pa.string())
        new, worth = known.add(ids, np.zeros(len(ids), np.int64))
        assert new.all()
        assert worth.all()
    ids = pa.array([identity(number) for number in numbers], pa.string())
    new, worth = known.add(ids, np.zeros(len(ids), np.int64))
    assert not new.any()
    assert not worth.any()


def test_messages_that_agree_in_64_bits_only_are_both_kept() -> None:
    known = Known()
    ids = pa.array([f"{5:016x}{1:08x}", f"{5:016x}{2:08x}"], pa.string())
    new, worth = known.add(ids, np.zeros(2, np.int64))
    assert new.all()
    assert worth.all()
