"""Gaps in reception: which of the three causes that look alike each of them fits.

A carrier's outage, a phone out of reach and a full storage all hold messages back and let them go
at one moment. Who else received, and what the phone sent meanwhile, may tell them apart; where
it does not, each is consistent, with the others as its rivals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import counts
from analyzer.diagnose.wording import longest
from analyzer.measure import Outage, Scope
from analyzer.schema import Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case

CARRIER, PHONE, STORAGE = "carrier_outage", "phone_unreachable", "storage_full"


def fits(cause: str, gap: Outage) -> bool:
    """Tell whether a gap fits a cause.

    All SIMs at once is no single carrier's outage; another SIM that received meanwhile shows that
    the phone was on and had room; a message sent meanwhile shows that it could be reached, one that
    could not be sent that the network was away and not the room.
    """
    if cause == CARRIER:
        return gap.scope is not Scope.ALL_SIMS
    alone = gap.scope is not Scope.ONE_SIM
    return alone and not (gap.sent if cause == PHONE else gap.unsent)


def gap_statement(case: Case, cause: str) -> Statement:
    """Return `consistent` if gaps fit the cause, `contradicted` if there are but none fits."""
    fitting = [gap for gap in case.gaps if fits(cause, gap)]
    if not case.gaps:
        return Statement(Verdict.NO_EVIDENCE, (_NO_GAP,))
    if not fitting:
        return Statement(Verdict.CONTRADICTED, (_contradiction(case, cause),))
    rivals = tuple(
        other
        for other in (CARRIER, PHONE, STORAGE)
        if other != cause and any(fits(other, gap) for gap in fitting)
    )
    attempts = case.attempts_of(fitting)
    hit = case.attempts.take(list(attempts)) if attempts else case.attempts.slice(0, 0)
    return Statement(
        Verdict.CONSISTENT,
        tuple(_evidence(case, fitting)),
        case.message_ids(row for gap in fitting for row in gap.rows),
        rivals,
        attempts,
        carriers=tuple(counts(hit, "carrier")),
    )


_NO_GAP = Text(
    "No messages were held back and let go together, and no time without any reception stands out.",
    "没有短信被积压后一起到达，也没有异常的无短信时段。",
)


def _evidence(case: Case, gaps: list[Outage]) -> list[Text]:
    held = [gap for gap in gaps if gap.rows]
    dark = [gap for gap in gaps if not gap.rows]
    found = []
    if held:
        n = sum(gap.n for gap in held)
        span = longest(held, case.shown_zone)
        found.append(
            Text(
                f"Messages held back and then received together: {n:,}; gaps without reception: "
                f"{len(held):,} (longest: {span}).",
                f"有 {n:,} 条短信被积压后一起到达，共 {len(held):,} 个无短信时段（最长：{span}）。",
            )
        )
    if dark:
        n = sum(gap.n for gap in dark)
        span = longest(dark, case.shown_zone)
        found.append(
            Text(
                "Attempts at several services without a code while nothing else came either: "
                f"{n:,}; gaps: {len(dark):,} (longest: {span}).",
                f"多个平台的验证码均未到、且没有收到任何其他短信：{n:,} 次尝试，"
                f"{len(dark):,} 个时段（最长：{span}）。",
            )
        )
    return [*found, *_meanwhile(gaps)]


def _meanwhile(gaps: list[Outage]) -> list[Text]:
    others, sent, unsent = (
        sum(counts) for counts in zip(*((g.others, g.sent, g.unsent) for g in gaps), strict=True)
    )
    found = []
    if others:
        found.append(
            Text(
                f"Messages that another SIM received promptly meanwhile: {others:,}. The phone was "
                "on: an outage, or poor coverage of this one network.",
                f"同一时段另一张卡正常收到 {others:,} 条短信，说明手机开着："
                "是该运营商故障，或只有该网络信号差。",
            )
        )
    if sent:
        found.append(
            Text(
                f"Messages that the phone sent meanwhile: {sent:,}. It had a network.",
                f"同一时段手机发出了 {sent:,} 条短信，说明有网络。",
            )
        )
    if unsent:
        found.append(
            Text(
                f"Messages that the phone could not send meanwhile: {unsent:,}. "
                "That fits a phone without network.",
                f"同一时段手机有 {unsent:,} 条短信发送失败，与没有网络相符。",
            )
        )
    return found


def _contradiction(case: Case, cause: str) -> Text:
    if cause == CARRIER:
        return Text(
            f"Gaps without reception: {len(case.gaps):,}; all SIMs of the phone were affected.",
            f"{len(case.gaps):,} 个无短信时段中，手机上的所有卡都受影响。",
        )
    return Text(
        f"Gaps without reception: {len(case.gaps):,}; in each the phone showed life: another SIM "
        "received, or it sent messages or tried to.",
        f"无短信时段 {len(case.gaps):,} 个，期间手机均有活动："
        "另一张卡收到短信，或手机发出（或尝试发出）短信。",
    )
