"""Last-mile latency of every message, and what it rests on.

Stamps are judged first, quarter-hour offsets corrected per device, SIM and service center; what a
clock fault could have faked stays unknown. A skewed clock is reported (`clock_report`), never
subtracted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from analyzer.measure.arrays import (
    Flags,
    Floats,
    Ints,
    Small,
    enumerated,
    in_order,
    nullable,
    run_numbers,
    run_starts,
)
from analyzer.measure.offsets import FAST_SECONDS, MIN_ROWS, find_offsets
from analyzer.measure.stamps import BASES, CODE, QUARTER_SECONDS, Stamps, read_stamps
from analyzer.schema import MEASURED, ClockFault, LatencyBasis, arrow_schema

# Below this a negative difference is no longer the usual disagreement of two right clocks.
SMALL_NEGATIVE_SECONDS = -60.0

# How long one message from a clock that is behind speaks for those before and after it.
SKEW_REACH_MS = 86_400_000.0
SKEW_BRIDGE_MS = 14 * 86_400_000.0


# What a latency rests on where the clocks have a fault.
BASIS_OF_FAULT = {
    ClockFault.OFFSET: LatencyBasis.OFFSET_CORRECTED,
    ClockFault.OFFSET_OPEN: LatencyBasis.LOWER_BOUND,
    ClockFault.STAMP_AHEAD: LatencyBasis.UNKNOWN_CLOCK,
    ClockFault.PHONE_BEHIND: LatencyBasis.UNKNOWN_CLOCK,
    ClockFault.NEAR_BEHIND: LatencyBasis.LOWER_BOUND,
    ClockFault.NEVER_PROMPT: LatencyBasis.UNKNOWN_CLOCK,
    ClockFault.TOO_OLD: LatencyBasis.UNKNOWN_CLOCK,
}
FAULTS = tuple(ClockFault)
FAULT_CODE = {fault: np.int8(number) for number, fault in enumerate(FAULTS)}
_BASIS_OF_FAULT = np.array([CODE[BASIS_OF_FAULT[fault]] for fault in FAULTS], np.int8)


class Clock(NamedTuple):
    """All rows: stamps, latency (s, NaN unknown), basis, offset in quarter hours, fault.

    `fault` is an index into `FAULTS`, -1 where the clocks are sound or nothing is known of them.
    """

    stamps: Stamps
    latency: Floats
    basis: Small
    quarters: Ints
    fault: Small


def latency(table: pa.Table) -> pa.Table:
    """Return the columns `latency` (seconds) and `latency_basis` for every row of `table`.

    Both are null for messages that were not received; latency is null for every `unknown_` basis.
    Small negative values, down to -60 s, are two clocks that disagree and are kept. From -60 s to
    -15 min the phone's clock is behind (or the service center's ahead): the row is
    `unknown_clock`, and rows of the same group within a day, or between two such rows at most 14
    days apart, are `lower_bound`, because the true latency is longer than what the clocks show.
    From -15 min on the stamp is wrong: corrected if its group shows an offset, else
    `unknown_clock`.

    Reference: 3GPP TS 23.040 9.2.3.11 (service center time stamp); AOSP InboundSmsHandler.
    """
    return measured(read_clock(table))


def measured(clock: Clock) -> pa.Table:
    """Return the columns that latency() gives."""
    columns = [nullable(clock.latency), enumerated(clock.basis, BASES)]
    return pa.table(columns, schema=arrow_schema(MEASURED))


def read_clock(table: pa.Table) -> Clock:
    """Return latency, basis and offset of every row of a message table."""
    stamps = read_stamps(table)
    basis, seconds = stamps.basis.copy(), np.full(len(stamps.basis), np.nan)
    quarters = np.zeros(len(basis), np.int64)
    fault = np.where(stamps.too_old, FAULT_CODE[ClockFault.TOO_OLD], np.int8(-1))
    measured = np.flatnonzero(basis == CODE[LatencyBasis.MEASURED])
    measured = measured[in_order(stamps.received[measured], stamps.group[measured])]
    timed = ~np.isnan(stamps.received[measured])
    if timed.any():
        rows = measured[timed]
        seconds[rows], quarters[rows], fault[rows] = _measure(stamps, rows)
    if not timed.all():
        rows = measured[~timed]
        seconds[rows], fault[rows] = _measure_untimed(stamps, rows)
    basis[measured] = np.append(_BASIS_OF_FAULT, CODE[LatencyBasis.MEASURED])[fault[measured]]
    return Clock(stamps, seconds, basis, quarters, fault)


def _measure(stamps: Stamps, rows: Ints) -> tuple[Floats, Ints, Small]:
    """Return latency, offset and fault of the stamped rows, given by group and time."""
    group, received, difference = stamps.group[rows], stamps.received[rows], stamps.difference[rows]
    offsets = find_offsets(group, received, difference)
    corrected = difference - offsets.quarters * QUARTER_SECONDS
    # Of two readings the smaller is a lower bound, unless it is impossible.
    smaller = np.minimum(difference, corrected)
    bound = offsets.open & (smaller >= SMALL_NEGATIVE_SECONDS)
    value = np.where(bound, smaller, corrected)
    behind = (value < SMALL_NEGATIVE_SECONDS) & (value > -QUARTER_SECONDS)
    lost = offsets.lost & ~_clock_proven(stamps, rows, offsets.lost)
    fault = np.select(
        [
            behind,
            value < SMALL_NEGATIVE_SECONDS,
            lost,
            bound,
            _near(group, received, behind),
            offsets.quarters != 0,
        ],
        [
            FAULT_CODE[ClockFault.PHONE_BEHIND],
            FAULT_CODE[ClockFault.STAMP_AHEAD],
            FAULT_CODE[ClockFault.NEVER_PROMPT],
            FAULT_CODE[ClockFault.OFFSET_OPEN],
            FAULT_CODE[ClockFault.NEAR_BEHIND],
            FAULT_CODE[ClockFault.OFFSET],
        ],
        np.int8(-1),
    ).astype(np.int8)
    seconds = np.where((value < SMALL_NEGATIVE_SECONDS) | lost, np.nan, value)
    return seconds, offsets.quarters, fault


def _measure_untimed(stamps: Stamps, rows: Ints) -> tuple[Floats, Small]:
    """Return latency and fault of rows whose difference alone is known, given by group.

    Without a time nothing can be corrected: if none of 3 or more rows of a group is near its
    stamp, their latency stays unknown.
    """
    group, difference = stamps.group[rows], stamps.difference[rows]
    start = run_starts(group)
    run = run_numbers(start, len(rows))
    never_prompt = (np.bincount(run) >= MIN_ROWS) & (
        np.minimum.reduceat(np.abs(difference), start) > FAST_SECONDS
    )
    fault = np.select(
        [difference <= -QUARTER_SECONDS, difference < SMALL_NEGATIVE_SECONDS, never_prompt[run]],
        [
            FAULT_CODE[ClockFault.STAMP_AHEAD],
            FAULT_CODE[ClockFault.PHONE_BEHIND],
            FAULT_CODE[ClockFault.NEVER_PROMPT],
        ],
        np.int8(-1),
    ).astype(np.int8)
    return np.where(fault >= 0, np.nan, difference), fault


def _near(group: Ints, received: Floats, marked: Flags) -> Flags:
    """Rows close to marked rows of their group: within a day, or between two within 14 days."""
    if not marked.any():
        return np.zeros(len(group), np.bool_)
    position = np.arange(len(group))
    before = np.maximum.accumulate(np.where(marked, position, -1))
    after = np.minimum.accumulate(np.where(marked, position, len(group))[::-1])[::-1]
    since = _distance(group, received, before)
    until = _distance(group, received, after)
    close = (since <= SKEW_REACH_MS) | (until <= SKEW_REACH_MS)
    return np.asarray(close | (since + until <= SKEW_BRIDGE_MS), np.bool_)


def _distance(group: Ints, received: Floats, other: Ints) -> Floats:
    """Milliseconds from each row to row `other`; infinite if there is none in its group."""
    exists = (other >= 0) & (other < len(group))
    index = np.where(exists, other, 0)
    same = exists & (group[index] == group)
    return np.where(same, np.abs(received - received[index]), np.inf)


def _clock_proven(stamps: Stamps, rows: Ints, lost: Flags) -> Flags:
    """Lost rows during which the same phone received others promptly: its clock is right.

    Then the path of the lost rows is slow, and their latency is real. `rows` is by group and time.
    """
    proven = np.zeros(len(rows), np.bool_)
    group, device = stamps.group[rows], stamps.device[rows]
    received = stamps.received[rows]
    prompt = np.flatnonzero(np.abs(stamps.difference[rows]) <= FAST_SECONDS)
    prompt = prompt[in_order(received[prompt], device[prompt])]
    members = np.flatnonzero(lost)
    for part in np.split(members, run_starts(group[members])[1:]):
        if len(part):
            phone = slice(*np.searchsorted(device[prompt], device[part[0]] + np.array([0, 1])))
            first, last = received[part[[0, -1]]]
            bounds = np.searchsorted(received[prompt[phone]], [first, np.nextafter(last, np.inf)])
            proven[part] = bounds[1] > bounds[0]
    return proven
