"""Three statements that stay apart: blocked, reached the phone but no message, not seen.

A record of the phone's filter proves the first, a radio log the second; that an export lacks a
code proves neither.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.case import Case
from analyzer.diagnose.selection import where
from analyzer.ingest.records import Role
from analyzer.ingest.registry import readers
from analyzer.schema import EventKind, Outcome
from analyzer.texts import Text

# How the details of events name the system whose filter took a message.
_SYSTEMS = {"MIUI": "miui", "EMUI": "huawei"}


def has_radio_log(case: Case) -> bool:
    """Tell whether a log of the phone's radio layer was read."""
    of_radio = {reader.name for reader in readers() if reader.role == Role.RADIO}
    return any(account.format in of_radio for account in case.accounts)


def dropped_events(case: Case) -> pa.Table:
    """Return the events of messages that reached the phone and that its filter took."""
    return where(case.events, "event", EventKind.BLOCKED, EventKind.INTERCEPTED)


def undelivered_events(case: Case) -> pa.Table:
    """Return the events of messages that reached the phone and were seen no more.

    Only logs count that show deliveries of other messages: some phones never print them.
    """
    delivered = where(case.events, "event", EventKind.DELIVERED)
    logs = delivered["log"].cast(pa.string()).unique()
    received = where(case.events, "event", EventKind.RECEIVED)
    return received.filter(pc.is_in(received["log"].cast(pa.string()), logs))


def systems_of(dropped: pa.Table) -> tuple[str, ...]:
    """Return whose filter took the messages, as the advice names it."""
    found: dict[str, None] = {}
    for event, detail in zip(
        dropped["event"].to_pylist(), dropped["detail"].to_pylist(), strict=True
    ):
        if event == EventKind.BLOCKED:
            found["android"] = None
        else:
            system = _SYSTEMS.get((detail or "")[:4])
            found |= {system: None} if system else {}
    return tuple(found)


def dropped_statement(case: Case) -> Iterator[Text]:
    """Yield what the phone's log tells of messages that it took itself."""
    blocked = where(case.events, "event", EventKind.BLOCKED).num_rows
    intercepted = where(case.events, "event", EventKind.INTERCEPTED).num_rows
    if blocked or intercepted:
        yield Text(
            "Messages that reached the phone and were dropped, as its radio or system log says: "
            f"{blocked + intercepted:,} ({blocked:,} as the number is on the block list, "
            f"{intercepted:,} by the system's own filter). Whether they carried codes is not in "
            "that log.",
            f"手机的无线或系统日志显示，有 {blocked + intercepted:,} 条短信到达手机后被丢弃"
            f"（{blocked:,} 条因号码在黑名单，{intercepted:,} 条被系统拦截）。"
            "该日志不说明其中是否有验证码。",
        )


def reached_statement(case: Case) -> Iterator[Text]:
    """Yield what the phone's log tells of messages that came and became no message."""
    received = undelivered_events(case).num_rows
    incomplete = where(case.events, "event", EventKind.INCOMPLETE).num_rows
    if received:
        yield Text(
            f"Messages that reached the phone without a delivery in its log: {received:,}. No "
            "line says why.",
            f"有 {received:,} 条短信到达了手机，但日志里没有交付记录，也没有说明原因。",
        )
    if incomplete:
        yield Text(
            f"Long messages, or parts of them, that never became complete: {incomplete:,}.",
            f"有 {incomplete:,} 条（段）长短信始终不完整。",
        )


def not_seen_statement(case: Case) -> Iterator[Text]:
    """Yield how many codes are in no export, and why that is no proof of blocking."""
    missing = where(case.attempts, "outcome", Outcome.MISSING).num_rows
    if missing:
        yield Text(
            f"Codes not seen in these exports: {missing:,}. That is no proof of blocking: an "
            "export may lack codes (permission for service messages, code protection, messages "
            "deleted before it was made).",
            f"有 {missing:,} 个验证码未在这些导出中出现。这不能证明被拦截："
            "导出本身可能缺少验证码（通知类短信权限、验证码保护、导出前已删除）。",
        )
