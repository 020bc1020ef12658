"""Tables of blocked messages in SQLite databases: recognized by their columns, read to the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from analyzer.ingest.database import readable_copy, rows, tables_of
from analyzer.ingest.records import Item, Problem, ProblemKind
from analyzer.ingest.source import Head, Source

Interpret = Callable[[Mapping[str, Any]], Iterator[Item]]


def has_columns(head: Head, columns: frozenset[str], table: str | None = None) -> bool:
    """Tell whether the database has a table (of that name, if one is given) with these columns."""
    return any(columns <= found for name, found in head.tables.items() if table in (None, name))


def blocked_rows(
    source: Source,
    columns: frozenset[str],
    wanted: tuple[str, ...],
    interpret: Interpret,
    table: str | None = None,
) -> Iterator[Item]:
    """Yield what `interpret` makes of each row of every table that has these columns."""
    with source.database() as copy, readable_copy(copy) as connection:
        try:
            for name, found in sorted(tables_of(connection).items()):
                if table in (None, name) and columns <= found:
                    for row in rows(connection, name, wanted):
                        yield from interpret(row)
            yield from connection.notes()
        except sqlite3.DatabaseError as error:
            details: dict[str, object] = {"reason": str(error)}
            yield Problem("damaged_database", ProblemKind.TRUNCATED, details=details)
