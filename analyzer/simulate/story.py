"""One phone's record: everything that happens on it, in the order of causes and effects."""

from __future__ import annotations

import random
from dataclasses import dataclass

from analyzer.simulate.drawing import make_faults
from analyzer.simulate.faults import Fault, FaultKind
from analyzer.simulate.given import Given, make_given
from analyzer.simulate.messages import Session, Sms
from analyzer.simulate.network import Network
from analyzer.simulate.phones import Phone, make_phone
from analyzer.simulate.platform import Platforms
from analyzer.simulate.reception import Reception
from analyzer.simulate.scenario import Scenario, kinds_of
from analyzer.simulate.times import DAY, START
from analyzer.simulate.usage import (
    dialogues,
    next_press,
    other_messages,
    press,
    sent_messages,
    session_times,
)
from analyzer.simulate.wording import purpose

# How far the row of a new SIM lies behind those of the SIMs before it.
NEW_SIM = 4


@dataclass(frozen=True)
class Story:
    """What happened on one phone, what was wrong, and which logs its owner hands over.

    `messages` are all messages in the order in which they were stored, those that never came
    left out; `refusals` the moments (and SIM slots) at which a full phone refused one; `drops`
    the messages that it dropped without a copy; `skew` moves a moment to the phone's clock.
    """

    phone: Phone
    faults: list[Fault]
    given: Given
    days: int
    sessions: list[Session]
    messages: list[Sms]
    refusals: list[tuple[int, int]]
    reception: Reception

    @property
    def end(self) -> int:
        """When the record ends, in ms since 1970 UTC."""
        return START + self.days * DAY

    @property
    def covered_until(self) -> int:
        """When the last message of the inbox came that the exports hold."""
        return max(
            (sms.arrived or 0 for sms in self.messages if self.given.in_inbox(sms)), default=0
        )

    def sub_id(self, slot: int, moment: int) -> int:
        """Return how Android numbers the SIM in a slot at a moment: a new SIM has a new number."""
        sub_id = self.phone.sims[slot].sub_id
        changed = self.changed_at(slot)
        return sub_id + NEW_SIM if changed < self.end and moment >= changed else sub_id

    def changed_at(self, slot: int) -> int:
        """Return when the SIM in a slot was changed, else the end of the record."""
        changes = (f for f in self.faults if f.kind == FaultKind.NUMBER and f.slot == slot)
        return next((fault.start for fault in changes), self.end)

    def has(self, kind: FaultKind) -> bool:
        """Tell whether a fault of this kind was injected."""
        return any(fault.kind == kind for fault in self.faults)


def tell(name: str, scenario: Scenario, days: int, seed: int) -> Story:
    """Return the story of one phone; the same arguments give the same story."""
    chance = random.Random(f"{seed}/{scenario.name}/{days}/{name}")
    kinds = kinds_of(scenario, chance)
    phone = make_phone(name, chance, kinds)
    faults = make_faults(kinds, phone, days, chance)
    given = make_given(scenario, phone, faults, days, chance)
    network, reception = Network(faults, chance), Reception(phone, faults, chance)
    sessions = _sessions(phone, faults, days, chance, network, reception)
    messages = [sms for session in sessions for sms in session.codes]
    for sms in (*other_messages(phone, days, chance), *dialogues(phone, faults)):
        if not sms.sent:
            network.carry(sms)
            reception.take(sms)
        messages.append(sms)
    messages += sent_messages(phone, faults, days, chance)
    for sms in messages:
        if sms.sent:
            reception.write_times(sms)
    stored = [sms for sms in messages if sms.arrived is not None]
    stored.sort(key=lambda sms: (sms.arrived or 0, sms.accepted, sms.sender))
    return Story(phone, faults, given, days, sessions, stored, network.refusals, reception)


def _sessions(
    phone: Phone,
    faults: list[Fault],
    days: int,
    chance: random.Random,
    network: Network,
    reception: Reception,
) -> list[Session]:
    platforms = Platforms(phone, faults, chance)
    sessions: list[Session] = []
    for service in phone.services:
        slot = phone.sim(service).slot
        for began, struggle in session_times(service, faults, days, chance):
            session = Session(service.name, slot)
            what = purpose(chance)
            at: int | None = began
            while at is not None:
                request = press(session, phone, faults, at, what)
                session.requests.append(request)
                platforms.answer(service, request)
                if request.sms:
                    network.carry(request.sms)
                    reception.take(request.sms)
                at = next_press(session, struggle, len(session.requests), chance)
            sessions.append(session)
    return sorted(sessions, key=lambda session: session.requests[0].at)
