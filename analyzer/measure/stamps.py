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
    in_order,
    is_word,
    joint,
    times,
    words,
)
from analyzer.measure.eras import (
    BASES,
    CODE,
    QUARTER_SECONDS,
    WrittenTimes,
    copied_without_fraction,
    restored,
    rewritten,
)
from analyzer.schema import Direction, LatencyBasis, Precision

if TYPE_CHECKING:
    import pyarrow as pa

# 2000-01-01 UTC in milliseconds. Reference: Android's column default is 0, and stamps of the 1970s
# and 1980s come from unset clocks.
FIRST_STAMP = 946_684_800_000.0

# No service center is known to keep a message longer: 48 to 72 hours are usual, 7 days the longest
# published schedule (Infobip glossary, "retry"). What seems older was restored, or a clock is off.
LONGEST_KEPT_SECONDS = 7 * 86_400.0


__all__ = ["BASES", "CODE", "QUARTER_SECONDS", "Stamps", "read_stamps"]


@dataclass(frozen=True)
class Stamps:
    """Stamps of every row of the message table, in its order.

    `received` and `sent` are milliseconds since 1970 UTC, `difference` is received - sent in
    seconds (NaN: unknown), `basis` an index into `BASES`, -1 for messages that were not received,
    `device` an index (-1: null), `group` one number per device, SIM and service center, `too_old`
    says that the difference is longer than any service center keeps a message.
    """

    received: Floats
    sent: Floats
    difference: Floats
    basis: Small
    device: Ints
    group: Ints
    too_old: Flags


def read_stamps(table: pa.Table) -> Stamps:
    """Return the stamps of a message table with what each row's latency may rest on.

    The basis is `measured` where both stamps look like what they should be, else the reason why
    there is no latency. A row without one of the two times, and a log that writes minutes or days,
    has nothing to compute with: `unknown_no_stamp`. If both were cut to 32 bits, their difference
    is still known, and the row is measured without a time. A log that writes whole seconds is
    measured, to +-1 s. Eras are looked for among the rows that one app wrote into one log.
    """
    received, sent = times(table, "received_at"), times(table, "sent_at")
    difference = (received - sent) / 1000.0
    device = words(table.column("device"))[0]
    basis = _row_basis(table, received, sent, difference)
    _keep_wrapped(table, difference, basis)
    writer = joint(device, words(table.column("log"))[0], words(table.column("creator"))[0])
    fine = ~is_word(table.column("received_precision"), Precision.SECOND)
    order = in_order(received, writer)
    # Each rule sees in `basis` what those before it have left.
    rows = WrittenTimes(writer, received, difference, fine, basis, order)
    basis[restored(rows, LONGEST_KEPT_SECONDS)] = CODE[LatencyBasis.UNKNOWN_REWRITTEN]
    too_old = (basis == CODE[LatencyBasis.MEASURED]) & (difference > LONGEST_KEPT_SECONDS)
    basis[too_old] = CODE[LatencyBasis.UNKNOWN_CLOCK]
    basis[copied_without_fraction(rows)] = CODE[LatencyBasis.UNKNOWN_COPIED]
    basis[rewritten(rows)] = CODE[LatencyBasis.UNKNOWN_REWRITTEN]
    sub_id = np.nan_to_num(floats(table.column("sub_id")), nan=-1).astype(np.int64)
    group = joint(device, sub_id, words(table.column("service_center"))[0])
    return Stamps(received, sent, difference, basis, device, group, too_old)


def _row_basis(table: pa.Table, received: Floats, sent: Floats, difference: Floats) -> Small:
    coarse = is_word(table.column("received_precision"), Precision.MINUTE, Precision.DAY)
    rules = (
        (~is_word(table.column("direction"), Direction.RECEIVED), np.int8(-1)),
        (
            ~(sent >= FIRST_STAMP) | np.isnan(received) | coarse,
            CODE[LatencyBasis.UNKNOWN_NO_STAMP],
        ),
        (difference == 0, CODE[LatencyBasis.UNKNOWN_COPIED]),
        # Reference: 3GPP TS 23.040 9.2.3.11 has whole seconds only; a finer stamp is a device's.
        (sent % 1000 != 0, CODE[LatencyBasis.UNKNOWN_REWRITTEN]),
    )
    conditions = [np.asarray(condition, np.bool_) for condition, _ in rules]
    basis = np.select(conditions, [code for _, code in rules], CODE[LatencyBasis.MEASURED])
    return np.asarray(basis, np.int8)


def _keep_wrapped(table: pa.Table, difference: Floats, basis: Small) -> None:
    """Put in the differences of rows whose two times were cut to 32 bits (modulo 2^32 ms)."""
    if "wrapped_difference" not in table.column_names:
        return
    kept = floats(table.column("wrapped_difference")) / 1000.0
    rows = ~np.isnan(kept) & (basis == CODE[LatencyBasis.UNKNOWN_NO_STAMP]) & np.isnan(difference)
    difference[rows] = kept[rows]
    copied = CODE[LatencyBasis.UNKNOWN_COPIED]
    basis[rows] = np.where(kept[rows] == 0, copied, CODE[LatencyBasis.MEASURED])
