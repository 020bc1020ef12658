"""What the two time stamps of each received message are worth, before any correction.

A latency needs two independent clocks: the phone's (`received_at`) and the service center's
(`sent_at`). Exporters, imports and apps leave one out, copy it into the other or rewrite it; such
rows have no latency, which is neither 0 nor fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import (
    Flags,
    Floats,
    Ints,
    Small,
    floats,
    is_word,
    joint,
    run_numbers,
    run_starts,
    times,
    words,
)
from analyzer.schema import Direction, LatencyBasis, Precision

if TYPE_CHECKING:
    import pyarrow as pa

BASES = tuple(LatencyBasis)
CODE = {basis: np.int8(number) for number, basis in enumerate(BASES)}

QUARTER_SECONDS = 900.0

# 2000-01-01 UTC in milliseconds. Reference: Android's column default is 0, and stamps of the 1970s
# and 1980s come from unset clocks.
FIRST_STAMP = 946_684_800_000.0

# No service center is known to keep a message longer: 48 to 72 hours are usual, 7 days the longest
# published schedule (Infobip glossary, "retry"). What seems older was restored, or a clock is off.
LONGEST_KEPT_SECONDS = 7 * 86_400.0

RESTORED_ROWS = 3
RESTORED_GAP_SECONDS = 60.0
SAME_INSTANT_ROWS = 10
ERA_ROWS = 3
ERA_SHARE = 0.8


@dataclass(frozen=True)
class Stamps:
    """Stamps of every row of the message table, in its order.

    `received` and `sent` are milliseconds since 1970 UTC, `difference` is received - sent in
    seconds (NaN: unknown), `basis` an index into `BASES`, -1 for messages that were not received,
    `device` an index (-1: null), `group` one number per device, SIM and service center.
    """

    received: Floats
    sent: Floats
    difference: Floats
    basis: Small
    device: Ints
    group: Ints


def read_stamps(table: pa.Table) -> Stamps:
    """Return the stamps of a message table with what each row's latency may rest on.

    The basis is `measured` where both stamps look like what they should be, else the reason why
    there is no latency. A log that writes minutes or days has no time of reception to compute
    with: `unknown_no_stamp`. One that writes whole seconds is measured, to +-1 s.
    """
    received, sent = times(table, "received_at"), times(table, "sent_at")
    difference = (received - sent) / 1000.0
    device, log = words(table.column("device"))[0], words(table.column("log"))[0]
    basis = _row_basis(table, received, sent, difference)
    source = joint(device, log)
    for doubtful, reason in (
        (_restored(source, received, difference, basis), LatencyBasis.UNKNOWN_REWRITTEN),
        (difference > LONGEST_KEPT_SECONDS, LatencyBasis.UNKNOWN_CLOCK),
        (_rewritten_eras(table, source, received, difference, basis), None),
    ):
        measured = basis == CODE[LatencyBasis.MEASURED]
        basis[measured & doubtful] = CODE[reason or LatencyBasis.UNKNOWN_REWRITTEN]
    sub_id = np.nan_to_num(floats(table.column("sub_id")), nan=-1)
    group = joint(device, sub_id, words(table.column("service_center"))[0])
    return Stamps(received, sent, difference, basis, device, group)


def _row_basis(table: pa.Table, received: Floats, sent: Floats, difference: Floats) -> Small:
    coarse = is_word(table.column("received_precision"), Precision.MINUTE, Precision.DAY)
    rules = (
        (~is_word(table.column("direction"), Direction.RECEIVED), np.int8(-1)),
        (~(sent >= FIRST_STAMP) | coarse, CODE[LatencyBasis.UNKNOWN_NO_STAMP]),
        (np.isnan(received), CODE[LatencyBasis.UNKNOWN_CLOCK]),
        (difference == 0, CODE[LatencyBasis.UNKNOWN_COPIED]),
        # Reference: 3GPP TS 23.040 9.2.3.11 has whole seconds only; a finer stamp is a device's.
        (sent % 1000 != 0, CODE[LatencyBasis.UNKNOWN_REWRITTEN]),
    )
    conditions = [np.asarray(condition, np.bool_) for condition, _ in rules]
    basis = np.select(conditions, [code for _, code in rules], CODE[LatencyBasis.MEASURED])
    return np.asarray(basis, np.int8)


def _restored(source: Ints, received: Floats, difference: Floats, basis: Small) -> Flags:
    """Rows whose received_at is when a backup was restored: many at once, or old ones in a row."""
    found = np.zeros(len(received), np.bool_)
    rows = np.flatnonzero(basis == CODE[LatencyBasis.MEASURED])
    instant = joint(source[rows], received[rows])
    found[rows] = np.bincount(instant, minlength=1)[instant] >= SAME_INSTANT_ROWS
    old = rows[difference[rows] > LONGEST_KEPT_SECONDS]
    old = old[np.lexsort((received[old], source[old]))]
    gap = np.diff(received[old], prepend=-np.inf) > RESTORED_GAP_SECONDS * 1000
    burst = run_numbers(run_starts(source[old], np.cumsum(gap)), len(old))
    found[old] |= np.bincount(burst, minlength=1)[burst] >= RESTORED_ROWS
    return found


def _rewritten_eras(
    table: pa.Table, source: Ints, received: Floats, difference: Floats, basis: Small
) -> Flags:
    """Rows of an era in which received_at was made from the stamp.

    A phone's clock hits a whole second once in a thousand; several in a row mean that the time was
    truncated or made from the stamp. If made from it, nearly all differ from it by one and the
    same number of quarter hours (mostly 0: copies); if truncated, they differ as latencies do.
    """
    found = np.zeros(len(received), np.bool_)
    fine = ~is_word(table.column("received_precision"), Precision.SECOND)
    stamped = np.isin(basis, [CODE[LatencyBasis.MEASURED], CODE[LatencyBasis.UNKNOWN_COPIED]])
    rows = np.flatnonzero(fine & stamped)
    rows = rows[np.lexsort((received[rows], source[rows]))]
    whole = received[rows] % 1000 == 0
    run = run_numbers(run_starts(source[rows], whole), len(rows))
    exact = whole & (difference[rows] % QUARTER_SECONDS == 0)
    shared = joint(run, np.where(exact, difference[rows], np.nan))
    alike = np.where(exact, np.bincount(shared, minlength=1)[shared], 0)
    most = np.zeros(int(run.max(initial=-1)) + 1, np.int64)
    np.maximum.at(most, run, alike)
    length = np.bincount(run, minlength=len(most))
    era = (most >= ERA_ROWS) & (most >= ERA_SHARE * length)
    found[rows] = whole & era[run]
    return found
