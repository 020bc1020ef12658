"""Work once per distinct value: columns as codes into a list of values, and back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int64]


class Coded(NamedTuple):
    """A column as codes: `values[codes[i]]` is the value of row i. The last value is null."""

    values: list[Any]
    codes: Codes


def coded(column: pa.ChunkedArray) -> Coded:
    """Return a column as codes into its distinct values, null as the last of them."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # what an empty column combines to in some releases
        array = pa.array([], column.type)
    size = len(array.dictionary)
    codes = array.indices.cast(pa.int64()).fill_null(size).to_numpy(zero_copy_only=False)
    # A filtered table keeps the dictionary of the whole one: leave out what no row has.
    used = np.flatnonzero(np.bincount(codes, minlength=size + 1)[:size])
    renumbered = np.full(size + 1, len(used))
    renumbered[used] = np.arange(len(used))
    return Coded([*array.dictionary.take(pa.array(used)).to_pylist(), None], renumbered[codes])


def pairs(first: Codes, second: Codes, second_size: int) -> tuple[list[tuple[int, int]], Codes]:
    """Return the distinct pairs of two codes, and for each row the number of its pair."""
    encoded = pa.array(first * second_size + second).dictionary_encode()
    distinct = [divmod(key, second_size) for key in encoded.dictionary.to_pylist()]
    return distinct, encoded.indices.cast(pa.int64()).to_numpy(zero_copy_only=False)


def words(values: list[str | None], codes: Codes) -> pa.DictionaryArray:
    """Return a dictionary column with `values[codes[i]]` in row i."""
    return pa.array(values, pa.string()).dictionary_encode().take(pa.array(codes))
