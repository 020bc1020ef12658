"""SMS Import / Export, version 2: a zip with messages.ndjson, or that file alone.

Reference: github.com/tmo1/sms-ie, ImportExportMessages.kt at v2.11.1: every provider column as a
string, null columns left out, all SMS before all MMS; MMS have msg_box and __parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.ingest.ahead import ahead
from analyzer.ingest.json_items import json_line_items, with_huge_mms
from analyzer.ingest.json_records import Path
from analyzer.ingest.provider import COLUMNS, VENDOR_COLUMNS
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_MMS_KEYS = frozenset(("msg_box", "m_type", "__parts"))
_NUMBER_KEYS = frozenset(("original_number", "e164_number"))


def sniff(head: Head) -> bool:
    """Tell whether the log is lines of JSON objects with the provider's columns."""
    json = head.json
    if json is None or json.opening != "{":
        return False
    return {"_id", "thread_id", "date"} <= json.keys or json.keys >= _NUMBER_KEYS


def read(source: Source) -> Iterator[Item]:
    """Yield the records, one per line, plain messages in blocks."""
    foreign = VENDOR_COLUMNS | _MMS_KEYS | _NUMBER_KEYS
    items = json_line_items(source, COLUMNS.values(), foreign, _record)
    return ahead(with_huge_mms(items), source.size)


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    if not _MMS_KEYS.isdisjoint(row):
        yield Record(Kind.MMS, row)
    elif "original_number" in row:
        yield Record(Kind.BLOCKED_NUMBER, row)
    else:
        yield Record(Kind.SMS, row)


READER = Reader(
    name="sms_import_export",
    title="SMS Import / Export 2 (zip, NDJSON)",
    carries=Carries(sent_at=True, service_center=True, sim=True, blocked=True),
    evidence=Evidence("source", "2026-06"),
    sniff=sniff,
    read=read,
    columns=COLUMNS,
    export=Text(
        "Install SMS Import / Export from F-Droid, choose Export messages, and copy "
        "messages-....zip from the phone.",
        "从 F-Droid 安装 SMS Import / Export，点“Export messages”，"
        "把 messages-….zip 从手机复制出来。",
    ),
)
