"""Clock or time-zone fault: stamps that are off by quarter hours, or cannot be true."""

from __future__ import annotations

from analyzer.diagnose.finding import Case, Statement
from analyzer.diagnose.selection import ids, where
from analyzer.schema import LatencyBasis, Verdict
from analyzer.texts import Text


def clock_fault(case: Case) -> Statement:
    """Return `shown` if offsets were corrected or times set aside as impossible."""
    corrected = where(case.table, "latency_basis", LatencyBasis.OFFSET_CORRECTED)
    aside = where(case.table, "latency_basis", LatencyBasis.UNKNOWN_CLOCK)
    if not corrected.num_rows and not aside.num_rows:
        return Statement(
            Verdict.NO_EVIDENCE,
            (
                Text(
                    "No message has times that cannot be true, and no group of messages is off "
                    "by whole quarter hours.",
                    "没有时间不可能成立的短信，也没有一组短信整体相差若干个刻钟。",
                ),
            ),
        )
    return Statement(
        Verdict.SHOWN,
        (
            Text(
                "Messages whose times were off by whole quarter hours and were corrected: "
                f"{corrected.num_rows:,}; whose times cannot be true and count as unknown: "
                f"{aside.num_rows:,}.",
                f"{corrected.num_rows:,} 条短信的时间整体相差若干刻钟，已校正；"
                f"另有 {aside.num_rows:,} 条时间不可能成立，按未知处理。",
            ),
        ),
        ids(corrected) + ids(aside),
    )
