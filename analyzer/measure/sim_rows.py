"""The received messages of each SIM in time order, as the patterns of reception look at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import (
    Flags,
    Floats,
    Ints,
    floats,
    in_order,
    is_word,
    joint,
    times,
    words,
)
from analyzer.measure.timeline import Timeline
from analyzer.schema import Direction, LatencyBasis

if TYPE_CHECKING:
    import pyarrow as pa

# What a code takes at most on a path that works; later is not prompt.
PROMPT_SECONDS = 120.0


@dataclass(frozen=True)
class SimRows:
    """Received messages with a time of reception, sorted by SIM and that time.

    `row` is the row in the message table, `sim` numbers device, slot and subscription, `named_sim`
    is the same, -1 where the log tells neither slot nor subscription, `device`
    the phone alone (index into `devices`), `slot` is the SIM slot (-1: unknown). `received` and
    `sent` are milliseconds since 1970 UTC by the phone's clock, `latency` is seconds; `sent` and
    `latency` are NaN where they are not measured. `sender` numbers the senders.
    """

    row: Ints
    sim: Ints
    named_sim: Ints
    device: Ints
    devices: list[str]
    slot: Ints
    received: Floats
    sent: Floats
    latency: Floats
    sender: Ints

    @property
    def late(self) -> Flags:
        """Messages that took more than 120 s from the service center."""
        return np.asarray(self.latency > PROMPT_SECONDS, np.bool_)

    @property
    def prompt(self) -> Flags:
        """Messages that took 120 s or less: the SIM could be reached then."""
        return np.asarray(self.latency <= PROMPT_SECONDS, np.bool_)

    def timeline(self) -> Timeline:
        """When each phone received something; positions are those of these arrays."""
        return Timeline(self.device, self.devices, self.received)


def sim_rows(table: pa.Table) -> SimRows:
    """Return the received messages of a measured message table, SIM by SIM."""
    received = times(table, "received_at")
    known = is_word(table.column("direction"), Direction.RECEIVED) & ~np.isnan(received)
    slot, sub_id = (
        np.nan_to_num(floats(table.column(name)), nan=-1).astype(np.int64)
        for name in ("sim_slot", "sub_id")
    )
    device, devices = words(table.column("device"))
    sim = joint(device, slot, sub_id) if table.num_rows else np.zeros(0, np.int64)
    row = np.flatnonzero(known)
    row = row[in_order(received[row], sim[row])]
    exact = is_word(
        table.column("latency_basis"), LatencyBasis.MEASURED, LatencyBasis.OFFSET_CORRECTED
    )
    latency = np.where(exact, floats(table.column("latency")), np.nan)[row]
    return SimRows(
        row=row,
        sim=sim[row],
        named_sim=np.where((slot >= 0) | (sub_id >= 0), sim, -1)[row],
        device=device[row],
        devices=devices,
        slot=slot[row],
        received=received[row],
        sent=received[row] - latency * 1000,
        latency=latency,
        sender=words(table.column("sender_key"))[0][row],
    )


def moment(milliseconds: float) -> datetime:
    """Return milliseconds since 1970 UTC as a zone-aware time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
