"""Time zone errors of the service center's stamp: whole quarter hours, shared by a group.

Reference: 3GPP TS 23.040 9.2.3.11 gives the zone in quarter hours; service centers and phones have
written it with the wrong sign or ignored it (RestComm/smscgateway #115, Signal-Android #1417).
Retry schedules delay single messages by 10 minutes or an hour, so one row never proves an offset.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.measure.arrays import Flags, Floats, Ints, run_numbers, run_starts
from analyzer.measure.stamps import QUARTER_SECONDS

MIN_UNITS = 3
# A group of few messages, none of them unshifted, needs as many rows in fewer observations: real
# delays would have to be alike in two incidents.
MIN_ROWS = 3
MIN_UNITS_OF_ALL = 2
MIN_SHARE = 0.8
MAX_RESIDUAL_SECONDS = 120.0
FAST_SECONDS = QUARTER_SECONDS / 2
TYPICAL_LATENCY_SECONDS = 3.0
MAX_QUARTERS = 64  # 16 hours: twice China's zone, as a wrong sign gives
UNIT_GAP_SECONDS = 90.0
UNIT_LONGEST_SECONDS = 900.0
LOST_UNITS = 10
# A message that is late by just the offset looks unshifted where stamps are ahead. Service centers
# try again after an hour, so up to an hour some such rows do not refute the offset.
DELAYED_QUARTERS = 4


class Offsets(NamedTuple):
    """Per row: the offset in quarter hours, whether it is certain, and where no clock is right.

    `quarters` is 0 where no offset was established. For `open` rows two readings are possible:
    they lie at the end of a segment and are late in both, or look unshifted among stamps that are
    ahead. `lost` rows belong to a long stretch in which no row is near any plausible latency.
    """

    quarters: Ints
    open: Flags
    lost: Flags


class _Units(NamedTuple):
    """Rows of a group that came within 90 s, as one observation: its fastest row stands for it."""

    start: Ints
    number: Ints
    group: Ints
    fastest: Floats
    shift: Ints
    unshifted: Flags


def find_offsets(group: Ints, received: Floats, difference: Floats) -> Offsets:
    """Return the offsets of the given rows.

    `group` numbers device, SIM and service center; `received` is in milliseconds, `difference` is
    received - sent in seconds, none NaN. Rows must be sorted by group, then received.

    A segment is a stretch of a group in which at least 3 observations in a row have the same
    lowest shift; shorter peaks are late messages. Its offset counts if at least 3 observations
    share it (a positive one, which delays resemble, within 120 s of the fastest), as do 80 % of the
    fast ones, the fastest lies within +-120 s of it, it is at most 64 quarters, and no row inside
    is unshifted. In a group that is one segment, 3 rows in 2 observations are enough. Where stamps
    are ahead by an hour or less, up to 20 % unshifted observations may be messages as late as that.
    A stretch of late messages between two segments of one offset has that offset too.
    """
    size = len(group)
    if not size:
        return Offsets(np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0, np.bool_))
    units = _units(group, received, difference)
    lowest = _without_short_peaks(units.group, units.shift)
    accepted, inside = _accepted(units, lowest, difference)
    quarters, inside = _carried_over(units, lowest, accepted, inside)
    row_quarters, row_inside = quarters[units.number], inside[units.number]
    unshifted = quarter_shift(difference) == 0
    prompt = np.where(row_inside, unshifted, np.abs(difference) <= FAST_SECONDS)
    shifted = row_quarters != 0
    either = shifted & np.where(row_inside, unshifted, ~prompt)
    row_quarters = np.where(shifted & prompt, 0, row_quarters)
    lost = _lost(units, lowest, quarters)[units.number]
    return Offsets(row_quarters, either, lost)


def quarter_shift(difference: Floats) -> Ints:
    """Return received - sent in whole quarter hours, a typical latency of 3 s taken off."""
    return np.round((difference - TYPICAL_LATENCY_SECONDS) / QUARTER_SECONDS).astype(np.int64)


def _units(group: Ints, received: Floats, difference: Floats) -> _Units:
    seconds = received / 1000.0
    late = np.diff(seconds, prepend=-np.inf) > UNIT_GAP_SECONDS
    chain_starts = run_starts(group, np.cumsum(late))
    chain = run_numbers(chain_starts, len(group))
    piece = (seconds - seconds[chain_starts][chain]) // UNIT_LONGEST_SECONDS
    start = run_starts(chain, piece)
    fastest = np.minimum.reduceat(difference, start)
    unshifted = np.maximum.reduceat(quarter_shift(difference) == 0, start)
    number = run_numbers(start, len(group))
    return _Units(start, number, group[start], fastest, quarter_shift(fastest), unshifted)


def _without_short_peaks(group: Ints, shift: Ints) -> Ints:
    """Return the shift without peaks of fewer than 3 units (a morphological opening), else 0.

    Each unit gets the highest of the minima of the windows of 3 units it lies in; those of a group
    of 2 units get the lower one, a single unit establishes nothing.
    """
    size, none = len(shift), np.iinfo(np.int64).min
    start = run_starts(group)
    of_two = np.diff(start, append=size) == MIN_UNITS_OF_ALL
    pair = np.where(of_two, np.minimum.reduceat(shift, start), none)
    window = np.full(size + 2 * (MIN_UNITS - 1), none)
    if size >= MIN_UNITS:
        minima = np.lib.stride_tricks.sliding_window_view(shift, MIN_UNITS).min(axis=1)
        one_group = group[MIN_UNITS - 1 :] == group[: size - MIN_UNITS + 1]
        window[MIN_UNITS - 1 : size] = np.where(one_group, minima, none)
    opened = np.lib.stride_tricks.sliding_window_view(window, MIN_UNITS).max(axis=1)[:size]
    opened = np.maximum(opened, pair[run_numbers(start, size)])
    return np.where(opened == none, 0, opened).astype(np.int64)


def _accepted(units: _Units, lowest: Ints, difference: Floats) -> tuple[Ints, Flags]:
    """Return per unit the accepted offset (else 0), and whether it lies between agreeing units."""
    start = run_starts(units.group, lowest)
    segment = run_numbers(start, len(lowest))
    fastest = np.minimum.reduceat(units.fastest, start)
    # Real delays of about an hour may share a quarter, but not seconds; nothing arrives early.
    close = units.fastest - fastest[segment] <= MAX_RESIDUAL_SECONDS
    agrees = (units.shift == lowest) & (close | (lowest < 0))
    fast = units.fastest - fastest[segment] <= FAST_SECONDS
    shared = np.add.reduceat((fast & (units.shift == lowest)).astype(np.int64), start)
    position = np.arange(len(lowest))
    first = np.minimum.reduceat(np.where(agrees, position, len(lowest)), start)
    last = np.maximum.reduceat(np.where(agrees, position, -1), start)
    inside = (position >= first[segment]) & (position <= last[segment])
    offset = lowest[start]
    accepted = (
        (offset != 0)
        & (np.abs(offset) <= MAX_QUARTERS)
        & _enough(units, agrees, start, difference)
        & (shared >= MIN_SHARE * np.add.reduceat(fast.astype(np.int64), start))
        & (np.abs(fastest - offset * QUARTER_SECONDS) <= MAX_RESIDUAL_SECONDS)
        & ~_refuted(units, inside, start, offset)
    )
    return np.where(accepted, offset, 0)[segment].astype(np.int64), inside


def _carried_over(units: _Units, lowest: Ints, quarters: Ints, inside: Flags) -> tuple[Ints, Flags]:
    """Return the offsets with those of the neighbours where a segment of late messages has none.

    It is certain (`inside`) only if both neighbours agree.
    """
    start = run_starts(units.group, lowest)
    group, shift, offset = units.group[start], lowest[start], quarters[start]
    sound = np.maximum.reduceat(units.unshifted, start)
    known = (offset != 0) | sound
    position = np.arange(len(start))
    before = np.maximum.accumulate(np.where(known, position, -1))
    after = np.minimum.accumulate(np.where(known, position, len(start))[::-1])[::-1]
    left, right = (_offset_of(side, group, offset) for side in (before, after))
    either = np.where(left == 0, right, np.where(right == 0, left, np.maximum(left, right)))
    taken = ~known & (either != 0) & (shift > either)
    segment = run_numbers(start, len(lowest))
    return (
        np.where(taken, either, offset)[segment].astype(np.int64),
        np.where(taken[segment], (left == right)[segment], inside),
    )


def _offset_of(neighbor: Ints, group: Ints, offset: Ints) -> Ints:
    """The offset of each segment's neighbor, 0 without one in its group."""
    exists = (neighbor >= 0) & (neighbor < len(group))
    place = np.where(exists, neighbor, 0)
    return np.where(exists & (group[place] == group), offset[place], 0)


def _enough(units: _Units, agrees: Flags, start: Ints, difference: Floats) -> Flags:
    """Segments with 3 agreeing units, or 3 agreeing rows in 2 units where they are the group."""
    agreeing = np.add.reduceat(agrees.astype(np.int64), start)
    close = difference - units.fastest[units.number] <= MAX_RESIDUAL_SECONDS
    rows = np.add.reduceat((close & agrees[units.number]).astype(np.int64), units.start[start])
    group = units.group[start]
    alone = np.bincount(group)[group] == 1
    few = alone & (agreeing >= MIN_UNITS_OF_ALL) & (rows >= MIN_ROWS)
    return np.asarray((agreeing >= MIN_UNITS) | few, np.bool_)


def _refuted(units: _Units, inside: Flags, start: Ints, offset: Ints) -> Flags:
    """Segments with more unshifted units than may be messages late by just the offset."""
    unshifted = np.add.reduceat((units.unshifted & inside).astype(np.int64), start)
    late = (offset < 0) & (offset >= -DELAYED_QUARTERS)
    most = np.where(late, (1 - MIN_SHARE) * np.add.reduceat(inside.astype(np.int64), start), 0)
    return np.asarray(unshifted > most + 1e-9, np.bool_)


def _lost(units: _Units, lowest: Ints, quarters: Ints) -> Flags:
    """Units of a stretch of 10 or more of which none is within half a quarter hour of its stamp."""
    far = (lowest >= 1) & (quarters == 0)
    stretch = run_numbers(run_starts(units.group, far), len(far))
    return np.asarray(far & (np.bincount(stretch)[stretch] >= LOST_UNITS), np.bool_)
