"""XML logs as whole cells: what lies from one "<" to before the next.

"<" never stands inside an attribute value, so a cell is one tag and the text behind it, and both
paths of a reader (regular records in columns, tag by tag) start and end at the same places. The
content of elements that nobody reads, gigabytes of base64, is dropped here without being looked
at; a cell larger than any record is dropped too, and told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

import numpy as np

from analyzer.ingest.decode import TextChunks
from analyzer.ingest.records import Problem, ProblemKind

MAX_TAG = 4 << 20
CHUNK = 1 << 22
_MARK = b"\xef\xbb\xbf"
_OPEN = ord("<")
_QUOTED = 200
_ANY_TAG = re.compile(rb"<[A-Za-z]")
_KNOWN_ROOT = re.compile(rb"<(?:smses|calls)[\s>]")


@dataclass
class Cells:
    """Whole cells: their bytes (UTF-8), and the offset at which each starts.

    `places` are pairs of an offset in the bytes and the byte of the log that stands there; none
    where the log is not UTF-8. The last cell of a log comes alone and is marked, as it may be cut.
    """

    data: bytes
    places: list[tuple[int, int]] = field(default_factory=list)
    is_last: bool = False

    @cached_property
    def starts(self) -> np.ndarray:
        """The offsets at which cells start."""
        return np.flatnonzero(np.frombuffer(self.data, np.uint8) == _OPEN)

    def second_bytes(self) -> np.ndarray:
        """Return the byte behind the "<" of each cell."""
        last = max(len(self.data) - 1, 0)
        second: np.ndarray = np.frombuffer(self.data, np.uint8)[np.minimum(self.starts + 1, last)]
        return second

    def byte(self, offset: int) -> int | None:
        """Return the position in the log of a byte of these cells."""
        index = bisect_right(self.places, offset, key=lambda place: place[0]) - 1
        if index < 0:
            return None
        here, there = self.places[index]
        return there + offset - here

    def between(self, start: int, end: int) -> Cells:
        """Return the cells from one offset to another."""
        byte = self.byte(start)
        places = [] if byte is None else [(0, byte)]
        places += [(here - start, there) for here, there in self.places if start < here < end]
        return Cells(self.data[start:end], places, self.is_last and end == len(self.data))


def _joined(parts: Sequence[Cells]) -> Cells:
    """Return cells that follow each other, with what was between them left out."""
    places: list[tuple[int, int]] = []
    length = 0
    for part in parts:
        places += [(here + length, there) for here, there in part.places]
        length += len(part.data)
    return Cells(b"".join(part.data for part in parts), places, parts[-1].is_last)


def _of_usual_size(cells: Cells) -> Iterator[Cells | Problem]:
    """Yield cells; those larger than any record are left out and told."""
    at = 0
    bounds = np.append(cells.starts, len(cells.data))
    for cell in np.flatnonzero(np.diff(bounds) > MAX_TAG).tolist():
        start, end = bounds[cell : cell + 2].tolist()
        yield cells.between(at, start)
        yield _huge(cells.data[start : start + _QUOTED], cells.byte(start))
        at = end
    yield cells.between(at, len(cells.data)) if at else cells


def _huge(start: bytes, byte: int | None) -> Problem:
    raw = start[:_QUOTED].decode("utf-8", "replace")
    details: dict[str, object] = {"limit": MAX_TAG >> 20}
    return Problem("huge_record", ProblemKind.REJECTED, byte=byte, details=details, raw=raw)


class Utf8Chunks:
    """Iterates over a log's bytes as UTF-8; counts the characters replaced on the way there.

    Bytes that are UTF-8 already are passed on as they are, damaged ones too. `first_byte` is the
    position in the log of the first byte passed on; None where bytes are not those of the log.
    """

    def __init__(self, stream: BinaryIO, encoding: str, size: int = CHUNK) -> None:
        self._stream, self._size = stream, size
        self._text = None if encoding.startswith("utf-8") else TextChunks(stream)
        has_mark = encoding == "utf-8-sig"
        self.first_byte = None if self._text else len(_MARK) * has_mark

    @property
    def replaced(self) -> int:
        """The characters that could not be decoded so far."""
        return self._text.replaced if self._text else 0

    def __iter__(self) -> Iterator[bytes]:
        if self._text:
            yield from (chunk.encode("utf-8", "surrogatepass") for chunk in self._text)
            return
        chunk = self._stream.read(self._size)[self.first_byte :]
        while chunk:
            yield chunk
            chunk = self._stream.read(self._size)


def whole_cells(
    chunks: Iterable[bytes], skip_content_of: str, first_byte: int | None = 0
) -> Iterator[Cells | Problem]:
    """Yield a log's cells, a chunk's at a time, without the content of the named elements.

    `first_byte` is the position in the log of the first byte of the chunks, None if unknown.
    """
    cutting = _Cutting(skip_content_of, first_byte)
    for chunk in chunks:
        yield from cutting.fed(chunk)
    yield from cutting.ended()


def without_doctype(pieces: Iterable[Cells | Problem]) -> Iterator[Cells | Problem]:
    """Yield cells; everything from <!DOCTYPE to the root element is left out and told."""
    prolog: Cells | None = Cells(b"")
    for piece in pieces:
        if isinstance(piece, Problem) or prolog is None:
            yield piece
            continue
        prolog = _joined((prolog, piece))
        declared = prolog.data.find(b"<!DOCTYPE")
        root = _root(prolog.data, declared)
        if root >= 0 or len(prolog.data) >= MAX_TAG:
            yield from _undeclared(prolog, declared, root)
            prolog = None
    if prolog:
        yield from _undeclared(prolog, prolog.data.find(b"<!DOCTYPE"), -1)


def _root(prolog: bytes, declared: int) -> int:
    pattern = _ANY_TAG if declared < 0 else _KNOWN_ROOT
    found = pattern.search(prolog, max(declared, 0))
    return found.start() if found else -1


def _undeclared(prolog: Cells, declared: int, root: int) -> Iterator[Cells | Problem]:
    if declared < 0 or 0 <= root < declared:
        yield prolog
        return
    yield Problem("doctype")
    yield prolog.between(0, declared)
    if root >= 0:
        yield prolog.between(root, len(prolog.data))


class _Cutting:
    """Cuts a stream of bytes before each "<"; holds what may go on in the next chunk."""

    def __init__(self, skipped: str, first_byte: int | None) -> None:
        self._opening = re.compile(rf"<{skipped}\b[^<>]*?(/?)>".encode())
        self._closing = f"</{skipped}>".encode()
        self._first = first_byte
        self._read = 0
        self._held: list[bytes] = []
        self._skipping = False
        self._dropping = False

    def fed(self, chunk: bytes) -> Iterator[Cells | Problem]:
        self._read += len(chunk)
        if self._dropping:
            start = chunk.find(b"<")
            if start < 0:
                return
            chunk, self._dropping = chunk[start:], False
        cut = chunk.rfind(b"<")
        if cut >= 0:
            data = b"".join((*self._held, memoryview(chunk)[:cut]))
            self._held = [chunk[cut:]]
            yield from self._cells(data, self._read - len(self._held[0]) - len(data))
        else:
            self._held.append(chunk)
        if self._skipping and len(self._held[0]) != 1 and self._held[0][:2] != b"</":
            self._held = [b""]  # part of what is skipped, however long it goes on
        elif sum(map(len, self._held)) > MAX_TAG:
            held = b"".join(self._held)
            yield _huge(held, Cells(held, self._place(self._read - len(held))).byte(0))
            self._held, self._dropping = [], True

    def ended(self) -> Iterator[Cells | Problem]:
        rest = b"".join(self._held)
        for cells in self._cells(rest, self._read - len(rest)):
            if isinstance(cells, Cells):
                cells.is_last = True
            yield cells

    def _place(self, start: int) -> list[tuple[int, int]]:
        return [] if self._first is None else [(0, start + self._first)]

    def _cells(self, data: bytes, start: int) -> Iterator[Cells | Problem]:
        """Yield cells that begin at a position of the stream, without what is skipped."""
        cells = Cells(data, self._place(start))
        opens = self._skipping or (cells.second_bytes() == self._opening.pattern[1]).any()
        kept = self._kept(data) if opens else [(0, len(data))]
        if data and kept == [(0, len(data))]:
            yield from _of_usual_size(cells)
        elif kept:
            yield from _of_usual_size(_joined([cells.between(*part) for part in kept]))

    def _kept(self, data: bytes) -> list[tuple[int, int]]:
        kept: list[tuple[int, int]] = []
        at = 0
        while True:
            if self._skipping:
                at = data.find(self._closing, at)
                if at < 0:
                    return kept
                self._skipping = False
            found = self._opening.search(data, at)
            if not found:
                kept.append((at, len(data)))
                return kept
            kept.append((at, found.end()))
            at, self._skipping = found.end(), not found[1]
