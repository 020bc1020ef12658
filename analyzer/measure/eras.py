"""Eras of a log in which the times of reception are not what the phone's clock said.

Exporters, imports and apps copy one stamp into the other, cut it, or write the time of a restore.
One row tells nothing; a stretch of rows that one app wrote into one log does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analyzer.measure.arrays import Flags, Floats, Ints, Small, joint, run_numbers, run_starts
from analyzer.schema import LatencyBasis

BASES = tuple(LatencyBasis)
CODE = {basis: np.int8(number) for number, basis in enumerate(BASES)}

QUARTER_SECONDS = 900.0

RESTORED_ROWS = 3
RESTORED_GAP_SECONDS = 60.0
SAME_INSTANT_ROWS = 10
ERA_ROWS = 3
ERA_SHARE = 0.8
# A latency below a second is rare (3 in 1,000 of a usual path), six in a row are a copy, or four if
# the app shows nothing else; unless it shows them now and then, whose path is fast or whose clock
# is behind.
COPY_ROWS = 6
COPY_ROWS_OF_ALL = 4
FAST_PATH_SHARE = 0.2


class WrittenTimes(NamedTuple):
    """The rows of a table: who wrote them, and what.

    `writer` numbers device, log and app; `received` is in milliseconds, `difference` is received -
    sent in seconds, `fine` says that the log writes milliseconds, `basis` is an index into `BASES`.
    `order` has the rows by writer and time of reception.
    """

    writer: Ints
    received: Floats
    difference: Floats
    fine: Flags
    basis: Small
    order: Ints

    def in_order(self, *bases: LatencyBasis) -> Ints:
        """Return the rows with one of the given bases, by writer and time of reception."""
        wanted = np.zeros(len(BASES) + 1, np.bool_)  # the last for the basis -1
        wanted[[BASES.index(basis) for basis in bases]] = True
        return self.order[wanted[self.basis[self.order]]]


def restored(times: WrittenTimes, longest_kept: float) -> Flags:
    """Return the measured rows whose time of reception is when a backup was restored.

    Those are many at one instant, or old ones (`longest_kept`, seconds) in a row.
    """
    found = np.zeros(len(times.received), np.bool_)
    rows = times.in_order(LatencyBasis.MEASURED)
    instant = run_numbers(run_starts(times.writer[rows], times.received[rows]), len(rows))
    found[rows] = np.bincount(instant, minlength=1)[instant] >= SAME_INSTANT_ROWS
    old = rows[times.difference[rows] > longest_kept]
    gap = np.diff(times.received[old], prepend=-np.inf) > RESTORED_GAP_SECONDS * 1000
    burst = run_numbers(run_starts(times.writer[old], np.cumsum(gap)), len(old))
    found[old] |= np.bincount(burst, minlength=1)[burst] >= RESTORED_ROWS
    return found


def copied_without_fraction(times: WrittenTimes) -> Flags:
    """Return the measured rows of eras in which the stamp is the time of reception, cut to seconds.

    Some apps write both from one clock, and the stamp without its milliseconds: every latency
    seems to lie between 0 and 1 s.
    """
    found = np.zeros(len(times.received), np.bool_)
    rows = times.in_order(LatencyBasis.MEASURED, LatencyBasis.UNKNOWN_COPIED)
    rows = rows[times.fine[rows]]
    if not len(rows):
        return found
    seconds, writer = times.difference[rows], times.writer[rows]
    cut = (seconds >= 0) & (seconds < 1)
    run = run_numbers(run_starts(writer, cut), len(rows))
    length, stamped = np.bincount(run)[run], np.bincount(writer)[writer]
    enough = np.where(length == stamped, COPY_ROWS_OF_ALL, COPY_ROWS)
    era = cut & (length >= enough)
    elsewhere = np.bincount(writer[~era], minlength=int(writer.max()) + 1)
    as_fast = np.bincount(writer[cut & ~era], minlength=len(elsewhere))
    fast_path = as_fast > FAST_PATH_SHARE * elsewhere
    found[rows] = era & ~fast_path[writer] & (times.basis[rows] == CODE[LatencyBasis.MEASURED])
    return found


def rewritten(times: WrittenTimes) -> Flags:
    """Return the measured rows of eras in which the time of reception was made from the stamp.

    A phone's clock hits a whole second once in a thousand; several in a row mean that the time was
    truncated or made from the stamp. If made from it, nearly all differ from it by one and the
    same number of quarter hours (mostly 0: copies); if truncated, they differ as latencies do.
    """
    found = np.zeros(len(times.received), np.bool_)
    rows = times.in_order(LatencyBasis.MEASURED, LatencyBasis.UNKNOWN_COPIED)
    rows = rows[times.fine[rows]]
    whole, difference = times.received[rows] % 1000 == 0, times.difference[rows]
    run = run_numbers(run_starts(times.writer[rows], whole), len(rows))
    exact = whole & (difference % QUARTER_SECONDS == 0)
    shared = joint(run[exact], difference[exact])
    most = np.zeros(int(run.max(initial=-1)) + 1, np.int64)
    np.maximum.at(most, run[exact], np.bincount(shared, minlength=1)[shared])
    length = np.bincount(run, minlength=len(most))
    era = (most >= ERA_ROWS) & (most >= ERA_SHARE * length)
    found[rows] = whole & era[run] & (times.basis[rows] == CODE[LatencyBasis.MEASURED])
    return found
