"""Where the time stamps of each log come from, era by era: what its apps wrote, dropped or copied.

An era is a stretch of time in which one app wrote into one log in one manner. It explains why a
latency is unknown, and which groupings a log cannot give (SIM, service center).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from analyzer.measure.arrays import Flags, Ints, Small, floats, joint, run_starts, times, words
from analyzer.measure.eras import BASES, CODE, ERA_ROWS
from analyzer.measure.stamps import read_stamps
from analyzer.schema import PROVENANCE_SCHEMA, LatencyBasis

# The manners in which stamps are written; whether a clock was right is another question.
_STAMPED = CODE[LatencyBasis.MEASURED]
_MANNER = np.array(
    [
        CODE[basis]
        if basis
        in (
            LatencyBasis.UNKNOWN_NO_STAMP,
            LatencyBasis.UNKNOWN_COPIED,
            LatencyBasis.UNKNOWN_REWRITTEN,
        )
        else _STAMPED
        for basis in BASES
    ],
    np.int8,
)


def provenance(table: pa.Table) -> pa.Table:
    """Return the eras of the received messages (schema.PROVENANCE), by log and time.

    A manner that fewer than 3 messages in a row show belongs to the era around it. Shares are of
    the era's messages; `out_of_order` near one half says that the order of the records tells
    nothing of the time, as after an import, near 0 that it follows it, forwards or backwards.
    """
    stamps = read_stamps(table)
    rows = np.flatnonzero(stamps.basis >= 0)
    if not len(rows):
        return PROVENANCE_SCHEMA.empty_table()
    writer = joint(*(words(table.column(name))[0] for name in ("device", "log", "creator")))
    rows = rows[np.lexsort((stamps.received[rows], writer[rows]))]
    manner = _settled(writer[rows], _MANNER[stamps.basis[rows]])
    start = run_starts(writer[rows], manner)
    return _table(table, rows, start, manner)


def _settled(writer: Ints, manner: Small) -> Small:
    """The manner of each row, short stretches given to what comes before (the first: after)."""
    start = run_starts(writer, manner)
    length = np.diff(start, append=len(manner))
    run_writer, run_manner = writer[start], manner[start]
    long = length >= ERA_ROWS
    place = np.arange(len(start))
    before = np.maximum.accumulate(np.where(long, place, -1))
    after = np.minimum.accumulate(np.where(long, place, len(start))[::-1])[::-1]
    for side in (after, before):
        exists = (side >= 0) & (side < len(start))
        other = np.where(exists, side, 0)
        taken = ~long & exists & (run_writer[other] == run_writer)
        run_manner = np.where(taken, manner[start][other], run_manner)
    return np.repeat(run_manner, length).astype(np.int8)


def _table(table: pa.Table, rows: Ints, start: Ints, manner: Small) -> pa.Table:
    size = np.diff(start, append=len(rows))
    first, last = rows[start], rows[np.append(start[1:], len(rows)) - 1]
    received, sent = (times(table, name)[rows] for name in ("received_at", "sent_at"))

    def share(marked: Flags) -> pa.Array:
        return pa.array(np.add.reduceat(marked.astype(np.int64), start) / size)

    moment = table.column("received_at")
    basis = pa.array([BASES[code].value for code in manner[start]])
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        **{name: table.column(name).take(pa.array(first)) for name in ("device", "log", "creator")},
        "latency_basis": basis,
        "messages": pa.array(size, pa.int32()),
        "first": moment.take(pa.array(first)),
        "last": moment.take(pa.array(last)),
        "whole_seconds": share(received % 1000 == 0),
        "without_stamp": share(~(sent > 0)),
        "fine_stamps": share((sent > 0) & (sent % 1000 != 0)),
        "copied": share((sent == received) | (sent == received - received % 1000)),
        "without_service_center": share(words(table.column("service_center"))[0][rows] < 0),
        "without_sim": share(np.isnan(floats(table.column("sub_id"))[rows])),
        "out_of_order": pa.array(_out_of_order(table, rows, start)),
    }
    ordered = [columns[name] for name in PROVENANCE_SCHEMA.names]
    return pa.table(ordered, names=PROVENANCE_SCHEMA.names).cast(PROVENANCE_SCHEMA)


def _out_of_order(table: pa.Table, rows: Ints, start: Ints) -> list[float]:
    """Share of neighbors in time whose records are the other way round, the smaller direction."""
    record = floats(table.column("record"))[rows]
    rises = np.append(np.diff(record) > 0, False)
    found = []
    for first, end in zip(start, np.append(start[1:], len(rows)), strict=True):
        pairs = max(int(end - first) - 1, 1)
        share = float(rises[first : end - 1].sum()) / pairs
        found.append(min(share, 1 - share) if end - first > 1 else 0.0)
    return found
