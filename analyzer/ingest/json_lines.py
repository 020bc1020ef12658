"""Lines of JSON objects, many at a time: messages as columns, whatever else one by one.

Lines of one layout become columns straight from their bytes. The others of a stretch of whole
lines are decoded at once, if they are all well-formed objects of the expected kind.
At the first stretch that is not (a cut or damaged line, an object over several lines, a number
where none is expected, halves of surrogate pairs) the tolerant path takes over for good: it reads
the same from every line, only slower.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, BinaryIO, cast

import msgspec
import numpy as np
import pyarrow as pa

from analyzer.ingest.json_layout import JSON_NOTATION
from analyzer.ingest.legal_text import is_utf8, may_hold_illegal
from analyzer.ingest.records import Block, whole_block
from analyzer.ingest.regular_records import RegularRecords
from analyzer.ingest.stretch import Regular

CHUNK = 4 << 20
# A few regular records save less than the columns of a stretch cost.
_FEWEST = 16
_NEWLINE = ord("\n")
_BLANK = b" \t\r\n"
_Value = str | int | bool | None


class JsonLines:
    """Decodes lines of objects into blocks of messages, as long as that can be done.

    `columns` are the keys of which columns are made; an object with one of the `foreign` keys is
    no plain message. What was not decoded is `left`, from the byte `read` on.
    """

    def __init__(
        self, stream: BinaryIO, columns: Collection[str], foreign: Collection[str]
    ) -> None:
        self._stream = stream
        self._columns = tuple(columns)
        self._foreign = tuple(foreign)
        keys = {key: f"key_{number}" for number, key in enumerate((*columns, *foreign))}
        row = msgspec.defstruct(
            "Row",
            [
                (name, Any, msgspec.UNSET) if key in foreign else (name, _Value, None)
                for key, name in keys.items()
            ],
            rename={name: key for key, name in keys.items()},
            gc=False,
        )
        self._names = keys
        self._decode: Callable[[bytes], list[Any]] = msgspec.json.Decoder(row).decode_lines
        self._regular = RegularRecords(JSON_NOTATION, columns, foreign)
        self._rest = b""
        self.read = 0

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the lines that could be decoded at once."""
        while chunk := self._stream.read(CHUNK - len(self._rest)):
            end = chunk.rfind(b"\n") + 1
            if not end and len(self._rest) + len(chunk) == CHUNK:
                self._rest += chunk
                return
            lines = b"".join((self._rest, memoryview(chunk)[:end])) if end else b""
            self._rest = chunk[end:] if end else self._rest + chunk
            block = self._block(lines)
            if lines and block is None:
                self._rest = lines + self._rest
                return
            self.read += len(lines)
            if block:
                yield block

    def left(self) -> BinaryIO:
        """Return a stream of the bytes that were not decoded."""
        return cast("BinaryIO", _Left(self._rest, self._stream))

    def _block(self, lines: bytes) -> Block | None:
        """Return the messages of whole lines; None if one of them is no plain message."""
        starts = np.flatnonzero(np.frombuffer(lines, np.uint8)[:-1] == _NEWLINE) + 1
        starts = np.concatenate([[0], starts]) if lines else starts
        taken = self._regular.taken(lines, starts)
        if taken is None or len(taken.records) < _FEWEST:
            return self._decoded(lines)
        others = np.delete(np.arange(len(starts)), taken.records)
        if not len(others):
            return whole_block(taken.columns, len(starts), taken.legal)
        bounds = np.append(starts, len(lines))
        kept = [i for i in others.tolist() if lines[bounds[i] : bounds[i + 1]].strip(_BLANK)]
        rows = self._rows(b"".join(lines[bounds[i] : bounds[i + 1]] for i in kept))
        if rows is None or len(rows) != len(kept):
            return None
        order = np.argsort(np.append(taken.records, kept))
        try:
            return self._together(taken, rows, order)
        except (pa.ArrowInvalid, pa.ArrowTypeError):  # a number among the texts
            return self._decoded(lines)

    def _together(self, taken: Regular, rows: list[Any], order: np.ndarray) -> Block:
        """Return regular records and others in one order; raises if one holds no text."""
        columns: dict[str, pa.Array] = {}
        legal = taken.legal
        none = pa.nulls(len(taken.records), pa.string())
        for key in self._columns:
            values = [getattr(row, self._names[key]) for row in rows]
            others = pa.array(values, pa.string())
            legal &= not may_hold_illegal(others)
            whole = pa.concat_arrays([taken.columns.get(key, none), others])
            columns[key] = whole.take(pa.array(order))
        return whole_block(columns, len(order), legal)

    def _decoded(self, lines: bytes) -> Block | None:
        rows = self._rows(lines)
        if not rows:
            return None
        columns = {key: [getattr(row, self._names[key]) for row in rows] for key in self._columns}
        return whole_block(columns, len(rows))

    def _rows(self, lines: bytes) -> list[Any] | None:
        """Return what lines say, one by one; None if one is no plain message."""
        if not is_utf8(lines):  # which the decoder does not look for in values that nobody wants
            return None
        try:
            rows = self._decode(lines)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        for key in self._foreign:
            name = self._names[key]
            if any(getattr(row, name) is not msgspec.UNSET for row in rows):
                return None
        return rows


class _Left:
    """A stream behind bytes that were read from it."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        self._first, self._stream = first, stream

    def read(self, size: int = -1) -> bytes:
        if not self._first:
            return self._stream.read(size)
        first = self._first[:size] if size >= 0 else self._first
        self._first = self._first[len(first) :]
        return first
