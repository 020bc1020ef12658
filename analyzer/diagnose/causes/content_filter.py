"""Filtered by content on the way: a phone sees at best the filter of a carrier's app on itself.

What gateways filter leaves no trace. A domestic service that fell silent for good after its text
changed, or after it wrote a link, fits it weakly.

Reference: AOSP CarrierMessagingService, RECEIVE_OPTIONS_DROP; links are refused by Chinese networks
(MessageBird, CommzGate rules for China).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose.finding import Statement
from analyzer.diagnose.selection import code_messages, where
from analyzer.diagnose.wording import named
from analyzer.schema import EventKind, Verdict
from analyzer.texts import Text

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case
    from analyzer.measure import Outage

_LINK = re.compile(r"https?://|www\.|[\w-]+\.(?:com|cn|net|cc|io|me)/", re.IGNORECASE)
_SIGNATURE = re.compile(r"【([^】]{1,24})】|\[([^\]]{1,24})\]")
_LEAST_MESSAGES = 4
_LATEST = 2


def content_filter(case: Case) -> Statement:
    """Return `consistent` if a carrier's app dropped messages, or silence followed a new text."""
    filtered = where(case.events, "event", EventKind.CARRIER_FILTERED).num_rows
    stopped = [gap for gap in case.service_gaps if not gap.ended and _text_changed(case, gap)]
    evidence = (*_filtered_sentence(filtered), *_stopped_sentence(stopped))
    if not evidence:
        return Statement(Verdict.NO_EVIDENCE, (_NO_TRACE,))
    rivals = (
        *(("phone_filter",) if filtered else ()),
        *(("platform_outage", "number_changed") if stopped else ()),
    )
    return Statement(
        Verdict.CONSISTENT, evidence, rivals=rivals, attempts=case.attempts_of(stopped)
    )


_NO_TRACE = Text(
    "What is filtered before it reaches the phone leaves no trace on it.",
    "在到达手机之前被过滤的短信，手机上没有痕迹。",
)


def _filtered_sentence(filtered: int) -> tuple[Text, ...]:
    if not filtered:
        return ()
    return (
        Text(
            f"Messages that a carrier's app on the phone asked to drop: {filtered:,} (radio "
            "log). By what rule it did is not in the log.",
            f"无线日志显示，手机上的运营商应用要求丢弃 {filtered:,} 条短信；日志不说明依据的规则。",
        ),
    )


def _stopped_sentence(stopped: list[Outage]) -> tuple[Text, ...]:
    if not stopped:
        return ()
    services, n = named(gap.service for gap in stopped), sum(gap.n for gap in stopped)
    return (
        Text(
            f"Silent for good after the text changed or held a link: {services.en} (0 of {n:,} "
            "attempts came), while others arrive. What gateways filter is not visible on a phone.",
            f"短信内容变化或含链接之后再无送达：{services.zh}（{n:,} 次尝试均未收到），"
            "而其他短信正常。网关过滤在手机上看不到。",
        ),
    )


def _text_changed(case: Case, gap: Outage) -> bool:
    """Whether the last domestic messages before the silence hold a link or a new signature."""
    own = where(
        where(code_messages(case.whole), "device", gap.device or ""), "service", gap.service or ""
    )
    before = pc.less(own["received_at"], pa.scalar(gap.first, own["received_at"].type))
    home = pc.invert(own["international_path"])
    own = own.filter(pc.and_kleene(before, home)).sort_by("received_at")
    texts = [text for text in own["body"].to_pylist() if text]
    if len(texts) < _LEAST_MESSAGES:
        return False
    latest, earlier = texts[-_LATEST:], texts[:-_LATEST]
    links = all(_LINK.search(text) for text in latest)
    signed = {_signature(text) for text in latest}
    return links or (len(signed) == 1 and not signed & {_signature(text) for text in earlier})


def _signature(text: str) -> str | None:
    found = _SIGNATURE.search(text)
    return (found[1] or found[2]) if found else None
