"""Code expired on arrival: its age at the inbox exceeds its validity."""

from __future__ import annotations

import pyarrow.compute as pc

from analyzer.diagnose.finding import Case, Statement
from analyzer.diagnose.selection import counts, ids_of_attempts, where
from analyzer.schema import Outcome, Verdict
from analyzer.texts import Text

# What makes a code late on its last mile looks alike in a message log.
_RIVALS = ("carrier_outage", "phone_unreachable", "storage_full")


def expired_on_arrival(case: Case) -> Statement:
    """Return `shown` if a stated validity was exceeded, `consistent` if only the assumed one."""
    expired = where(case.attempts, "outcome", Outcome.EXPIRED)
    arrived = where(case.attempts, "outcome", Outcome.IN_TIME, Outcome.LATE, Outcome.EXPIRED)
    if not expired.num_rows:
        return _none_expired(arrived.num_rows)
    assumed = pc.sum(pc.fill_null(expired["validity_assumed"], False)).as_py()
    stated = expired.num_rows - assumed
    return Statement(
        Verdict.SHOWN if stated else Verdict.CONSISTENT,
        (
            Text(
                f"Codes that reached the inbox after their validity: {expired.num_rows:,} of "
                f"{arrived.num_rows:,} ({stated:,} by the validity in the text, {assumed:,} by "
                "an assumed 10 minutes).",
                f"验证码到达收件箱的 {arrived.num_rows:,} 次尝试中，"
                f"有 {expired.num_rows:,} 次到达时已过期"
                f"（{stated:,} 次按短信写明的有效期，{assumed:,} 次按假定的 10 分钟）。",
            ),
        ),
        ids_of_attempts(expired),
        rivals=_RIVALS,
        carriers=tuple(counts(expired, "carrier")),
    )


def _none_expired(arrived: int) -> Statement:
    if not arrived:
        return Statement(
            Verdict.NO_EVIDENCE,
            (
                Text(
                    "No code with a known age reached the inbox.",
                    "没有已知时延的验证码到达收件箱。",
                ),
            ),
        )
    return Statement(
        Verdict.CONTRADICTED,
        (
            Text(
                f"All {arrived:,} codes with a known age reached the inbox within their validity.",
                f"已知时延的 {arrived:,} 个验证码都在有效期内到达收件箱。",
            ),
        ),
    )
