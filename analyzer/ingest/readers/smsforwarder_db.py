"""SmsForwarder's database (Room): what the app saw arrive, as a second witness of reception.

Reference: github.com/pppscn/SmsForwarder, entity Msg.kt, workers/SendWorker.kt. `time` is the
phone's clock when the app handled the message. A message stands there only if one of the app's
rules matched it. sim_slot is 0-based, -1 unknown; sub_id 0 unknown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from analyzer.ingest.database import is_cut, readable_copy, rows
from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    ProblemKind,
    Reader,
    Record,
)
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_TABLE = "Msg"
_WANTED = ("id", "type", "from", "content", "sim_slot", "sub_id", "time")
_KINDS = {"sms": Kind.SMS, "call": Kind.CALL, "app": Kind.NOTIFICATION}


def sniff(head: Head) -> bool:
    """Tell whether the database has SmsForwarder's tables."""
    wanted = {"from", "content", "sim_slot", "time"}
    return "Logs" in head.tables and wanted <= head.tables.get(_TABLE, frozenset())


def read(source: Source) -> Iterator[Item]:
    """Yield one record per row: messages, calls, notifications of other apps."""
    with source.database() as copy, readable_copy(copy) as connection:
        try:
            for row in rows(connection, _TABLE, _WANTED):
                kind = _KINDS.get(str(row.get("type")), Kind.NOTIFICATION)
                yield Record(kind, row | {"sub_id": row.get("sub_id") or None})
            yield from connection.notes()
            if is_cut(copy):
                raise sqlite3.DatabaseError("pages are missing at its end")
        except sqlite3.DatabaseError as error:
            details: dict[str, object] = {"reason": str(error)}
            yield Problem("damaged_database", ProblemKind.TRUNCATED, details=details)


READER = Reader(
    name="smsforwarder_db",
    title="SmsForwarder (SQLite)",
    carries=Carries(sim=True),
    evidence=Evidence("source", "2026-06"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "from",
        "received_at": "time",
        "body": "content",
        "sub_id": "sub_id",
        "sim_slot": "sim_slot",
    },
    export=Text(
        "On a rooted phone copy sms_forwarder.db with its -wal file from "
        "/data/data/com.idormy.sms.forwarder/databases/.",
        "在已 root 的手机上，从 /data/data/com.idormy.sms.forwarder/databases/ 复制 "
        "sms_forwarder.db（连同 -wal 文件）。",
    ),
    remark=Text(
        "Holds only messages that a forwarding rule matched, with the phone's clock when the app "
        "handled them; no service center time, so the latency cannot be measured.",
        "只含匹配了转发规则的短信，时间是应用处理时的手机时钟；不含短信中心时间，无法测量延迟。",
    ),
)
