"""By how much one group of latencies lies above another: Hodges-Lehmann, with an exact interval.

All differences of a value of one group and one of the other are ranked without writing them down,
so that groups of any size fit: latencies have milliseconds, and the number of differences up to a
millisecond can be counted.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from analyzer.measure.arrays import Floats, Ints

# Up to this many differences their ranks come from the exact distribution, from there on from the
# normal one, which by then agrees to a rank or two.
EXACT_PAIRS = 2_500


class Shift(NamedTuple):
    """The median difference second - first in seconds, and its interval (NaN: too few)."""

    difference: float
    low: float
    high: float


def location_shift(first: Floats, second: Floats, confidence: float) -> Shift:
    """Return the Hodges-Lehmann shift of two groups of seconds, neither empty, without NaN.

    The interval covers with at least `confidence` whatever the distributions, if they differ by a
    shift alone; it is NaN where even the smallest and the largest difference do not.

    Reference: J. L. Hodges, E. L. Lehmann, Annals of Mathematical Statistics 34 (1963) 598;
    M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods, 4.2 and 4.3.
    """
    ordered = _milliseconds(first), _milliseconds(second)
    pairs = len(first) * len(second)
    lower, upper = (_ranked(*ordered, rank) for rank in ((pairs + 1) // 2, pairs // 2 + 1))
    middle = (lower + upper) / 2000.0
    rank = _lowest_rank(*sorted((len(first), len(second))), confidence)
    if not rank:
        return Shift(middle, np.nan, np.nan)
    low, high = (_ranked(*ordered, place) / 1000.0 for place in (rank, pairs + 1 - rank))
    return Shift(middle, low, high)


def _milliseconds(seconds: Floats) -> Ints:
    return np.sort(np.round(seconds * 1000)).astype(np.int64)


def _ranked(first: Ints, second: Ints, rank: int) -> int:
    """Return the difference second - first of a 1-based rank, in milliseconds; both sorted."""
    low, high = int(second[0] - first[-1]), int(second[-1] - first[0])
    while low < high:
        middle = (low + high) // 2
        # second - first <= middle: for each of the first, as many of the second.
        if int(np.searchsorted(second, first + middle, side="right").sum()) >= rank:
            high = middle
        else:
            low = middle + 1
    return low


@lru_cache(maxsize=256)
def _lowest_rank(n1: int, n2: int, confidence: float) -> int:
    """Return the largest rank r whose difference errs with at most half of 1 - confidence; or 0.

    The true shift lies below the r-th smallest difference with P(U < r), U the Mann-Whitney count.
    """
    error, pairs = (1 - confidence) / 2, n1 * n2
    if pairs <= EXACT_PAIRS:
        cumulated = np.cumsum(_arrangements(n1, n2)) / comb(n1 + n2, n1)
        return int(np.searchsorted(cumulated, error, side="right"))
    spread = np.sqrt(pairs * (n1 + n2 + 1) / 12)
    return max(int(np.floor(pairs / 2 + NormalDist().inv_cdf(error) * spread)), 0)


def _arrangements(n1: int, n2: int) -> Floats:
    """Return in how many orders of n1 and n2 values the Mann-Whitney count is 0, 1, ... n1 n2.

    These are the coefficients of the Gaussian binomial: the product over i of
    (1 - q^(n2+i)) / (1 - q^i).
    """
    size = n1 * n2 + 1
    counts = np.zeros(size, object)
    counts[0] = 1
    for i in range(1, n1 + 1):
        factor = n2 + i
        counts[factor:] = counts[factor:] - counts[: max(size - factor, 0)]
        for place in range(i, size):
            counts[place] += counts[place - i]
    return counts.astype(np.float64)
