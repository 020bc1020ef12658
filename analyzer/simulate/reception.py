"""The phone's side: its filter, damaged texts, and what its clock and its app write."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from analyzer.simulate.faults import Fault, FaultKind
from analyzer.simulate.messages import Sms
from analyzer.simulate.phones import Phone
from analyzer.simulate.times import SECOND, whole_second
from analyzer.simulate.wording import damaged

_RESTORED_SHARE = 0.15
_QUARTER = 900 * SECOND
# Android's block list keeps nothing; SpamBlocker leaves the message where it is.
NOWHERE, SILENCED = "nowhere", "spamblocker"


@dataclass
class Reception:
    """What one phone does with messages; `drops` are those of which it keeps no copy."""

    phone: Phone
    faults: list[Fault]
    chance: random.Random
    drops: list[Sms] = field(default_factory=list)

    def take(self, sms: Sms) -> None:
        """Put an arrived message where it goes, and write its times."""
        if sms.arrived is None:
            return
        self._damage(sms)
        self._filter(sms)
        self.write_times(sms)

    def write_times(self, sms: Sms) -> None:
        """Write the times as this phone's clock and app do."""
        moment = sms.arrived if sms.arrived is not None else sms.accepted
        sms.written = moment + self.skew(moment)
        sms.stamp = self._stamp(sms)

    def skew(self, moment: int) -> int:
        """Return by how much the phone's clock is ahead at a moment, in ms."""
        faults = (f for f in self.faults if f.kind == FaultKind.SKEW and f.hits(moment))
        return sum(round(fault.amount * SECOND) for fault in faults)

    def _stamp(self, sms: Sms) -> int:
        stamp = whole_second(sms.accepted)
        for fault in self.faults:
            if fault.kind == FaultKind.ZONE and fault.hits(sms.accepted, sms.slot):
                stamp -= round(fault.amount) * _QUARTER
            elif fault.kind == FaultKind.COPIED and self._old(sms, fault):
                return sms.written
        return stamp if self.phone.app.writes_stamp else 0

    def _old(self, sms: Sms, fault: Fault) -> bool:
        """Only what came before the restore was copied: the first part of the record."""
        return sms.accepted < fault.start + (fault.end - fault.start) * fault.amount

    def _damage(self, sms: Sms) -> None:
        fault = self._fault(FaultKind.GARBLE, sms)
        if fault and sms.code:
            sms.garbled = fault.detail
            sms.text = damaged(sms.text, sms.code, fault.detail)

    def _filter(self, sms: Sms) -> None:
        if self._fault(FaultKind.BLOCK_LIST, sms):
            sms.rule, sms.kept_by = "number_list", NOWHERE
            self.drops.append(sms)
            return
        fault = self._fault(FaultKind.FILTER, sms)
        if fault and self.chance.random() < fault.amount:
            sms.rule, sms.kept_by = fault.detail, self.phone.system.keeps
            typed = sms.kept_by == "typed"
            sms.restored = typed and self.chance.random() < _RESTORED_SHARE

    def _fault(self, kind: FaultKind, sms: Sms) -> Fault | None:
        for fault in self.faults:
            if fault.kind == kind and fault.hits(sms.accepted, sms.slot, sms.service):
                return fault
        return None
