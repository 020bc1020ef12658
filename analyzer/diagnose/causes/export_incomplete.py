"""Incomplete export: records missing from a log, codes hidden from the exporter, times not kept.

Ruled out first: what an export lacks was not necessarily lost on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import counts, where
from analyzer.ingest.records import ProblemKind
from analyzer.measure.arrays import is_word
from analyzer.schema import Direction, Folder, LatencyBasis, Route, Verdict
from analyzer.terms import counted
from analyzer.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.diagnose.case import Case
    from analyzer.ingest import LogAccount

_UNKNOWN = (
    LatencyBasis.UNKNOWN_NO_STAMP,
    LatencyBasis.UNKNOWN_COPIED,
    LatencyBasis.UNKNOWN_REWRITTEN,
)
# Senders that hardly write anything but codes and notices.
_SERVICE_ROUTES = (Route.PORT_106, Route.SHORT_CODE, Route.SERVICE_95, Route.ALPHANUMERIC)
_SUSPICIOUS_WITHOUT_CODES = 20
_SUSPICIOUS_WITHOUT_SERVICES = 50
_LEAST_UNCOVERED = 3
# Reference: termux-sms-list writes 10 messages unless told otherwise (its option -l).
_TERMUX_DEFAULT = 10
# A file that lies beside the logs, or that is not there, is no incomplete export.
_NO_EXPORT = frozenset(
    {"not_a_log", "missing_file", "empty_folder", "no_permission", "ambiguous", "member_not_a_log"}
)


def export_incomplete(case: Case) -> Statement:
    """Return `shown` for cut or rejected records, `consistent` for missing times or codes."""
    proven = tuple(_lost_records(case))
    hidden = (*_hidden_codes(case.table), *_no_services(case.table))
    fitting = (*hidden, *_default_length(case), *_uncovered(case), *_missing_times(case.codes))
    uncovered = np.flatnonzero(is_word(case.attempts["why"], "uncovered")).tolist()
    missing = np.flatnonzero(case.tried.missing).tolist() if hidden else []
    if proven or fitting:
        return Statement(
            Verdict.SHOWN if proven else Verdict.CONSISTENT,
            (*proven, *fitting),
            rivals=("phone_filter",) if hidden and not proven else (),
            attempts=tuple(sorted({*uncovered, *missing} & case.failed)),
        )
    return Statement(
        Verdict.NO_EVIDENCE,
        (Text("Every record of every log was read.", "每个日志的每条记录都已读取。"),),
    )


def _lost_records(case: Case) -> Iterator[Text]:
    for account in case.accounts:
        if _unreadable(account):
            yield Text(f"{account.log} could not be read.", f"{account.log} 无法读取。")
        if account.truncated:
            yield Text(
                f"{account.log} is cut off after {account.records:,} records.",
                f"{account.log} 在第 {account.records:,} 条记录后被截断。",
            )
        if account.rejected:
            yield Text(
                f"{account.rejected:,} of {account.records:,} records of {account.log} "
                "are damaged.",
                f"{account.log} 的 {account.records:,} 条记录中有 {account.rejected:,} 条损坏。",
            )


def _unreadable(account: LogAccount) -> bool:
    """Whether something that is an export could not be read."""
    reasons = {p.what for p in account.problems if p.kind == ProblemKind.UNREADABLE}
    return bool(reasons - _NO_EXPORT)


def _missing_times(codes: pa.Table) -> Iterator[Text]:
    """Yield how many codes of the inbox lack a time; lists of blocked messages rarely have it."""
    codes = where(codes, "folder", Folder.INBOX)
    unknown = where(codes, "latency_basis", *_UNKNOWN)
    untimed = codes["received_at"].null_count
    if untimed:
        yield Text(
            f"Code messages without a time of reception: {untimed:,} of {codes.num_rows:,}.",
            f"{codes.num_rows:,} 条验证码短信中有 {untimed:,} 条没有接收时间。",
        )
    if unknown.num_rows:
        bases = counted("basis", counts(unknown, "latency_basis"))
        formats = counted("format", counts(unknown, "format")).en
        yield Text(
            f"Code messages of the inbox whose latency is unknown: {unknown.num_rows:,} of "
            f"{codes.num_rows:,} ({bases.en}; formats: {formats}).",
            f"收件箱的 {codes.num_rows:,} 条验证码短信中有 {unknown.num_rows:,} 条的延迟未知"
            f"（{bases.zh}；格式：{formats}）。",
        )


def _hidden_codes(table: pa.Table) -> Iterator[Text]:
    services = int(is_word(table["route"], *_SERVICE_ROUTES).sum())
    codes = pc.sum(pc.fill_null(table["is_code"], False)).as_py() or 0
    if services >= _SUSPICIOUS_WITHOUT_CODES and not codes:
        yield Text(
            f"{services:,} messages come from services, but none carries a code: the "
            "exporting app may have been refused code messages.",
            f"有 {services:,} 条服务类短信，却没有一条含验证码："
            "导出应用可能没有读取验证码短信的权限。",
        )


def _no_services(table: pa.Table) -> Iterator[Text]:
    """Yield that no service wrote at all, which permissions for service messages explain."""
    came = is_word(table["direction"], Direction.RECEIVED)
    services = is_word(table["route"], *_SERVICE_ROUTES, Route.CARRIER_SERVICE) & came
    received = int(came.sum())
    if received >= _SUSPICIOUS_WITHOUT_SERVICES and not services.any():
        yield Text(
            f"None of {received:,} received messages comes from a service: the "
            "exporting app may lack the permission for service messages.",
            f"{received:,} 条收到的短信中没有一条来自服务号码：导出应用可能没有“通知类短信”权限。",
        )


def _default_length(case: Case) -> Iterator[Text]:
    for account in case.accounts:
        if account.format == "termux" and account.records == _TERMUX_DEFAULT:
            yield Text(
                f"{account.log} holds exactly {_TERMUX_DEFAULT} messages, as many as "
                "termux-sms-list writes if no number is given.",
                f"{account.log} 恰好有 {_TERMUX_DEFAULT} 条短信，"
                "正是 termux-sms-list 未指定数量时的默认条数。",
            )


def _uncovered(case: Case) -> Iterator[Text]:
    """Yield how many attempts lie outside the time of every log."""
    n = int(is_word(case.attempts["why"], "uncovered").sum())
    if n >= _LEAST_UNCOVERED:
        yield Text(
            f"Attempts at times that no message log covers: {n:,} of {case.attempts.num_rows:,}. "
            "Messages may have been deleted, or the export begins later or ends earlier.",
            f"{case.attempts.num_rows:,} 次尝试中有 {n:,} 次不在任何短信日志的时间范围内："
            "短信可能已删除，或导出的起止时间不够。",
        )
