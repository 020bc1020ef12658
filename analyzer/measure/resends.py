"""Resend bursts and how many requests came before: what services count when they limit requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import Floats, Ints, joint, run_numbers, run_starts, times, words
from analyzer.measure.sim_rows import moment
from analyzer.measure.timeline import counts_between

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

RESEND_SECONDS = 60.0


class ResendBurst(NamedTuple):
    """`n` requests of one device to one service, each less than 60 s after the one before."""

    device: str | None
    service: str | None
    n: int
    first: datetime
    last: datetime


def resend_bursts(requests: pa.Table) -> list[ResendBurst]:
    """Return the resend bursts of a request table (columns of schema.REQUESTS), by time."""
    group, moments, order = _sorted(requests)
    if not len(order):
        return []
    apart = np.diff(moments, prepend=-np.inf) >= RESEND_SECONDS * 1000
    run = run_numbers(run_starts(group, np.cumsum(apart)), len(order))
    size = np.bincount(run)
    first = run_starts(run)
    device, devices = words(requests.column("device"))
    service, services = words(requests.column("service"))
    found = [
        ResendBurst(
            _named(devices, device[order[first[number]]]),
            _named(services, service[order[first[number]]]),
            int(size[number]),
            moment(moments[first[number]]),
            moment(moments[first[number] + size[number] - 1]),
        )
        for number in np.flatnonzero(size > 1)
    ]
    return sorted(found, key=lambda burst: burst.first)


def requests_within(requests: pa.Table, seconds: float) -> Ints:
    """Return for each request how many its device made to its service in the `seconds` up to it.

    The request itself counts; requests without a time count 0.
    """
    counts = np.zeros(requests.num_rows, np.int64)
    group, moments, order = _sorted(requests)
    first = moments - seconds * 1000 + 1
    counts[order] = counts_between(group, moments, group, first, moments)
    return counts


def _sorted(requests: pa.Table) -> tuple[Ints, Floats, Ints]:
    """Group and time of the requests that have a time, in order, and their rows."""
    moments = times(requests, "requested_at")
    known = np.flatnonzero(~np.isnan(moments))
    if not len(known):
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64)
    device, service = (words(requests.column(name))[0][known] for name in ("device", "service"))
    group = joint(device, service)
    order = np.lexsort((moments[known], group))
    return group[order], moments[known][order], known[order]


def _named(known: list[str], number: int) -> str | None:
    return known[number] if number >= 0 else None
