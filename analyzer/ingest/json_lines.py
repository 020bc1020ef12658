"""Lines of JSON objects, many at a time: messages as columns, whatever else one by one.

A stretch of whole lines that are all well-formed objects of the expected kind is decoded at once.
At the first stretch that is not (a cut or damaged line, an object over several lines, a number
where none is expected, halves of surrogate pairs) the tolerant path takes over for good: it reads
the same from every line, only slower.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, BinaryIO, cast

import msgspec

from analyzer.ingest.records import Block, whole_block

CHUNK = 1 << 20
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
        self._rest = b""
        self.read = 0

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of the lines that could be decoded at once."""
        while chunk := self._stream.read(CHUNK):
            self._rest += chunk
            end = self._rest.rfind(b"\n") + 1
            if not end and len(self._rest) > CHUNK:
                return
            block = self._block(self._rest[:end])
            if end and block is None:
                return
            self._rest, self.read = self._rest[end:], self.read + end
            if block:
                yield block

    def left(self) -> BinaryIO:
        """Return a stream of the bytes that were not decoded."""
        return cast("BinaryIO", _Left(self._rest, self._stream))

    def _block(self, lines: bytes) -> Block | None:
        try:
            rows = self._decode(lines)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        for key in self._foreign:
            name = self._names[key]
            if any(getattr(row, name) is not msgspec.UNSET for row in rows):
                return None
        if not rows:
            return None
        columns = {key: [getattr(row, self._names[key]) for row in rows] for key in self._columns}
        return whole_block(columns)


class _Left:
    """A stream behind bytes that were read from it."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        self._first, self._stream = first, stream

    def read(self, size: int = -1) -> bytes:
        first, self._first = self._first, b""
        return first or self._stream.read(size)
