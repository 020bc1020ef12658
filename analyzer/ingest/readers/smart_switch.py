"""Samsung Smart Switch: sms_restore.json, an array of provider rows, values as strings.

Seen in a published file. Null columns are left out; Samsung's own columns (deletable, sim_slot,
spam_report) are there. Messages that the phone's filter took lie in a table of their own, which
this file does not hold. Rows that Smart Switch itself restored have the time 0 as date_sent.
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

_MMS_KEYS = frozenset(("msg_box", "m_type"))


def sniff(head: Head) -> bool:
    """Tell whether the log is an array of provider rows with Samsung's columns."""
    json = head.json
    if json is None or json.opening != "[":
        return False
    return {"_id", "thread_id", "date", "deletable"} <= json.keys


def read(source: Source) -> Iterator[Item]:
    """Yield one record per array item."""
    return json_items(source, {(EACH,)}, _record)


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    yield Record(Kind.SMS if _MMS_KEYS.isdisjoint(row) else Kind.MMS, row)


READER = Reader(
    name="smart_switch",
    title="Samsung Smart Switch (sms_restore.json)",
    carries=Carries(sent_at=True, service_center=True, sim=True),
    evidence=Evidence("device", "2024-04"),
    sniff=sniff,
    read=read,
    columns=COLUMNS,
    export=Text(
        "Back up messages with Smart Switch on the computer and take MESSAGE/sms_restore.json "
        "from the backup's folder; where only sms_restore.bk lies there, it is encrypted: use "
        "another export.",
        "在电脑上用 Smart Switch 备份短信，从备份文件夹取 MESSAGE/sms_restore.json；若只有 "
        "sms_restore.bk，则已加密，请改用其他导出方式。",
    ),
    remark=Text(
        "The phone's spam folder is not in this file.",
        "该文件不含手机的垃圾短信箱。",
    ),
)
