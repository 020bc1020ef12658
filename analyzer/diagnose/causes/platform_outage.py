"""Outage of the service or its route: its codes fail for a while, others come meanwhile.

From a phone the service, its aggregator and its sender's route are one and the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.wording import NO_REQUESTS, longest, named
from analyzer.schema import Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case


def platform_outage(case: Case) -> Statement:
    """Return `consistent` if one service failed for a while, `contradicted` if none ever did."""
    if not case.has_requests:
        return Statement(Verdict.NO_EVIDENCE, (NO_REQUESTS,))
    gaps = case.service_gaps
    if gaps:
        return _consistent(case)
    if case.tried.came.any() and not case.tried.missing.any():
        n = int(case.tried.came.sum())
        return Statement(
            Verdict.CONTRADICTED,
            (
                Text(
                    f"Every one of {n:,} attempts whose end is known brought a code.",
                    f"结果已知的 {n:,} 次尝试全部收到了验证码。",
                ),
            ),
        )
    return Statement(
        Verdict.NO_EVIDENCE,
        (
            Text(
                "No service failed several times in a row, more than chance explains, while others "
                "delivered.",
                "没有某个平台在其他平台正常时连续多次失败到超出偶然。",
            ),
        ),
    )


def _consistent(case: Case) -> Statement:
    gaps = case.service_gaps
    services = named(gap.service for gap in gaps)
    n, others = sum(gap.n for gap in gaps), sum(gap.others for gap in gaps)
    span = longest(gaps, case.shown_zone)
    over = sum(gap.ended for gap in gaps)
    rivals = ("number_changed", "content_filter") if over < len(gaps) else ()
    return Statement(
        Verdict.CONSISTENT,
        (
            Text(
                f"Attempts that failed in a row at one service: {n:,} ({services.en}; longest: "
                f"{span}; runs: {len(gaps):,}, over: {over:,}). Messages received from others "
                f"meanwhile: {others:,}.",
                f"某一平台连续失败：{n:,} 次尝试（{services.zh}；最长：{span}；"
                f"共 {len(gaps):,} 段，已恢复 {over:,} 段）。"
                f"期间收到其他短信 {others:,} 条。",
            ),
            Text(
                "The service and the route its messages take look the same from a phone.",
                "在手机上无法区分是平台本身还是其短信通道的问题。",
            ),
        ),
        rivals=rivals,
        attempts=case.attempts_of(gaps),
    )
