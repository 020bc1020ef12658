"""SpamBlocker's backup with "History logs": gzip of one JSON object, what it screened and why.

SpamBlocker only withholds the notification: a message with a blocking result lies in the inbox.
Passed messages are listed too. `time` is when the message was screened.

Reference: github.com/aj3423/SpamBlocker (2026-07); results 1 to 9 and from 100 on let pass, 10 to
99 block; extraInfo is the text unless the user switched that off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH, Path
from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    Reader,
    Record,
    Role,
)
from analyzer.ingest.source import Head, Source
from analyzer.ingest.vendor_reasons import vendor_reason
from analyzer.schema import Folder
from analyzer.texts import Text

_TEXTS: Path = ("historyLogs", "texts", EACH)
_CALLS: Path = ("historyLogs", "calls", EACH)
_BLOCKING = range(10, 100)


def sniff(head: Head) -> bool:
    """Tell whether the log is a SpamBlocker backup with its history."""
    json = head.json
    if json is None or json.opening != "{":
        return False
    return "historyLogs" in json.keys or (
        "categories" in json.keys and '"HISTORY_LOGS"' in head.text
    )


def read(source: Source) -> Iterator[Item]:
    """Yield one record per screened message or call; say how many messages were silenced."""
    silenced = 0
    for item in json_items(source, {_TEXTS, _CALLS}, _record):
        if isinstance(item, Record):
            silenced += item.kind == Kind.SMS and "blocked_by" in item.values
        yield item
    if silenced:
        yield Problem("silenced", details={"count": silenced})


def _record(path: Path, row: dict[str, Any]) -> Iterator[Item]:
    if row.get("isTest") is True:
        yield Record(Kind.TEST, row)
    elif path == _CALLS:
        yield Record(Kind.CALL, row)
    else:
        yield Record(Kind.SMS, row | {"folder": Folder.INBOX} | _marks(row))


def _marks(row: dict[str, Any]) -> dict[str, Any]:
    result = row.get("result")
    if not isinstance(result, int) or result not in _BLOCKING:
        return {}
    rule = row.get("reason")
    return {
        "blocked_by": "spamblocker",
        "block_reason": vendor_reason("spamblocker", result),
        "block_rule": f"result={result}: {rule}" if rule else f"result={result}",
    }


READER = Reader(
    name="spamblocker",
    title="SpamBlocker backup with history (gzip, JSON)",
    carries=Carries(sim=True, blocked=True),
    evidence=Evidence("source", "2026-07"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "peer",
        "received_at": "time",
        "body": "extraInfo",
        "sim_slot": "simSlot",
        "read": "read",
        "folder": "folder",
        "blocked_by": "blocked_by",
        "block_reason": "block_reason",
        "block_rule": "block_rule",
    },
    role=Role.BLOCKED,
    required=("received_at",),
    screened=True,
    export=Text(
        "In SpamBlocker open Settings, Backup, tick History logs (not ticked by default), and "
        "copy SpamBlocker.YYYY_MM_DD.gz from the phone.",
        "在 SpamBlocker 的设置中选择备份，勾选“历史记录”（默认不勾选），"
        "把 SpamBlocker.YYYY_MM_DD.gz 从手机复制出来。",
    ),
    remark=Text(
        "SpamBlocker only silences the notification: what it blocked is in the inbox and is "
        "counted as received, with the reason beside it.",
        "SpamBlocker 只静音通知：被它拦截的短信仍在收件箱，按已收到计算，并附上原因。",
    ),
)
