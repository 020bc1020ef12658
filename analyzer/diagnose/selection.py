"""Rows and values of Arrow tables, as the causes need them."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc


def code_messages(table: pa.Table) -> pa.Table:
    """Return the received messages that carry a code."""
    return table.filter(pc.fill_null(table["is_code"], False))


def where(table: pa.Table, column: str, *values: str) -> pa.Table:
    """Return the rows whose `column` is one of `values`."""
    words = table[column].cast(pa.string())
    return table.filter(pc.is_in(words, pa.array(values, pa.string())))


def counts(table: pa.Table, column: str) -> Counter[str]:
    """Return how often each value of a column occurs, nulls left out, most frequent first."""
    found = Counter(value for value in table[column].to_pylist() if value is not None)
    return Counter(dict(found.most_common()))


def ids(table: pa.Table) -> tuple[str, ...]:
    """Return the message ids of a message table."""
    return tuple(table["message_id"].to_pylist())


def ids_of_attempts(attempts: pa.Table) -> tuple[str, ...]:
    """Return the ids of all messages of attempts, or of another table that lists them."""
    return tuple(found for row in attempts["message_ids"].to_pylist() for found in row or ())
