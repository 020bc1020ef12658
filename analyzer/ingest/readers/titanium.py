"""Titanium Backup: com.keramidas.virtual.XML_MESSAGES-....xml(.gz), messages by thread.

Reference: files published by users of the app; namespace
http://www.titaniumtrack.com/ns/titanium-backup/messages. The text is the element's content, times
are ISO 8601 in UTC. The time of the service center is not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from analyzer.ingest.records import Carries, Evidence, Item, Kind, Problem, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.ingest.xml_elements import Element, xml_elements
from analyzer.texts import Text

_NAMESPACE = "http://www.titaniumtrack.com/ns/titanium-backup/messages"
_ROOT = re.compile(r"\s*(?:<[?!][^<]*>\s*)*<threads\b[^<>]*>")
_THREAD = re.compile(r"<thread\b[^<>]*?\saddress=(?:\"([^\"<]*)\"|'([^'<]*)')")


def sniff(head: Head) -> bool:
    """Tell whether the log's root element is <threads> in Titanium's namespace."""
    root = _ROOT.match(head.text)
    return bool(root) and _NAMESPACE in (root[0] if root else "")


def read(source: Source) -> Iterator[Item]:
    """Yield one record per message; MMS are counted."""
    address: str | None = None
    with source.text() as chunks:
        for item in xml_elements(chunks, ("sms", "mms"), root="threads"):
            if isinstance(item, Problem):
                yield item
                continue
            for double, single in _THREAD.findall(item.before):
                address = unescape(double or single)
            kind = Kind.SMS if item.name == "sms" else Kind.MMS
            yield Record(kind, _values(item, address))


def _values(element: Element, thread_address: str | None) -> dict[str, Any]:
    attributes = element.attributes
    return {
        **attributes,
        "address": attributes.get("address") or thread_address,
        "body": element.text,
    }


READER = Reader(
    name="titanium",
    title="Titanium Backup messages (XML)",
    carries=Carries(service_center=True),
    evidence=Evidence("documented", "2014-01"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "date",
        "direction": "msgBox",
        "body": "body",
        "service_center": "serviceCenter",
        "read": "read",
        "seen": "seen",
    },
    export=Text(
        "In Titanium Backup choose Menu, Backup data to XML, Messages, and copy the .xml.gz file.",
        "在 Titanium Backup 的菜单中选“备份数据到 XML”→“短信”，复制 .xml.gz 文件。",
    ),
    remark=Text(
        "Carries no service center time, so the latency cannot be measured. Layout known from "
        "descriptions only.",
        "不含短信中心时间，无法测量延迟。布局仅见于描述。",
    ),
)
