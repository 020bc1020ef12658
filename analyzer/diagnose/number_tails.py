"""Last digits that services show when they send a code, against those at which codes arrive."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import times, words
from analyzer.measure.sim_rows import sim_rows

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case
    from analyzer.measure import AttemptArrays

LEAST_ATTEMPTS = 3


class OtherTail(NamedTuple):
    """A service that shows last digits at which nothing arrives; its `n` attempts all failed."""

    device: str | None
    service: str
    n: int
    attempts: tuple[int, ...]


def mismatched_tails(case: Case) -> list[OtherTail]:
    """Return the services that show last digits at which nothing arrives, others have theirs.

    Three attempts at least must show the digits, all without a code, while codes arrive at others
    that neither end with them nor are their end (2 digits shown are not another number than 4). On
    a phone with as many SIMs as numbers shown the digits may be those of its other SIM: there a
    service counts only if it delivered before, showing other digits. Digits at which codes arrived
    once count as well from the last code on, if codes arrive at new digits since: the number was
    replaced, and these services still write to the old one.
    """
    tried, tails = case.tried, _tails(case)
    phones: dict[int, list[int]] = defaultdict(list)
    for row in sorted(tails):
        if tried.known[row] and tried.service[row] >= 0:
            phones[int(tried.device[row])].append(row)
    if not phones:
        return []
    sims = _sims(case)
    found: list[OtherTail] = []
    for phone, rows in phones.items():
        device = tried.devices[phone] if phone >= 0 else None
        found.extend(_of_phone(case, device, rows, tails, sims.get(device, 1)))
    return found


def _of_phone(
    case: Case, device: str | None, rows: list[int], tails: dict[int, str], sims: int
) -> list[OtherTail]:
    tried = case.tried
    at: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        at[tails[row]].append(row)
    delivering = {tail: own for tail, own in at.items() if tried.came[own].any()}
    came = {int(tried.service[row]) for row in rows if tried.came[row]}
    found: list[OtherTail] = []
    for tail, own in at.items():
        if tail in delivering:
            silent = _replaced(tried, tail, delivering)
            found += _by_service(tried, device, silent, None)
        elif delivering and not any(_alike(tail, other) for other in delivering):
            found += _by_service(tried, device, own, None if len(at) > sims else came)
    return found


def _replaced(tried: AttemptArrays, tail: str, delivering: dict[str, list[int]]) -> list[int]:
    """The attempts at digits after their last code, if new digits took their place then."""
    came = {name: tried.started[own][tried.came[own]] for name, own in delivering.items()}
    last = came[tail].max()
    new = any(times.min() > last and not _alike(name, tail) for name, times in came.items())
    return [row for row in delivering[tail] if new and tried.started[row] > last]


def _by_service(
    tried: AttemptArrays, device: str | None, rows: list[int], only: set[int] | None
) -> list[OtherTail]:
    by_service: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_service[int(tried.service[row])].append(row)
    return [
        OtherTail(device, tried.services[service], len(silent), tuple(silent))
        for service, silent in by_service.items()
        if len(silent) >= LEAST_ATTEMPTS and (only is None or service in only)
    ]


def _alike(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


def _tails(case: Case) -> dict[int, str]:
    """The last digits that the first request of each attempt shows, where it shows any."""
    tried, requests = case.tried, case.requests
    tail, written = words(requests["number_tail"])
    shown = np.flatnonzero(tail >= 0)
    if not len(shown):
        return {}
    moments = times(requests, "requested_at")
    service, services = words(requests["service"])
    first = {
        (services[service[row]], float(moments[row])): "".join(
            filter(str.isdigit, written[tail[row]])
        )
        for row in shown.tolist()
        if service[row] >= 0
    }
    found = {}
    for row in np.flatnonzero(tried.service >= 0).tolist():
        digits = first.get((tried.services[tried.service[row]], float(tried.started[row])))
        if digits:
            found[row] = digits
    return found


def _sims(case: Case) -> dict[str | None, int]:
    """How many SIMs each phone received by."""
    rows = sim_rows(case.whole)
    pairs = np.unique(np.stack([rows.device, rows.sim], axis=1), axis=0)
    counts = np.bincount(pairs[pairs[:, 0] >= 0, 0], minlength=len(rows.devices))
    return dict(zip(rows.devices, counts.tolist(), strict=True))
