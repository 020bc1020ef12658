"""`adb shell content query --uri content://mms-sms/spam-messages`: Samsung's list of spam messages.

The list joins SMS, MMS and RCS and adds transport_type and normalized_date. Android's own mixed
lists of the inbox look the same, so the rows alone do not tell that a message was blocked: the
user does, by giving the log as one of blocked messages.

Reference: a Samsung telephony provider of 2021 (One UI), decompiled; AOSP MmsSmsProvider. Whether
the shell may read the list on current phones is not verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analyzer.ingest.content_rows import (
    HugeRow,
    Unparsed,
    content_columns,
    content_rows,
    first_rows,
)
from analyzer.ingest.provider import COLUMNS
from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    ProblemKind,
    Reader,
    Record,
)
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

# The adb client may say first that it starts its server, in lines that begin with a star.
_ROW = re.compile(r"\s*(?:\*[^\n]*\n\s*)*Row: \d+ ")
_CHATTER = re.compile(r"(?:\s*\*[^\n]*)*\s*")
_COLUMNS = frozenset(("transport_type", "normalized_date"))
_KINDS = {"sms": Kind.SMS, "mms": Kind.MMS, "im": Kind.RCS, "ft": Kind.RCS}


def sniff(head: Head) -> bool:
    """Tell whether the log is the answer to a query for a mixed list."""
    return bool(_ROW.match(head.text)) and set(content_columns(head.text)) >= _COLUMNS


def read(source: Source) -> Iterator[Item]:
    """Yield one record per row."""
    columns = content_columns(first_rows(source))
    with source.text() as chunks:
        for row in content_rows(chunks, columns):
            if isinstance(row, HugeRow):
                yield row.problem()
            elif not isinstance(row, Unparsed):
                yield _record(row.values)
            elif row.cut:
                yield Problem("truncated", ProblemKind.TRUNCATED, raw=row.text[:400])
            elif not _CHATTER.fullmatch(row.text):
                yield Problem("provider_error_inside", details={"reason": row.text.strip()[:120]})
        if chunks.replaced:
            yield Problem("characters_replaced", details={"count": chunks.replaced})
    yield Problem("mixed_list")


def _record(row: dict[str, str | None]) -> Record:
    values: dict[str, Any] = {**row, "date": row.get("normalized_date") or row.get("date")}
    return Record(_KINDS.get(row.get("transport_type") or "sms", Kind.RCS), values)


READER = Reader(
    name="content_query_mixed",
    title="adb shell content query, Samsung's spam messages (text)",
    carries=Carries(sent_at=True, service_center=True, sim=True, blocked=True),
    evidence=Evidence("documented", "2021-01"),
    sniff=sniff,
    read=read,
    columns=COLUMNS,
    export=Text(
        "Turn on USB debugging and run: adb shell content query --uri "
        "content://mms-sms/spam-messages > spam.txt; give it as --blocked spam.txt.",
        "打开 USB 调试后运行：adb shell content query --uri content://mms-sms/spam-messages "
        "> spam.txt；用 --blocked spam.txt 提供。",
    ),
    remark=Text(
        "Taken as received unless given with --blocked. Not verified on a phone.",
        "除非用 --blocked 提供，否则按已收到计算。未在手机上验证。",
    ),
)
