"""GO SMS Pro: <GoSms> with one <SMS> element per message, fields as child elements.

Reference: github.com/rachids/GoSMS-BackupReader. `date` is the row's time in milliseconds; the
time of the service center is not written. MMS lie in .pdu files of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
from analyzer.ingest.xml_elements import xml_elements
from analyzer.texts import Text

_ROOT = re.compile(r"\s*(?:<[?!][^<]*>\s*)*<GoSms[\s>]")
_COUNT = re.compile(r"<SMSCount>\s*(\d{1,11})\s*</SMSCount>", re.ASCII)


def sniff(head: Head) -> bool:
    """Tell whether the log's root element is <GoSms>."""
    return bool(_ROOT.match(head.text))


def read(source: Source) -> Iterator[Item]:
    """Yield one record per message."""
    with source.text() as chunks:
        for item in xml_elements(chunks, ("SMS",), root="GoSms"):
            if isinstance(item, Problem):
                yield item
                continue
            announced = _COUNT.search(item.before)
            if announced:
                yield Announced(int(announced[1]))
            yield Record(Kind.SMS, item.children)


READER = Reader(
    name="gosms",
    title="GO SMS Pro (XML)",
    carries=Carries(),
    evidence=Evidence("documented", "2014-01"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "date",
        "direction": "type",
        "body": "body",
        "read": "read",
    },
    export=Text(
        "In GO SMS Pro choose Backup and restore, Backup, and copy gosms_sys....xml.",
        "在 GO SMS Pro 中选“备份与恢复”→“备份”，复制 gosms_sys….xml。",
    ),
    remark=Text(
        "Carries no service center time, so the latency cannot be measured. The app is no longer "
        "offered; layout known from descriptions only.",
        "不含短信中心时间，无法测量延迟。该应用已下架；布局仅见于描述。",
    ),
)
