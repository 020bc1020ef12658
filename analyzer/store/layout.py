"""How a store is laid out: one table, a row for every message, request, SIM, event and log.

The table is partitioned by what a row is, by a bucket of phones (so that a phone's rows lie
together, and a fleet does not become a file per phone) and by month. Everything that one import
adds becomes visible in one commit.
"""

from __future__ import annotations

import json
import zlib
from enum import StrEnum
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.schema import EVENTS, MESSAGES, RECOGNIZED, REQUESTS, SIMS, TIME, Column

LAYOUT = 1
BUCKETS = 16
MOST_BUCKETS = 1000  # names of three digits, which sort as numbers do
PARTITIONS = ("kind", "bucket", "month")
NO_MONTH = "none"
# Delta keeps microseconds: https://github.com/delta-io/delta/blob/master/PROTOCOL.md#primitive-types
STORED_TIME = pa.timestamp("us", tz="UTC")


class Kind(StrEnum):
    """What a row of a store is."""

    MESSAGE = "message"
    REQUEST = "request"
    SIM = "sim"
    EVENT = "event"
    LOG = "log"


class Layout(NamedTuple):
    """What a store says of itself; kept in the table's description."""

    layout: int = LAYOUT
    buckets: int = BUCKETS
    private: bool = False

    def text(self) -> str:
        """Return the layout as the table's description."""
        return json.dumps(self._asdict())


def layout_of(description: str | None) -> Layout | None:
    """Return the layout that a table's description states; None if it is no store of ours."""
    try:
        said = json.loads(description or "")
        return Layout(int(said["layout"]), int(said["buckets"]), bool(said["private"]))
    except (ValueError, KeyError, TypeError):
        return None


_OURS = (
    Column("kind", pa.string(), "what the row is (Kind)"),
    Column("bucket", pa.string(), "bucket of phones, a hash of the device"),
    Column("month", pa.string(), "month of the row's time, UTC; none: it has no time"),
    Column("import_id", pa.string(), "the import that added the row"),
    Column("adds", pa.int64(), "messages: which columns the row knows, as bits (known.py)"),
    Column("account", pa.string(), "logs: the account, as JSON"),
)


def stored_type(kind: pa.DataType) -> pa.DataType:
    """Return the type in which a column of ours is kept on disk."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    return STORED_TIME if kind == TIME else kind


def _columns() -> dict[str, pa.DataType]:
    every = (*_OURS, *MESSAGES, *REQUESTS, *SIMS, *EVENTS, *RECOGNIZED)
    return {column.name: stored_type(column.type) for column in every}


STORE_SCHEMA = pa.schema(list(_columns().items()))
FILE_SCHEMA = pa.schema([field for field in STORE_SCHEMA if field.name not in PARTITIONS])
_TIME_OF = {Kind.MESSAGE: "received_at", Kind.REQUEST: "requested_at", Kind.EVENT: "at"}


def bucket_of(device: str, buckets: int) -> str:
    """Return the bucket of a phone, the same on every machine."""
    return f"{zlib.crc32(device.encode()) % buckets:03d}"


def months(table: pa.Table, kind: Kind) -> pa.Array:
    """Return the month ("2026-03", UTC) of every row."""
    if kind not in _TIME_OF:
        return pa.array([NO_MONTH] * table.num_rows)
    times = table[_TIME_OF[kind]].combine_chunks()
    return pc.fill_null(pc.strftime(times, format="%Y-%m", locale="C"), NO_MONTH)


def as_stored(table: pa.Table) -> pa.Table:
    """Return rows with the columns and types of a store's files; what they lack is null."""
    columns = []
    for field in FILE_SCHEMA:
        if field.name in table.column_names:
            columns.append(table[field.name].cast(field.type))
        else:
            columns.append(pa.nulls(table.num_rows, field.type))
    return pa.table(columns, schema=FILE_SCHEMA)


def as_read(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return rows of a store with the columns and types of one of our tables."""
    columns = []
    for field in schema:
        column = table[field.name]
        if pa.types.is_dictionary(field.type):
            column = column.dictionary_encode()
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=schema).unify_dictionaries()
