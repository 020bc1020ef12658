"""Phones and their SIMs."""

from __future__ import annotations

import random
from dataclasses import dataclass

from analyzer.simulate.facts import (
    App,
    Carrier,
    Service,
    System,
    apps,
    carriers,
    column,
    drawn,
    picked,
    services,
    systems,
)
from analyzer.simulate.faults import FaultKind
from analyzer.texts import rows

_DATA = "analyzer.simulate.data"
# Faults of stamps, exports and the system's filter are those of the system's own app.
_NEED_SYSTEM_APP = frozenset(
    (FaultKind.ZONE, FaultKind.SKEW, FaultKind.COPIED, FaultKind.CUT, FaultKind.FILTER)
)
_DOMESTIC, _VIA_106, _ABROAD = 5, 1, 2


@dataclass(frozen=True)
class Sim:
    """One SIM: `sub_id` as Android numbers it, `number` its own number, `bound` the number that
    services know (another one where the user has changed it).
    """

    slot: int
    sub_id: int
    carrier: Carrier
    center: str
    number: str
    bound: str
    mvno: str = ""


@dataclass(frozen=True)
class Phone:
    """One phone, its SIMs, and the services its owner uses on each of them."""

    name: str
    system: System
    app: App
    sims: tuple[Sim, ...]
    services: tuple[Service, ...]
    sim_of: dict[str, int]

    def sim(self, service: Service) -> Sim:
        """Return the SIM whose number a service knows."""
        return self.sims[self.sim_of[service.name]]


def make_phone(name: str, chance: random.Random, kinds: frozenset[FaultKind]) -> Phone:
    """Return a phone on which the faults of these kinds are possible."""
    system = drawn(chance, systems(), System)
    app = _app(kinds, drawn(chance, apps(), App))
    two = chance.random() < 0.6
    first_id = chance.randrange(1, 6)
    sims = [_sim(chance, 0, first_id, kinds)]
    if two:
        sims.append(_sim(chance, 1, first_id + chance.randrange(1, 3), frozenset()))
    used = _services(chance)
    home = {service.name: _home(chance, service, len(sims)) for service in used}
    return Phone(name, system, app, tuple(sims), used, home)


def _app(kinds: frozenset[FaultKind], likely: App) -> App:
    """Return the app that the faults need, else the likely one if it keeps the stamps."""
    every = [app for app in apps().things if isinstance(app, App)]
    system = next(app for app in every if app.name == "system")
    if FaultKind.NO_STAMP in kinds:
        return next(app for app in every if not app.writes_stamp)
    return system if kinds & _NEED_SYSTEM_APP or not likely.writes_stamp else likely


def _sim(chance: random.Random, slot: int, sub_id: int, kinds: frozenset[FaultKind]) -> Sim:
    carrier = drawn(chance, carriers(), Carrier)
    segment, mvno = chance.choice(carrier.segments), ""
    virtual = [row for row in rows(_DATA, "virtual_segments.csv") if row["carrier"] == carrier.name]
    if FaultKind.SEGMENT in kinds:
        row = chance.choice(virtual or rows(_DATA, "virtual_segments.csv"))
        segment, mvno = row["segment"], row["mvno"]
        carrier = _carrier(row["carrier"])
    elif FaultKind.PORTED in kinds:
        others = [c for c in carriers().things if isinstance(c, Carrier) and c != carrier]
        segment = chance.choice(chance.choice(others).segments)
    center = chance.choice(column("service_centers.csv", "address", carrier=carrier.name))
    number = _number(chance, segment)
    bound = _number(chance, segment) if FaultKind.NUMBER in kinds else number
    return Sim(slot, sub_id, carrier, center, number, bound, mvno)


def _carrier(name: str) -> Carrier:
    return next(c for c in carriers().things if isinstance(c, Carrier) and c.name == name)


def _number(chance: random.Random, segment: str) -> str:
    return segment + "".join(chance.choices("0123456789", k=11 - len(segment)))


def _services(chance: random.Random) -> tuple[Service, ...]:
    by_route: dict[str, list[Service]] = {}
    for service in services().values():
        by_route.setdefault(service.route, []).append(service)
    return (
        *picked(chance, by_route["domestic"], _DOMESTIC),
        *picked(chance, by_route["overseas_106"], _VIA_106),
        *picked(chance, by_route["international"], _ABROAD),
    )


def _home(chance: random.Random, service: Service, sims: int) -> int:
    """Most people give services the number of their first SIM."""
    return 1 if sims == 2 and not service.abroad and chance.random() < 0.35 else 0
