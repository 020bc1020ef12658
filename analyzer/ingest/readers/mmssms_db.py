"""mmssms.db, the SQLite database of Android's SMS provider, with what vendors add to it.

Reference: AOSP TelephonyProvider MmsSmsDatabaseHelper (database version 69); Samsung keeps
blocked messages in spam_sms; MIUI keeps them in sms as deleted = 1 with a block_type; undeleted
rows of raw are parts of long messages that never completed. Columns are probed, as vendors
number their versions in their own ways.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from analyzer.ingest.database import (
    LogDatabase,
    columns,
    lacks_wal,
    readable_copy,
    row_columns,
    rows,
    tables_of,
)
from analyzer.ingest.provider import COLUMNS, VENDOR_COLUMNS, lg_marks
from analyzer.ingest.records import (
    BATCH_ROWS,
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    ProblemKind,
    Reader,
    Record,
    whole_block,
)
from analyzer.ingest.source import Head, Source
from analyzer.schema import BlockReason, EventKind, Folder
from analyzer.texts import Text

_NEEDED = frozenset(("address", "date", "body"))
_WANTED = (
    *COLUMNS.values(),
    *("deleted", "block_type", "black_type", "block_sms_type", "sim_id"),
    *("mx_status", "advanced_seen", "fake_cell_type", "b2c_ttl"),
    *("lgeSiid", "oppo_drafts", "oppo_mass", "oppo_timer", "oppo_groupaddress"),
)
# What these columns say of a row is no column of ours: such a table is read row by row.
_SAYS_MORE = VENDOR_COLUMNS | {"lgeSiid"}
# Reference: Samsung's telephony provider keeps what its filter took in a table of its own.
_SPAM = {
    "folder": Folder.BLOCKED,
    "blocked_by": "samsung",
    "block_reason": BlockReason.UNKNOWN,
    "block_rule": "spam_sms",
}
_RAW = ("_id", "deleted", "date", "address", "display_originating_addr", "sequence", "count")
_COUNTED = {"pdu": Kind.MMS, "spam_pdu": Kind.MMS, "im": Kind.RCS, "spam_im": Kind.RCS}


def sniff(head: Head) -> bool:
    """Tell whether the database has a table of messages."""
    return any(
        head.tables[table] >= _NEEDED for table in ("sms", "spam_sms") if table in head.tables
    )


def read(source: Source) -> Iterator[Item]:
    """Yield the rows of sms and spam_sms; count MMS and the parts of incomplete messages."""
    with source.database() as copy, readable_copy(copy) as connection:
        if lacks_wal(copy):
            yield Problem("database_without_wal")
        tables = tables_of(connection)
        try:
            for table in ("sms", "spam_sms"):
                if tables.get(table, frozenset()) >= _NEEDED:
                    yield from _messages(connection, table)
            yield from _others(connection, tables)
            yield from connection.notes()
        except sqlite3.DatabaseError as error:
            details: dict[str, object] = {"reason": str(error)}
            yield Problem("damaged_database", ProblemKind.TRUNCATED, details=details)


def _messages(connection: LogDatabase, table: str) -> Iterator[Item]:
    if table == "sms" and _SAYS_MORE.isdisjoint(columns(connection, table)):
        for some in row_columns(connection, table, COLUMNS.values(), 2 * BATCH_ROWS):
            yield whole_block(some, len(next(iter(some.values()))))
        return
    spam = _SPAM if table == "spam_sms" else {}
    for row in rows(connection, table, _WANTED):
        yield Record(Kind.SMS, row | lg_marks(row) | spam)


def _others(connection: LogDatabase, tables: dict[str, frozenset[str]]) -> Iterator[Item]:
    found: Counter[Kind] = Counter()
    for table, kind in _COUNTED.items():
        if table in tables:
            for row in rows(connection, table, ("_id",)):
                found[kind] += 1
                yield Record(kind, row)
    if {"pdu", "sequence", "count"} <= tables.get("raw", frozenset()):
        for row in rows(connection, "raw", _RAW):
            if not row.get("deleted"):
                found[Kind.INCOMPLETE_PART] += 1
                yield Record(Kind.INCOMPLETE_PART, _incomplete(row))
    if found[Kind.INCOMPLETE_PART]:
        yield Problem("incomplete_parts", details={"count": found[Kind.INCOMPLETE_PART]})


def _incomplete(row: dict[str, object]) -> dict[str, object]:
    """Return the event of a part that waits in raw; its date is the service center's stamp."""
    return {
        "at": row.get("date"),
        "event": EventKind.INCOMPLETE,
        "address": row.get("display_originating_addr") or row.get("address"),
        "detail": f"part {row.get('sequence')} of {row.get('count')}",
    }


READER = Reader(
    name="mmssms_db",
    title="mmssms.db (SQLite, rooted phones and backups)",
    carries=Carries(sent_at=True, service_center=True, sim=True, blocked=True),
    evidence=Evidence("device", "2026-08"),
    sniff=sniff,
    read=read,
    columns=COLUMNS
    | {name: name for name in ("folder", "blocked_by", "block_reason", "block_rule")}
    | {name: name for name in ("at", "event", "detail")},
    export=Text(
        "On a rooted phone copy mmssms.db with its -wal file, and telephony.db, from "
        "/data/user_de/0/com.android.providers.telephony/databases/ or "
        "/data/data/com.android.providers.telephony/databases/.",
        "在已 root 的手机上，从 /data/user_de/0/com.android.providers.telephony/databases/ 或 "
        "/data/data/com.android.providers.telephony/databases/ 复制 mmssms.db（连同 -wal 文件）"
        "和 telephony.db。",
    ),
)
