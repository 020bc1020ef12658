"""SQLite databases of strangers: opened on a private copy, only real tables read, bounded time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

QUERY_SECONDS = 120.0
_INSTRUCTIONS_BETWEEN_CHECKS = 100_000


@contextmanager
def readable_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a private copy of a database for reading.

    Views and triggers are never used, the schema's own functions are not trusted, and a
    statement that runs longer than QUERY_SECONDS is interrupted (sqlite3.OperationalError).
    """
    has_wal = path.with_name(path.name + "-wal").exists()
    mode = "mode=rw" if has_wal else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"file:{path}?{mode}", uri=True)
    try:
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
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


def tables_of(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Return the plain tables of a database with their columns; none if it cannot be read."""
    try:
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
    connection: sqlite3.Connection, table: str, wanted: Iterable[str] | None = None
) -> Iterator[dict[str, object]]:
    """Yield the rows of a table in the order of their ids, as dictionaries.

    Only the `wanted` columns that the table has are read. Raises sqlite3.DatabaseError where
    the file is damaged, after the rows before the damage.
    """
    present = columns(connection, table)
    chosen = present if wanted is None else [column for column in wanted if column in present]
    names = ", ".join(quoted(column) for column in chosen)
    order = " ORDER BY _id" if "_id" in present else ""
    cursor = connection.execute(f"SELECT {names} FROM {quoted(table)}{order}")
    for row in cursor:
        yield dict(zip(chosen, row, strict=True))


def quoted(name: str) -> str:
    """Return a table or column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
