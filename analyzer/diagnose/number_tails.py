"""Last digits that services show when they send a code, against those at which codes arrive."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import words

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case

LEAST_ATTEMPTS = 2


class OtherTail(NamedTuple):
    """A service whose last digits no delivering service shows; its `n` attempts all failed."""

    device: str | None
    service: str
    n: int
    attempts: tuple[int, ...]


def mismatched_tails(case: Case) -> list[OtherTail]:
    """Return the services that show last digits at which nothing arrives.

    Only services without a single code count, and only on phones where services with the same
    written last digits all agree in length: 4 digits are not compared with 2.
    """
    tried = case.tried
    tails = _tails(case)
    by_phone: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in np.flatnonzero(tried.known & (tried.service >= 0)).tolist():
        by_phone[int(tried.device[row])][int(tried.service[row])].append(row)
    found = []
    for phone, services in by_phone.items():
        device = tried.devices[phone] if phone >= 0 else None
        shown = {name: tails.get((device, tried.services[name]), set()) for name in services}
        delivering = {
            tail
            for name, rows in services.items()
            if tried.came[rows].any()
            for tail in shown[name]
        }
        for name, rows in services.items():
            silent = len(rows) >= LEAST_ATTEMPTS and not tried.came[rows].any()
            if silent and _all_other(shown[name], delivering):
                found.append(OtherTail(device, tried.services[name], len(rows), tuple(rows)))
    return found


def _all_other(shown: set[str], delivering: set[str]) -> bool:
    """Whether no shown tail can be one of the delivering numbers: neither ends with the other."""
    return bool(shown and delivering) and not any(
        one.endswith(other) or other.endswith(one) for one in shown for other in delivering
    )


def _tails(case: Case) -> dict[tuple[str | None, str], set[str]]:
    requests = case.requests
    device, devices = words(requests["device"])
    service, services = words(requests["service"])
    tail, tails = words(requests["number_tail"])
    rows = np.flatnonzero((tail >= 0) & (service >= 0))
    found: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    triples = np.stack([device[rows], service[rows], tail[rows]], axis=1)
    for phone, name, number in np.unique(triples, axis=0).tolist():
        digits = "".join(filter(str.isdigit, tails[number]))
        if digits:
            found[devices[phone] if phone >= 0 else None, services[name]].add(digits)
    return found
