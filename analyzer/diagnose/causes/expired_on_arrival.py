"""Code expired on arrival: its age at the inbox exceeds its validity.

Attempts are judged as a whole: a code that came too late may have been followed by a good one. Such
codes are counted as messages, by their last mile alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import counts, ids, ids_of_attempts, where
from analyzer.measure import ASSUMED_VALIDITY_SECONDS
from analyzer.measure.arrays import floats, is_word, kept
from analyzer.schema import Folder, LatencyBasis, Outcome, Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.diagnose.case import Case

# What makes a code late on its last mile looks alike in a message log.
_RIVALS = ("carrier_outage", "phone_unreachable", "storage_full")


def expired_on_arrival(case: Case) -> Statement:
    """Return `shown` if a stated validity was exceeded, `consistent` if only the assumed one."""
    expired = where(case.attempts, "outcome", Outcome.EXPIRED)
    arrived = where(case.attempts, "outcome", Outcome.IN_TIME, Outcome.LATE, Outcome.EXPIRED)
    old, stated_old = _expired_messages(case)
    if not expired.num_rows and not old.num_rows:
        return _none_expired(arrived.num_rows)
    assumed = pc.sum(pc.fill_null(expired["validity_assumed"], False)).as_py() or 0
    stated = expired.num_rows - assumed
    messages = dict.fromkeys((*ids_of_attempts(expired), *ids(old)))
    return Statement(
        Verdict.SHOWN if stated or stated_old else Verdict.CONSISTENT,
        (
            *_attempts_sentence(expired.num_rows, arrived.num_rows, stated, assumed),
            *_messages_sentence(old.num_rows, stated_old),
        ),
        tuple(messages),
        rivals=_RIVALS,
        attempts=tuple(np.flatnonzero(is_word(case.attempts["outcome"], Outcome.EXPIRED)).tolist()),
        carriers=tuple(counts(expired, "carrier") or counts(old, "carrier")),
    )


def _expired_messages(case: Case) -> tuple[pa.Table, int]:
    """Codes of the inbox older than their validity by the last mile alone; how many state it."""
    inbox = where(case.codes, "folder", Folder.INBOX)
    exact = is_word(inbox["latency_basis"], LatencyBasis.MEASURED, LatencyBasis.OFFSET_CORRECTED)
    validity = floats(inbox["valid_for"])
    stated = validity > 0
    limit = np.where(stated, validity, float(ASSUMED_VALIDITY_SECONDS))
    old = exact & (floats(inbox["latency"]) > limit)
    return kept(inbox, old), int((old & stated).sum())


def _attempts_sentence(expired: int, arrived: int, stated: int, assumed: int) -> Iterator[Text]:
    if expired:
        yield Text(
            f"Codes that reached the inbox after their validity: {expired:,} of "
            f"{arrived:,} ({stated:,} by the validity in the text, {assumed:,} by "
            "an assumed 10 minutes).",
            f"验证码到达收件箱的 {arrived:,} 次尝试中，有 {expired:,} 次到达时已过期"
            f"（{stated:,} 次按短信写明的有效期，{assumed:,} 次按假定的 10 分钟）。",
        )


def _messages_sentence(old: int, stated: int) -> Iterator[Text]:
    if old:
        yield Text(
            f"Code messages whose way from the service center took longer than they are valid: "
            f"{old:,} ({stated:,} state their validity).",
            f"从短信中心到手机用时超过有效期的验证码短信：{old:,} 条"
            f"（其中 {stated:,} 条写明了有效期）。",
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
