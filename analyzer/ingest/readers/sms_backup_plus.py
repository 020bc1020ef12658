"""SMS Backup+: one e-mail a message, saved as EML or exported from the mail box as mbox.

Reference: github.com/jberkel/sms-backup-plus, Headers.java, HeaderGenerator.java. The provider's
columns stand in X-smssync- headers, an absent header is a null column; the time of the service
center is not among them (issue 1036), nor is the SIM. Other mails of the box are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import BinaryIO

from analyzer.ingest.mails import MAX_MAIL, header, mails, parsed, plain_text
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

_HEADER = re.compile(r"^X-smssync-(?:address|datatype|type|date|id):", re.MULTILINE | re.IGNORECASE)
_FIRST_LINE = re.compile(r"From [^\n]*\d{4}\s*\n|[A-Za-z][A-Za-z0-9-]*:")
_KINDS = {"SMS": Kind.SMS, "MMS": Kind.MMS, "CALLLOG": Kind.CALL}
_COLUMNS = ("address", "date", "type", "read", "service_center")
_LONGEST_LINE = 1 << 20


def sniff(head: Head) -> bool:
    """Tell whether the log opens as a mail or mbox and holds headers of SMS Backup+."""
    return bool(_FIRST_LINE.match(head.text)) and bool(_HEADER.search(head.text))


def read(source: Source) -> Iterator[Item]:
    """Yield one record per mail of SMS Backup+."""
    others = 0
    with source.open() as stream:
        for mail in mails(_lines(stream)):
            message = parsed(mail)
            kind = _KINDS.get((header(message, "X-smssync-datatype") or "SMS").upper())
            if mail.cut:
                yield Problem("truncated", ProblemKind.TRUNCATED)
            elif kind is None or header(message, "X-smssync-date") is None:
                others += 1
            elif kind == Kind.SMS and mail.huge:
                details: dict[str, object] = {"limit": MAX_MAIL >> 20}
                yield Problem("huge_record", ProblemKind.REJECTED, details=details)
            else:
                yield Record(kind, _values(message))
    if others:
        yield Problem("other_mails", details={"count": others})


def _values(message: Message) -> dict[str, str | None]:
    values = {column: header(message, f"X-smssync-{column}") for column in _COLUMNS}
    return {**values, "body": plain_text(message)}


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(1 << 18):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest


READER = Reader(
    name="sms_backup_plus",
    title="SMS Backup+ (EML, mbox)",
    carries=Carries(service_center=True),
    evidence=Evidence("source", "2020-05"),
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
        "In Gmail the messages lie under the label SMS: export that label with Google Takeout "
        "(Mail, mbox), or save single mails as .eml.",
        "短信在 Gmail 的“SMS”标签下：用 Google Takeout 导出该标签（邮件，mbox），"
        "或把单封邮件另存为 .eml。",
    ),
    remark=Text(
        "Carries no service center time, so the latency cannot be measured.",
        "不含短信中心时间，无法测量延迟。",
    ),
)
