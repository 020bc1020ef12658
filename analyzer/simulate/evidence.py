"""What the given logs hold for and against each cause, counted by what really happened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analyzer.schema import Outcome
from analyzer.simulate.facts import services
from analyzer.simulate.faults import CAUSE_OF, HOLDING, Fault, FaultKind
from analyzer.simulate.messages import Session, Sms
from analyzer.simulate.outcomes import Attempt
from analyzer.simulate.story import Story
from analyzer.simulate.times import SECOND

PROMPT, HELD = 60 * SECOND, 120 * SECOND
_STAMP_FAULTS = (FaultKind.NO_STAMP, FaultKind.COPIED, FaultKind.WRAPPED, FaultKind.SKEW)


@dataclass(frozen=True)
class Evidence:
    """A story and its attempts, with what can be counted in the given logs."""

    story: Story
    attempts: list[Attempt]

    @cached_property
    def seen(self) -> list[Sms]:
        """Received messages that the logs hold, in order of arrival."""
        return [s for s in self.story.messages if not s.sent and self.story.given.holds(s)]

    @property
    def codes(self) -> list[Sms]:
        """Code messages that the logs hold."""
        return [sms for sms in self.seen if sms.code]

    @property
    def sound_stamps(self) -> bool:
        """Whether the last-mile latencies of the logs are what they seem."""
        return not any(self.story.has(kind) for kind in _STAMP_FAULTS)

    def fault(self, *kinds: FaultKind) -> Fault | None:
        """Return the first fault of these kinds."""
        return next((fault for fault in self.story.faults if fault.kind in kinds), None)

    def lost(self, cause: str) -> list[Session]:
        """Sessions of which a cause took, or held for hours, every code."""
        return [
            session
            for session in self.story.sessions
            if session.codes and all(cause in (sms.lost_to, sms.held_by) for sms in session.codes)
        ]

    def prompt(self, slot: int, start: int, end: int) -> list[Sms]:
        """Messages of a SIM that came promptly within a period."""
        return [
            sms
            for sms in self.seen
            if sms.slot == slot
            and start <= sms.accepted < end
            and (sms.arrived or 0) - sms.accepted <= PROMPT
        ]

    def held(self) -> list[Sms]:
        """Messages of the inbox that waited for the end of dead hours, long enough to show."""
        fault = self.fault(*HOLDING)
        if fault is None:
            return []
        cause = CAUSE_OF[fault.kind]
        return [
            sms
            for sms in self.seen
            if sms.held_by == cause
            and (sms.arrived or 0) - sms.accepted > HELD
            and self.story.given.in_inbox(sms)
        ]

    def of_service(self, names: tuple[str, ...], before: int) -> list[Sms]:
        """Codes of some services that the logs hold from before a moment."""
        return [sms for sms in self.codes if sms.service in names and sms.accepted < before]

    def foreign(self, before: int) -> list[Sms]:
        """Messages whose path is provably international, before a moment."""
        keeps = self.story.phone.app.writes_center
        return [
            sms
            for sms in self.codes
            if services()[sms.service or ""].abroad
            and sms.accepted < before
            and (keeps or sms.sender.startswith("+"))
        ]

    def ended(self, outcome: Outcome) -> list[Attempt]:
        """Attempts that ended in one way and that the logs show to have done so."""
        return [a for a in self.attempts if a.expected == (outcome,)]
