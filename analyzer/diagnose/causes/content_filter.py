"""Filtered by content on the way: a phone sees at best the filter of a carrier's app on itself.

Reference: AOSP CarrierMessagingService, RECEIVE_OPTIONS_DROP.
"""

from __future__ import annotations

from analyzer.diagnose.finding import Case, Statement
from analyzer.diagnose.selection import where
from analyzer.schema import EventKind, Verdict
from analyzer.texts import Text


def content_filter(case: Case) -> Statement:
    """Return `consistent` if a carrier's app on the phone asked to drop messages."""
    filtered = where(case.events, "event", EventKind.CARRIER_FILTERED).num_rows
    if not filtered:
        return Statement(
            Verdict.NO_EVIDENCE,
            (
                Text(
                    "What is filtered before it reaches the phone leaves no trace on it.",
                    "在到达手机之前被过滤的短信，手机上没有痕迹。",
                ),
            ),
        )
    return Statement(
        Verdict.CONSISTENT,
        (
            Text(
                f"Messages that a carrier's app on the phone asked to drop: {filtered:,} (radio "
                "log). By what rule it did is not in the log.",
                f"无线日志显示，手机上的运营商应用要求丢弃 {filtered:,} 条短信；"
                "日志不说明依据的规则。",
            ),
        ),
        rivals=("phone_filter",),
    )
