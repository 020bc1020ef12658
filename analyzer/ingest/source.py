"""Where bytes come from: files, folders, standard input, gzip and zip around any of them.

A source is one log's bytes. Archives are never unpacked under their members' names: members are
streamed, and what must lie on disk (SQLite) goes to a private temporary folder.
"""

from __future__ import annotations

import gzip
import lzma
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from analyzer.ingest.column_map import ColumnMap
from analyzer.ingest.database import readable_copy, tables_of
from analyzer.ingest.decode import TextChunks, encoding_of
from analyzer.ingest.json_records import JsonHead, json_head
from analyzer.ingest.json_start import without_long_string
from analyzer.ingest.temporary import private_folder

HEAD_BYTES = 1 << 16
BOMB_BYTES = 256 << 20
BOMB_RATIO = 300
_UNPACKED_AT_ONCE = 1 << 14
PARTS_OF_DATABASE = ("-wal", "-shm", "-journal")


class BombError(OSError):
    """An archive unpacks to far more than its size allows."""

    def __init__(self, packed: int) -> None:
        super().__init__("unpacks to far more than a log holds")
        self.packed = packed


@dataclass
class Head:
    """The start of a log, in the views that readers need to recognize it."""

    data: bytes
    tables: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The start as text."""
        return self.data.decode(encoding_of(self.data), "replace").lstrip("\ufeff")

    @cached_property
    def json(self) -> JsonHead | None:
        """How the log opens, if it is JSON."""
        return json_head(self.text)


@dataclass
class Source:
    """One log: its name, how to open its bytes, what the user says of its columns.

    `size` is about the number of its bytes, unpacked; 0 where nothing says so.
    """

    name: str
    opener: Callable[[], BinaryIO]
    path: Path | None = None
    progress: Callable[[int], None] | None = None
    failure: OSError | None = None
    columns: ColumnMap | None = None
    size: int = 0

    def open(self) -> BinaryIO:
        """Open the log's bytes, unpacked.

        Where they cannot be read further, they end, and `failure` says why.
        """
        return cast("BinaryIO", _Watched(self.opener(), self))

    @contextmanager
    def text(self) -> Iterator[TextChunks]:
        """Open the log as text."""
        with self.open() as stream:
            yield TextChunks(stream)

    @contextmanager
    def database(self) -> Iterator[Path]:
        """Give a private copy of the log as a file, its -wal beside it, removed afterwards."""
        with private_folder() as folder:
            copy = folder / "log.db"
            with self.open() as stream, copy.open("wb") as out:
                shutil.copyfileobj(stream, out, 1 << 20)
            for ending in PARTS_OF_DATABASE[:2]:
                beside = self.path and self.path.with_name(self.path.name + ending)
                if beside and beside.is_file():
                    shutil.copyfile(beside, folder / ("log.db" + ending))
            yield copy

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """Open the log's bytes with any place in reach; what is packed is unpacked to disk."""
        with self.opener() as stream:
            if self.path is not None:
                yield stream
                return
            with tempfile.TemporaryFile(prefix="sms-analyzer-") as spool:
                shutil.copyfileobj(stream, spool, 1 << 20)
                spool.seek(0)
                yield cast("BinaryIO", spool)

    def head(self) -> Head:
        """Read the start of the log."""
        with self.opener() as stream:
            data = without_long_string(stream.read(HEAD_BYTES), stream)
        if not data.startswith(b"SQLite format 3\0"):
            return Head(data)
        with self.database() as copy, readable_copy(copy) as connection:
            return Head(data, tables_of(connection))


class _Watched:
    """The stream of a source: reports how many bytes were read, and ends where reading fails."""

    def __init__(self, stream: BinaryIO, source: Source) -> None:
        self._stream, self._source = stream, source

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except OSError as error:
            self._source.failure = error
            return b""
        if self._source.progress:
            self._source.progress(len(data))
        return data

    def __enter__(self) -> _Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


class _Bounded:
    """A stream of unpacked bytes that stops where only a bomb goes on.

    Where the packed bytes are damaged, all that could be unpacked comes first, then the error.
    """

    def __init__(self, stream: BufferedReader, packed: int, around: BinaryIO | None = None) -> None:
        self._stream, self._packed, self._around = stream, packed, around
        self._read = 0
        self._error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        wanted = size if size >= 0 else sys.maxsize
        pieces: list[bytes] = []
        while wanted and not self._error:
            try:
                piece = self._stream.read1(min(wanted, _UNPACKED_AT_ONCE))
            except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
                self._error = error
                break
            if not piece:
                break
            pieces.append(piece)
            wanted -= len(piece)
            self._read += len(piece)
            if self._read > BOMB_BYTES and self._read > BOMB_RATIO * self._packed:
                raise BombError(self._packed)
        if self._error and not pieces:
            reason = str(self._error) or type(self._error).__name__
            raise OSError(reason) from self._error
        return b"".join(pieces)

    def close(self) -> None:
        self._stream.close()
        if self._around is not None:
            self._around.close()

    def __enter__(self) -> _Bounded:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def spooled(stream: BinaryIO) -> Iterator[Path]:
    """Give what a stream holds as a file, removed afterwards."""
    with private_folder() as folder:
        spool = folder / "spool"
        with spool.open("wb") as out:
            shutil.copyfileobj(stream, out, 1 << 20)
        yield spool


def plain(path: Path, name: str) -> Source:
    """Return the source of a file as it lies there."""
    return Source(name, lambda: path.open("rb"), path, size=path.stat().st_size)


def gunzipped(outer: Source, packed: int) -> Source:
    """Return the source inside a gzip file of `packed` bytes."""

    def opener() -> BinaryIO:
        inside = outer.opener()
        stream = cast("BufferedReader", gzip.GzipFile(fileobj=inside))
        return cast("BinaryIO", _Bounded(stream, packed, inside))

    return Source(outer.name, opener, size=packed)


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Source:
    """Return the source of one member of a zip archive."""

    def opener() -> BinaryIO:
        try:
            stream = cast("BufferedReader", archive.open(info))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise OSError(str(error)) from error
        return cast("BinaryIO", _Bounded(stream, info.compress_size))

    return Source(name, opener, size=info.file_size)
