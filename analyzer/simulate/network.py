"""The carrier's side: how long a message takes, and what holds it back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from analyzer.simulate.delivery import shape
from analyzer.simulate.facts import services
from analyzer.simulate.faults import CAUSE_OF, HOLDING, Fault, FaultKind
from analyzer.simulate.messages import Sms
from analyzer.simulate.times import SECOND

# Shapes of the routes that are worse than usual.
_ROUTES = {FaultKind.SLOW_ROUTE: "slow", FaultKind.POOR_ROUTE: "overseas"}
# What waited comes within so many seconds of the end; a phone that is unlocked has it already.
_RELEASE_FIRST, _RELEASE_SPREAD, _UNLOCK_SPREAD = 4, 35, 5


@dataclass
class Network:
    """The carriers of one phone; `refusals` are the moments at which a full phone said so."""

    faults: list[Fault]
    chance: random.Random
    refusals: list[tuple[int, int]] = field(default_factory=list)

    def carry(self, sms: Sms) -> None:
        """Let a message arrive (`arrived`), or lose it (`lost_to`)."""
        if sms.lost_to:
            return
        sms.arrived = shape(self._shape(sms)).moment(self.chance, sms.accepted)
        if sms.arrived is None:
            sms.lost_to = "network"
            return
        holding = self._holding(sms)
        if holding:
            self._hold(sms, holding)

    def _shape(self, sms: Sms) -> str:
        for fault in self.faults:
            if fault.kind in _ROUTES and fault.hits(sms.accepted, sms.slot, sms.service):
                return _ROUTES[fault.kind]
        service = services().get(sms.service or "")
        return "abroad" if service and service.abroad else "healthy"

    def _holding(self, sms: Sms) -> Fault | None:
        arrived = sms.arrived or 0
        for fault in self.faults:
            if fault.kind in HOLDING and fault.hits(arrived, sms.slot):
                return fault
        return None

    def _hold(self, sms: Sms, fault: Fault) -> None:
        if fault.kind == FaultKind.STORAGE:
            self.refusals.append((sms.arrived or 0, sms.slot))
        sms.held_by = CAUSE_OF[fault.kind]
        spread = _UNLOCK_SPREAD if fault.detail == "locked" else _RELEASE_SPREAD
        wait = _RELEASE_FIRST + self.chance.random() * spread
        sms.arrived = fault.end + round(wait * SECOND)
