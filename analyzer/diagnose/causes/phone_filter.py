"""Filter on the phone: the one cause that a record proves directly."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from analyzer.diagnose.case import Case
from analyzer.diagnose.finding import Statement
from analyzer.diagnose.reception import (
    dropped_events,
    dropped_statement,
    not_seen_statement,
    reached_statement,
    systems_of,
    undelivered_events,
)
from analyzer.diagnose.selection import counts, ids, where
from analyzer.ingest.registry import readers
from analyzer.measure.arrays import is_word
from analyzer.schema import Folder, Outcome, Verdict
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

# Apps that leave a message in the inbox and only withhold its notification.
_SILENCERS = ("spamblocker",)


def phone_filter(case: Case) -> Statement:
    """Return `shown` if the phone put code messages away, or its log says that it dropped any.

    Messages that came without a delivery in the phone's log, and messages whose notification was
    withheld, are `consistent` with a filter.
    """
    codes = case.codes
    blocked = where(codes, "folder", Folder.BLOCKED)
    silenced = _silenced(codes)
    dropped = dropped_events(case)
    blocked_attempts = tuple(
        np.flatnonzero(is_word(case.attempts["outcome"], Outcome.BLOCKED)).tolist()
    )
    fitting = (
        *_silenced_evidence(silenced),
        *reached_statement(case),
        *not_seen_statement(case),
    )
    if blocked.num_rows or dropped.num_rows:
        recorded = _evidence(blocked, codes) if blocked.num_rows else ()
        return Statement(
            Verdict.SHOWN,
            (*recorded, *dropped_statement(case), *fitting),
            ids(blocked),
            attempts=blocked_attempts,
            systems=tuple(dict.fromkeys((*counts(blocked, "blocked_by"), *systems_of(dropped)))),
        )
    if silenced.num_rows or undelivered_events(case).num_rows:
        return Statement(Verdict.CONSISTENT, fitting, ids(silenced))
    carriers_of_blocked = {reader.name for reader in readers() if reader.carries.blocked}
    could_tell = any(account.format in carriers_of_blocked for account in case.accounts)
    why = _EMPTY_PROVES_NOTHING if could_tell else _CANNOT_KNOW
    return Statement(Verdict.NO_EVIDENCE, (why, *fitting))


def _silenced(codes: pa.Table) -> pa.Table:
    """Return the codes of the inbox whose notification an app withheld."""
    return where(where(codes, "folder", Folder.INBOX), "blocked_by", *_SILENCERS)


def _silenced_evidence(silenced: pa.Table) -> tuple[Text, ...]:
    if not silenced.num_rows:
        return ()
    return (
        Text(
            f"Code messages in the inbox whose notification an app withheld: "
            f"{silenced.num_rows:,}.",
            f"收件箱里有 {silenced.num_rows:,} 条验证码短信的通知被应用屏蔽。",
        ),
    )


def _evidence(blocked: pa.Table, codes: pa.Table) -> tuple[Text, ...]:
    reasons = counted("reason", counts(blocked, "block_reason"))
    return (
        Text(
            f"Code messages put in the blocked folder: {blocked.num_rows:,} of "
            f"{codes.num_rows:,} (reasons: {reasons.en}).",
            f"{codes.num_rows:,} 条验证码短信中有 {blocked.num_rows:,} 条被放入拦截文件夹"
            f"（原因：{reasons.zh}）。",
        ),
    )
