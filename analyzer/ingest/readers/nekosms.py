"""nekosms.db of NekoSMS: messages that it kept from the inbox, with both times and no reason.

Reference: github.com/apsun/NekoSMS (2024), table blocked_messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.ingest.blocked_tables import blocked_rows, has_columns
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record, Role
from analyzer.ingest.source import Head, Source
from analyzer.schema import BlockReason, Folder
from analyzer.texts import Text

_TABLE = "blocked_messages"
_COLUMNS = frozenset(("sender", "body", "time_sent", "time_received"))
_WANTED = ("_id", "sender", "body", "time_sent", "time_received", "read", "seen", "sub_id")
_MARKS = {"blocked_by": "nekosms", "block_reason": BlockReason.UNKNOWN}


def sniff(head: Head) -> bool:
    """Tell whether the database has NekoSMS's table of blocked messages."""
    return has_columns(head, _COLUMNS, _TABLE)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per blocked message."""
    return blocked_rows(source, _COLUMNS, _WANTED, _record, _TABLE)


def _record(row: Mapping[str, Any]) -> Iterator[Item]:
    yield Record(Kind.SMS, {**row, **_MARKS})


READER = Reader(
    name="nekosms",
    title="NekoSMS nekosms.db (SQLite, rooted phones)",
    carries=Carries(sent_at=True, sim=True, blocked=True),
    evidence=Evidence("source", "2024-01"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "sender",
        "received_at": "time_received",
        "sent_at": "time_sent",
        "body": "body",
        "sub_id": "sub_id",
        "read": "read",
        "seen": "seen",
        "blocked_by": "blocked_by",
        "block_reason": "block_reason",
    },
    role=Role.BLOCKED,
    required=("received_at",),
    folder=Folder.BLOCKED,
    export=Text(
        "On a rooted phone copy nekosms.db from the app's databases folder; NekoSMS's own backup "
        "holds the rules only.",
        "在已 root 的手机上，从该应用的 databases 文件夹复制 nekosms.db；"
        "NekoSMS 自带的备份只含规则。",
    ),
)
