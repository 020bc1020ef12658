"""SMS Import / Export, version 1: one JSON array of provider rows, values as strings.

Reference: github.com/tmo1/sms-ie, tags v1.0 to v1.7.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.ingest.json_items import json_items, with_huge_mms
from analyzer.ingest.json_records import EACH, Path
from analyzer.ingest.provider import COLUMNS
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_MMS_KEYS = frozenset(("msg_box", "m_type", "parts"))
_OTHER_FORMATS = frozenset(("backupType", "self_phone", "recipients", "deletable", "received"))


def sniff(head: Head) -> bool:
    """Tell whether the log is an array of provider rows, and of no other exporter."""
    json = head.json
    if json is None or json.opening != "[":
        return False
    return {"_id", "thread_id", "date"} <= json.keys and _OTHER_FORMATS.isdisjoint(json.keys)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per array item."""
    return with_huge_mms(json_items(source, {(EACH,)}, _record))


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    yield Record(Kind.SMS if _MMS_KEYS.isdisjoint(row) else Kind.MMS, row)


READER = Reader(
    name="sms_import_export_v1",
    title="SMS Import / Export 1 (JSON)",
    carries=Carries(sent_at=True, service_center=True, sim=True, blocked=True),
    evidence=Evidence("source", "2022-01"),
    sniff=sniff,
    read=read,
    columns=COLUMNS,
    export=Text(
        "Made by SMS Import / Export before 2.0; newer versions write a zip, which is read too.",
        "由 SMS Import / Export 2.0 之前的版本导出；新版导出 zip，同样可以读取。",
    ),
)
