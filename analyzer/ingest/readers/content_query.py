"""`adb shell content query --uri content://sms`: every column the shell may see.

Reference: AOSP frameworks/base cmds/content Content.java. Old Android prints 64-bit times as
32-bit integers: the moment is lost (it recurs every 49.7 days), the difference of two such times
is not, modulo 2^32 milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import chain
from typing import Any

from analyzer.ingest.content_rows import (
    HugeRow,
    Unparsed,
    Written,
    content_columns,
    content_rows,
    first_rows,
    rows_together,
    without_null,
)
from analyzer.ingest.provider import COLUMNS, VENDOR_COLUMNS
from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    ProblemKind,
    Reader,
    Record,
    whole_block,
)
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

# The adb client may say first that it starts its server, in lines that begin with a star.
_ROW = re.compile(r"\s*(?:\*[^\n]*\n\s*)*Row: \d+ ")
_CHATTER = re.compile(r"(?:\s*\*[^\n]*)*\s*")
_ANSWERS = re.compile(
    r"\s*(?:No (?:result|reuslt) found\.|Error while accessing provider:|\[ERROR\])"
)
_REASON = re.compile(r"(?:\w+\.)+(\w+(?:Exception|Error))\b")
# Columns that lists of SMS and MMS together add; they have a reader of their own.
_MIXED_LIST = frozenset(("transport_type", "normalized_date"))
# Reference: the provider's times are milliseconds; anything below 1973 in them was cut off.
_SMALLEST_TIME = 10**11
_TIMES = ("date", "date_sent")
# What these columns say of a row is no column of ours, or that it is no message.
_BESIDE = VENDOR_COLUMNS | {"msg_box", "m_type"}
_DIGITS_CUT = 11  # no number below it is longer
_HALF = 1 << 31


def sniff(head: Head) -> bool:
    """Tell whether the log is the answer to a query for messages, an error or nothing found."""
    text = head.text
    if _ANSWERS.match(text):
        return True
    columns = content_columns(text) if _ROW.match(text) else []
    return "date" in columns and not set(columns) >= _MIXED_LIST


def read(source: Source) -> Iterator[Item]:
    """Yield one record per row."""
    head = source.head().text
    columns = content_columns(first_rows(source))
    if not columns:
        yield _answer(head)
        return
    wrapped = 0
    with source.text() as chunks:
        in_blocks = _BESIDE.isdisjoint(columns)
        for row in (rows_together if in_blocks else content_rows)(chunks, columns):
            if isinstance(row, list):
                wrapped += yield from _messages(columns, row)
            elif isinstance(row, HugeRow):
                yield row.problem()
            elif isinstance(row, Unparsed):
                if not _CHATTER.fullmatch(row.text):
                    yield _problem(row)
            elif "msg_box" in row.values or "m_type" in row.values:
                yield Record(Kind.MMS, row.values)
            else:
                wrapped += _without_wrapped_times(row.values)
                yield Record(Kind.SMS, row.values)
        if chunks.replaced:
            yield Problem("characters_replaced", details={"count": chunks.replaced})
    if wrapped:
        yield Problem("wrapped_times", details={"count": wrapped})


def _messages(columns: list[str], rows: list[Written]) -> Generator[Item, None, int]:
    """Yield rows as one block; return how many of their times were cut to 32 bits.

    Where there can be such times, rows come one by one.
    """
    _, *by_column = zip(*rows, strict=True)
    written = dict(zip(columns, by_column, strict=True))
    if all(map(_is_whole, chain.from_iterable(written.get(name, ()) for name in _TIMES))):
        known = {
            name: [None if cell == "NULL" else cell for cell in cells]
            for name, cells in written.items()
        }
        yield whole_block(known, len(rows))
        return 0
    wrapped = 0
    for _, *cells in rows:
        values = without_null(columns, cells)
        wrapped += _without_wrapped_times(values)
        yield Record(Kind.SMS, values)
    return wrapped


def _is_whole(time: str | None) -> bool:
    """Tell whether a time was surely not cut to 32 bits."""
    return not time or (len(time) > _DIGITS_CUT and time[0] in "123456789") or time in ("0", "NULL")


def _answer(text: str) -> Problem:
    if "esult found" in text or "reuslt found" in text:
        return Problem("no_result")
    return Problem("provider_refused", details={"reason": _reason(text)})


def _problem(row: Unparsed) -> Problem:
    if row.cut:
        return Problem("truncated", ProblemKind.TRUNCATED, raw=row.text[:400])
    return Problem("provider_error_inside", details={"reason": _reason(row.text)})


def _reason(text: str) -> str:
    """Return the name of Java's exception, or the first line."""
    found = _REASON.search(text)
    return found[1] if found else text.strip().splitlines()[0][:120]


def _without_wrapped_times(values: dict[str, Any]) -> int:
    """Set times that were cut to 32 bits to unknown; return how many there were.

    Where both times of a row were, their difference is kept: below 24.8 days it is the true one.
    """
    count = 0
    written = [values.get(column) for column in _TIMES]
    for column in _TIMES:
        text = values.get(column)
        if text and re.fullmatch(r"-?\d+", text) and int(text) and int(text) < _SMALLEST_TIME:
            values[column] = None
            count += 1
    if count == len(written):
        received, sent = (int(str(text)) for text in written)
        values["wrapped_difference"] = (received - sent + _HALF) % (2 * _HALF) - _HALF
    return count


READER = Reader(
    name="content_query",
    title="adb shell content query (text)",
    carries=Carries(sent_at=True, service_center=True, sim=True, blocked=True),
    evidence=Evidence("source", "2026-01"),
    sniff=sniff,
    read=read,
    columns=COLUMNS | {"wrapped_difference": "wrapped_difference"},
    export=Text(
        "Turn on USB debugging, connect the phone and run: adb shell content query --uri "
        "content://sms --projection _id:address:date:date_sent:type:read:sub_id:"
        "service_center:creator:body > sms.txt",
        "打开 USB 调试，连接手机后运行：adb shell content query --uri content://sms "
        "--projection _id:address:date:date_sent:type:read:sub_id:service_center:creator:body "
        "> sms.txt",
    ),
)
