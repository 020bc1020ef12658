"""Outages: stretches in which a SIM, a phone or one service got nothing, or got it late.

Two questions tell them apart. What is bunched: only the times of reception (held back on the last
mile), or the service center's stamps too (held back before it)? Who is affected: one SIM, all
SIMs of a phone, or one service while others come?
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import Flags, Ints, floats, is_word, times, words
from analyzer.measure.attempt_arrays import AttemptArrays, attempt_arrays
from analyzer.measure.bursts import RELEASE_MS, ReleaseBurst
from analyzer.measure.sim_rows import PROMPT_SECONDS, SimRows, moment, sim_rows
from analyzer.measure.timeline import Timeline
from analyzer.schema import Direction

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

ERROR = 0.05
LEAST_ATTEMPTS = 2
LEAST_SERVICES = 2
SOON_MS = 10 * 60_000.0


class Scope(StrEnum):
    """Who is affected by an outage."""

    ONE_SIM = "one_sim"
    ALL_SIMS = "all_sims"
    ONLY_SIM = "only_sim"
    ONE_SERVICE = "one_service"


class Outage(NamedTuple):
    """One stretch without reception.

    `only_sim`: no other SIM of the phone is there to compare with. `n` messages (a burst) or
    attempts (nothing came) were affected, from `first` to `last`. `others` counts what was received
    promptly meanwhile: on other SIMs, or of other senders for one service; `sent` the messages
    the phone sent meanwhile, `unsent` those that it could not send. `p`: how likely chance alone
    explains it (NaN: not computed). `ended` is false if it lasts to the last attempt. `rows` are
    rows of the message table, `attempts` those of the attempt table.
    """

    scope: Scope
    device: str | None
    sim_slot: int | None
    service: str | None
    n: int
    first: datetime
    last: datetime
    others: int
    sent: int
    unsent: int
    p: float
    ended: bool
    rows: tuple[int, ...] = ()
    attempts: tuple[int, ...] = ()


def held_back(table: pa.Table, bursts: list[ReleaseBurst]) -> list[Outage]:
    """Return the outage behind each release burst: who was affected, what else happened then."""
    if not bursts:
        return []
    rows = sim_rows(table)
    sim_of = np.full(table.num_rows, -1, np.int64)
    sim_of[rows.row] = rows.named_sim
    lines = (
        rows.timeline(),
        _outgoing(table, Direction.SENT),
        _outgoing(table, Direction.FAILED),
    )
    return [_held_back(burst, int(sim_of[burst.rows[0]]), rows, lines) for burst in bursts]


def _held_back(
    burst: ReleaseBurst, sim: int, rows: SimRows, lines: tuple[Timeline, Timeline, Timeline]
) -> Outage:
    first, last = burst.first.timestamp() * 1000, burst.last.timestamp() * 1000
    # What came in the last moments may have been held back too; it is no sign of life.
    until = last - RELEASE_MS
    received, sent, unsent = (line.between(burst.device, first, until) for line in lines)
    others = 0
    if burst.sims == 1 and sim >= 0:
        other = rows.named_sim[received]
        others = int((rows.prompt[received] & (other >= 0) & (other != sim)).sum())
    alone = Scope.ONE_SIM if others else Scope.ONLY_SIM
    return Outage(
        Scope.ALL_SIMS if burst.sims > 1 else alone,
        burst.device,
        burst.sim_slot,
        None,
        burst.n,
        burst.first,
        burst.last,
        others,
        len(sent),
        len(unsent),
        np.nan,
        ended=True,
        rows=burst.rows,
    )


def service_outages(table: pa.Table, attempts: pa.Table) -> list[Outage]:
    """Return the stretches in which one service's codes did not come, though others did.

    Attempts fail if no code came, or if it was held up before the service center (upstream over
    120 s, last mile prompt). A run of two or more counts if the service delivered before it, other
    senders were received promptly during it, and chance explains such a run with less than 5 %
    for all services together.
    """
    tried = attempt_arrays(attempts)
    runs = _runs(tried, tried.missing | _stuck_upstream(attempts), tried.service)
    services = max(len(np.unique(tried.service[tried.known])), 1)
    likely = [run for run in runs if run.before and run.p * services < ERROR]
    if not likely:
        return []
    rows = sim_rows(table)
    line = rows.timeline()
    service = _service_of_rows(table, tried.services)[rows.row]
    found = []
    for run in likely:
        during = _during(tried, run, line)
        others = int((~rows.late & (service != tried.service[run.rows[0]]))[during].sum())
        if others:
            p = run.p * services
            found.append(_attempt_outage(tried, run, Scope.ONE_SERVICE, others, p))
    return found


def dark_periods(table: pa.Table, attempts: pa.Table) -> list[Outage]:
    """Return the stretches in which no code of any service came, nor any other message.

    Services that never delivered are left out. Two services or more must be affected, and chance
    must explain the run with less than 5 %, at the rate at which each of its services fails else.
    """
    tried = attempt_arrays(attempts)
    delivering = np.isin(tried.service, np.unique(tried.service[tried.came]))
    runs = _runs(tried, tried.missing & delivering, tried.device, among=delivering)
    likely = [
        run
        for run in runs
        if run.p < ERROR and len(np.unique(tried.service[run.rows])) >= LEAST_SERVICES
    ]
    if not likely:
        return []
    rows = sim_rows(table)
    line = rows.timeline()
    sims = dict(zip(rows.devices, _sims_of_devices(rows), strict=True))
    found = []
    for run in likely:
        if not len(_during(tried, run, line)):
            several = sims.get(tried.devices[tried.device[run.rows[0]]], 1) > 1
            scope = Scope.ALL_SIMS if several else Scope.ONLY_SIM
            found.append(_attempt_outage(tried, run, scope, 0, run.p))
    return found


def _sims_of_devices(rows: SimRows) -> list[int]:
    """How many slots of each phone received anything."""
    known = rows.slot >= 0
    pairs = np.unique(np.stack([rows.device[known], rows.slot[known]], axis=1), axis=0)
    counts: list[int] = np.bincount(pairs[:, 0], minlength=len(rows.devices)).tolist()
    return counts


def _during(tried: AttemptArrays, run: _Run, line: Timeline) -> Ints:
    first, last = tried.started[run.rows[[0, -1]]]
    return line.between(tried.devices[tried.device[run.rows[0]]], first, last + SOON_MS)


class _Run(NamedTuple):
    rows: Ints
    before: int
    after: int
    p: float


def _runs(
    tried: AttemptArrays, stuck: Flags, group: Ints, among: Flags | None = None
) -> list[_Run]:
    """Unbroken runs of stuck attempts per device and group, with the chance of one as long.

    P(a run of k among n) is at most n - k + 1 times the product of its attempts' q, where q is the
    rate at which the other attempts at the same service are stuck: half a case is added, so that a
    clean record is not taken for certainty.
    """
    rows = np.flatnonzero(tried.known if among is None else tried.known & among)
    rows = rows[np.lexsort((tried.started[rows], group[rows], tried.device[rows]))]
    found = []
    key = tried.device[rows] * (int(group.max(initial=0)) + 2) + group[rows]
    for part in np.split(rows, np.flatnonzero(np.diff(key)) + 1):
        bad = stuck[part]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], bad.astype(np.int8), [0]])))
        for first, last in edges.reshape(-1, 2):
            k, n = int(last - first), len(part)
            if k >= LEAST_ATTEMPTS:
                p = min(1.0, (n - k + 1) * _chance(tried.service[part], bad, first, last))
                came = ~bad
                sides = (int(came[:first].sum()), int(came[last:].sum()))
                found.append(_Run(part[first:last], *sides, p))
    return found


def _chance(service: Ints, bad: Flags, first: int, last: int) -> float:
    """Product of the rates at which the services of a run are stuck outside of it."""
    _, number = np.unique(service, return_inverse=True)
    inside = np.zeros(len(bad), np.bool_)
    inside[first:last] = True
    stuck = np.bincount(number[bad & ~inside], minlength=number.max() + 1)
    asked = np.bincount(number[~inside], minlength=number.max() + 1)
    return float(np.prod(((stuck + 0.5) / (asked + 1))[number[inside]]))


def _attempt_outage(tried: AttemptArrays, run: _Run, scope: Scope, others: int, p: float) -> Outage:
    device, service = int(tried.device[run.rows[0]]), int(tried.service[run.rows[0]])
    one = scope is Scope.ONE_SERVICE and service >= 0
    return Outage(
        scope,
        tried.devices[device] if device >= 0 else None,
        None,
        tried.services[service] if one else None,
        len(run.rows),
        moment(tried.started[run.rows[0]]),
        moment(tried.started[run.rows[-1]]),
        others,
        0,
        0,
        p,
        ended=run.after > 0,
        attempts=tuple(run.rows.tolist()),
    )


def _stuck_upstream(attempts: pa.Table) -> Flags:
    upstream = floats(attempts.column("upstream_latency"))
    last_mile = floats(attempts.column("latency"))
    return np.asarray((upstream > PROMPT_SECONDS) & (last_mile <= PROMPT_SECONDS), np.bool_)


def _outgoing(table: pa.Table, how: Direction) -> Timeline:
    """When the phone itself sent messages, or failed to."""
    device, names = words(table.column("device"))
    moments = times(table, "received_at")
    sent = is_word(table.column("direction"), how) & ~np.isnan(moments)
    return Timeline(device[sent], names, moments[sent])


def _service_of_rows(table: pa.Table, services: list[str]) -> Ints:
    """Per message the number of its service in `services`, -1 for none of them."""
    number = {name: place for place, name in enumerate(services)}
    indices, known = words(table.column("service"))
    return np.array([*(number.get(name, -1) for name in known), -1], np.int64)[indices]
