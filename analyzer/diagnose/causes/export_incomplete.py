"""Incomplete export: records missing from a log, or times that the exporter did not keep."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.finding import Case, Statement
from analyzer.diagnose.selection import code_messages, counts, where
from analyzer.schema import Folder, LatencyBasis, Route, Verdict
from analyzer.terms import counted
from analyzer.texts import Text

_UNKNOWN = (
    LatencyBasis.UNKNOWN_NO_STAMP,
    LatencyBasis.UNKNOWN_COPIED,
    LatencyBasis.UNKNOWN_REWRITTEN,
)
# Senders that hardly write anything but codes and notices.
_SERVICE_ROUTES = (Route.PORT_106, Route.SHORT_CODE, Route.SERVICE_95, Route.ALPHANUMERIC)
_SUSPICIOUS_WITHOUT_CODES = 20


def export_incomplete(case: Case) -> Statement:
    """Return `shown` for cut or rejected records, `consistent` for missing times or codes."""
    proven = tuple(_lost_records(case))
    hidden = tuple(_hidden_codes(case.table))
    fitting = (*_missing_times(case.table), *hidden)
    if proven:
        return Statement(Verdict.SHOWN, (*proven, *fitting))
    if fitting:
        rivals = ("phone_filter",) if hidden else ()
        return Statement(Verdict.CONSISTENT, fitting, rivals=rivals)
    return Statement(
        Verdict.NO_EVIDENCE,
        (Text("Every record of every log was read.", "每个日志的每条记录都已读取。"),),
    )


def _lost_records(case: Case) -> Iterator[Text]:
    for account in case.accounts:
        if not account.readable:
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


def _missing_times(table: pa.Table) -> Iterator[Text]:
    """Yield how many codes of the inbox lack a time; lists of blocked messages rarely have it."""
    codes = where(code_messages(table), "folder", Folder.INBOX)
    unknown = where(codes, "latency_basis", *_UNKNOWN)
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
    services = where(table, "route", *_SERVICE_ROUTES)
    codes = pc.sum(pc.fill_null(table["is_code"], False)).as_py() or 0
    if services.num_rows >= _SUSPICIOUS_WITHOUT_CODES and not codes:
        yield Text(
            f"{services.num_rows:,} messages come from services, but none carries a code: the "
            "exporting app may have been refused code messages.",
            f"有 {services.num_rows:,} 条服务类短信，却没有一条含验证码："
            "导出应用可能没有读取验证码短信的权限。",
        )
