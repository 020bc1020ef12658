"""The faults of one phone, drawn by their kinds: when they work, on which SIM and services."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from analyzer.simulate.faults import OF_SERVICES, QUEUE, Fault, FaultKind
from analyzer.simulate.phones import Phone
from analyzer.simulate.times import DAY, HOUR, MINUTE, START

_QUARTERS = (-32, -32, 32, 4, -4, 22, 64)
_SKEW_SECONDS = (-400, -240, -120, 45)
_DAMAGES = ("lost", "lost", "latin1", "swapped")
_RULES = ("unknown_sender", "service_number", "keyword", "smart_filter")
_FILTERED_SHARES = (0.3, 0.6, 1.0)
_OPT_OUT_SHARE = 0.3

Period = tuple[int, int]


def make_faults(
    kinds: frozenset[FaultKind], phone: Phone, days: int, chance: random.Random
) -> list[Fault]:
    """Return the faults of a phone; each touches services that no other one touches."""
    free = [service.name for service in phone.services]
    chance.shuffle(free)
    drawing = _Drawing(phone, days, chance, free)
    made = [drawing.fault(kind) for kind in sorted(kinds)]
    return [fault for fault in made if fault.services or fault.kind not in OF_SERVICES]


@dataclass
class _Drawing:
    """What faults are drawn from; `free` are the services that no fault touches yet."""

    phone: Phone
    days: int
    chance: random.Random
    free: list[str]
    later: Period = field(default=(0, 0))

    @property
    def whole(self) -> Period:
        """The whole record."""
        return START, START + self.days * DAY

    def fault(self, kind: FaultKind) -> Fault:
        """Return a fault of a kind; `later` is from somewhere in the middle of the record on."""
        middle = self.chance.uniform(0.35, 0.5)
        self.later = START + round(self.days * middle * DAY), self.whole[1]
        return _MAKERS[kind](self, kind)

    def take(
        self, count: int, abroad: bool | None = None, slot: int | None = None
    ) -> tuple[str, ...]:
        """Return up to `count` free services, which are free no longer."""
        fitting = [
            service.name
            for service in self.phone.services
            if service.name in self.free
            and abroad in (None, service.abroad)
            and slot in (None, self.phone.sim_of[service.name])
        ]
        taken = tuple(fitting[:count])
        self.free[:] = [name for name in self.free if name not in taken]
        return taken


def _dead_hours(drawing: _Drawing, kind: FaultKind) -> Fault:
    """Waking hours somewhere in the middle of the record, so that messages wait in them."""
    chance, days = drawing.chance, drawing.days
    day = chance.randrange(days // 3, max(days // 3 + 1, days * 2 // 3))
    start = START + day * DAY + round(chance.uniform(8, 14) * HOUR)
    end = start + round(chance.uniform(3, 8) * HOUR)
    slot = 0 if kind == FaultKind.OUTAGE else None
    detail = chance.choice(("airplane", "off", "locked")) if kind == FaultKind.OFF else ""
    return Fault(kind, start, end - end % MINUTE, slot=slot, detail=detail)


def _filter(drawing: _Drawing, kind: FaultKind) -> Fault:
    """A rule of the phone's filter: strangers abroad, or one sender by number, word or engine."""
    rule = drawing.chance.choice(_RULES)
    strangers = rule == "unknown_sender"
    services = drawing.take(9, abroad=True) if strangers else drawing.take(1, abroad=False)
    share = drawing.chance.choice(_FILTERED_SHARES)
    return Fault(kind, *drawing.whole, services=services, amount=share, detail=rule)


def _platform(drawing: _Drawing, kind: FaultKind) -> Fault:
    """Some days without codes of one service; a part of them comes at the end."""
    chance = drawing.chance
    start = START + round(drawing.days * chance.uniform(0.3, 0.6) * DAY)
    end = start + round(chance.uniform(3, 6) * DAY)
    detail = chance.choice(("silent", "silent", QUEUE))
    return Fault(kind, start, end, services=drawing.take(1, abroad=False), detail=detail)


def _international(drawing: _Drawing, kind: FaultKind) -> Fault:
    opted_out = "opt_out" if drawing.chance.random() < _OPT_OUT_SHARE else ""
    abroad = tuple(service.name for service in drawing.phone.services if service.abroad)
    drawing.take(9, abroad=True)
    return Fault(kind, *drawing.later, slot=0, services=abroad, detail=opted_out)


def _later(count: int) -> Callable[[_Drawing, FaultKind], Fault]:
    """From some day on, some services no longer reach the first SIM."""

    def make(drawing: _Drawing, kind: FaultKind) -> Fault:
        services = drawing.take(count, abroad=False, slot=0)
        return Fault(kind, *drawing.later, slot=0, services=services)

    return make


def _always(count: int, abroad: bool | None = None) -> Callable[[_Drawing, FaultKind], Fault]:
    """All the time, for some services."""

    def make(drawing: _Drawing, kind: FaultKind) -> Fault:
        detail = drawing.chance.choice(_DAMAGES) if kind == FaultKind.GARBLE else ""
        return Fault(kind, *drawing.whole, services=drawing.take(count, abroad), detail=detail)

    return make


def _segment(drawing: _Drawing, kind: FaultKind) -> Fault:
    return Fault(kind, *drawing.whole, slot=0, services=drawing.take(3, slot=0))


def _zone(drawing: _Drawing, kind: FaultKind) -> Fault:
    period = drawing.whole if drawing.chance.random() < 0.5 else drawing.later
    return Fault(kind, *period, slot=0, amount=drawing.chance.choice(_QUARTERS))


def _skew(drawing: _Drawing, kind: FaultKind) -> Fault:
    return Fault(kind, *drawing.later, amount=drawing.chance.choice(_SKEW_SECONDS))


def _export(drawing: _Drawing, kind: FaultKind) -> Fault:
    """`amount` is the share of the record that a restore has spoiled."""
    return Fault(kind, *drawing.whole, amount=drawing.chance.uniform(0.5, 0.9))


_MAKERS: dict[FaultKind, Callable[[_Drawing, FaultKind], Fault]] = {
    FaultKind.FILTER: _filter,
    FaultKind.BLOCK_LIST: _always(1, abroad=False),
    FaultKind.INTERNATIONAL: _international,
    FaultKind.SEGMENT: _segment,
    FaultKind.OUTAGE: _dead_hours,
    FaultKind.OFF: _dead_hours,
    FaultKind.STORAGE: _dead_hours,
    FaultKind.RATE_LIMIT: _always(1, abroad=False),
    FaultKind.PLATFORM: _platform,
    FaultKind.REGION: _always(1),
    FaultKind.SLOW_ROUTE: _always(1, abroad=False),
    FaultKind.POOR_ROUTE: _always(2, abroad=True),
    FaultKind.GARBLE: _always(1, abroad=False),
    FaultKind.NUMBER: _later(3),
    FaultKind.CONTENT: _later(1),
    FaultKind.PORTED: _later(3),
    FaultKind.ZONE: _zone,
    FaultKind.SKEW: _skew,
    FaultKind.NO_STAMP: _export,
    FaultKind.COPIED: _export,
    FaultKind.CUT: _export,
    FaultKind.WRAPPED: _export,
}
