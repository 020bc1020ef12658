"""Retry schedules: delays that crowd at whole minutes, ten minutes or hours.

A service center that could not deliver tries again after fixed times; delays then lie just above
multiples of them. That hints at a phone that was not reached at first, no more: schedules differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import Floats, words
from analyzer.measure.sim_rows import sim_rows

if TYPE_CHECKING:
    import pyarrow as pa

PERIODS = (60, 600, 3600)
LEAST_SECONDS = 45.0
LEAST_ROWS = 10
# A retry arrives a little after the multiple: the phase of the crowd lies here, in turns.
EARLIEST, LATEST = -0.1, 0.25


class RetrySchedule(NamedTuple):
    """Delays of one carrier that crowd just above multiples of `period` seconds.

    `n` delays of `period` or about that and more, `concentration` their mean resultant length
    (0 spread, 1 all alike), `phase` where they crowd in seconds after a multiple, `p` of the
    Rayleigh test, corrected for the number of tests (Bonferroni).
    """

    carrier: str | None
    period: int
    n: int
    concentration: float
    phase: float
    p: float


def retry_schedules(table: pa.Table, error: float = 0.01) -> list[RetrySchedule]:
    """Return the retry schedules that the last-mile latencies of each carrier show.

    A period is tested on the delays above three quarters of it, ten at least.

    Reference: K. V. Mardia, P. E. Jupp, Directional Statistics, 6.3.1 (Rayleigh test).
    """
    rows = sim_rows(table)
    carrier, carriers = words(table.column("carrier"))
    carrier = carrier[rows.row]
    tests = []
    for number in np.unique(carrier[rows.latency > LEAST_SECONDS]):
        delays = rows.latency[(carrier == number) & (rows.latency > LEAST_SECONDS)]
        for period in PERIODS:
            enough = delays[delays > 0.75 * period]
            if len(enough) >= LEAST_ROWS:
                tests.append((carriers[number] if number >= 0 else None, period, enough))
    found = [_schedule(*test, len(tests)) for test in tests]
    return [one for one in found if one.p < error and EARLIEST <= one.phase / one.period <= LATEST]


def _schedule(carrier: str | None, period: int, delays: Floats, tests: int) -> RetrySchedule:
    mean = np.exp(2j * np.pi * delays / period).mean()
    length = float(np.abs(mean))
    phase = float(np.angle(mean)) / (2 * np.pi) * period
    return RetrySchedule(
        carrier,
        period,
        len(delays),
        round(length, 3),
        round(phase, 1),
        min(1.0, rayleigh_p(length, len(delays)) * tests),
    )


def rayleigh_p(length: float, n: int) -> float:
    """Return the p-value of a mean resultant length of n angles under no concentration.

    Reference: D. Wilkie, Applied Statistics 32 (1983) 311, accurate from n = 10 on.
    """
    squared = 4 * n * n * (1 - length**2)
    return float(np.clip(np.exp(np.sqrt(1 + 4 * n + squared) - (1 + 2 * n)), 0, 1))
