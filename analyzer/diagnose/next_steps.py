"""What to do now, whatever the cause: for a person who waits for a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.advice import GENERAL, advice
from analyzer.measure import profile
from analyzer.schema import Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.diagnose.case import Case
    from analyzer.diagnose.finding import Finding
    from analyzer.measure import ProfileRow

_ERROR = 0.05
_DAYS = (
    ("Mondays", "星期一"),
    ("Tuesdays", "星期二"),
    ("Wednesdays", "星期三"),
    ("Thursdays", "星期四"),
    ("Fridays", "星期五"),
    ("Saturdays", "星期六"),
    ("Sundays", "星期日"),
)


def next_steps(case: Case, findings: Iterable[Finding]) -> tuple[Text, ...]:
    """Return the steps that help whatever the cause is; none if every code came in time."""
    named = any(
        finding.verdict in (Verdict.SHOWN, Verdict.CONSISTENT) and finding.explains
        for finding in findings
    )
    if not (named or case.failed):
        return ()
    return (*time_of_day(case), *advice(GENERAL))


def time_of_day(case: Case) -> tuple[Text, ...]:
    """Return when the user's own attempts fail more often than chance explains.

    Corrected for all parts of the day and week that were compared.
    """
    worse = [
        row
        for row in profile(case.attempts, case.zone)
        if row.p < _ERROR and row.failed * row.rest_n > row.rest * row.n
    ]
    return tuple(_sentence(row) for row in sorted(worse, key=lambda row: row.p)[:1])


def _sentence(row: ProfileRow) -> Text:
    if row.kind == "hour":
        hours = f"{row.part:02}:00-{row.part + 4:02}:00"
        when = Text(f"between {hours}", f"{hours} 之间")
    else:
        when = Text(f"on {_DAYS[row.part - 1][0]}", f"{_DAYS[row.part - 1][1]}")
    return Text(
        f"Try at another time: {when.en} {row.failed:,} of {row.n:,} attempts failed, at other "
        f"times {row.rest:,} of {row.rest_n:,}.",
        f"换个时间再试：{when.zh}的 {row.n:,} 次尝试中有 {row.failed:,} 次失败，"
        f"其他时间 {row.rest_n:,} 次中有 {row.rest:,} 次。",
    )
