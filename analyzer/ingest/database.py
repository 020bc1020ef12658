"""SQLite databases of strangers: opened on a private copy, only real tables read, bounded time.

A value larger than MAX_VALUE is left out unread and counted; its row is given without it. No app
could read it either: Android's CursorWindow holds 2 MB.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from analyzer.ingest.records import Problem

QUERY_SECONDS = 120.0
MAX_VALUE = 4 << 20
_INSTRUCTIONS_BETWEEN_CHECKS = 100_000


class LogDatabase(sqlite3.Connection):
    """A database that is read; `left_out` counts the values too large to read."""

    left_out = 0

    def notes(self) -> Iterator[Problem]:
        """Yield a note if values were left out."""
        if self.left_out:
            details: dict[str, object] = {"count": self.left_out, "limit": MAX_VALUE >> 20}
            yield Problem("huge_values", details=details)


@contextmanager
def readable_copy(path: Path) -> Iterator[LogDatabase]:
    """Open a private copy of a database for reading.

    Views and triggers are never used, the schema's own functions are not trusted, and a
    statement that runs longer than QUERY_SECONDS is interrupted (sqlite3.OperationalError).
    """
    mode = "mode=rw" if _wal_of(path).exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"file:{path}?{mode}", uri=True, factory=LogDatabase)
    try:
        connection.text_factory = _text
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        deadline = time.monotonic() + QUERY_SECONDS
        connection.set_progress_handler(
            lambda: time.monotonic() > deadline, _INSTRUCTIONS_BETWEEN_CHECKS
        )
        yield connection
    finally:
        connection.close()


def _text(data: bytes) -> str:
    """Return text with damaged bytes as lone surrogates, which conforming replaces and counts."""
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def _damage_named() -> Iterator[None]:
    """Give every damage as sqlite3.DatabaseError; a message can quote names that are no UTF-8."""
    try:
        yield
    except (UnicodeDecodeError, OverflowError, MemoryError) as error:
        raise sqlite3.DatabaseError("malformed database") from error


def lacks_wal(path: Path) -> bool:
    """Tell whether a database writes ahead to a -wal file and none lies beside it.

    Reference: SQLite file format, 1.3.3: version numbers 2 at offsets 18 and 19.
    """
    with path.open("rb") as stream:
        header = stream.read(20)
    return header[18:20] == b"\x02\x02" and not _wal_of(path).exists()


def is_cut(path: Path) -> bool:
    """Tell whether a database is shorter than its header says, so that pages of it are missing.

    Reference: SQLite file format, 1.3.2 and 1.3.7: page size at offset 16, pages at 28, which
    count if the change counter at 24 equals that at 92.
    """
    with path.open("rb") as stream:
        header = stream.read(100)
    if len(header) < 100 or header[24:28] != header[92:96] or _wal_of(path).exists():
        return False
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    return path.stat().st_size < pages * (65536 if page_size == 1 else page_size)


def _wal_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def tables_of(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Return the plain tables of a database with their columns; none if it cannot be read."""
    try:
        with _damage_named():
            listed = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"
            ).fetchall()
            return {str(name): frozenset(columns(connection, str(name))) for (name,) in listed}
    except sqlite3.DatabaseError:
        return {}


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the column names of a table, in order."""
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]


def rows(
    connection: LogDatabase,
    table: str,
    wanted: Iterable[str] | None = None,
    order: Iterable[str] = ("_id",),
) -> Iterator[dict[str, object]]:
    """Yield the rows of a table, by default in the order of their ids, as dictionaries.

    Only the `wanted` columns that the table has are read. Raises sqlite3.DatabaseError where
    the file is damaged, after the rows before the damage.
    """
    with _damage_named():
        present = columns(connection, table)
        chosen = present if wanted is None else [name for name in wanted if name in present]
        ordered = [name for name in order if name in present]
        given = 0
        try:
            for row in _selected(connection, table, chosen, ordered):
                given += 1
                yield dict(zip(chosen, row, strict=True))
        except sqlite3.DataError:  # a value is larger than MAX_VALUE
            for row in _rows_one_by_one(connection, table, chosen, ordered, given):
                yield dict(zip(chosen, row, strict=True))


def row_columns(
    connection: LogDatabase, table: str, wanted: Iterable[str], size: int
) -> Iterator[dict[str, pa.Array | list[object]]]:
    """Yield the rows of a table, `size` at a time in the order of their ids, as columns.

    A column is an array of texts or integers, or a list of what rows() gives where the values are
    neither. Only the `wanted` columns that the table has are read. Raises sqlite3.DatabaseError
    where the file is damaged, after the rows before the damage.
    """
    with _damage_named():
        present = columns(connection, table)
        chosen = [name for name in wanted if name in present]
        ordered = [name for name in ("_id",) if name in present]
        text_factory, connection.text_factory = connection.text_factory, bytes
        given = 0
        try:
            cursor = _selected(connection, table, chosen, ordered)
            while True:
                some, error = _fetched(cursor, size)
                given += len(some) // len(chosen)
                if some:
                    yield {
                        name: _column(some[place :: len(chosen)])
                        for place, name in enumerate(chosen)
                    }
                if isinstance(error, sqlite3.DataError):  # a value is larger than MAX_VALUE
                    cursor = _rows_one_by_one(connection, table, chosen, ordered, given)
                elif error is not None:
                    raise error
                elif not some:
                    return
        finally:
            connection.text_factory = text_factory


def _selected(
    connection: sqlite3.Connection, table: str, chosen: list[str], order: list[str]
) -> Iterator[tuple[object, ...]]:
    """Return the rows; the first one is read, and may fail, when it is asked for."""
    names = ", ".join(map(quoted, chosen))
    query = f"SELECT {names} FROM {quoted(table)}{_ordered(order)}"
    return chain.from_iterable(map(connection.execute, (query,)))


def _ordered(order: list[str]) -> str:
    return f" ORDER BY {', '.join(map(quoted, order))}" if order else ""


def _fetched(
    cursor: Iterator[tuple[object, ...]], size: int
) -> tuple[list[object], Exception | None]:
    """Return the values of the next rows, row by row in one list, and the error that ends them."""
    some: list[object] = []
    try:
        some.extend(chain.from_iterable(islice(cursor, size)))
    except (sqlite3.DatabaseError, OverflowError, MemoryError) as error:
        return some, error
    return some, None


def _column(values: list[object]) -> pa.Array | list[object]:
    """Return the values of a column, texts given as bytes, as rows() gives them."""
    first = next((value for value in values if value is not None), None)
    try:
        if isinstance(first, int):
            return pa.array(values, pa.int64())
        if isinstance(first, bytes):
            return pa.array(values, pa.binary()).cast(pa.string())
    except (pa.ArrowException, TypeError, OverflowError):
        pass
    return [_text(value) if isinstance(value, bytes) else value for value in values]


def _rows_one_by_one(
    connection: LogDatabase, table: str, chosen: list[str], order: list[str], given: int
) -> Iterator[tuple[object, ...]]:
    """Yield the rows behind the first `given` ones, each asked for by itself."""
    listed = f"SELECT rowid FROM {quoted(table)}{_ordered(order)} LIMIT -1 OFFSET {given}"
    names = ", ".join(map(quoted, chosen))
    for (rowid,) in connection.execute(listed):
        asked = f"FROM {quoted(table)} WHERE rowid = ?"
        row: tuple[object, ...] | None
        try:
            row = connection.execute(f"SELECT {names} {asked}", (rowid,)).fetchone()
        except sqlite3.DataError:
            each = (_value(connection, f"SELECT {quoted(name)} {asked}", rowid) for name in chosen)
            row = tuple(each)
        if row is not None:
            yield row


def _value(connection: LogDatabase, query: str, rowid: int) -> object:
    try:
        row: tuple[object, ...] | None = connection.execute(query, (rowid,)).fetchone()
    except sqlite3.DataError:
        connection.left_out += 1
        return None
    return row[0] if row else None


def quoted(name: str) -> str:
    """Return a table or column name as an SQL identifier."""
    legal = name.encode("utf-8", "replace").decode()
    return '"' + legal.replace('"', '""') + '"'
