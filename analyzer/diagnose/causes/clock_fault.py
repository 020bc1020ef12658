"""Clock or time-zone fault: stamps that are off by quarter hours, or cannot be true.

Ruled out first: what it explains is no delay. What was corrected and what was set aside is told; a
missing time is a property of the export and no fault of a clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import ids, where
from analyzer.diagnose.wording import period
from analyzer.measure import clock_report
from analyzer.schema import LatencyBasis, Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from analyzer.diagnose.case import Case
    from analyzer.measure import ClockGroup

_MOST_SEGMENTS = 3
# Two right clocks disagree by seconds. Reference: analyzer.measure.clock, small negative values.
_BEHIND_SECONDS = -60.0


def clock_fault(case: Case) -> Statement:
    """Return `shown` if stamps were off by quarter hours or a message came before it was sent.

    `consistent` if messages seem older than any service center keeps them, or none of many was
    fast: a restored backup or a slow path may do the same.
    """
    corrected = where(case.table, "latency_basis", LatencyBasis.OFFSET_CORRECTED)
    aside = where(case.table, "latency_basis", LatencyBasis.UNKNOWN_CLOCK)
    aside = aside.filter(pc.is_valid(aside["received_at"]))
    early = aside.filter(pc.fill_null(pc.less(aside["received_at"], aside["sent_at"]), False))
    groups = clock_report(case.table)
    slow = sum(group.rows for group in groups if group.slow_or_ahead)
    if not (corrected.num_rows or aside.num_rows or slow):
        return Statement(Verdict.NO_EVIDENCE, (_SOUND,))
    evidence = (
        *_counted(corrected, aside),
        *_segments(groups, case.zone),
        *_skews(groups),
        *_slow(slow),
    )
    shown = corrected.num_rows or early.num_rows
    return Statement(
        Verdict.SHOWN if shown else Verdict.CONSISTENT,
        evidence,
        ids(corrected) + ids(aside),
        rivals=() if shown else ("export_incomplete",),
    )


_SOUND = Text(
    "No message arrived before it was sent, and no group of messages is off by whole quarter "
    "hours.",
    "没有“先到后发”的短信，也没有一组短信整体相差若干个刻钟。",
)


def _counted(corrected: pa.Table, aside: pa.Table) -> Iterator[Text]:
    if corrected.num_rows or aside.num_rows:
        yield Text(
            "Messages whose times were off by whole quarter hours and were corrected: "
            f"{corrected.num_rows:,}; whose times cannot be true and count as unknown: "
            f"{aside.num_rows:,}.",
            f"{corrected.num_rows:,} 条短信的时间整体相差若干刻钟，已校正；"
            f"另有 {aside.num_rows:,} 条时间不可能成立，按未知处理。",
        )


def _segments(groups: list[ClockGroup], tz: str) -> Iterator[Text]:
    """Yield what was corrected, the longest stretches first."""
    segments = sorted(
        (segment for group in groups for segment in group.offsets), key=lambda one: -one.rows
    )
    for segment in segments[:_MOST_SEGMENTS]:
        hours, span = segment.quarters / 4, period(segment.first, segment.last, tz)
        yield Text(
            f"Off by {hours:+g} h: {segment.rows:,} messages, {span}.",
            f"相差 {hours:+g} 小时：{segment.rows:,} 条短信，{span}。",
        )


def _skews(groups: list[ClockGroup]) -> Iterator[Text]:
    behind = [
        group.skew_at_most
        for group in groups
        if group.skew_at_most is not None and group.skew_at_most < _BEHIND_SECONDS
    ]
    if behind:
        seconds = -min(behind)
        yield Text(
            f"The phone's clock was behind the service center's by at least {seconds:,.0f} s.",
            f"手机时钟比短信中心至少慢 {seconds:,.0f} 秒。",
        )


def _slow(rows: int) -> Iterator[Text]:
    if rows:
        yield Text(
            f"None of {rows:,} messages seems to take less than 30 s: the phone's clock is ahead, "
            "or the path is slow; the logs do not tell which.",
            f"{rows:,} 条短信没有一条在 30 秒内到达：手机时钟偏快，或通道一直很慢，日志无法区分。",
        )
