"""Release bursts: messages held back on their last mile and let go together.

A phone that was off or out of coverage, a full storage and a carrier's outage look like this: late
messages received within moments of each other, after a time without a prompt one. Within a burst
the latency falls as the stamp rises, one second a second: whoever was sent last waited least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import Floats, Ints, run_numbers, run_starts
from analyzer.measure.sim_rows import SimRows, moment, sim_rows

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

BURST_SECONDS = 90.0
LEAST_ROWS = 2
# Stamps closer than this say nothing of a slope.
SPREAD_SECONDS = 60.0
STEEPEST = -0.5


class ReleaseBurst(NamedTuple):
    """Late messages of one SIM that came together.

    `n` messages of `senders` senders, `first` the time the oldest reached the service center,
    `last` when the first of them was let go: in between the SIM received nothing promptly. `slope`
    is that of latency against stamp (-1: held back to one moment), null where the stamps lie within
    a minute. `rows` are rows of the message table.
    """

    device: str | None
    sim_slot: int | None
    n: int
    senders: int
    first: datetime
    last: datetime
    slope: float | None
    rows: tuple[int, ...]


def release_bursts(table: pa.Table) -> list[ReleaseBurst]:
    """Return the release bursts of every SIM of a measured message table, in order of time.

    A burst has two or more messages later than 120 s, each received within 90 s of the one before
    it and stamped after the last prompt message of that SIM. A single late message is none.
    """
    rows = sim_rows(table)
    late = np.flatnonzero(rows.late)
    if len(late) < LEAST_ROWS:
        return []
    apart = np.diff(rows.received[late], prepend=-np.inf) > BURST_SECONDS * 1000
    run = run_numbers(run_starts(rows.sim[late], np.cumsum(apart)), len(late))
    starts = run_starts(run)
    held = rows.sent[late] > _last_prompt(rows)[late[starts]][run]
    late, run = late[held], run[held]
    many = np.bincount(run, minlength=1)[run] >= LEAST_ROWS
    late, run = late[many], run[many]
    if not len(late):
        return []
    parts = np.split(late, run_starts(run)[1:])
    found = [burst for part in parts if (burst := _burst(rows, part)) is not None]
    return sorted(found, key=lambda burst: burst.first)


def _last_prompt(rows: SimRows) -> Floats:
    """Per row: when its SIM last received a message promptly before it; -inf: never."""
    position = np.arange(len(rows.row))
    last = np.maximum.accumulate(np.where(rows.prompt, position, -1))
    last = np.concatenate([[-1], last[:-1]])
    same = (last >= 0) & (rows.sim[last] == rows.sim)
    return np.where(same, rows.received[last], -np.inf)


def _burst(rows: SimRows, part: Ints) -> ReleaseBurst | None:
    sent, latency = rows.sent[part], rows.latency[part]
    slope = None
    if np.ptp(sent) >= SPREAD_SECONDS * 1000:
        slope = float(np.polyfit((sent - sent[0]) / 1000, latency, 1)[0])
        if slope > STEEPEST:
            return None
    device, slot = int(rows.device[part[0]]), int(rows.slot[part[0]])
    return ReleaseBurst(
        device=rows.devices[device] if device >= 0 else None,
        sim_slot=slot if slot >= 0 else None,
        n=len(part),
        senders=len(np.unique(rows.sender[part])),
        first=moment(sent.min()),
        last=moment(rows.received[part].min()),
        slope=slope,
        rows=tuple(rows.row[part].tolist()),
    )
