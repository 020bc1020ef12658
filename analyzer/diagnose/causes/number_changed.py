"""Number changed or bound elsewhere: codes go to a number that is not, or no longer, on this phone.

Three things fit it: the last digits that a service shows are not those of the numbers that receive;
a new SIM came and services that delivered before went silent; or a SIM receives nothing any more.
The last may also be a SIM replaced by someone else, which is worth a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.number_tails import mismatched_tails
from analyzer.diagnose.sim_changes import silent_sims, stopped_since_change
from analyzer.diagnose.wording import named, period
from analyzer.schema import Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.diagnose.case import Case
    from analyzer.measure import Outage, Silence

_NOTHING = Text(
    "No new SIM, no SIM that fell silent, and no service that shows other last digits.",
    "没有换卡、没有某张卡突然收不到短信，也没有平台显示的尾号不一致。",
)
_NOT_IN_LOGS = Text(
    "Which number a service has on file is not in the logs.",
    "平台绑定的是哪个号码，日志中看不到。",
)


def number_changed(case: Case) -> Statement:
    """Return `consistent` for other last digits, a new SIM with silent services, a silent SIM."""
    tails, stopped, silent = mismatched_tails(case), stopped_since_change(case), silent_sims(case)
    if not (tails or stopped or silent):
        return Statement(Verdict.NO_EVIDENCE, (_NOTHING,))
    attempts = {row for one in tails for row in one.attempts} | set(case.attempts_of(stopped))
    rivals = ["platform_outage", "regional_restriction"] if tails or stopped else []
    rivals += ["phone_unreachable", "carrier_outage"] if silent else []
    evidence = [
        *(_tail_sentence(one.service, one.n) for one in tails),
        *_stopped_sentence(stopped),
        *(_silent_sentence(one, case.shown_zone) for one in silent),
        _NOT_IN_LOGS,
    ]
    return Statement(
        Verdict.CONSISTENT,
        tuple(evidence),
        rivals=tuple(rivals),
        attempts=tuple(sorted(attempts)),
        situations=("sim_silent",) if silent else (),
    )


def _tail_sentence(service: str, n: int) -> Text:
    return Text(
        f"{service} shows the last digits of a number at which nothing arrives: 0 of "
        f"{n:,} attempts came.",
        f"{service} 显示的尾号与能收到验证码的号码不同：{n:,} 次尝试均未收到。",
    )


def _stopped_sentence(stopped: list[Outage]) -> Iterator[Text]:
    if stopped:
        services, n = named(gap.service for gap in stopped), sum(gap.n for gap in stopped)
        yield Text(
            f"Since a new SIM is in the phone, services that delivered before are silent: "
            f"{services.en} (0 of {n:,} attempts).",
            f"换卡之后，之前正常的平台不再送达：{services.zh}（{n:,} 次尝试，0 次送达）。",
        )


def _silent_sentence(silence: Silence, tz: str) -> Text:
    span = period(silence.first, silence.last, tz)
    slot = "" if silence.sim_slot is None else f" {silence.sim_slot + 1}"
    return Text(
        f"SIM{slot} received nothing from then to the end of the logs ({span}); usually it "
        f"receives on {silence.expected:,.0f} occasions in such a time (n = {silence.n:,}).",
        f"卡{slot} 自某时起再未收到短信，直到日志结束（{span}）；"
        f"按平时的频率应有 {silence.expected:,.0f} 次（n = {silence.n:,}）。",
    )
