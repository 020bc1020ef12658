"""How each attempt really ended, and what a right reading of the given logs may say of it.

An attempt, an outcome and their limits are those of docs/DESIGN.md; they are judged here by the
true times, not by what the logs write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from analyzer.schema import Outcome
from analyzer.simulate.faults import CAUSE_OF, FaultKind
from analyzer.simulate.messages import Session, Sms
from analyzer.simulate.reception import NOWHERE, SILENCED
from analyzer.simulate.story import Story
from analyzer.simulate.times import MINUTE, SECOND, whole_second

LATE_AFTER, ASSUMED_VALIDITY, WINDOW = 60 * SECOND, 600, 10 * MINUTE
_TIMED = (Outcome.IN_TIME, Outcome.LATE, Outcome.EXPIRED)
# The first usable code decides; without one, the best of the others.
_USABLE = (Outcome.IN_TIME, Outcome.LATE)
_ORDER = (*_USABLE, Outcome.EXPIRED, Outcome.GARBLED, Outcome.BLOCKED)


@dataclass(frozen=True)
class Attempt:
    """One attempt: how it ended, and which outcomes a right analysis of the logs may give.

    `started` is its first request, else the service center's time of its first code; `deciding`
    the code it rests on; `latency` and `waited` are true seconds, null where nothing came.
    `codes` are those that the logs hold.
    """

    service: str
    slot: int
    started: int
    outcome: Outcome
    expected: tuple[Outcome, ...]
    cause: str | None
    codes: tuple[Sms, ...]
    deciding: Sms | None
    waited: float | None

    @property
    def latency(self) -> float | None:
        """True last-mile latency of the deciding code, in seconds."""
        sms = self.deciding
        return None if sms is None else ((sms.arrived or 0) - sms.accepted) / SECOND


def true_attempts(story: Story) -> list[Attempt]:
    """Return the attempts that the given logs can show, in order of their start."""
    if story.given.requests:
        return [_requested(story, session) for session in story.sessions]
    if story.given.wrapped or story.has(FaultKind.SKEW):
        return []  # without sound times nothing tells which codes belong together
    codes = [
        sms
        for session in story.sessions
        for sms in session.codes
        if sms.arrived is not None and story.given.holds(sms)
    ]
    found = [_received(story, chain) for chain in _chains(codes)]
    return sorted(found, key=lambda attempt: attempt.started)


def _requested(story: Story, session: Session) -> Attempt:
    waiting = [request for request in session.requests if not request.refused]
    first = waiting[0].at if waiting else session.requests[0].at
    every = [sms for sms in session.codes if _came(sms)]
    seen = [sms for sms in every if story.given.holds(sms)]
    truly, _ = _best((_ended(sms, first, sms.asked or first), sms) for sms in every)
    shown, deciding = _best(
        (_ended(sms, first, sms.asked or first, story.given.blocked), sms) for sms in seen
    )
    if not waiting:
        truly = shown = Outcome.REFUSED
    waited = None if deciding is None else ((deciding.arrived or 0) - first) / SECOND
    started = session.requests[0].at
    expected = _expected(story, shown, seen, deciding, waiting[-1].at if waiting else None)
    return Attempt(
        session.service,
        session.slot,
        started,
        truly,
        expected,
        _cause(session),
        tuple(seen),
        deciding,
        waited,
    )


def _received(story: Story, codes: list[Sms]) -> Attempt:
    known = story.given.blocked
    shown, deciding = _best((_ended(sms, sms.accepted, sms.accepted, known), sms) for sms in codes)
    first = codes[0]
    return Attempt(
        first.service or "",
        first.slot,
        first.accepted,
        shown,
        _expected(story, shown, codes, deciding, None),
        next((sms.held_by for sms in codes if sms.held_by), None),
        tuple(codes),
        deciding,
        None,
    )


def _chains(codes: Iterable[Sms]) -> Iterator[list[Sms]]:
    """Yield the codes of one service less than ten minutes apart at the service center."""
    ordered = sorted(codes, key=lambda sms: (sms.service or "", sms.accepted))
    for _, group in groupby(ordered, key=lambda sms: sms.service):
        chain: list[Sms] = []
        for sms in group:
            if chain and sms.accepted - chain[-1].accepted >= WINDOW:
                yield chain
                chain = []
            chain.append(sms)
        yield chain


def _came(sms: Sms) -> bool:
    return sms.arrived is not None and sms.kept_by != NOWHERE


def _ended(sms: Sms, first: int, own: int, filter_known: bool = True) -> Outcome:
    """How one code ended: lateness counts from the first request, expiry from its own.

    Requests are noted, and messages stamped, in whole seconds. Where the filter's log is not
    given, a restored message looks like any other.
    """
    arrived, first, own = sms.arrived or 0, whole_second(first), whole_second(own)
    if sms.kept_by not in (None, SILENCED) and filter_known:
        return Outcome.BLOCKED
    if not sms.readable:
        return Outcome.GARBLED
    if arrived - own > _validity(sms):
        return Outcome.EXPIRED
    return Outcome.LATE if arrived - first > LATE_AFTER else Outcome.IN_TIME


def is_expired(sms: Sms) -> bool:
    """Tell whether a code came after its validity, counted from its own request."""
    return (sms.arrived or 0) - whole_second(sms.asked or sms.accepted) > _validity(sms)


def _validity(sms: Sms) -> int:
    return (sms.valid_for or ASSUMED_VALIDITY) * SECOND


def _best(ended: Iterable[tuple[Outcome, Sms]]) -> tuple[Outcome, Sms | None]:
    def rank(pair: tuple[Outcome, Sms]) -> tuple[int, int]:
        return (0 if pair[0] in _USABLE else _ORDER.index(pair[0]), pair[1].arrived or 0)

    ranked = sorted(ended, key=rank)
    return ranked[0] if ranked else (Outcome.MISSING, None)


def _cause(session: Session) -> str | None:
    """Return what took or held the codes of a session, None if nothing did."""
    named = [
        sms.lost_to or sms.held_by or ("phone_filter" if sms.kept_by else None)
        for sms in session.codes
    ]
    if session.requests and all(request.refused for request in session.requests):
        return "rate_limit"
    return next((cause for cause in named if cause), None)


def _expected(
    story: Story,
    shown: Outcome,
    seen: list[Sms],
    deciding: Sms | None,
    last_request: int | None,
) -> tuple[Outcome, ...]:
    """Return what a right analysis may say: the outcome, or that the logs leave it open."""
    given = story.given
    if shown == Outcome.REFUSED:
        return (shown,)
    if given.requests and any(sms.held_by == CAUSE_OF[FaultKind.PLATFORM] for sms in seen):
        # Codes of several sessions were let go at once: which is whose, nothing tells.
        return (shown, Outcome.MISSING, Outcome.UNDECIDED)
    if given.wrapped:
        # Only the filter's log still has times.
        dated = any(given.in_blocked(sms) for sms in seen)
        return (Outcome.UNDECIDED, Outcome.BLOCKED) if dated else (Outcome.UNDECIDED,)
    if shown == Outcome.MISSING:
        uncovered = last_request is not None and last_request > story.covered_until - WINDOW
        return (Outcome.UNDECIDED,) if uncovered else (shown,)
    if shown not in _TIMED or deciding is None:
        return (shown,)
    return _timed(story, shown, deciding)


def _timed(story: Story, shown: Outcome, deciding: Sms) -> tuple[Outcome, ...]:
    """Lateness and expiry, where a wrong clock or missing stamps may leave them open."""
    if story.given.requests:
        # Requests and receptions are written by the same clock: their difference is right. But a
        # clock that is behind may be doubted, also shortly before and after it is.
        behind = any(f.kind == FaultKind.SKEW and f.amount < 0 for f in story.faults)
        return (shown, Outcome.UNDECIDED) if behind else (shown,)
    if deciding.stamp == 0 or deciding.stamp == deciding.written:
        return (Outcome.UNDECIDED,)
    return (shown,)
