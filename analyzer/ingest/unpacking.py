"""Streams inside streams: deflated bytes and tar members, in constant memory, with a bomb's limit.

Nothing is written to disk, and no name from an archive is used as a path.
"""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol, cast

from analyzer.ingest.source import BOMB_BYTES, BOMB_RATIO, BombError

CHUNK = 1 << 16
_BLOCK = tarfile.BLOCKSIZE
_LARGEST_EXTENSION = 1 << 16
_PAX_SIZE = re.compile(rb"\d+ size=(\d{1,18})\n")


class Readable(Protocol):
    """What can be read."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""


class Budget:
    """How much may be unpacked from one log, all its layers together."""

    def __init__(self) -> None:
        self.packed = self.unpacked = 0

    def spend(self, count: int) -> None:
        """Count unpacked bytes; raise BombError where only a bomb goes on."""
        self.unpacked += count
        if self.unpacked > BOMB_BYTES and self.unpacked > BOMB_RATIO * self.packed:
            raise BombError(self.packed)


def blocks(stream: Readable, budget: Budget | None = None) -> Iterator[bytes]:
    """Yield the bytes of a stream; with a budget, they count as packed."""
    while block := stream.read(CHUNK):
        if budget is not None:
            budget.packed += len(block)
        yield block


def inflated(packed: Iterator[bytes], budget: Budget) -> Iterator[bytes]:
    """Yield deflated bytes unpacked; ends without a word where they are cut or damaged."""
    inflate = zlib.decompressobj()
    for block in packed:
        left = block
        while left and not inflate.eof:
            try:
                data = inflate.decompress(left, CHUNK)
            except zlib.error:
                return
            left = inflate.unconsumed_tail
            budget.spend(len(data))
            yield data
        if inflate.eof:
            return
    yield inflate.flush()


class _Blocks:
    """A readable stream over blocks of bytes."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source, self._rest = source, b""

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes, all if it is negative; fewer only at the end."""
        have = [self._rest]
        length = len(self._rest)
        while size < 0 or length < size:
            block = next(self._source, None)
            if block is None:
                break
            have.append(block)
            length += len(block)
        data = b"".join(have)
        end = length if size < 0 else size
        self._rest = data[end:]
        return data[:end]

    def close(self) -> None:
        """Leave what the blocks come from to whoever opened it."""


class TarMember(NamedTuple):
    """A regular file in a tar: its name, and its bytes while it is the current one."""

    name: str
    part: Part


class Part:
    """The bytes of one member; `left` is what was not read of them."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self.left = stream, size

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes of the member."""
        wanted = self.left if size < 0 else min(size, self.left)
        data = self._stream.read(wanted)
        self.left -= len(data)
        return data


class TarMembers:
    """Iterates over the regular files of a tar; `complete` once its end mark was reached."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.complete = False

    def __iter__(self) -> Iterator[TarMember]:
        size_said: int | None = None
        while True:
            block = self._stream.read(_BLOCK)
            if block == bytes(_BLOCK):
                self.complete = True
                return
            try:
                header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            except tarfile.HeaderError:
                return
            size = header.size if size_said is None else size_said
            if size < 0:
                return
            part = Part(self._stream, size)
            size_said = None
            if header.type == tarfile.XHDTYPE and size <= _LARGEST_EXTENSION:
                said = _PAX_SIZE.search(part.read())
                size_said = int(said[1]) if said else None
            elif header.isreg():
                yield TarMember(header.name, part)
            if not self._skip(part, -size % _BLOCK):
                return

    def _skip(self, part: Part, padding: int) -> bool:
        """Skip the rest of a member; tell whether all of it was there."""
        while part.left and part.read(CHUNK):
            continue
        return part.left == 0 and len(self._stream.read(padding)) == padding


def as_stream(source: Iterator[bytes]) -> BinaryIO:
    """Return blocks of bytes as a binary stream."""
    return cast("BinaryIO", _Blocks(source))
