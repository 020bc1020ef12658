"""SQLite databases of strangers: opened on a private copy, only real tables read, bounded time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyarrow as pa

QUERY_SECONDS = 120.0
_INSTRUCTIONS_BETWEEN_CHECKS = 100_000


@contextmanager
def readable_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a private copy of a database for reading.

    Views and triggers are never used, the schema's own functions are not trusted, and a
    statement that runs longer than QUERY_SECONDS is interrupted (sqlite3.OperationalError).
    """
    mode = "mode=rw" if _wal_of(path).exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"file:{path}?{mode}", uri=True)
    try:
        connection.text_factory = _text
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 64 << 20)
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
    connection: sqlite3.Connection,
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
        for row in _selected(connection, table, chosen, [n for n in order if n in present]):
            yield dict(zip(chosen, row, strict=True))


def row_columns(
    connection: sqlite3.Connection, table: str, wanted: Iterable[str], size: int
) -> Iterator[dict[str, pa.Array | list[object]]]:
    """Yield the rows of a table, `size` at a time in the order of their ids, as columns.

    A column is an array of texts or integers, or a list of what rows() gives where the values are
    neither. Only the `wanted` columns that the table has are read. Raises sqlite3.DatabaseError
    where the file is damaged, after the rows before the damage.
    """
    with _damage_named():
        present = columns(connection, table)
        chosen = [name for name in wanted if name in present]
        text_factory, connection.text_factory = connection.text_factory, bytes
        try:
            cursor = _selected(connection, table, chosen, [n for n in ("_id",) if n in present])
            error: Exception | None = None
            while error is None:
                some, error = _fetched(cursor, size)
                if some:
                    by_column = map(_column, zip(*some, strict=True))
                    yield dict(zip(chosen, by_column, strict=True))
                elif error is None:
                    return
            raise error
        finally:
            connection.text_factory = text_factory


def _selected(
    connection: sqlite3.Connection, table: str, chosen: list[str], order: list[str]
) -> sqlite3.Cursor:
    names = ", ".join(map(quoted, chosen))
    ordered = f" ORDER BY {', '.join(map(quoted, order))}" if order else ""
    return connection.execute(f"SELECT {names} FROM {quoted(table)}{ordered}")


def _fetched(
    cursor: sqlite3.Cursor, size: int
) -> tuple[list[tuple[object, ...]], Exception | None]:
    """Return the next rows, and the error that ends them."""
    some: list[tuple[object, ...]] = []
    try:
        some.extend(islice(cursor, size))
    except (sqlite3.DatabaseError, OverflowError, MemoryError) as error:
        return some, error
    return some, None


def _column(values: tuple[object, ...]) -> pa.Array | list[object]:
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


def quoted(name: str) -> str:
    """Return a table or column name as an SQL identifier."""
    legal = name.encode("utf-8", "replace").decode()
    return '"' + legal.replace('"', '""') + '"'
