"""Filter on the phone: the one cause that a record proves directly."""

from __future__ import annotations

from analyzer.diagnose.finding import Case, Statement
from analyzer.diagnose.selection import code_messages, counts, ids, where
from analyzer.ingest.registry import readers
from analyzer.schema import Folder, Verdict
from analyzer.terms import counted
from analyzer.texts import Text

_CANNOT_KNOW = Text(
    "None of the logs can hold blocked messages, so nothing here tells what the phone filtered.",
    "提供的日志都不含被拦截的短信，因此无法得知手机拦截了什么。",
)
_EMPTY_PROVES_NOTHING = Text(
    "The logs that can hold blocked messages hold no code. That proves nothing: Android deletes "
    "messages from numbers on its block list, and some apps keep no record.",
    "能记录拦截短信的日志里没有验证码。但这不能说明没有拦截：系统会直接删除黑名单号码的短信，有些应用也不留记录。",
)


def phone_filter(case: Case) -> Statement:
    """Return `shown` if a code message lies, or lay, in the blocked folder."""
    codes = code_messages(case.table)
    blocked = where(codes, "folder", Folder.BLOCKED)
    if blocked.num_rows:
        return Statement(
            Verdict.SHOWN,
            _evidence(
                blocked.num_rows, codes.num_rows, counted("reason", counts(blocked, "block_reason"))
            ),
            ids(blocked),
            systems=tuple(counts(blocked, "blocked_by")),
        )
    carriers_of_blocked = {reader.name for reader in readers() if reader.carries.blocked}
    could_tell = any(account.format in carriers_of_blocked for account in case.accounts)
    why = _EMPTY_PROVES_NOTHING if could_tell else _CANNOT_KNOW
    return Statement(Verdict.NO_EVIDENCE, (why,))


def _evidence(blocked: int, codes: int, reasons: Text) -> tuple[Text, ...]:
    return (
        Text(
            f"Code messages put in the blocked folder: {blocked:,} of {codes:,} "
            f"(reasons: {reasons.en}).",
            f"{codes:,} 条验证码短信中有 {blocked:,} 条被放入拦截文件夹（原因：{reasons.zh}）。",
        ),
    )
