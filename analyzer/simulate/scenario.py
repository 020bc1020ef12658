"""Named scenarios, and the kinds of faults that a phone gets in them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from analyzer.simulate.faults import FaultKind
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
