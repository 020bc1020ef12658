"""SQLite databases: mmssms.db with what vendors add to it, and Huawei's harassment.db.

Reference: AOSP MmsSmsDatabaseHelper; MIUI ExtraTelephony (deleted, block_type, sim_id); Samsung's
spam_sms; EMUI's interception_messages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from analyzer.simulate.messages import Sms
from analyzer.simulate.story import Story
from analyzer.simulate.writers.provider import Row, blocked_messages, provider_row

_CORE = (
    "_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, person INTEGER, date INTEGER, "
    "date_sent INTEGER DEFAULT 0, protocol INTEGER, read INTEGER DEFAULT 0, "
    "status INTEGER DEFAULT -1, type INTEGER, reply_path_present INTEGER, subject TEXT, "
    "body TEXT, service_center TEXT, locked INTEGER DEFAULT 0, sub_id INTEGER DEFAULT -1, "
    "error_code INTEGER DEFAULT 0, creator TEXT, seen INTEGER DEFAULT 0"
)
_MIUI = (
    ", timed INTEGER DEFAULT 0, deleted INTEGER DEFAULT 0, mx_status INTEGER DEFAULT 0, "
    "sim_id INTEGER DEFAULT 0, block_type INTEGER DEFAULT 0, advanced_seen INTEGER DEFAULT 0, "
    "b2c_ttl INTEGER DEFAULT 0, fake_cell_type INTEGER DEFAULT 0, "
    "url_risky_type INTEGER DEFAULT 0, favorite_date INTEGER DEFAULT 0"
)
_SAMSUNG = ", sim_slot INTEGER, hidden INTEGER DEFAULT 0, spam_report INTEGER DEFAULT 0"
_HARASSMENT = (
    "CREATE TABLE interception_messages_backup (_id INTEGER PRIMARY KEY, phone TEXT, name TEXT, "
    "body TEXT, date LONG, sub_id INTEGER DEFAULT 0, size LONG, exp_date LONG, pdu BLOB, "
    "type INTEGER DEFAULT 0, message_type INTEGER DEFAULT 0, block_reason INTEGER DEFAULT 0)"
)
# The vendors' own numbers for the rules of this simulation.
MIUI_TYPES = {"unknown_sender": 7, "service_number": 10, "keyword": 12, "smart_filter": 4}
# Huawei has no rule for service numbers: its black list takes them.
HUAWEI_REASONS = {"unknown_sender": 3, "service_number": 1, "keyword": 5, "smart_filter": 6}


def mmssms_db(story: Story, rows: Sequence[Row]) -> bytes:
    """Return mmssms.db of the phone's system: inbox, sent, and what its filter keeps in it."""
    system = story.phone.system.source
    extra = {"miui": _MIUI, "samsung": _SAMSUNG}.get(system, "")
    blocked = blocked_messages(story) if system in ("miui", "samsung") else []
    first = len(rows) + 1
    kept = [provider_row(story, first + n, sms) for n, sms in enumerate(blocked)]
    with _database(f"CREATE TABLE sms ({_CORE}{extra})") as connection:
        _insert(connection, "sms", rows)
        if system == "miui":
            _insert(
                connection, "sms", [_miui(row, sms) for row, sms in zip(kept, blocked, strict=True)]
            )
        elif system == "samsung":
            connection.execute(f"CREATE TABLE spam_sms ({_CORE}{extra})")
            _insert(connection, "spam_sms", kept)
        connection.commit()
        return connection.serialize()


def harassment_db(messages: Iterable[Sms]) -> bytes:
    """Return harassment.db of a decrypted Huawei backup."""
    with _database(_HARASSMENT) as connection:
        rows: list[Row] = [
            {
                "_id": number,
                "phone": sms.sender,
                "body": sms.text,
                "date": sms.written,
                "block_reason": HUAWEI_REASONS[sms.rule or "keyword"],
            }
            for number, sms in enumerate(messages, 1)
        ]
        _insert(connection, "interception_messages_backup", rows)
        connection.commit()
        return connection.serialize()


def _database(schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(schema)
    return connection


def _miui(row: Row, sms: Sms) -> Row:
    return row | {"deleted": 1, "block_type": MIUI_TYPES[sms.rule or "keyword"]}


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        names = list(rows[0])
        marks = ", ".join(f":{name}" for name in names)
        # The names are those of this module, not of any input.
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
            rows,
        )
