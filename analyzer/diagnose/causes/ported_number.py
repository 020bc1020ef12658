"""Ported number misrouted: the SIM's carrier is not the one its number was allocated to.

Only with services that fail while others deliver is it `consistent`: most ported numbers get
everything.

Reference: Volcengine's status NE:0106 (number ported) as precedent; MNP nationwide since 2019-12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.unanswered import LEAST_OTHERS
from analyzer.diagnose.wording import named
from analyzer.identify import carrier_disagreements
from analyzer.identify.disagreement import DisagreementKind
from analyzer.identify.sims import read_sims
from analyzer.schema import Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case
    from analyzer.identify import CarrierDisagreement


def ported_number(case: Case) -> Statement:
    """Return `consistent` if a ported number meets services that fail while others deliver."""
    ported = [
        one for one in carrier_disagreements(case.sims) if one.kind is DisagreementKind.PORTED
    ]
    if not ported:
        known = any(sim.carrier and sim.segment for sim in read_sims(case.sims))
        verdict = Verdict.CONTRADICTED if known else Verdict.NO_EVIDENCE
        return Statement(verdict, (_NO_MISMATCH if known else _NO_MAP,))
    phones = {one.device for one in ported}
    silent = [
        one
        for one in case.unanswered
        if one.device in phones and one.others >= LEAST_OTHERS and not one.international
    ]
    stopped = [gap for gap in case.service_gaps if gap.device in phones and not gap.ended]
    carriers = tuple(dict.fromkeys(one.carrier for one in ported))
    if not silent and not stopped:
        return Statement(Verdict.NO_EVIDENCE, (_mismatch(ported[0]), _NO_FAILURE))
    services = named([*(one.service for one in silent), *(gap.service for gap in stopped)])
    attempts = {row for one in silent for row in one.attempts} | set(case.attempts_of(stopped))
    return Statement(
        Verdict.CONSISTENT,
        (
            _mismatch(ported[0]),
            Text(
                f"Services that fail while others deliver: {services.en} ({len(attempts):,} "
                "attempts). When the number was ported is not in the logs.",
                f"有平台失败而其他平台正常：{services.zh}（{len(attempts):,} 次尝试）。"
                "日志中没有携转的日期。",
            ),
        ),
        rivals=("regional_restriction", "platform_outage", "number_changed", "content_filter"),
        attempts=tuple(sorted(attempts)),
        carriers=carriers,
    )


_NO_MAP = Text(
    "No SIM map tells both the carrier and the first digits of the number.",
    "没有 SIM 表同时给出运营商和号码前几位。",
)
_NO_MISMATCH = Text(
    "The carrier of each SIM is the one its number was allocated to.",
    "每张卡的运营商与其号段一致。",
)
_NO_FAILURE = Text(
    "No service fails while others deliver, so nothing here says that it matters.",
    "没有平台在其他平台正常时失败，因此看不出有影响。",
)


def _mismatch(one: CarrierDisagreement) -> Text:
    from analyzer.identify import carrier_display

    zh = [carrier_display(name, "zh") for name in (one.allocated, one.carrier)]
    return Text(
        f"The number was allocated to {one.allocated}, the SIM is of {one.carrier}: probably "
        "ported.",
        f"号码原属{zh[0]}，而该卡属于{zh[1]}：很可能已携号转网。",
    )
