"""Simple SMS Messenger 5.10 to 5.18: a JSON array with one object per conversation.

Reference: SimpleMobileTools/Simple-SMS-Messenger, MessagesExporter.kt: {"sms": [...], "mms":
[...]} with provider column names, nulls left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH, Path
from analyzer.ingest.provider import COLUMNS
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_SMS: Path = (EACH, "sms", EACH)
_MMS: Path = (EACH, "mms", EACH)


def sniff(head: Head) -> bool:
    """Tell whether the log is an array of conversations."""
    json = head.json
    if json is None or json.opening != "[":
        return False
    return not {"sms", "mms"}.isdisjoint(json.keys)


def read(source: Source) -> Iterator[Item]:
    """Yield the messages of every conversation."""
    return json_items(source, {_SMS, _MMS}, _record)


def _record(path: Path, row: dict[str, Any]) -> Iterator[Item]:
    yield Record(Kind.SMS if path == _SMS else Kind.MMS, row)


READER = Reader(
    name="simple_sms_messenger",
    title="Simple SMS Messenger (JSON, before 5.19)",
    carries=Carries(sent_at=True, service_center=True, sim=True),
    evidence=Evidence("source", "2023-06"),
    sniff=sniff,
    read=read,
    columns=COLUMNS,
    export=Text(
        "In Simple SMS Messenger open Settings, Export messages, and copy messages_....json.",
        "在 Simple SMS Messenger 中打开“设置”→“导出短信”，复制 messages_….json。",
    ),
)
