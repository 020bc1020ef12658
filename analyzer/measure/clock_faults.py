"""Clock faults: what was corrected and what was set aside, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from analyzer.measure.arrays import Floats, Ints, enumerated, in_order, joint, run_starts
from analyzer.measure.clock import BASIS_OF_FAULT, FAULT_CODE, FAULTS, Clock, read_clock
from analyzer.measure.eras import BASES, CODE, QUARTER_SECONDS
from analyzer.schema import CLOCK_FAULT_SCHEMA, ClockFault, LatencyBasis

if TYPE_CHECKING:
    from collections.abc import Sequence

# Rows that had two stamps which look like what they should be.
JUDGED = [
    CODE[basis]
    for basis in (
        LatencyBasis.MEASURED,
        LatencyBasis.OFFSET_CORRECTED,
        LatencyBasis.LOWER_BOUND,
        LatencyBasis.UNKNOWN_CLOCK,
    )
]


def clock_faults(table: pa.Table, clock: Clock | None = None) -> pa.Table:
    """Return the clock faults (schema.CLOCK_FAULTS) of a message table, the most messages first.

    One row per device, SIM, service center and fault; for offsets, one per stretch of time with one
    offset: where it changes lies a journey, a change to or from summer time, or a new phone. Rows
    without two stamps, and copied or rewritten ones, are faults of the export and not in here.
    `clock` is what read_clock() gives for the table, where that is known.
    """
    clock = read_clock(table) if clock is None else clock
    rows = np.flatnonzero(clock.fault >= 0)
    if not len(rows):
        return CLOCK_FAULT_SCHEMA.empty_table()
    stretch = joint(clock.stamps.group[rows], clock.fault[rows], _stretches(clock)[rows])
    order = np.lexsort((clock.stamps.received[rows], stretch))
    rows, start = rows[order], run_starts(stretch[order])
    found = _table(table, clock, rows, start)
    size = np.diff(start, append=len(rows))
    return found.take(pa.array(np.lexsort((clock.stamps.received[rows[start]], -size))))


def _stretches(clock: Clock) -> Ints:
    """Number the stretches of one offset within each group; 0 for rows without a certain one."""
    number = np.zeros(len(clock.fault), np.int64)
    corrected = clock.fault == FAULT_CODE[ClockFault.OFFSET]
    rows = np.flatnonzero(corrected | (clock.fault == -1) & ~np.isnan(clock.latency))
    rows = rows[in_order(clock.stamps.received[rows], clock.stamps.group[rows])]
    if len(rows):
        starts = run_starts(clock.stamps.group[rows], clock.quarters[rows])
        number[rows[starts]] = 1
        number[rows] = np.cumsum(number[rows])
    return np.where(corrected, number, 0)


def _table(table: pa.Table, clock: Clock, rows: Ints, start: Ints) -> pa.Table:
    first = rows[start]
    last = rows[np.append(start[1:], len(rows)) - 1]
    fault = clock.fault[first]
    judged = np.bincount(clock.stamps.group[np.isin(clock.basis, JUDGED)], minlength=1)
    names = table.take(pa.array(first)).select(["device", "sub_id", "service_center"])
    made = np.array([BASES.index(BASIS_OF_FAULT[name]) for name in FAULTS])
    received = table.column("received_at")
    columns: Sequence[pa.Array | pa.ChunkedArray] = [
        *names.columns,
        enumerated(fault, FAULTS),
        enumerated(made[fault], BASES),
        pa.array(np.diff(start, append=len(rows)), pa.int32()),
        pa.array(judged[clock.stamps.group[first]], pa.int32()),
        pa.array(_sizes(clock, rows, start)),
        received.take(pa.array(first)),
        received.take(pa.array(last)),
        pa.ListArray.from_arrays(
            pa.array(np.append(start, len(rows)), pa.int32()),
            table.column("message_id").take(pa.array(rows)).combine_chunks(),
        ),
    ]
    return pa.table(columns, names=CLOCK_FAULT_SCHEMA.names).cast(CLOCK_FAULT_SCHEMA)


def _sizes(clock: Clock, rows: Ints, start: Ints) -> Floats:
    """The offset in seconds; for other faults the median of received - sent."""
    offset = clock.quarters[rows[start]] * QUARTER_SECONDS
    median = [float(np.median(part)) for part in np.split(clock.stamps.difference[rows], start[1:])]
    shifted = np.isin(
        clock.fault[rows[start]],
        [FAULT_CODE[ClockFault.OFFSET], FAULT_CODE[ClockFault.OFFSET_OPEN]],
    )
    return np.where(shifted & (offset != 0), offset, median)
