"""The attempt table as arrays: whose attempt it was, and whether a code came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import Flags, Floats, Ints, floats, is_word, times, words
from analyzer.schema import Outcome

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class AttemptArrays:
    """One entry per attempt, in the order of the attempt table.

    `device` and `service` are indices (-1: null) into `devices` and `services`, `slot` the SIM slot
    (-1: unknown), `started` ms since 1970 UTC. `came`: a code reached the phone, in the inbox
    or blocked, whatever its age; `missing`: none did, and the logs cover the time. Neither holds
    for what was refused or is not decided.
    """

    device: Ints
    devices: list[str]
    service: Ints
    services: list[str]
    slot: Ints
    started: Floats
    came: Flags
    missing: Flags

    @property
    def known(self) -> Flags:
        """Attempts of which the logs tell whether a code came."""
        return np.asarray(self.came | self.missing, np.bool_)


def attempt_arrays(attempts: pa.Table) -> AttemptArrays:
    """Return the arrays of an attempt table (columns of schema.ATTEMPTS)."""
    device, devices = words(attempts.column("device"))
    service, services = words(attempts.column("service"))
    return AttemptArrays(
        device=device,
        devices=devices,
        service=service,
        services=services,
        slot=np.nan_to_num(floats(attempts.column("sim_slot")), nan=-1).astype(np.int64),
        started=times(attempts, "started_at"),
        came=floats(attempts.column("codes")) > 0,
        missing=is_word(attempts.column("outcome"), Outcome.MISSING),
    )
