"""Causes that are absent but have the same face in the logs as one that is present.

The reference names them: dead hours look alike whatever their reason, and a code that never came
looks alike whoever lost it. Naming such a cause `consistent` is right, naming it `shown` is not.
"""

from __future__ import annotations

from analyzer.simulate.evidence import Evidence
from analyzer.simulate.facts import services
from analyzer.simulate.faults import CAUSE_OF, HOLDING, FaultKind
from analyzer.simulate.messages import Sms
from analyzer.simulate.reception import NOWHERE, SILENCED

_DEAD_HOURS = frozenset(CAUSE_OF[kind] for kind in HOLDING)
_NEVER_CAME = frozenset(
    (
        *("international_block", "number_segment", "platform_outage", "regional_restriction"),
        *("number_changed", "content_filter", "ported_number"),
    )
)
_FEW = 3


def rivals(evidence: Evidence, present: set[str]) -> set[str]:
    """Return the causes that the evidence of the present ones supports as well."""
    alike: set[str] = set()
    if present & _DEAD_HOURS:
        alike |= _dead_hours(evidence, present)
    if evidence.story.given.requests and _unanswered_services(evidence):
        alike |= _never_came(evidence)
    if evidence.story.has(FaultKind.WRAPPED):
        alike.add("clock_fault")
    return alike


def _dead_hours(evidence: Evidence, present: set[str]) -> set[str]:
    """A full phone is deaf on both SIMs; the rest looks alike."""
    fault = evidence.fault(FaultKind.OUTAGE)
    alive = fault and "carrier_outage" in present and evidence.prompt(1, fault.start, fault.end)
    return set(_DEAD_HOURS) - ({"storage_full"} if alive else set())


def _unanswered_services(evidence: Evidence) -> dict[str, int]:
    """Services with several tries of which a fault left no code in any log."""
    tries: dict[str, int] = {}
    for session in evidence.story.sessions:
        hidden = all(_is_hidden(evidence, sms) for sms in session.codes)
        if session.codes and hidden:
            tries[session.service] = tries.get(session.service, 0) + 1
    return {name: count for name, count in tries.items() if count >= _FEW}


def _is_hidden(evidence: Evidence, sms: Sms) -> bool:
    if sms.arrived is None:
        return sms.lost_to != "network"  # an ordinary loss stands alone
    if sms.kept_by == NOWHERE:
        return True
    return sms.kept_by not in (None, SILENCED) and not evidence.story.given.holds(sms)


def _never_came(evidence: Evidence) -> set[str]:
    """The causes of silence whose own condition is met on this phone."""
    silent = _unanswered_services(evidence)
    alike = {"platform_outage", "regional_restriction", "content_filter"}
    if any(services()[name].abroad for name in silent):
        alike.add("international_block")
    sims = evidence.story.phone.sims
    if any(sim.mvno for sim in sims):
        alike.add("number_segment")
    if evidence.story.has(FaultKind.PORTED):
        alike.add("ported_number")
    if evidence.story.has(FaultKind.NUMBER):
        alike.add("number_changed")
    return alike & _NEVER_CAME
