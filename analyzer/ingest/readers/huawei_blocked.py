"""harassment.db of a decrypted Huawei or Honor backup: blocked messages with text and reason.

The table's name in the backup is not known, so any table with these columns is read. Whether
sub_id is a slot or a subscription is not known either, and 0 is its default: it is not read.

Reference: EMUI system manager, table interception_messages (about EMUI 5 to 8); the list of files
of RealityNet/kobackupdec.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.ingest.blocked_tables import blocked_rows, has_columns
from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record, Role
from analyzer.ingest.source import Head, Source
from analyzer.ingest.vendor_reasons import vendor_reason
from analyzer.schema import Folder
from analyzer.texts import Text

_COLUMNS = frozenset(("phone", "body", "date", "block_reason"))
_WANTED = ("_id", "phone", "body", "date", "block_reason", "pdu", "message_type")


def sniff(head: Head) -> bool:
    """Tell whether the database has a table of blocked messages."""
    return has_columns(head, _COLUMNS)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per blocked message."""
    yield from blocked_rows(source, _COLUMNS, _WANTED, _record)


def _record(row: Mapping[str, Any]) -> Iterator[Item]:
    # The notification of an MMS is kept as it came, without a text.
    if row.get("pdu") is not None and not row.get("body"):
        yield Record(Kind.MMS, {"_id": row.get("_id")})
        return
    reason = row.get("block_reason")
    marks = {
        "blocked_by": "huawei",
        "block_reason": vendor_reason("huawei", reason),
        "block_rule": None if reason is None else f"block_reason={reason}",
    }
    yield Record(Kind.SMS, {**row, **marks})


READER = Reader(
    name="huawei_blocked",
    title="Huawei / Honor harassment.db (SQLite, from a decrypted backup)",
    carries=Carries(blocked=True),
    evidence=Evidence("documented", "2021-01"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "phone",
        "received_at": "date",
        "body": "body",
        "blocked_by": "blocked_by",
        "block_reason": "block_reason",
        "block_rule": "block_rule",
    },
    role=Role.BLOCKED,
    required=("received_at",),
    folder=Folder.BLOCKED,
    export=Text(
        "Make a backup with the phone's own backup app or HiSuite, including the phone manager's "
        "data, decrypt it with your password (kobackupdec does), and give db/harassment.db.",
        "用手机自带的备份应用或 HiSuite 备份（包含手机管家数据），用自己的密码解密"
        "（例如 kobackupdec），然后提供 db/harassment.db。",
    ),
    remark=Text(
        "Layout known from published code of older systems, not from a phone; the SIM is not read.",
        "布局来自旧系统的公开代码，未在手机上验证；不读取卡槽。",
    ),
)
