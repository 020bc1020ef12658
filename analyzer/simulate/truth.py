"""What was true of one phone, as lines of JSON: the phone, its attempts, its messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from analyzer.simulate.evidence import Evidence
from analyzer.simulate.faults import Fault, FaultKind
from analyzer.simulate.messages import Sms
from analyzer.simulate.outcomes import Attempt, true_attempts
from analyzer.simulate.standing import standings
from analyzer.simulate.story import Story
from analyzer.simulate.times import MINUTE, SECOND, china

Line = dict[str, Any]


def truth_lines(story: Story) -> Iterator[Line]:
    """Yield one line for the phone, one per attempt, one per received message in the logs."""
    attempts = true_attempts(story)
    evidence = Evidence(story, attempts)
    yield _device(story, evidence)
    for attempt in attempts:
        yield _attempt(story, attempt)
    for sms in evidence.seen:
        yield _message(story, sms)


def as_text(line: Line) -> str:
    """Return one line of the truth file."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"


def _device(story: Story, evidence: Evidence) -> Line:
    given, phone = story.given, story.phone
    causes = {
        cause: {"present": s.present, "best": s.best.value if s.best else None, "rival": s.rival}
        for cause, s in standings(evidence).items()
    }
    return {
        "kind": "device",
        "device": phone.name,
        "system": phone.system.title,
        "app": phone.app.name,
        "days": story.days,
        "sims": [
            {"slot": sim.slot, "sub_id": sim.sub_id, "carrier": sim.carrier.name}
            for sim in phone.sims
        ],
        "exports": list(given.exports),
        "requests": given.requests,
        "blocked": given.blocked,
        "faults": [_fault(fault) for fault in story.faults],
        "causes": causes,
    }


def _fault(fault: Fault) -> Line:
    return {
        "fault": fault.kind.value,
        "start": _time(fault.start),
        "end": _time(fault.end),
        "slot": fault.slot,
        "services": list(fault.services),
        "amount": round(fault.amount, 3),
        "detail": fault.detail,
    }


def _attempt(story: Story, attempt: Attempt) -> Line:
    return {
        "kind": "attempt",
        "device": story.phone.name,
        "service": attempt.service,
        "slot": attempt.slot,
        "started_at": _time(attempt.started),
        "outcome": attempt.outcome.value,
        "expected": [outcome.value for outcome in attempt.expected],
        "cause": attempt.cause,
        "latency": attempt.latency,
        "request_latency": attempt.waited,
        "written": [logged(story, sms) for sms in attempt.codes],
        "started_written": attempt.started + story.reception.skew(attempt.started),
    }


def _message(story: Story, sms: Sms) -> Line:
    zone = (f for f in story.faults if f.kind == FaultKind.ZONE)
    quarters = sum(round(f.amount) for f in zone if f.hits(sms.accepted, sms.slot))
    return {
        "kind": "message",
        "device": story.phone.name,
        "written": logged(story, sms),
        "sender": sms.sender,
        "slot": sms.slot,
        "service": sms.service,
        "latency": ((sms.arrived or 0) - sms.accepted) / SECOND,
        "stamped_latency": (sms.written - sms.stamp) / SECOND,
        "quarters": quarters,
        "center": sms.center if story.phone.app.writes_center else "",
        "blocked": story.given.in_blocked(sms),
        "code": bool(sms.code),
    }


def logged(story: Story, sms: Sms) -> int:
    """Return a message's time of reception as the logs write it, in ms since 1970 UTC."""
    typed = story.phone.system.keeps == "typed" and story.given.in_blocked(sms)
    if typed and not story.given.in_inbox(sms):
        return sms.written // MINUTE * MINUTE
    return sms.written


def _time(moment: int) -> str:
    return china(moment).isoformat(timespec="milliseconds")
