"""QKSMS and QUIK backup: {"messageCount": N, "messages": [...]}.

Reference: moezbhatti/qksms and octoshrimpy/quik, BackupRepositoryImpl.kt. The service center is
never written. QKSMS opens its file in append mode, so a second document can follow the first.
MMS stand among the messages, told only by an empty text and times in whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH, Path
from analyzer.ingest.records import (
    Announced,
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    Reader,
    Record,
)
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_DRAFT = 3


def sniff(head: Head) -> bool:
    """Tell whether the log opens with a messageCount."""
    json = head.json
    return json is not None and json.opening == "{" and "messageCount" in json.keys


def read(source: Source) -> Iterator[Item]:
    """Yield the messages of every document in the file."""
    announced = 0
    mms = 0
    for item in json_items(source, {("messages", EACH)}, _record, _announced):
        if isinstance(item, Announced):
            announced += item.records
            yield Announced(announced)
            continue
        mms += isinstance(item, Record) and item.kind == Kind.MMS
        yield item
    if mms:
        yield Problem("mms_by_shape", details={"count": mms})


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    yield Record(Kind.MMS if _looks_like_mms(row) else Kind.SMS, row)


def _looks_like_mms(row: dict[str, Any]) -> bool:
    if row.get("body") or row.get("type") == _DRAFT:
        return False
    times = row.get("date"), row.get("dateSent")
    return all(isinstance(time, int) and time % 1000 == 0 for time in times) and bool(times[1])


def _announced(path: Path, value: object) -> Iterator[Item]:
    if path == ("messageCount",) and isinstance(value, int):
        yield Announced(value)


READER = Reader(
    name="qksms",
    title="QKSMS / QUIK backup (JSON)",
    carries=Carries(sent_at=True, sim=True),
    evidence=Evidence("source", "2026-01"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "date",
        "sent_at": "dateSent",
        "direction": "type",
        "body": "body",
        "sub_id": "subId",
        "read": "read",
    },
    export=Text(
        "In QUIK or QKSMS open Backup and restore, choose Back up now, and copy "
        "backup-....json from the phone.",
        "在 QUIK 或 QKSMS 中打开“备份与恢复”，点“立即备份”，把 backup-….json 从手机复制出来。",
    ),
)
