"""Attempts to get a code: which messages and requests belong together, and how each ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import (
    Flags,
    Floats,
    Ints,
    is_word,
    only_word,
    run_numbers,
    run_starts,
    times,
)
from analyzer.measure.attempt_table import AttemptRows, WithoutCode, attempt_table
from analyzer.measure.codes import (
    CodeRows,
    Names,
    RequestRows,
    join_names,
    read_codes,
    read_requests,
)
from analyzer.measure.grouping import code_messages
from analyzer.measure.matching import (
    EARLY_MS,
    CodeTimes,
    OpenAttempt,
    assign_codes,
    request_attempts,
)
from analyzer.measure.options import AttemptOptions, Covered, coverage_of
from analyzer.measure.outcomes import ASSUMED_VALIDITY_SECONDS, NUMBER, code_outcomes
from analyzer.schema import REQUEST_SCHEMA, Direction, Outcome

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class _Matched:
    """Attempts that began with a request, and per code the attempt it belongs to.

    `attempt` is -1 for a code that answers no request; `first_request` and `own_request` are NaN
    for it.
    """

    opened: list[OpenAttempt]
    requests: list[Ints]
    attempt: Ints
    first_request: Floats
    own_request: Floats


def attempts(
    table: pa.Table, requests: pa.Table | None = None, options: AttemptOptions | None = None
) -> pa.Table:
    """Return the attempts (schema.ATTEMPTS) of a measured message table, in order of their start.

    `table` has the columns of messages, recognized, identified and measured; `requests` those of
    schema.REQUESTS, None or empty without a request log: then no attempt is missing or refused.
    An attempt of one device and service begins with a request or, without one, a code message;
    codes that name no service are grouped by sender.

    A code's time is the service center's stamp where it can be trusted, else the time of reception:
    codes held back together belong to the attempts in which they were sent. If several codes came,
    the first usable one in the inbox decides; blocked ones only if none reached the inbox.

    An attempt without a code is `missing` if logs cover the inbox without a gap from its first
    request to 10 minutes (the assumed validity) after its last; else `undecided`, `uncovered` if no
    log covers the request, `open` if the logs end too soon. It is `undecided`, `unnamed`, if within
    the attempt window a code message of no known service or a message without text came.
    """
    options = options or AttemptOptions()
    devices, services = Names(), Names()
    codes = read_codes(code_messages(table), devices, services)
    if requests is None:
        requests = REQUEST_SCHEMA.empty_table()
    asked = read_requests(requests, devices, services, only_word(table.column("device")))
    matched = _match(codes, asked, options)
    attempt = _chained(codes, matched, options.window_seconds * 1000)
    outcomes = code_outcomes(codes, matched.first_request, matched.own_request, options.late_after)
    without_code = _without_code(table, codes, asked, matched, options, devices)
    return attempt_table(
        table,
        AttemptRows(
            codes,
            asked,
            matched.opened,
            matched.requests,
            attempt,
            outcomes,
            without_code,
            matched.own_request,
        ),
    )


def _match(codes: CodeRows, asked: RequestRows, options: AttemptOptions) -> _Matched:
    """Match the codes of each device and service with its requests."""
    size = len(codes.asked)
    group = join_names([*codes.device, *asked.device], [*codes.key, *asked.key])
    matched = _Matched(
        [], [], np.full(size, -1, np.int64), np.full(size, np.nan), np.full(size, np.nan)
    )
    request_group = group[size:]
    rows = np.lexsort((asked.requested, request_group))
    code_rows = np.flatnonzero(~np.isnan(codes.asked))
    code_rows = code_rows[np.lexsort((codes.asked[code_rows], group[code_rows]))]
    code_groups = group[code_rows]
    for part in np.split(rows, run_starts(request_group[rows])[1:]):
        if len(part):
            bounds = np.searchsorted(code_groups, request_group[part[0]] + np.array([0, 1]))
            _match_service(codes, asked, part, code_rows[bounds[0] : bounds[1]], options, matched)
    return matched


def _match_service(
    codes: CodeRows,
    asked: RequestRows,
    requests: Ints,
    rows: Ints,
    options: AttemptOptions,
    matched: _Matched,
) -> None:
    """Match one service's requests and codes, both in time order, and add them to `matched`."""
    window, horizon = options.window_seconds * 1000, options.horizon.total_seconds() * 1000
    opened = request_attempts(
        asked.requested[requests].tolist(), asked.waits[requests].tolist(), window
    )
    moments = zip(codes.asked[rows], codes.received[rows], codes.slack[rows], strict=True)
    assign_codes(opened, [CodeTimes(*map(float, times)) for times in moments], window, horizon)
    for attempt in opened:
        waiting = np.array(attempt.waiting or asked.requested[requests[attempt.requests]])
        own = rows[attempt.codes]
        matched.attempt[own] = len(matched.opened)
        matched.first_request[own] = waiting[0]
        matched.own_request[own] = waiting[_answered(codes, own, waiting)]
        matched.opened.append(attempt)
        matched.requests.append(requests[attempt.requests])


def _answered(codes: CodeRows, rows: Ints, waiting: Floats) -> Ints:
    """Return which of an attempt's requests each of its codes answers, the last it may.

    If there is a code for each request, they answer in order. A phone's clock that is ahead shows
    in a first code sent before the first request.
    """
    if not len(rows) or len(waiting) == 1:
        return np.zeros(len(rows), np.int64)
    ahead = max(waiting[0] - codes.asked[rows].min(), 0.0)
    limit = codes.asked[rows] + ahead + EARLY_MS + codes.slack[rows]
    place = np.maximum(np.searchsorted(waiting, limit, side="right") - 1, 0)
    if len(rows) >= len(waiting):
        place = np.minimum(place, np.arange(len(rows)))
    return np.asarray(place, np.int64)


def _chained(codes: CodeRows, matched: _Matched, window: float) -> Ints:
    """Return the attempt of each code: the matched one, else that of the codes near to it."""
    attempt = matched.attempt.copy()
    rows = np.flatnonzero(attempt < 0)
    group = join_names(codes.device[rows], codes.key[rows])
    order = np.lexsort((codes.asked[rows], group))
    rows, group = rows[order], group[order]
    apart = ~(np.diff(codes.asked[rows], prepend=-np.inf) < window)
    starts = run_starts(group, np.cumsum(apart))
    attempt[rows] = len(matched.opened) + run_numbers(starts, len(rows))
    return attempt


def _without_code(
    table: pa.Table,
    codes: CodeRows,
    asked: RequestRows,
    matched: _Matched,
    options: AttemptOptions,
    devices: Names,
) -> list[WithoutCode]:
    """Return how each requested attempt ended, as if no code had come."""
    covered = Covered(coverage_of(table) if options.coverage is None else options.coverage)
    unnamed = _Unnamed(table, codes, matched, devices)
    found: list[WithoutCode] = []
    for attempt, requests in zip(matched.opened, matched.requests, strict=True):
        if not attempt.waiting:
            found.append(WithoutCode(NUMBER[Outcome.REFUSED], None, np.nan))
            continue
        device = int(asked.device[requests[0]])
        first, last = attempt.waiting[0], attempt.waiting[-1]
        until = covered.until(devices.name(device), np.array([first]))[0]
        why = None
        if np.isnan(until):
            why = "uncovered"
        elif until < last + ASSUMED_VALIDITY_SECONDS * 1000:
            why = "open"
        elif unnamed.came(device, first - EARLY_MS, last + options.window_seconds * 1000):
            why = "unnamed"
        outcome = NUMBER[Outcome.UNDECIDED if why else Outcome.MISSING]
        end = min(until, attempt.closed, first + options.horizon.total_seconds() * 1000)
        waited = np.nan if why == "unnamed" else (end - first) / 1000.0
        found.append(WithoutCode(outcome, why, waited))
    return found


class _Unnamed:
    """Received messages that may be the code of any service: no service named, or no text."""

    def __init__(self, table: pa.Table, codes: CodeRows, matched: _Matched, devices: Names) -> None:
        import pyarrow.compute as pc

        service = codes.table.column("service").is_null().to_numpy()
        free = service & (matched.attempt < 0)
        received = is_word(table.column("direction"), Direction.RECEIVED)
        silent = received & pc.is_null(table.column("body")).to_numpy()
        device = devices.numbers(table.column("device"))
        self._device: Ints = np.concatenate([codes.device[free], device[silent]])
        moments = np.concatenate([codes.asked[free], times(table, "received_at")[silent]])
        order = np.argsort(moments)
        self._device, self._moment = self._device[order], moments[order]

    def came(self, device: int, first: float, last: float) -> bool:
        """Whether one came to the device between two times (ms)."""
        bounds = np.searchsorted(self._moment, [first, last])
        here: Flags = self._device[bounds[0] : bounds[1]] == device
        return bool(here.any())
