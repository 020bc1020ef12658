"""The attempt table: what the deciding code message and the requests say of each attempt."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.measure.arrays import (
    Floats,
    Ints,
    enumerated,
    floats,
    nullable,
    only_word,
    run_numbers,
    run_starts,
    words,
)
from analyzer.measure.matching import EARLY_MS
from analyzer.measure.outcomes import NUMBER, OUTCOMES, CodeOutcomes, undecided_reasons
from analyzer.measure.sim_carriers import SimCarriers
from analyzer.measure.stamps import CODE
from analyzer.schema import ATTEMPT_SCHEMA, LatencyBasis, Outcome

if TYPE_CHECKING:
    import numpy.typing as npt

    from analyzer.measure.codes import CodeRows, RequestRows
    from analyzer.measure.matching import OpenAttempt

JUDGED_BY_VALIDITY = [NUMBER[name] for name in (Outcome.IN_TIME, Outcome.LATE, Outcome.EXPIRED)]
STAMPED = [CODE[LatencyBasis.MEASURED], CODE[LatencyBasis.OFFSET_CORRECTED]]


class WithoutCode(NamedTuple):
    """How a requested attempt without a code ended: index into `OUTCOMES`, and why undecided.

    `waited` is for how long a log would have shown the code if it had come, in seconds; NaN where
    none was waited for, or no log covers the request.
    """

    outcome: int
    why: str | None
    waited: float


@dataclass(frozen=True)
class AttemptRows:
    """Codes and requests with the attempts they belong to.

    `attempt` has the attempt of each code; attempts that began with a request come first:
    `opened`, with the rows of their requests and what they are if no code came. `own_request` is
    when the request was made that each code may have answered, the last such (ms; NaN: none).
    """

    codes: CodeRows
    asked: RequestRows
    opened: list[OpenAttempt]
    requests: list[Ints]
    attempt: Ints
    outcomes: CodeOutcomes
    without_code: list[WithoutCode]
    own_request: Floats


class _Decided(NamedTuple):
    """Per attempt: its deciding code (-1: none), number of codes, start (ms, NaN: unknown)."""

    code: Ints
    size: Ints
    started: Floats


def attempt_table(table: pa.Table, rows: AttemptRows) -> pa.Table:
    """Return the attempts with the columns of schema.ATTEMPTS, in order of their start."""
    decided = _decided(rows)
    columns = {
        **_who(table, rows, decided),
        **_ended(rows, decided),
        "requests": _counted([len(requests) for requests in rows.requests], len(decided.code)),
        "codes": pa.array(decided.size, pa.int32()),
        "superseded": pa.array(_superseded(rows, len(decided.code)), pa.int32()),
        "message_ids": _message_ids(rows, len(decided.code)),
    }
    columns["attempt_id"] = _identities(columns)
    ordered = [columns[name] for name in ATTEMPT_SCHEMA.names]
    result = pa.table(
        [_as(column, field.type) for column, field in zip(ordered, ATTEMPT_SCHEMA, strict=True)],
        schema=ATTEMPT_SCHEMA,
    )
    return result.take(pa.array(np.argsort(decided.started, kind="stable")))


def _decided(rows: AttemptRows) -> _Decided:
    size = max(int(rows.attempt.max(initial=-1)) + 1, len(rows.opened))
    received = rows.codes.received
    order = np.lexsort(
        (np.where(np.isnan(received), np.inf, received), rows.outcomes.rank, rows.attempt)
    )
    code = np.full(size, -1, np.int64)
    code[rows.attempt[order[::-1]]] = order[::-1]
    started = np.full(size, np.inf)
    np.minimum.at(started, rows.attempt, np.nan_to_num(rows.codes.asked, nan=np.inf))
    started[: len(rows.opened)] = [attempt.first for attempt in rows.opened]
    size_of = np.bincount(rows.attempt, minlength=size)
    return _Decided(code, size_of, np.where(np.isinf(started), np.nan, started))


def _who(table: pa.Table, rows: AttemptRows, decided: _Decided) -> dict[str, pa.Array]:
    """Device, service, sender, SIM and carrier: the code's, else the request's."""
    first = np.full(len(decided.code), -1, np.int64)
    first[: len(rows.requests)] = [requests[0] for requests in rows.requests]
    code = {
        name: _taken(rows.codes.table, name, decided.code)
        for name in ("device", "service", "sender_key", "receiving_slot", "carrier")
    }
    request = {name: _taken(rows.asked.table, name, first) for name in ("device", "service")}
    only = only_word(table.column("device"))
    device = pc.coalesce(code["device"], request["device"])
    if only is not None:
        device = pc.fill_null(device, only)
    slots = _requested_slots(rows, len(decided.code))
    carrier: list[str | None] = [None] * len(decided.code)
    if rows.opened:
        known = SimCarriers(table)
        for number in np.flatnonzero(decided.size == 0):
            carrier[number] = known.of(device[number].as_py(), slots[number])
    return {
        "device": device,
        "service": pc.coalesce(code["service"], request["service"]),
        "sender": code["sender_key"],
        "sim_slot": pc.coalesce(code["receiving_slot"], pa.array(slots, pa.int8())),
        "carrier": pc.coalesce(code["carrier"], pa.array(carrier, pa.string())),
        "started_at": _moments(decided.started),
    }


def _ended(rows: AttemptRows, decided: _Decided) -> dict[str, pa.Array]:
    """Outcome and figures of the deciding code."""
    codes, outcomes, none = rows.codes, rows.outcomes, decided.code < 0
    outcome = _gathered(outcomes.outcome, decided.code)
    without = [rows.without_code[number] for number in np.flatnonzero(none)]
    outcome[none] = [ended.outcome for ended in without]
    why = np.array([*undecided_reasons(codes), None], object)[decided.code]
    why[none] = [ended.why for ended in without]
    why[outcome != NUMBER[Outcome.UNDECIDED]] = None
    requested = np.arange(len(none)) < len(rows.opened)
    exact = requested & ~none & _gathered(outcomes.wait.exact, decided.code).astype(np.bool_)
    waited = np.where(exact, _gathered(outcomes.wait.low, decided.code), np.nan)
    received = _gathered(codes.received, decided.code)
    least = np.where(exact, (received - _gathered(rows.own_request, decided.code)) / 1000.0, np.nan)
    in_vain = np.full(len(none), np.nan)
    in_vain[none] = [ended.waited for ended in without]
    stamped = ~none & np.isin(_gathered(codes.basis, decided.code), STAMPED)
    latency = np.where(none, np.nan, _gathered(codes.latency, decided.code))
    stated = ~none & _gathered(outcomes.stated, decided.code).astype(np.bool_)
    taken = {
        name: _taken(codes.table, name, decided.code)
        for name in ("received_at", "latency_basis", "block_reason", "blocked_by", "restored")
    }
    return {
        **taken,
        "outcome": enumerated(outcome, OUTCOMES),
        "why": pa.array(why.tolist(), pa.string()),
        "latency": nullable(latency),
        "request_latency": nullable(waited),
        "request_latency_least": nullable(least),
        "upstream_latency": nullable(_upstream(waited, np.where(stamped, latency, np.nan))),
        "waited": nullable(in_vain),
        "valid_for": _taken(codes.table, "valid_for", np.where(stated, decided.code, -1)),
        "validity_assumed": pa.array(~stated & np.isin(outcome, JUDGED_BY_VALIDITY)),
    }


def _upstream(waited: Floats, latency: Floats) -> Floats:
    """The wait before the service center's stamp, NaN where it lies before the request.

    Then the phone's clock is ahead, and the two parts of the wait cannot be told apart.
    """
    upstream = waited - latency
    return np.where(upstream < -EARLY_MS / 1000.0, np.nan, upstream)


def _superseded(rows: AttemptRows, size: int) -> Ints:
    """How many codes of each attempt came when one sent later was already there."""
    order = np.lexsort((rows.codes.asked, rows.attempt))[::-1]
    attempt, received = rows.attempt[order], rows.codes.received[order]
    # From the newest code of an attempt to its oldest: was any newer one received before it? Ranks
    # that fall from attempt to attempt let one running minimum serve them all.
    _, rank = np.unique(received, return_inverse=True)
    fall = run_numbers(run_starts(attempt), len(order)) * 2 * (len(order) + 1)
    earliest = np.minimum.accumulate(rank - fall)
    newer = np.append(len(order), earliest[:-1]) + fall
    late = (rank > newer) & ~np.isnan(received)
    return np.bincount(attempt[late], minlength=size)


def _gathered(values: npt.NDArray[Any], rows: Ints) -> npt.NDArray[Any]:
    """Values at the given rows; those of row -1 mean nothing."""
    return np.append(values, values.dtype.type(0))[rows]


def _taken(table: pa.Table, name: str, rows: Ints) -> pa.Array:
    """A column at the given rows, null for -1; words as plain strings."""
    column = table.column(name)
    indices = pa.array(rows, pa.int64(), mask=rows < 0)
    if pa.types.is_dictionary(column.type):
        numbers, known = words(column)
        at = np.append(numbers, -1)[rows]
        return pa.array(known, pa.string()).take(pa.array(at, pa.int64(), mask=at < 0))
    return pa.chunked_array(column.chunks, column.type).take(indices).combine_chunks()


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind) and not pa.types.is_dictionary(column.type):
        return pc.dictionary_encode(column)
    return column


def _moments(milliseconds: Floats) -> pa.Array:
    known = np.nan_to_num(milliseconds).astype(np.int64)
    whole = pa.array(known, pa.int64(), mask=np.isnan(milliseconds))
    return whole.cast(ATTEMPT_SCHEMA.field("started_at").type)


def _counted(counts: list[int], size: int) -> pa.Array:
    return pa.array([*counts, *([0] * (size - len(counts)))], pa.int32())


def _message_ids(rows: AttemptRows, size: int) -> pa.Array:
    order = np.lexsort((rows.codes.asked, rows.attempt))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows.attempt, minlength=size))])
    ids = _taken(rows.codes.table, "message_id", order.astype(np.int64))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), ids)


def _requested_slots(rows: AttemptRows, size: int) -> list[int | None]:
    """SIM slot named first by the requests of each attempt."""
    slot = floats(rows.asked.table.column("sim_slot"))
    slots: list[int | None] = [None] * size
    for number, requests in enumerate(rows.requests):
        named = slot[requests][~np.isnan(slot[requests])]
        slots[number] = int(named[0]) if len(named) else None
    return slots


def _identities(columns: dict[str, pa.Array]) -> pa.Array:
    """Stable names: the same for one device, service and start, also in a larger export."""
    known = pc.coalesce(columns["service"], columns["sender"])
    numbers, keys = words(pa.chunked_array([known]))
    folded = pa.array([*(key.casefold() for key in keys), ""], pa.string())
    names = pc.binary_join_element_wise(
        pc.fill_null(columns["device"], ""),
        folded.take(pa.array(np.where(numbers < 0, len(keys), numbers))),
        pc.if_else(pc.greater(columns["requests"], 0), "requested", "received"),
        # An attempt at an unknown time is told from others by its messages.
        pc.coalesce(
            columns["started_at"].cast(pa.int64()).cast(pa.string()),
            pc.binary_join(columns["message_ids"], " "),
        ),
        "\0",
    )
    hashes = [
        blake2b(name, digest_size=8).hexdigest() for name in names.cast(pa.binary()).to_pylist()
    ]
    return pa.array(hashes, pa.string())
