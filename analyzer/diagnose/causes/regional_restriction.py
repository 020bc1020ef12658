"""Service does not send to this region: it never delivered anything, others did.

A wrong number, a black list or a blocked route look the same: at best `consistent`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.unanswered import LEAST_OTHERS
from analyzer.diagnose.wording import NO_REQUESTS, named
from analyzer.schema import Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case
    from analyzer.diagnose.unanswered import Unanswered


def regional_restriction(case: Case) -> Statement:
    """Return `consistent` for services of which nothing ever came, though others delivered.

    `contradicted` if every service that was asked delivered at least once.
    """
    if not case.has_requests:
        return Statement(Verdict.NO_EVIDENCE, (NO_REQUESTS,))
    never = never_anywhere(case)
    if never:
        return Statement(
            Verdict.CONSISTENT,
            (never_sentence(never), _NOT_VISIBLE),
            rivals=("international_block", "number_segment", "number_changed"),
            attempts=tuple(row for one in never for row in one.attempts),
        )
    tried = case.tried
    asked, delivered = (set(tried.service[rows].tolist()) for rows in (tried.known, tried.came))
    if asked and asked <= delivered:
        return Statement(
            Verdict.CONTRADICTED,
            (
                Text(
                    f"Each of the {len(asked):,} services asked delivered at least once.",
                    f"请求过的 {len(asked):,} 个平台都至少送达过一次。",
                ),
            ),
        )
    return Statement(
        Verdict.NO_EVIDENCE,
        (
            Text(
                "No service stayed silent in three attempts or more while others delivered.",
                "没有哪个平台在三次以上尝试中始终无短信而其他平台正常。",
            ),
        ),
    )


def never_anywhere(case: Case) -> list[Unanswered]:
    """Return the services that never delivered to any phone of the logs, others did to this one."""
    return [one for one in case.unanswered if one.others >= LEAST_OTHERS and not one.elsewhere]


def never_sentence(never: list[Unanswered]) -> Text:
    """Return how many attempts at which services brought nothing, and what others brought."""
    services, n = named(one.service for one in never), sum(one.n for one in never)
    others = max(one.others for one in never)
    return Text(
        f"Nothing ever came from {services.en}: 0 of {n:,} attempts. Attempts at other services "
        f"that brought a code: {others:,}.",
        f"从未收到 {services.zh} 的任何短信：{n:,} 次尝试，0 次送达；"
        f"而其他平台有 {others:,} 次送达。",
    )


_NOT_VISIBLE = Text(
    "Why a service never delivered is not visible on a phone.",
    "平台为何从未送达，在手机上看不到。",
)
