"""Release bursts: messages held back on their last mile and let go together.

A phone that was off or out of coverage, a full storage and a carrier's outage look like this: late
messages received within moments of each other, after a time without a prompt one. Within a burst
the latency falls as the stamp rises, one second a second: whoever was sent last waited least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import Flags, Floats, Ints, joint, run_numbers, run_starts
from analyzer.measure.sim_rows import PROMPT_SECONDS, SimRows, moment, sim_rows

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

BURST_SECONDS = 90.0
# A prompt message so shortly before a burst may be of it: sent last, let go first.
RELEASE_MS = PROMPT_SECONDS * 1000
LEAST_ROWS = 2
# Stamps closer than this say nothing of a slope.
SPREAD_SECONDS = 60.0
STEEPEST = -0.5
# A sender that is late this often anyway comes by a slow route, which tells nothing of a SIM.
HABITUAL_SHARE, HABITUAL_ROWS = 0.2, 3


class ReleaseBurst(NamedTuple):
    """Late messages of one phone that came together, on `sims` of its SIMs.

    `sim_slot` is null where the slot is unknown or both are hit. `n` messages of `senders` senders,
    `first` the time the oldest reached the service center, `last` when the first of them was let
    go: in between those SIMs received nothing promptly. `slope`
    is that of latency against stamp (-1: held back to one moment), null where the stamps lie within
    a minute. `rows` are rows of the message table.
    """

    device: str | None
    sim_slot: int | None
    sims: int
    n: int
    senders: int
    first: datetime
    last: datetime
    slope: float | None
    rows: tuple[int, ...]


def release_bursts(table: pa.Table) -> list[ReleaseBurst]:
    """Return the release bursts of every phone of a measured message table, in order of time.

    A burst has two or more messages later than 120 s, each received within 90 s of the one before
    it and stamped after the last prompt message of its SIM. A single late message is none, and
    messages of senders that are late a fifth of the time anyway do not count.
    """
    rows = sim_rows(table)
    late = np.flatnonzero(rows.late)
    if len(late) < LEAST_ROWS:
        return []
    late = late[np.lexsort((rows.received[late], rows.device[late]))]
    apart = np.diff(rows.received[late], prepend=-np.inf) > BURST_SECONDS * 1000
    run = run_numbers(run_starts(rows.device[late], np.cumsum(apart)), len(late))
    # What one SIM received promptly once the burst had begun does not end its gap.
    _, first, own = np.unique(joint(run, rows.sim[late]), return_index=True, return_inverse=True)
    held = (rows.sent[late] > _last_prompt(rows, late[first])[own]) & ~_habitual(rows, late, run)
    late, run = late[held], run[held]
    many = np.bincount(run, minlength=1)[run] >= LEAST_ROWS
    late, run = late[many], run[many]
    if not len(late):
        return []
    parts = np.split(late, run_starts(run)[1:])
    found = [burst for part in parts if (burst := _burst(rows, part)) is not None]
    return sorted(found, key=lambda burst: burst.first)


def _last_prompt(rows: SimRows, firsts: Ints) -> Floats:
    """When the SIM of each of the rows last received promptly, 120 s or more before it.

    -inf: never. Within 120 s a message that seems prompt may itself have been held back and let go.
    """
    prompt = np.flatnonzero(rows.prompt)
    if not len(prompt):
        return np.full(len(firsts), -np.inf)
    low = rows.received.min()
    span = rows.received.max() - low + RELEASE_MS + 1
    line = rows.received[prompt] - low + RELEASE_MS + rows.sim[prompt] * span
    asked = rows.received[firsts] - low + rows.sim[firsts] * span
    last = prompt[np.maximum(np.searchsorted(line, asked, side="right") - 1, 0)]
    before = (rows.sim[last] == rows.sim[firsts]) & (
        rows.received[last] <= rows.received[firsts] - RELEASE_MS
    )
    return np.where(before, rows.received[last], -np.inf)


def _habitual(rows: SimRows, late: Ints, run: Ints) -> Flags:
    """Late rows whose sender is late often in the rest of the record, their own run left out."""
    sender = joint(rows.device, rows.sender)
    known = ~np.isnan(rows.latency)
    n = np.bincount(sender[known], minlength=int(sender.max()) + 1)[sender[late]]
    often = np.bincount(sender[late], minlength=int(sender.max()) + 1)[sender[late]]
    together = joint(run, sender[late])
    here = np.bincount(together)[together]
    others = often - here
    return np.asarray((others >= HABITUAL_ROWS) & (others > HABITUAL_SHARE * (n - here)), np.bool_)


def _burst(rows: SimRows, part: Ints) -> ReleaseBurst | None:
    sent, latency = rows.sent[part], rows.latency[part]
    slope = None
    if np.ptp(sent) >= SPREAD_SECONDS * 1000:
        slope = float(np.polyfit((sent - sent[0]) / 1000, latency, 1)[0])
        if slope > STEEPEST:
            return None
    device, slot = int(rows.device[part[0]]), int(rows.slot[part[0]])
    sims = len(np.unique(rows.sim[part]))
    return ReleaseBurst(
        device=rows.devices[device] if device >= 0 else None,
        sim_slot=slot if slot >= 0 and sims == 1 else None,
        sims=sims,
        n=len(part),
        senders=len(np.unique(rows.sender[part])),
        first=moment(sent.min()),
        last=moment(rows.received[part].min()),
        slope=slope,
        rows=tuple(rows.row[part].tolist()),
    )
