"""JSON as text for people and programs: readable, and fast also where it is long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.measure.arrays import Ints, words
from analyzer.report.plain import plain

_ROWS_AT_ONCE = 20_000
_NULL = "null"
# What a JSON string must write as an escape.
_ESCAPED = r'["\\\x00-\x1f]'


def readable(value: object) -> bytes:
    """Return a value as JSON, a member a line, indented by one blank."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def indented(text: bytes) -> bytes:
    """Return readable JSON as it stands inside another object."""
    return text.replace(b"\n", b"\n ")  # strings hold no line ends, they are escaped


def table_json(table: pa.Table, depth: int = 0) -> Iterator[bytes]:
    """Yield the rows of a table as readable() writes a list of objects that stands `depth` deep.

    Columns are words, texts, whole numbers, truth values, floats (as plain() gives them) or lists
    of texts.
    """
    line = "\n" + " " * (depth + 1)
    before = "["
    for start in range(0, table.num_rows, _ROWS_AT_ONCE):
        rows = _objects(table.slice(start, _ROWS_AT_ONCE), line)
        everything = pa.ListArray.from_arrays([0, len(rows)], rows)
        yield (before + line).encode()
        yield pc.binary_join(everything, "," + line)[0].as_buffer().to_pybytes()
        before = ","
    yield ("\n" + " " * depth + "]").encode() if table.num_rows else b"[]"


def _objects(table: pa.Table, line: str) -> pa.Array:
    pieces: list[pa.Array | str] = []
    before = "{"
    for name in table.column_names:
        key = msgspec.json.encode(name).decode()
        pieces += [f"{before}{line} {key}: ", _texts(table[name].combine_chunks(), line)]
        before = ","
    return pc.binary_join_element_wise(*pieces, f"{line}}}", "")


def _texts(column: pa.Array, line: str) -> pa.Array:
    """Return each value as JSON text."""
    kind = column.type
    if column.null_count == len(column):
        return pa.repeat(_NULL, len(column))
    if pa.types.is_list(kind):
        texts = _lists(column, line)
    elif pa.types.is_string(kind):
        texts = _strings(column)
    elif pa.types.is_dictionary(kind):
        numbers, known = words(pa.chunked_array([column]))
        texts = _each_once(known, numbers)
    elif pa.types.is_floating(kind):
        distinct = column.dictionary_encode()
        values = [plain(value) for value in distinct.dictionary.to_pylist()]
        texts = _each_once(values, _numbers(distinct))
    else:
        texts = column.cast(pa.string())
    return pc.fill_null(texts, _NULL)


def _numbers(column: pa.DictionaryArray) -> Ints:
    return np.asarray(pc.fill_null(column.indices, -1), np.int64)


def _each_once(values: list[Any], numbers: Ints) -> pa.Array:
    """Return distinct values as JSON text at the places where they stand; -1 is null."""
    written = pa.array([msgspec.json.encode(value).decode() for value in values], pa.string())
    return written.take(pa.array(numbers, mask=numbers < 0))


def _strings(column: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring_regex(column, _ESCAPED)).as_py():
        distinct = column.dictionary_encode()
        return _each_once(distinct.dictionary.to_pylist(), _numbers(distinct))
    return pc.binary_join_element_wise('"', column, '"', "")


def _lists(column: pa.Array, line: str) -> pa.Array:
    """Return lists of texts, each member on a line of its own."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    members = pa.ListArray.from_arrays(offsets, _strings(pc.list_flatten(column)))
    joined = pc.binary_join(members, f",{line}  ")
    full = pc.binary_join_element_wise(f"[{line}  ", joined, f"{line} ]", "")
    texts = pc.if_else(pa.array(lengths > 0), full, "[]")
    return pc.if_else(pc.is_valid(column), texts, pa.scalar(None, pa.string()))
