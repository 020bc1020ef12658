"""Super Backup & Restore (MobileIdea): looks like XML, but nothing in it is escaped.

Reference: published readers and writers of the layout: <allsms count="N">, one
<sms address time date type body read service_center name/> a message, <alllogs> with <log/> for
calls. A text can hold quotes, "<" and line breaks, so a record starts only where a line does, and
is read from both ends: what the right end leaves is the text. `time` repeats `date` in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analyzer.ingest.records import (
    Announced,
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

_MAX_RECORD = 1 << 20
_ROOT = re.compile(r"\s*(?:<[?!][^<]*>\s*)*<(allsms|alllogs)\b([^<>]*)>")
_COUNT = re.compile(r"""\scount\s*=\s*["']?(\d{1,11})""", re.ASCII)
_START = re.compile(r"\s*<(?:sms address|log number)=\"")
_END = re.compile(r"/>\s*$")
_CLOSING = re.compile(r"\s*</all(?:sms|logs)\s*>")
_BEFORE_TEXT = re.compile(r"\s*<\w+((?:\s+(?!body=)\w+=\"[^\"]*\")*)\s+body=\"")
_ATTRIBUTE = re.compile(r"\s(\w+)=\"([^\"]*)\"")
_BEHIND_TEXT = ("read", "service_center", "name")


def sniff(head: Head) -> bool:
    """Tell whether the log's root element is <allsms> or <alllogs>."""
    return bool(_ROOT.match(head.text))


def read(source: Source) -> Iterator[Item]:
    """Yield one record per message; calls are counted."""
    root = _ROOT.match(source.head().text)
    announced = _COUNT.search(root[2]) if root else None
    if announced:
        yield Announced(int(announced[1]))
    with source.text() as chunks:
        for text in _records(chunks):
            if isinstance(text, Problem):
                yield text
            else:
                yield _record(text)
        if chunks.replaced:
            yield Problem("characters_replaced", details={"count": chunks.replaced})


def _records(chunks: Iterable[str]) -> Iterator[str | Problem]:
    """Yield the text of each record; whatever stands before the first is left out."""
    lines: list[str] = []
    size = 0
    closed = dropping = False
    for line in _lines(chunks):
        complete = not lines or dropping or _END.search(lines[-1]) is not None
        if closed and not line.strip():
            continue
        closed = complete and _CLOSING.match(line) is not None
        starts = complete and _START.match(line) is not None
        if starts or closed:
            if lines:
                yield "".join(lines)
            lines, size, dropping = ([line] if starts else []), len(line), False
        elif lines:
            lines.append(line)
            size += len(line)
            if size > _MAX_RECORD:
                details: dict[str, object] = {"limit": _MAX_RECORD >> 20}
                raw = lines[0][:200]
                yield Problem("huge_record", ProblemKind.REJECTED, details=details, raw=raw)
                lines, size, dropping = [], 0, True
    if lines and _END.search(lines[-1]):
        yield "".join(lines)
    if not closed:
        yield Problem("truncated", ProblemKind.TRUNCATED, raw="".join(lines)[:400])


def _record(text: str) -> Item:
    """Return a message or call, or a problem if an end of the record is not to be read."""
    if re.match(r"\s*<log\b", text):
        return Record(Kind.CALL, dict(_ATTRIBUTE.findall(text)))
    start = _BEFORE_TEXT.match(text)
    if start is None:
        return _damaged("the attributes before the text are incomplete", text)
    values = dict(_ATTRIBUTE.findall(start[1]))
    end = re.sub(r"\s*/>\s*$", "", text).rstrip()
    for name in reversed(_BEHIND_TEXT):
        at = end.rfind(f' {name}="', start.end())
        if at < 0 or not end.endswith('"'):
            return _damaged("the attributes behind the text are incomplete", text)
        values[name] = end[at + len(name) + 3 : -1]
        end = end[:at].rstrip()
    if not end.endswith('"') or len(end) <= start.end() - 1:
        return _damaged("the text has no end", text)
    values["body"] = end[start.end() : -1]
    return Record(Kind.SMS, values)


def _damaged(reason: str, text: str) -> Problem:
    details: dict[str, object] = {"reason": reason}
    return Problem("damaged_record", ProblemKind.REJECTED, details=details, raw=text[:400])


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    """Yield lines with their ends; a piece longer than any record is given as it is."""
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split("\n")
        for line in lines:
            yield line + "\n"
        if len(rest) > _MAX_RECORD:
            yield rest
            rest = ""
    if rest:
        yield rest


READER = Reader(
    name="super_backup",
    title="Super Backup & Restore (XML)",
    carries=Carries(service_center=True),
    evidence=Evidence("documented", "2025-02"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "date",
        "direction": "type",
        "body": "body",
        "service_center": "service_center",
        "read": "read",
    },
    export=Text(
        "In Super Backup choose SMS backup, Backup all, and copy sms_....xml from the phone.",
        "在 Super Backup 中选“短信备份”→“备份全部”，把 sms_….xml 从手机复制出来。",
    ),
    remark=Text(
        "Carries no service center time, so the latency cannot be measured. Texts are not escaped: "
        "a text that looks like a record of its own cannot be told from one; compare the count.",
        "不含短信中心时间，无法测量延迟。正文未转义：形如一条记录的正文无法与真正的记录区分；"
        "请核对条数。",
    ),
)
