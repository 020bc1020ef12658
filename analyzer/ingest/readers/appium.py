"""Appium's io.appium.settings: JSON in the line that `adb shell am broadcast` prints.

Reference: github.com/appium/io.appium.settings, test/unit/json-parsing-specs.ts:
`Broadcast completed: result=-1, data="{"items":[...],"total":N}"`, the quotes inside not escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH, Path
from analyzer.ingest.records import Announced, Carries, Evidence, Item, Kind, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_BROADCAST = "io.appium.settings"
_DATA = re.compile(r'data="(?=\{\s*"(?:items|total)")')
_LONGEST_PREAMBLE = 1 << 16


def sniff(head: Head) -> bool:
    """Tell whether the log is the answer to Appium's broadcast, or the JSON out of it."""
    if head.json is not None:
        return head.json.opening == "{" and {"items", "total"} == head.json.keys
    return _BROADCAST in head.text and bool(_DATA.search(head.text))


def read(source: Source) -> Iterator[Item]:
    """Yield one record per message."""
    return json_items(source, {("items", EACH)}, _record, _announced, _without_broadcast)


def _without_broadcast(chunks: Iterable[str]) -> Iterator[str]:
    """Yield the JSON between `data="` and the quotation mark at the end of the text."""
    text, within = "", False
    for chunk in chunks:
        text += chunk
        if not within:
            start = _DATA.search(text)
            if start is None and len(text) < _LONGEST_PREAMBLE and not text.startswith("{"):
                continue
            text, within = text[start.end() if start else 0 :], True
        # The mark may stand at the end of this chunk, with a line end in the next.
        kept = len(text.rstrip().removesuffix('"'))
        yield text[:kept]
        text = text[kept:]
    yield text.strip().removesuffix('"')


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    yield Record(Kind.SMS, row)


def _announced(path: Path, value: object) -> Iterator[Item]:
    if path == ("total",) and isinstance(value, int):
        yield Announced(value)


READER = Reader(
    name="appium",
    title="Appium Settings (am broadcast, JSON)",
    carries=Carries(service_center=True),
    evidence=Evidence("device", "2020-02"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "date",
        "direction": "type",
        "body": "body",
        "service_center": "serviceCenter",
        "read": "read",
    },
    export=Text(
        "With Appium Settings installed run: adb shell am broadcast -a io.appium.settings.sms.read "
        "-n io.appium.settings/.receivers.SmsReader --es max 10000 > sms.txt",
        "安装 Appium Settings 后运行：adb shell am broadcast -a io.appium.settings.sms.read "
        "-n io.appium.settings/.receivers.SmsReader --es max 10000 > sms.txt",
    ),
    remark=Text(
        "Carries no service center time, so the latency cannot be measured.",
        "不含短信中心时间，无法测量延迟。",
    ),
)
