"""Message storage full: the phone refused messages and said so to the network.

A message log shows at best a gap that fits. The radio log holds the phone's own answer to the
network, memory capacity exceeded, which proves the refusal: there the verdict is `shown`.

Reference: 3GPP TS 23.040 9.2.3.22, failure cause 0xD3 (211); AOSP RIL, SMS_ACKNOWLEDGE.
"""

from __future__ import annotations

from analyzer.diagnose.case import Case
from analyzer.diagnose.finding import Statement
from analyzer.diagnose.gaps import STORAGE, gap_statement
from analyzer.diagnose.reception import has_radio_log
from analyzer.diagnose.selection import where
from analyzer.schema import EventKind, Verdict
from analyzer.texts import Text


def storage_full(case: Case) -> Statement:
    """Return `shown` if the phone refused a message for lack of space, as its log says.

    Without such a log, gaps that fit are `consistent`.
    """
    refused = where(case.events, "event", EventKind.STORAGE_FULL).num_rows
    if refused:
        return Statement(
            Verdict.SHOWN,
            (
                Text(
                    f"Times at which the phone reported a full message storage: {refused:,} "
                    "(radio log).",
                    f"无线日志显示，手机有 {refused:,} 次报告短信存储已满。",
                ),
            ),
        )
    if has_radio_log(case) and not case.gaps:
        return Statement(
            Verdict.NO_EVIDENCE,
            (
                Text(
                    "The radio log holds no refusal for lack of space; it covers minutes to hours.",
                    "无线日志中没有因存储已满而拒收的记录；它只覆盖几分钟到几小时。",
                ),
            ),
        )
    return gap_statement(case, STORAGE)
