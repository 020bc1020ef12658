"""The table blocksystem of 360 Mobile Guard (360手机卫士): number, text and time, no reason.

Reference: P79N6A/pa_script, android_360mobilesafe.py (2019). The unit of rec_date is not given
there; it is read by its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.ingest.blocked_tables import blocked_rows, has_columns
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record, Role
from analyzer.ingest.source import Head, Source
from analyzer.schema import BlockReason, Folder
from analyzer.texts import Text

_TABLE = "blocksystem"
_COLUMNS = frozenset(("number", "block_msg", "rec_date"))
_WANTED = ("_id", "number", "block_msg", "rec_date")
_MARKS = {"blocked_by": "360", "block_reason": BlockReason.UNKNOWN}


def sniff(head: Head) -> bool:
    """Tell whether the database has 360's table of blocked messages."""
    return has_columns(head, _COLUMNS, _TABLE)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per blocked message."""
    yield from blocked_rows(source, _COLUMNS, _WANTED, _record, _TABLE)


def _record(row: Mapping[str, Any]) -> Iterator[Item]:
    yield Record(Kind.SMS, {**row, **_MARKS})


READER = Reader(
    name="qihoo360",
    title="360 Mobile Guard, blocksystem (SQLite, rooted phones)",
    carries=Carries(blocked=True),
    evidence=Evidence("documented", "2019-01"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "number",
        "received_at": "rec_date",
        "body": "block_msg",
        "blocked_by": "blocked_by",
        "block_reason": "block_reason",
    },
    role=Role.BLOCKED,
    required=("received_at",),
    folder=Folder.BLOCKED,
    export=Text(
        "On a rooted phone copy the database with the table blocksystem from the app's databases "
        "folder; current versions may keep it elsewhere.",
        "在已 root 的手机上，从该应用的 databases 文件夹复制含 blocksystem 表的数据库；"
        "新版位置可能不同。",
    ),
    remark=Text(
        "Layout known from a forensic script of 2019; current versions are not verified.",
        "布局来自 2019 年的取证脚本，新版未验证。",
    ),
)
