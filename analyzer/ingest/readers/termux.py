"""Termux `termux-sms-list`: JSON with local times, in three shapes.

Reference: github.com/termux/termux-api, SmsInboxAPI.java. An array of messages (with threadid and
_id since 2021), or with -c -n an object of arrays by thread. `received` is the row's date in
the phone's own time, without zone; the service center's time is not written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH, Path
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Problem, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

# Reference: termux-sms-list -l, "number of messages to list (default 10)".
_DEFAULT_LIMIT = 10
_ALWAYS = frozenset(("type", "read", "received"))


class _Messages:
    """The paths at which messages lie: in the outer array, or in the array of a thread."""

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, tuple) or path[-1:] != (EACH,):
            return False
        return len(path) == 1 or (len(path) == 2 and str(path[0]).isdigit())


def sniff(head: Head) -> bool:
    """Tell whether the log is an array of messages with `received`, or arrays by thread."""
    json = head.json
    if json is None:
        return False
    if json.opening == "[":
        return json.keys >= _ALWAYS
    by_thread = bool(json.keys) and all(key.isdigit() for key in json.keys)
    return by_thread and all(f'"{key}"' in head.text for key in _ALWAYS)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per message."""
    count = 0
    for item in json_items(source, _Messages(), _record):
        count += isinstance(item, Record)
        yield item
    if count == _DEFAULT_LIMIT:
        yield Problem("termux_default_limit", details={"count": count})


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    address = row.get("address") or row.get("number")
    yield Record(Kind.SMS, row | {"address": address})


READER = Reader(
    name="termux",
    title="Termux termux-sms-list (JSON)",
    carries=Carries(),
    evidence=Evidence("source", "2025-03"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "received",
        "direction": "type",
        "body": "body",
        "read": "read",
    },
    export=Text(
        "In Termux with Termux:API run: termux-sms-list -l 100000 -t all > sms.json",
        "在装有 Termux:API 的 Termux 中运行：termux-sms-list -l 100000 -t all > sms.json",
    ),
    remark=Text(
        "Carries no service center time, so the latency cannot be measured; times are local and "
        "without zone, give the phone's zone with --tz.",
        "不含短信中心时间，无法测量延迟；时间是手机本地时间且不带时区，请用 --tz 指明时区。",
    ),
)
