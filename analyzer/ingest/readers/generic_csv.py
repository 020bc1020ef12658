"""Tables of messages (CSV, TSV) from exporters that follow no standard, known by their headers.

Three families are known: Android's own column names, headers for people (Date, Time, Type,
Number, Message) and the same in Chinese. Times without a zone are local; a date that can be read
day first and month first stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from analyzer.ingest.day_order import (
    AmbiguousDateError,
    DayOrder,
    day_order,
    is_numbered,
    year_first,
)
from analyzer.ingest.readers import blocked_log, request_log, sim_map
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Problem, Reader, Record
from analyzer.ingest.source import Head, Source
from analyzer.ingest.written_table import (
    WrittenTable,
    header_columns,
    meaning,
    slot_of,
    written_rows,
)
from analyzer.schema import Direction
from analyzer.texts import Text

_TABLE = WrittenTable("messages", Kind.SMS, (), whole_rows=True)
_TIMES = ("received_at", "date", "time")
_TELLING = frozenset(("body", "type", "direction", "sent_at"))
_OURS = (blocked_log, request_log, sim_map)
_KINDS = {"sms": Kind.SMS, "mms": Kind.MMS, "rcs": Kind.RCS, "call": Kind.CALL}


def sniff(head: Head) -> bool:
    """Tell whether the header names a time, a sender and a text or type, and is none of ours."""
    if head.json is not None or any(own.READER.sniff(head) for own in _OURS):
        return False
    columns = header_columns(head, _TABLE.name)
    named = "sender" in columns and not columns.isdisjoint(_TIMES)
    return named and not columns.isdisjoint(_TELLING)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per row."""
    columns = header_columns(source.head(), _TABLE.name, source.columns)
    assumed = Direction.RECEIVED if columns.isdisjoint(("direction", "type")) else None
    order = day_order(_written_dates(replace(source, progress=None)))
    ambiguous: list[str] = []
    for item in written_rows(source, _TABLE):
        if isinstance(item, Record):
            yield _record(item.values, order, assumed, ambiguous)
        else:
            yield item
    if ambiguous:
        details: dict[str, object] = {"count": len(ambiguous), "value": ambiguous[0]}
        yield Problem("ambiguous_dates", details=details)
    if assumed:
        yield Problem("direction_assumed")


def _written_dates(source: Source) -> Iterator[str]:
    """Yield the dates of a table; none if the first is not one whose order must be found."""
    for item in written_rows(source, _TABLE):
        if isinstance(item, Record):
            written = [text for text in (_received(item.values), _text(item, "sent_at")) if text]
            if written and not any(map(is_numbered, written)):
                return
            yield from written


def _record(
    row: Mapping[str, Any], order: DayOrder, assumed: Direction | None, ambiguous: list[str]
) -> Record:
    kind = _KINDS.get(str(row.get("type", "")).strip().lower())
    word = row.get("direction") if kind else row.get("direction") or row.get("type")
    values = {
        **row,
        "received_at": _time(_received(row), order, ambiguous),
        "sent_at": _time(row.get("sent_at"), order, ambiguous),
        "direction": meaning("direction", word) or assumed,
    }
    if "sim" in row and not row.get("sim_slot"):
        values["sim_slot"] = slot_of(row["sim"])
    return Record(kind or Kind.SMS, values)


def _received(row: Mapping[str, Any]) -> str | None:
    """Return the row's time, put together where date and time of day have columns of their own."""
    whole, date, clock = map(row.get, _TIMES)
    if whole:
        return str(whole)
    if date and clock and ":" not in date and not date.isdigit():
        return f"{date} {clock}"
    return date or clock


def _text(record: Record, name: str) -> str | None:
    value = record.values.get(name)
    return str(value) if value else None


def _time(written: str | None, order: DayOrder, ambiguous: list[str]) -> str | None:
    if not written:
        return None
    try:
        return year_first(written, order)
    except AmbiguousDateError:
        ambiguous.append(written)
        return None


READER = Reader(
    name="generic_csv",
    title="Table of messages with a header row (CSV, TSV)",
    carries=Carries(sent_at=True, service_center=True, sim=True),
    evidence=Evidence("documented", "2026-11"),
    sniff=sniff,
    read=read,
    columns={
        name: name
        for name in (
            *("sender", "received_at", "sent_at", "direction", "body", "sub_id", "sim_slot"),
            *("service_center", "read", "seen", "creator"),
        )
    },
    export=Text(
        "Any exporter that writes a table: the first line must name the columns, such as Date, "
        "Number, Type, Message, or Android's date, address, type, body, date_sent.",
        "任何能导出表格的应用：首行须为列名，如 日期、号码、类型、内容，或 Android 的 "
        "date、address、type、body、date_sent。",
    ),
    remark=Text(
        "What it carries depends on its columns: without date_sent the latency cannot be measured. "
        "Other headers: --columns received_at=Zeit,sender=Von; without a header row by number, "
        "--columns 1=sender,2=received_at.",
        "包含的信息取决于列：没有 date_sent 就无法测量延迟。其他列名可用 "
        "--columns received_at=Zeit,sender=Von 指定；没有列名行时用列号：--columns "
        "1=sender,2=received_at。",
    ),
)
