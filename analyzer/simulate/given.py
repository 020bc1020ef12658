"""Which logs the owner of a phone hands over."""

from __future__ import annotations

import random
from dataclasses import dataclass

from analyzer.simulate.faults import Fault, FaultKind
from analyzer.simulate.messages import Sms
from analyzer.simulate.phones import Phone
from analyzer.simulate.reception import NOWHERE, SILENCED
from analyzer.simulate.scenario import RANDOM, Scenario
from analyzer.simulate.times import DAY, START

_WITH_REQUESTS, _WITH_BLOCKED, _WITH_SIMS, _WITH_RADIO, _TWICE = 0.75, 0.85, 0.8, 0.5, 0.25
_CUT_SHARE = (0.6, 0.9)


@dataclass(frozen=True)
class Given:
    """The logs: formats of the message exports, and which of the others there are.

    `sims` is "csv", "siminfo" or "" (none); `cut_after` the moment (ms) after which an export
    that was cut off holds nothing.
    """

    exports: tuple[str, ...]
    requests: bool
    blocked: bool
    sims: str
    radio: bool
    cut_after: int | None = None

    @property
    def wrapped(self) -> bool:
        """Whether the export has lost its times."""
        return self.exports == ("content_query_32_bits",)

    def in_inbox(self, sms: Sms) -> bool:
        """Tell whether the exports of the inbox hold a message."""
        if sms.kept_by not in (None, SILENCED) and not sms.restored:
            return False
        return self.cut_after is None or (sms.arrived or 0) <= self.cut_after

    def in_blocked(self, sms: Sms) -> bool:
        """Tell whether a log of blocked messages holds a message."""
        return self.blocked and sms.kept_by not in (None, SILENCED, NOWHERE)

    def holds(self, sms: Sms) -> bool:
        """Tell whether any log holds a message with its text."""
        return self.in_inbox(sms) or self.in_blocked(sms)


def make_given(
    scenario: Scenario, phone: Phone, faults: list[Fault], days: int, chance: random.Random
) -> Given:
    """Return what the owner of a phone hands over; named scenarios get all that helps."""
    kinds = {fault.kind for fault in faults}
    everything = scenario.name != RANDOM
    exports: tuple[str, ...] = (chance.choice(phone.app.exports),)
    cut_after = None
    if FaultKind.CUT in kinds:
        exports = ("sms_backup_restore",)
        cut_after = START + round(days * DAY * chance.uniform(*_CUT_SHARE))
    elif FaultKind.WRAPPED in kinds:
        exports = ("content_query_32_bits",)
    elif FaultKind.NO_STAMP not in kinds and chance.random() < _TWICE:
        others = [name for name in phone.app.exports if name not in exports]
        exports += tuple(chance.sample(others, min(1, len(others))))
    apart = phone.system.keeps in ("typed", "huawei")
    spoiled = bool(kinds & {FaultKind.CUT, FaultKind.WRAPPED})
    # A database or a history of all messages would make up for what a spoiled export lacks.
    blocked = FaultKind.FILTER in kinds and (apart or not spoiled)
    blocked = blocked and (everything or chance.random() < _WITH_BLOCKED)
    if blocked and phone.system.keeps in ("miui", "samsung"):
        exports = tuple(dict.fromkeys((*exports, "mmssms_db")))
    needs_map = kinds & {FaultKind.SEGMENT, FaultKind.PORTED, FaultKind.NUMBER}
    sims = "csv" if needs_map else chance.choice(("csv", "siminfo"))
    return Given(
        exports=exports,
        requests=scenario.has_requests and (everything or chance.random() < _WITH_REQUESTS),
        blocked=blocked or (phone.system.keeps in ("miui", "samsung") and "mmssms_db" in exports),
        sims=sims if everything or chance.random() < _WITH_SIMS else "",
        radio=bool(kinds & {FaultKind.STORAGE, FaultKind.BLOCK_LIST})
        and chance.random() < _WITH_RADIO,
        cut_after=cut_after,
    )
