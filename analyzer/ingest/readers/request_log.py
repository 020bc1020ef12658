"""Our request log (CSV or JSON Lines): when the user asked a service for a code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.ingest.records import Carries, Evidence, Item, Kind, Reader, Record, Role
from analyzer.ingest.source import Head, Source
from analyzer.ingest.written_table import (
    WrittenTable,
    header_columns,
    meaning,
    meaning_within,
    slot_of,
    written_rows,
)
from analyzer.schema import Purpose
from analyzer.texts import Text

_TABLE = WrittenTable("requests", Kind.REQUEST, ("requested_at", "service"))
_RESULTS = frozenset(("sent", "rate_limited", "rejected", "error"))
_CHANNELS = frozenset(("sms", "voice", "email", "app"))
_PURPOSES = frozenset(purpose.value for purpose in Purpose)


def sniff(head: Head) -> bool:
    """Tell whether the header names requests: their time and the service."""
    columns = header_columns(head, _TABLE.name)
    sender = "sender" in header_columns(head, "blocked")
    return {"requested_at", "service"} <= columns and not sender


def read(source: Source) -> Iterator[Item]:
    """Yield one record per request."""
    for item in written_rows(source, _TABLE):
        if isinstance(item, Record):
            yield Record(Kind.REQUEST, _request(item.values))
        else:
            yield item


def _request(row: Mapping[str, Any]) -> dict[str, Any]:
    result = meaning("result", row.get("result"))
    if result not in _RESULTS:
        result = meaning_within("result", row.get("result_raw"))
    channel = meaning("channel", row.get("channel"))
    purpose = meaning("purpose", row.get("purpose"))
    return {
        **row,
        "sim_slot": slot_of(row.get("sim")),
        "result": result if result in _RESULTS else None,
        "result_raw": row.get("result_raw") or row.get("result"),
        "channel": channel if channel in _CHANNELS else None if channel else "sms",
        "purpose": purpose if purpose in _PURPOSES else None,
    }


READER = Reader(
    name="request_log",
    title="Request log of this project (CSV, JSON Lines)",
    carries=Carries(sim=True),
    evidence=Evidence("source", "2026-11"),
    sniff=sniff,
    read=read,
    columns={
        name: name
        for name in (
            *("requested_at", "service", "device", "sim_slot", "purpose", "channel"),
            *("result", "result_raw", "number_tail", "note"),
        )
    },
    role=Role.REQUESTS,
    required=("requested_at", "service"),
    export=Text(
        "Write down when you press Send code: a table with the columns requested_at, service, "
        "result (a spreadsheet saved as CSV will do).",
        "每次点“发送验证码”时记下来：表格列名为 时间、服务/平台、结果（电子表格另存为 CSV 即可）。",
    ),
)
