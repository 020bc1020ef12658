"""Fossify Messages (and Simple SMS Messenger from 5.19): a flat JSON array with backupType.

Reference: FossifyOrg/Messages, models/*Backup.kt. Messages that came while the app was the
default have dateSent 0 and no service center.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH, Path
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text


def sniff(head: Head) -> bool:
    """Tell whether the log is an array of objects with a backupType."""
    json = head.json
    if json is None or json.opening != "[":
        return False
    return "backupType" in json.keys or {"subscriptionId", "dateSent", "address"} <= json.keys


def read(source: Source) -> Iterator[Item]:
    """Yield one record per array item."""
    return json_items(source, {(EACH,)}, _record)


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    yield Record(Kind.MMS if row.get("backupType") == "mms" else Kind.SMS, row)


READER = Reader(
    name="fossify",
    title="Fossify Messages (JSON)",
    carries=Carries(sent_at=True, service_center=True, sim=True),
    evidence=Evidence("source", "2026-08"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "date",
        "sent_at": "dateSent",
        "direction": "type",
        "body": "body",
        "sub_id": "subscriptionId",
        "service_center": "serviceCenter",
        "read": "read",
    },
    export=Text(
        "In Fossify Messages open Settings, Export messages, tick SMS, and copy "
        "messages_....json from the phone.",
        "在 Fossify Messages 中打开“设置”→“导出短信”，勾选 SMS，"
        "把 messages_….json 从手机复制出来。",
    ),
    remark=Text(
        "Writes no service center time for what it received itself: those latencies are unknown.",
        "该应用自己收到的短信不保存短信中心时间，因此这些延迟未知。",
    ),
)
