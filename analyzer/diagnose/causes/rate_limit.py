"""Too many requests: the service said so, and the request log kept what it said."""

from __future__ import annotations

from analyzer.diagnose.finding import Case, Statement
from analyzer.diagnose.selection import ids_of_attempts, where
from analyzer.schema import Outcome, Verdict
from analyzer.texts import Text


def rate_limit(case: Case) -> Statement:
    """Return `shown` if the service refused every request of an attempt."""
    if not case.has_requests:
        return Statement(
            Verdict.NO_EVIDENCE,
            (Text("There is no request log.", "没有请求日志。"),),
        )
    refused = where(case.attempts, "outcome", Outcome.REFUSED)
    if not refused.num_rows:
        return Statement(
            Verdict.NO_EVIDENCE,
            (
                Text(
                    "The request log holds no attempt that the service refused.",
                    "请求日志中没有被平台拒绝的尝试。",
                ),
            ),
        )
    return Statement(
        Verdict.SHOWN,
        (
            Text(
                "Attempts that the service refused, as the request log says: "
                f"{refused.num_rows:,} of {case.attempts.num_rows:,}.",
                f"请求日志显示，{case.attempts.num_rows:,} 次尝试中"
                f"有 {refused.num_rows:,} 次被平台拒绝。",
            ),
        ),
        ids_of_attempts(refused),
    )
