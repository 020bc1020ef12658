"""The facts of the simulated world, read from the CSV files of data/."""

from __future__ import annotations

import random
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple, TypeVar

from analyzer.texts import rows

_DATA = "analyzer.simulate.data"
T = TypeVar("T")


class ServiceRoute(StrEnum):
    """By what path a service's codes come."""

    DOMESTIC = "domestic"
    OVERSEAS_106 = "overseas_106"
    INTERNATIONAL = "international"


class Service(NamedTuple):
    """A service that sends codes; `minutes` is the validity that most of its texts state."""

    name: str
    route: ServiceRoute
    sender: str
    center: str
    signature: str
    minutes: int
    language: str

    @property
    def abroad(self) -> bool:
        """Whether its codes cross a border on their way."""
        return self.route == ServiceRoute.INTERNATIONAL


class Carrier(NamedTuple):
    """A carrier: its network code, its own sender, and the segments allocated to it."""

    name: str
    zh: str
    mcc: str
    mnc: str
    service_number: str
    segments: tuple[str, ...]


class System(NamedTuple):
    """A phone system: how it is named as a filter, who stores messages, where the filter keeps."""

    title: str
    source: str
    creator: str
    keeps: str


class App(NamedTuple):
    """What an SMS app writes of a received message, and the formats of its exports."""

    name: str
    writes_stamp: bool
    writes_center: bool
    exports: tuple[str, ...]


class Weighted(NamedTuple):
    """Things to choose from, with their weights."""

    things: tuple[object, ...]
    weights: tuple[float, ...]


@cache
def services() -> dict[str, Service]:
    """Return the services by name."""
    found = (
        Service(
            name=row["service"],
            route=ServiceRoute(row["route"]),
            sender=row["sender"],
            center=row["center"],
            signature=row["signature"],
            minutes=int(row["minutes"]),
            language=row["texts"],
        )
        for row in rows(_DATA, "services.csv")
    )
    return {service.name: service for service in found}


@cache
def carriers() -> Weighted:
    """Return the carriers with their shares of SIMs."""
    table = rows(_DATA, "carriers.csv")
    found = (
        Carrier(
            name=row["carrier"],
            zh=row["zh"],
            mcc=row["mcc"],
            mnc=row["mnc"],
            service_number=row["service_number"],
            segments=tuple(row["segments"].split()),
        )
        for row in table
    )
    return Weighted(tuple(found), tuple(float(row["weight"]) for row in table))


@cache
def systems() -> Weighted:
    """Return the phone systems with their shares."""
    table = rows(_DATA, "systems.csv")
    names = ("system", "source", "creator", "keeps")
    found = (System(*(row[name] for name in names)) for row in table)
    return Weighted(tuple(found), tuple(float(row["weight"]) for row in table))


@cache
def apps() -> Weighted:
    """Return the SMS apps with their shares."""
    table = rows(_DATA, "apps.csv")
    found = (
        App(
            row["app"],
            row["stamp"] == "kept",
            row["center"] == "kept",
            tuple(row["exports"].split()),
        )
        for row in table
    )
    return Weighted(tuple(found), tuple(float(row["weight"]) for row in table))


@cache
def column(file: str, name: str, **where: str) -> tuple[str, ...]:
    """Return one column of a data file, of the rows in which the named columns have a value."""
    return tuple(
        row[name]
        for row in rows(_DATA, file)
        if all(row[key] == value for key, value in where.items())
    )


def drawn(chance: random.Random, weighted: Weighted, kind: type[T]) -> T:
    """Return one of the things by their weights; `kind` is their type."""
    thing = chance.choices(weighted.things, weighted.weights)[0]
    if not isinstance(thing, kind):
        raise TypeError(kind)
    return thing


def picked(chance: random.Random, things: Sequence[T], most: int) -> list[T]:
    """Return up to `most` different things, in a random order."""
    return chance.sample(list(things), min(most, len(things)))
