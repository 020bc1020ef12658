"""Clock or time-zone fault: stamps that are off by quarter hours, or cannot be true.

Ruled out first: what it explains is no delay. What was corrected and what was set aside is told; a
missing time is a property of the export and no fault of a clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import ids_of_attempts
from analyzer.diagnose.wording import period
from analyzer.measure import clock_faults
from analyzer.schema import ClockFault, Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from analyzer.diagnose.case import Case

_MOST_STRETCHES = 3
# Faults that leave no other reading of the stamps.
_CERTAIN = frozenset({ClockFault.OFFSET, ClockFault.STAMP_AHEAD, ClockFault.PHONE_BEHIND})
_SENTENCES = {
    ClockFault.OFFSET: Text(
        "Messages whose times were off by whole quarter hours and were corrected: {n:,}.",
        "时间整体相差若干刻钟、已校正的短信：{n:,} 条。",
    ),
    ClockFault.OFFSET_OPEN: Text(
        "Messages that are off in the same way or late; the least is taken: {n:,}.",
        "可能同样相差、也可能是真的迟到的短信（取最小值）：{n:,} 条。",
    ),
    ClockFault.STAMP_AHEAD: Text(
        "Messages received a quarter hour or more before they were sent, taken as unknown: {n:,}.",
        "接收早于发送 15 分钟以上、按未知处理的短信：{n:,} 条。",
    ),
    ClockFault.PHONE_BEHIND: Text(
        "Messages received 1 to 15 minutes before they were sent, as the phone's clock was behind; "
        "taken as unknown: {n:,}.",
        "手机时钟偏慢、接收早于发送 1 到 15 分钟、按未知处理的短信：{n:,} 条。",
    ),
    ClockFault.NEAR_BEHIND: Text(
        "Messages received while the clock was behind; they took longer than it seems: {n:,}.",
        "时钟偏慢期间收到、实际用时更长的短信：{n:,} 条。",
    ),
    ClockFault.NEVER_PROMPT: Text(
        "Messages of times in which none was prompt, taken as unknown: {n:,}. The phone's clock is "
        "ahead or the path is slow; the logs do not tell which.",
        "长时间没有一条及时到达、按未知处理的短信：{n:,} 条。"
        "手机时钟偏快，或通道很慢，日志无法区分。",
    ),
    ClockFault.TOO_OLD: Text(
        "Messages that seem older than any service center keeps them, taken as unknown: {n:,}.",
        "看起来比短信中心的保存期还久、按未知处理的短信：{n:,} 条。",
    ),
}
_SOUND = Text(
    "No message arrived before it was sent, and no group of messages is off by whole quarter "
    "hours.",
    "没有“先到后发”的短信，也没有一组短信整体相差若干个刻钟。",
)


def clock_fault(case: Case) -> Statement:
    """Return `shown` if stamps were off by quarter hours or a message came before it was sent.

    `consistent` if messages seem older than any service center keeps them, or none of many was
    prompt: a restored backup or a slow path may do the same.
    """
    faults = clock_faults(case.table, case.clock)
    if not faults.num_rows:
        return Statement(Verdict.NO_EVIDENCE, (_SOUND,))
    shown = any(fault in _CERTAIN for fault in faults["fault"].to_pylist())
    return Statement(
        Verdict.SHOWN if shown else Verdict.CONSISTENT,
        (*_counted(faults), *_stretches(faults, case.shown_zone)),
        ids_of_attempts(faults),
        rivals=() if shown else ("export_incomplete",),
    )


def _counted(faults: pa.Table) -> Iterator[Text]:
    sums = dict.fromkeys(ClockFault, 0)
    for fault, n in zip(faults["fault"].to_pylist(), faults["messages"].to_pylist(), strict=True):
        sums[ClockFault(fault)] += n
    for fault, n in sums.items():
        if n:
            text = _SENTENCES[fault]
            yield Text(text.en.format(n=n), text.zh.format(n=n))


def _stretches(faults: pa.Table, zone: str) -> Iterator[Text]:
    """Yield what was corrected: size and period of the longest stretches."""
    rows = [row for row in faults.to_pylist() if row["fault"] == ClockFault.OFFSET]
    for row in rows[:_MOST_STRETCHES]:
        hours, span = row["size"] / 3600, period(row["first"], row["last"], zone)
        yield Text(
            f"Off by {hours:+g} h: {row['messages']:,} of {row['of']:,} messages, {span}.",
            f"相差 {hours:+g} 小时：{row['of']:,} 条短信中的 {row['messages']:,} 条，{span}。",
        )
