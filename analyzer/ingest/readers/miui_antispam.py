"""The AntiSpam database of Xiaomi's security centre: when it took a message and why, no text.

A row is joined to the message of the same sender within seconds, where another log has it. Rows of
type 1 are calls, whose reasons have other numbers and are never read.

Reference: MIUI security centre, table fwlog of AntiSpam (version 10) and the older firewall.db;
reasons as in provider.miui_reason. Not verified on MIUI 12 and later or HyperOS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.ingest.blocked_tables import blocked_rows, has_columns
from analyzer.ingest.provider import miui_reason
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record, Role
from analyzer.ingest.source import Head, Source
from analyzer.schema import Folder
from analyzer.texts import Text

_TABLE = "fwlog"
_COLUMNS = frozenset(("number", "date", "type", "reason"))
_WANTED = ("_id", "number", "date", "type", "reason", "data1", "simid", "read")
_SMS = 2
_REASON_BITS, _FIRST_BLOCKED = 0x7F, 3


def sniff(head: Head) -> bool:
    """Tell whether the database has MIUI's firewall log."""
    return has_columns(head, _COLUMNS, _TABLE)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per row: a message without its text, or a call."""
    yield from blocked_rows(source, _COLUMNS, _WANTED, _record, _TABLE)


def _record(row: Mapping[str, Any]) -> Iterator[Item]:
    if row.get("type") != _SMS:
        yield Record(Kind.CALL, row)
        return
    values: dict[str, Any] = {**row, "folder": Folder.INBOX}
    sim = row.get("simid")
    values["sub_id"] = sim if isinstance(sim, int) and sim > 0 else None
    reason = row.get("reason")
    if isinstance(reason, int) and reason & _REASON_BITS >= _FIRST_BLOCKED:
        keyword = row.get("data1")
        values |= {
            "folder": Folder.BLOCKED,
            "blocked_by": "miui",
            "block_reason": miui_reason(reason),
            "block_rule": f"reason={reason}: {keyword}" if keyword else f"reason={reason}",
        }
    yield Record(Kind.SMS, values)


READER = Reader(
    name="miui_antispam",
    title="MIUI AntiSpam, firewall log (SQLite, rooted phones)",
    carries=Carries(sim=True, blocked=True),
    evidence=Evidence("documented", "2018-01"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "number",
        "received_at": "date",
        "sub_id": "sub_id",
        "read": "read",
        "folder": "folder",
        "blocked_by": "blocked_by",
        "block_reason": "block_reason",
        "block_rule": "block_rule",
    },
    role=Role.BLOCKED,
    required=("received_at",),
    folder=Folder.BLOCKED,
    screened=True,
    export=Text(
        "On a rooted phone copy the database AntiSpam from the security app's databases folder "
        "and give it together with mmssms.db, which has the texts.",
        "在已 root 的手机上，从“手机管家”的 databases 文件夹复制 AntiSpam 数据库，"
        "并与含有正文的 mmssms.db 一起提供。",
    ),
    remark=Text(
        "Holds no texts; whether a row was a code is known only with the message from another "
        "log. Layout known from published code of older systems.",
        "不含正文；只有与其他日志中的短信对上，才知道是否为验证码。布局来自旧系统的公开代码。",
    ),
)
