"""Arrow columns as the numpy arrays the measures are computed on.

Times become milliseconds since 1970 UTC as float64 (exact up to the year 287396), null becomes
NaN; words become small integers, null becomes -1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]


def times(table: pa.Table, name: str) -> Floats:
    """Return a timestamp column in milliseconds since 1970 UTC, NaN for null."""
    return floats(pc.cast(table.column(name), pa.int64()))


def floats(column: pa.ChunkedArray | pa.Array) -> Floats:
    """Return a numeric column as float64, NaN for null."""
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def flags(column: pa.ChunkedArray) -> Flags:
    """Return a boolean column, null taken as False."""
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), np.bool_)


def words(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Return a column of words as indices (-1 for null) into the list of words it uses."""
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    indices = pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return indices, [str(word) for word in array.dictionary.to_pylist()]


def only_word(column: pa.ChunkedArray) -> str | None:
    """Return the word a column holds, if there is just one; else None."""
    indices, known = words(column)
    used = {known[index] for index in np.unique(indices[indices >= 0])}
    return used.pop() if len(used) == 1 else None


def is_word(column: pa.ChunkedArray, *wanted: str) -> Flags:
    """Return where a column of words holds one of the wanted words."""
    indices, known = words(column)
    hits = np.array([word in wanted for word in known] + [False])
    return np.asarray(hits[indices], np.bool_)


def enumerated(codes: npt.NDArray[Any], members: Sequence[StrEnum]) -> pa.DictionaryArray:
    """Return indices into an enumeration as an Arrow column of its words; -1 becomes null."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array([member.value for member in members]))


def nullable(values: Floats) -> pa.Array:
    """Return floats as an Arrow column, NaN as null."""
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def joint(*codes: npt.NDArray[Any]) -> Ints:
    """Return one integer per row, equal where all given codes are equal, from 0 without gaps."""
    combined = np.zeros(len(codes[0]), np.int64)
    for code in codes:
        dense = _ranks(code)
        combined = _ranks(combined * (int(dense.max(initial=0)) + 1) + dense)
    return combined


def _ranks(codes: npt.NDArray[Any]) -> Ints:
    """Return the place of each value among the distinct ones, as np.unique numbers them.

    Numbers of names lie close together: a table of those that occur takes the place of a sort.
    """
    if len(codes) and codes.dtype.kind == "i":
        low = int(codes.min())
        span = int(codes.max()) - low + 1
        if span <= 2 * len(codes):
            shifted = codes - low
            occurs = np.zeros(span, np.bool_)
            occurs[shifted] = True
            places = np.cumsum(occurs, dtype=np.int64) - 1
            return np.asarray(places[shifted], np.int64)
    _, dense = np.unique(codes, return_inverse=True)
    return np.asarray(dense, np.int64)


def in_order(*keys: npt.NDArray[Any]) -> Ints:
    """Return the rows sorted by keys, the last one first, as np.lexsort does.

    Keys of small integers are narrowed: NumPy sorts those of 16 bits without comparing.
    """
    return np.lexsort([_narrowed(key) for key in keys]).astype(np.int64, copy=False)


def _narrowed(key: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if key.dtype.kind != "i" or not len(key):
        return key
    limits = np.iinfo(np.int16)
    small = key.min() >= limits.min and key.max() <= limits.max
    return key.astype(np.int16) if small else key


def kept(table: pa.Table, rows: Flags) -> pa.Table:
    """Return the rows of a table that are flagged; the table itself, uncopied, if all are."""
    if rows.all():
        return table
    return table.filter(pa.array(rows)) if rows.any() else table.slice(0, 0)


def run_starts(*keys: npt.NDArray[Any]) -> Ints:
    """Return the positions at which any of the keys differs from the row before."""
    size = len(keys[0])
    new = np.zeros(size, np.bool_)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new).astype(np.int64)


def run_numbers(starts: Ints, size: int) -> Ints:
    """Return the number of the run each row lies in, from 0."""
    marks = np.zeros(size, np.int64)
    marks[starts] = 1
    return np.cumsum(marks) - 1
