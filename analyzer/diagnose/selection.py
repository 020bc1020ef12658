"""Rows and values of Arrow tables, as the causes need them."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from analyzer.measure.arrays import flags, is_word, kept


def code_messages(table: pa.Table) -> pa.Table:
    """Return the received messages that carry a code."""
    return kept(table, flags(table["is_code"]))


def where(table: pa.Table, column: str, *values: str) -> pa.Table:
    """Return the rows whose `column` is one of `values`."""
    return kept(table, is_word(table[column], *values))


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
