"""Where bytes come from: files, folders, standard input, gzip and zip around any of them.

A source is one log's bytes. Archives are never unpacked under their members' names: members are
streamed, and what must lie on disk (SQLite) goes to a private temporary folder.
"""

from __future__ import annotations

import gzip
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from analyzer.ingest.database import readable_copy, tables_of
from analyzer.ingest.decode import TextChunks, encoding_of
from analyzer.ingest.json_records import JsonHead, json_head

HEAD_BYTES = 1 << 16
BOMB_BYTES = 256 << 20
BOMB_RATIO = 300
_PARTS_OF_DATABASE = ("-wal", "-shm", "-journal")


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
    """One log: its name, and how to open its bytes."""

    name: str
    opener: Callable[[], BinaryIO]
    path: Path | None = None
    progress: Callable[[int], None] | None = None

    def open(self) -> BinaryIO:
        """Open the log's bytes, unpacked."""
        stream = self.opener()
        return cast("BinaryIO", _Counted(stream, self.progress)) if self.progress else stream

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
            for ending in _PARTS_OF_DATABASE[:2]:
                beside = self.path and self.path.with_name(self.path.name + ending)
                if beside and beside.is_file():
                    shutil.copyfile(beside, folder / ("log.db" + ending))
            yield copy

    def head(self) -> Head:
        """Read the start of the log."""
        with self.opener() as stream:
            data = stream.read(HEAD_BYTES)
        if not data.startswith(b"SQLite format 3\0"):
            return Head(data)
        with self.database() as copy, readable_copy(copy) as connection:
            return Head(data, tables_of(connection))


class _Counted:
    """A stream that reports how many bytes were read from it."""

    def __init__(self, stream: BinaryIO, report: Callable[[int], None]) -> None:
        self._stream, self._report = stream, report

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._report(len(data))
        return data

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


class _Bounded:
    """A stream of unpacked bytes that stops where only a bomb goes on."""

    def __init__(self, stream: BinaryIO, packed: int) -> None:
        self._stream, self._packed, self._read = stream, packed, 0

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = BOMB_BYTES + 1
        try:
            data = self._stream.read(size)
        except (EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise OSError(str(error) or type(error).__name__) from error
        self._read += len(data)
        if self._read > BOMB_BYTES and self._read > BOMB_RATIO * self._packed:
            raise BombError(self._packed)
        return data

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> _Bounded:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a temporary folder that only this user can read, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="sms-analyzer-") as folder:
        yield Path(folder)


@contextmanager
def standard_input() -> Iterator[Path]:
    """Give standard input as a file, removed afterwards."""
    with private_folder() as folder:
        spool = folder / "standard-input"
        with spool.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out, 1 << 20)
        yield spool


def files_below(path: Path) -> list[Path]:
    """Return the files of a folder and its subfolders, sorted by name, hidden ones left out."""
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not file.name.endswith(_PARTS_OF_DATABASE)
    )


def plain(path: Path, name: str) -> Source:
    """Return the source of a file as it lies there."""
    return Source(name, lambda: path.open("rb"), path)


def gunzipped(outer: Source, packed: int) -> Source:
    """Return the source inside a gzip file of `packed` bytes."""

    def opener() -> BinaryIO:
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=outer.opener()))
        return cast("BinaryIO", _Bounded(stream, packed))

    return Source(outer.name, opener)


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Source:
    """Return the source of one member of a zip archive."""

    def opener() -> BinaryIO:
        try:
            stream = cast("BinaryIO", archive.open(info))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise OSError(str(error)) from error
        return cast("BinaryIO", _Bounded(stream, info.compress_size))

    return Source(name, opener)
