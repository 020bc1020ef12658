"""The services' side: whether a request is refused, whether and when a code is sent."""

from __future__ import annotations

import math
import random
from collections import defaultdict, deque
from dataclasses import dataclass, field

from analyzer.simulate.facts import Service, column
from analyzer.simulate.faults import CAUSE_OF, QUEUE, Fault, FaultKind
from analyzer.simulate.messages import Request, Sms
from analyzer.simulate.phones import Phone
from analyzer.simulate.times import HOUR, MINUTE, SECOND
from analyzer.simulate.wording import code_text

# Reference: Alibaba Cloud SMS, per signature and number: one a minute, five an hour.
PER_MINUTE, PER_HOUR = 1, 5
# Seconds from the request to the service center: median and sigma of a log-normal.
_UPSTREAM, _UPSTREAM_ABROAD = (1.4, 0.35), (2.5, 0.5)
_NEVER_SENT = (FaultKind.REGION, FaultKind.SEGMENT, FaultKind.NUMBER)
_LOST_ON_THE_WAY = (FaultKind.PORTED,)
# A queue is emptied in this time.
_QUEUE_SECONDS = 90
# A changed text passes the gateway for a while before it is filtered.
_UNNOTICED_CONTENT = 2


@dataclass
class Platforms:
    """All services as one phone's numbers know them."""

    phone: Phone
    faults: list[Fault]
    chance: random.Random
    _accepted: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    _new_texts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _codes: set[str] = field(default_factory=set)

    def answer(self, service: Service, request: Request) -> None:
        """Refuse the request, or send its code (`request.sms`), which may get lost at once."""
        if self._too_often(service.name, request.at):
            request.refused = self.chance.choice(column("refusals.csv", "text"))
            return
        self._accepted[service.name].append(request.at)
        request.sms = self._code(service, request)
        outage = self._fault(FaultKind.PLATFORM, request)
        if outage and outage.detail == QUEUE:
            request.sms.held_by = CAUSE_OF[FaultKind.PLATFORM]
            wait = self.chance.uniform(1, _QUEUE_SECONDS)
            request.sms.accepted = outage.end + round(wait * SECOND)
        else:
            request.sms.lost_to = self._lost_to(service, request)

    def _too_often(self, name: str, moment: int) -> bool:
        recent = self._accepted[name]
        while recent and moment - recent[0] >= HOUR:
            recent.popleft()
        last_minute = sum(moment - at < MINUTE for at in recent)
        return last_minute >= PER_MINUTE or len(recent) >= PER_HOUR

    def _code(self, service: Service, request: Request) -> Sms:
        code = self._new_code()
        changed = self._fault(FaultKind.CONTENT, request)
        number = self.chance.randrange(100)
        if self._fault(FaultKind.GARBLE, request):
            number = 0
        text, valid_for = code_text(service, code, request.purpose, number, link=bool(changed))
        sim = self.phone.sims[request.slot]
        return Sms(
            sender=service.sender,
            slot=request.slot,
            text=text,
            accepted=self._accepted_at(service, request),
            center=service.center or sim.center,
            service=service.name,
            code=code,
            valid_for=valid_for,
            asked=request.at,
        )

    def _new_code(self) -> str:
        while True:
            code = f"{self.chance.randrange(100_000, 1_000_000)}"
            if code not in self._codes:
                self._codes.add(code)
                return code

    def _accepted_at(self, service: Service, request: Request) -> int:
        median, sigma = _UPSTREAM_ABROAD if service.abroad else _UPSTREAM
        seconds = median * math.exp(sigma * self.chance.gauss(0, 1))
        return request.at + round(seconds * SECOND)

    def _lost_to(self, service: Service, request: Request) -> str | None:
        for kind in (*_NEVER_SENT, *_LOST_ON_THE_WAY, FaultKind.PLATFORM):
            if self._fault(kind, request):
                return CAUSE_OF[kind]
        if service.abroad and self._fault(FaultKind.INTERNATIONAL, request):
            return CAUSE_OF[FaultKind.INTERNATIONAL]
        if self._fault(FaultKind.CONTENT, request):
            self._new_texts[service.name] += 1
            if self._new_texts[service.name] > _UNNOTICED_CONTENT:
                return CAUSE_OF[FaultKind.CONTENT]
        return None

    def _fault(self, kind: FaultKind, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.kind == kind and fault.hits(request.at, request.slot, request.service):
                return fault
        return None
