"""Named scenarios, and the faults that a phone gets in them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from analyzer.simulate.faults import HOLDING, OF_SERVICES, QUEUE, Fault, FaultKind
from analyzer.simulate.phones import Phone
from analyzer.simulate.times import DAY, HOUR, MINUTE, START
from analyzer.texts import Text, rows

RANDOM = "random"
_HEALTHY_SHARE = 0.15
# Kinds that spoil the same thing are not drawn together: their effects could not be told apart.
_SPOILS = {
    "export": (FaultKind.NO_STAMP, FaultKind.COPIED, FaultKind.CUT, FaultKind.WRAPPED),
    "clock": (FaultKind.ZONE, FaultKind.SKEW),
    "hours": (FaultKind.OUTAGE, FaultKind.OFF, FaultKind.STORAGE),
    "number": (
        *(FaultKind.INTERNATIONAL, FaultKind.SEGMENT, FaultKind.NUMBER, FaultKind.PORTED),
        *(FaultKind.REGION, FaultKind.PLATFORM, FaultKind.CONTENT, FaultKind.BLOCK_LIST),
    ),
    "filter": (FaultKind.FILTER,),
    "user": (FaultKind.RATE_LIMIT,),
    "text": (FaultKind.GARBLE,),
    "route": (FaultKind.SLOW_ROUTE, FaultKind.POOR_ROUTE),
}
_DAMAGES = ("lost", "lost", "latin1", "swapped")
_QUARTERS = (-32, -32, 32, 4, -4, 22, 64)


@dataclass(frozen=True)
class Scenario:
    """A named mixture of faults; `kinds` is None where they are drawn at random."""

    name: str
    kinds: tuple[FaultKind, ...] | None
    title: Text
    has_requests: bool = True


@cache
def scenarios() -> dict[str, Scenario]:
    """Return the scenarios by name."""
    return {
        row["scenario"]: Scenario(
            row["scenario"],
            None if row["scenario"] == RANDOM else tuple(map(FaultKind, row["faults"].split())),
            Text(row["en"], row["zh"]),
            has_requests=row["scenario"] != "no_requests",
        )
        for row in rows("analyzer.simulate.data", "scenarios.csv")
    }


def kinds_of(scenario: Scenario, chance: random.Random) -> frozenset[FaultKind]:
    """Return the kinds of faults of one phone: the scenario's, or up to three at random."""
    if scenario.kinds is not None:
        return frozenset(scenario.kinds)
    if chance.random() < _HEALTHY_SHARE:
        return frozenset()
    spoiled = chance.sample(sorted(_SPOILS), chance.choice((1, 1, 2, 2, 3)))
    if "export" in spoiled and "clock" in spoiled:
        spoiled.remove("export")
    return frozenset(chance.choice(_SPOILS[name]) for name in spoiled)


def make_faults(
    kinds: frozenset[FaultKind], phone: Phone, days: int, chance: random.Random
) -> list[Fault]:
    """Return the faults of a phone; each touches services that no other one touches."""
    free = [service.name for service in phone.services]
    chance.shuffle(free)
    made = [_fault(kind, phone, days, chance, free) for kind in sorted(kinds)]
    return [fault for fault in made if fault.services or fault.kind not in OF_SERVICES]


def _fault(
    kind: FaultKind, phone: Phone, days: int, chance: random.Random, free: list[str]
) -> Fault:
    whole = (START, START + days * DAY)
    later = (START + round(days * chance.uniform(0.35, 0.5) * DAY), whole[1])
    if kind in HOLDING:
        return _dead_hours(kind, days, chance)
    if kind == FaultKind.FILTER:
        return _filter(phone, whole, chance, free)
    if kind == FaultKind.PLATFORM:
        start = START + round(days * chance.uniform(0.3, 0.6) * DAY)
        end = start + round(chance.uniform(3, 6) * DAY)
        detail = chance.choice(("silent", "silent", QUEUE))
        return Fault(kind, start, end, services=_take(phone, free, 1, abroad=False), detail=detail)
    if kind in (FaultKind.CONTENT, FaultKind.PORTED, FaultKind.NUMBER):
        count = 1 if kind == FaultKind.CONTENT else 3
        return Fault(kind, *later, slot=0, services=_take(phone, free, count, abroad=False, slot=0))
    if kind == FaultKind.INTERNATIONAL:
        opted_out = "opt_out" if chance.random() < 0.3 else ""
        abroad = tuple(s.name for s in phone.services if s.abroad)
        _use(free, abroad)
        return Fault(kind, *later, slot=0, services=abroad, detail=opted_out)
    if kind == FaultKind.POOR_ROUTE:
        return Fault(kind, *whole, services=_take(phone, free, 2, abroad=True))
    if kind == FaultKind.SEGMENT:
        return Fault(kind, *whole, slot=0, services=_take(phone, free, 3, slot=0))
    if kind in (FaultKind.REGION, FaultKind.SLOW_ROUTE, FaultKind.GARBLE, FaultKind.BLOCK_LIST):
        detail = chance.choice(_DAMAGES) if kind == FaultKind.GARBLE else ""
        anywhere = None if kind == FaultKind.REGION else False
        return Fault(kind, *whole, services=_take(phone, free, 1, abroad=anywhere), detail=detail)
    if kind == FaultKind.ZONE:
        whole = whole if chance.random() < 0.5 else later
        return Fault(kind, *whole, slot=0, amount=chance.choice(_QUARTERS))
    if kind == FaultKind.SKEW:
        return Fault(kind, *later, amount=chance.choice((-400, -240, -120, 45)))
    if kind == FaultKind.RATE_LIMIT:
        return Fault(kind, *whole, services=_take(phone, free, 1, abroad=False))
    return Fault(kind, *whole, amount=chance.uniform(0.5, 0.9))


def _dead_hours(kind: FaultKind, days: int, chance: random.Random) -> Fault:
    """Waking hours somewhere in the middle of the record, so that messages wait in them."""
    day = chance.randrange(days // 3, max(days // 3 + 1, days * 2 // 3))
    start = START + day * DAY + round(chance.uniform(8, 14) * HOUR)
    end = start + round(chance.uniform(3, 8) * HOUR)
    slot = 0 if kind == FaultKind.OUTAGE else None
    detail = chance.choice(("airplane", "off", "locked")) if kind == FaultKind.OFF else ""
    return Fault(kind, start, end - end % MINUTE, slot=slot, detail=detail)


def _filter(phone: Phone, period: tuple[int, int], chance: random.Random, free: list[str]) -> Fault:
    """A rule of the phone's filter: strangers abroad, or one sender by number, word or engine."""
    rule = chance.choice(("unknown_sender", "service_number", "keyword", "smart_filter"))
    if rule == "unknown_sender":
        services = tuple(s.name for s in phone.services if s.abroad and s.name in free)
        _use(free, services)
    else:
        services = _take(phone, free, 1, abroad=False)
    share = chance.choice((0.3, 0.6, 1.0))
    return Fault(FaultKind.FILTER, *period, services=services, amount=share, detail=rule)


def _take(
    phone: Phone, free: list[str], count: int, abroad: bool | None = None, slot: int | None = None
) -> tuple[str, ...]:
    fitting = [
        s.name
        for s in phone.services
        if s.name in free
        and (abroad is None or s.abroad == abroad)
        and (slot is None or phone.sim_of[s.name] == slot)
    ][:count]
    _use(free, fitting)
    return tuple(fitting)


def _use(free: list[str], names: tuple[str, ...] | list[str]) -> None:
    for name in names:
        if name in free:
            free.remove(name)
