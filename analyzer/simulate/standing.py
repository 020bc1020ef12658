"""Which causes are present on a phone, and which verdict its logs can support on each.

The rules follow the table of causes of the reference (docs/truth.md gives them in words): what
supports a cause, how many cases that needs, and the best verdict possible. None of the
analyzer's own rules is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from analyzer.schema import Outcome, Verdict
from analyzer.simulate.evidence import Evidence
from analyzer.simulate.faults import CAUSE_OF, CAUSES, FaultKind
from analyzer.simulate.outcomes import is_expired
from analyzer.simulate.reception import NOWHERE, SILENCED
from analyzer.simulate.rivals import rivals
from analyzer.simulate.times import SECOND

_CASES, _GROUP = 3, 5
_CONSISTENT, _SHOWN = Verdict.CONSISTENT, Verdict.SHOWN


class Standing(NamedTuple):
    """How a cause stands on one phone.

    `best` is the best verdict that the given logs support (None: they cannot show it); `rival`
    tells that it is absent but has the same face as one that is present.
    """

    present: bool
    best: Verdict | None
    rival: bool


def standings(evidence: Evidence) -> dict[str, Standing]:
    """Return how every cause stands, in the order of the fault kinds."""
    best = {cause: _SUPPORT[cause](evidence) for cause in CAUSES}
    faults = (fault.kind for fault in evidence.story.faults)
    # A poor route loses and delays codes, but few of them expire.
    present = {CAUSE_OF[kind] for kind in faults if kind != FaultKind.POOR_ROUTE}
    present |= {cause for cause, verdict in best.items() if verdict}
    if any(is_expired(sms) for sms in evidence.codes):
        present.add("expired_on_arrival")
    alike = rivals(evidence, present)
    return {
        cause: Standing(cause in present, best[cause], cause in alike and cause not in present)
        for cause in CAUSES
    }


def _phone_filter(evidence: Evidence) -> Verdict | None:
    given = evidence.story.given
    kept = [sms for sms in evidence.codes if sms.kept_by not in (None, SILENCED, NOWHERE)]
    if any(given.in_blocked(sms) for sms in kept) or (
        given.radio and evidence.story.reception.drops
    ):
        return _SHOWN
    silenced = any(sms.kept_by == SILENCED for sms in evidence.codes)
    return _CONSISTENT if silenced and given.blocked else None


def _international(evidence: Evidence) -> Verdict | None:
    fault = evidence.fault(FaultKind.INTERNATIONAL)
    if fault is None:
        return None
    known = evidence.foreign(fault.start)
    others = evidence.prompt(0, fault.start, fault.end)
    return _unanswered(evidence, "international_block", bool(known and len(others) >= _CASES))


def _segment(evidence: Evidence) -> Verdict | None:
    names = {session.service for session in evidence.lost("number_segment")}
    mapped = evidence.story.given.sims == "csv"
    return _unanswered(evidence, "number_segment", mapped and len(names) >= 2)


def _region(evidence: Evidence) -> Verdict | None:
    return _unanswered(evidence, "regional_restriction", bool(evidence.codes))


def _number(evidence: Evidence) -> Verdict | None:
    fault = evidence.fault(FaultKind.NUMBER)
    if fault is None:
        return None
    tails = {
        r.tail
        for session in evidence.story.sessions
        for r in session.requests
        if session.slot == 0 and r.at >= fault.start
    }
    before = evidence.of_service(fault.services, fault.start)
    return _unanswered(evidence, "number_changed", len(tails) > 1 and bool(before))


def _ported(evidence: Evidence) -> Verdict | None:
    fault = evidence.fault(FaultKind.PORTED)
    others = fault and evidence.prompt(0, fault.start, fault.end)
    mapped = evidence.story.given.sims == "csv"
    return _unanswered(evidence, "ported_number", mapped and bool(others))


def _platform(evidence: Evidence) -> Verdict | None:
    fault = evidence.fault(FaultKind.PLATFORM)
    if fault is None:
        return None
    before = evidence.of_service(fault.services, fault.start)
    every = evidence.of_service(fault.services, evidence.story.end)
    slot = evidence.story.phone.sim_of[fault.services[0]]
    others = evidence.prompt(slot, fault.start, fault.end)
    again = len(every) > len(before)
    return _unanswered(evidence, "platform_outage", bool(before and again and others))


def _content(_: Evidence) -> Verdict | None:
    return None  # the reference calls any evidence on a phone weak


def _unanswered(evidence: Evidence, cause: str, more: bool) -> Verdict | None:
    """At least three tries that the request log shows unanswered, and what else it needs."""
    given, cases = evidence.story.given, evidence.lost(cause)
    if not given.requests or given.wrapped or not more:
        return None
    covered = [s for s in cases if s.requests[0].at < evidence.story.covered_until]
    return _CONSISTENT if len(covered) >= _CASES else None


def _dead_hours(kind: FaultKind) -> Callable[[Evidence], Verdict | None]:
    def support(evidence: Evidence) -> Verdict | None:
        fault = evidence.fault(kind)
        if fault is None:
            return None
        if kind == FaultKind.STORAGE and evidence.story.given.radio and evidence.story.refusals:
            return _SHOWN
        shown = evidence.sound_stamps and len(evidence.held()) >= 2
        return _CONSISTENT if shown else None

    return support


def _rate_limit(evidence: Evidence) -> Verdict | None:
    refused = any(r.refused for session in evidence.story.sessions for r in session.requests)
    return _SHOWN if refused and evidence.story.given.requests else None


def _expired(evidence: Evidence) -> Verdict | None:
    expired = evidence.ended(Outcome.EXPIRED)
    stated = any(attempt.deciding and attempt.deciding.valid_for for attempt in expired)
    return (_SHOWN if stated else _CONSISTENT) if expired else None


def _garbled(evidence: Evidence) -> Verdict | None:
    return _SHOWN if any(sms.garbled for sms in evidence.codes) else None


def _clock(evidence: Evidence) -> Verdict | None:
    zone, skew = evidence.fault(FaultKind.ZONE), evidence.fault(FaultKind.SKEW)
    if zone:
        hit = sum(zone.hits(sms.accepted, sms.slot) for sms in evidence.seen)
        return _SHOWN if hit >= _GROUP else None
    if skew is None or skew.amount > -60:
        return None  # a clock that is ahead looks like a slow path
    prompt = [
        sms
        for sms in evidence.prompt(0, skew.start, skew.end)
        if (sms.arrived or 0) - sms.accepted < 20 * SECOND
    ]
    return _SHOWN if len(prompt) >= _CASES else None


def _export(evidence: Evidence) -> Verdict | None:
    if evidence.story.has(FaultKind.CUT):
        return _SHOWN
    unstamped = (FaultKind.NO_STAMP, FaultKind.COPIED, FaultKind.WRAPPED)
    if not any(evidence.story.has(kind) for kind in unstamped):
        return None
    codes = any(evidence.story.given.in_inbox(sms) for sms in evidence.codes)
    return _CONSISTENT if codes else None


_SUPPORT: dict[str, Callable[[Evidence], Verdict | None]] = {
    "phone_filter": _phone_filter,
    "international_block": _international,
    "number_segment": _segment,
    "carrier_outage": _dead_hours(FaultKind.OUTAGE),
    "phone_unreachable": _dead_hours(FaultKind.OFF),
    "storage_full": _dead_hours(FaultKind.STORAGE),
    "rate_limit": _rate_limit,
    "platform_outage": _platform,
    "regional_restriction": _region,
    "expired_on_arrival": _expired,
    "garbled_text": _garbled,
    "number_changed": _number,
    "content_filter": _content,
    "ported_number": _ported,
    "clock_fault": _clock,
    "export_incomplete": _export,
}
