"""Intervals that assume nothing of how latencies are distributed, and are honest about small n."""

from __future__ import annotations

import warnings
from functools import lru_cache
from math import ceil, floor, inf, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analyzer.measure.arrays import Floats, Ints

if TYPE_CHECKING:
    import numpy.typing as npt

CONFIDENCE = 0.95


class RankInterval(NamedTuple):
    """1-based ranks of the sorted values between which a quantile lies; 0: too few values."""

    low: Ints
    high: Ints


def wilson_interval(
    hits: npt.ArrayLike, n: npt.ArrayLike, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Return the lower and upper bound of the rate hits / n, NaN where n is 0.

    Reference: E. B. Wilson, JASA 22 (1927) 209, score interval without continuity correction.
    """
    hits, n = np.asarray(hits, np.float64), np.asarray(n, np.float64)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = hits / n
        width = z / (1 + z * z / n) * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
        middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    low = np.where(hits == 0, np.where(n > 0, 0.0, np.nan), middle - width)
    high = np.where(hits == n, np.where(n > 0, 1.0, np.nan), middle + width)
    return low, high


@lru_cache
def minimum_n(quantile: float, confidence: float = CONFIDENCE) -> int:
    """Return how many values a two-sided interval of a quantile needs: p50 6, p90 29, p95 59.

    Fewer, and even the smallest and the largest value enclose it with less than `confidence`.
    """
    rarer = max(quantile, 1 - quantile)
    n = max(1, ceil(log(1 - confidence) / log(rarer)) if rarer < 1 else 1)
    while rarer**n + (1 - rarer) ** n > 1 - confidence:
        n += 1
    return n


def percentile_minimum_n(quantile: float) -> int:
    """Return from how many values on an upper percentile is not just the largest one, renamed.

    p90 needs 10, p95 20, p99 100; the median is given from one value on.
    """
    return 1 if quantile <= 0.5 else round(1 / (1 - quantile))


def rank_interval(
    n: npt.ArrayLike, quantile: float, confidence: float = CONFIDENCE
) -> RankInterval:
    """Return the ranks whose values enclose the quantile of each sample size in `n`.

    Each side errs with at most half of 1 - confidence. Where the largest (or smallest) value alone
    errs with more than that, the interval ends there and the other side gets what is left, so that
    an interval exists from `minimum_n` on and always covers with at least `confidence`.

    Reference: H. A. David, H. N. Nagaraja, Order Statistics, 7.1; the number of values below the
    quantile is binomial.
    """
    sizes = np.asarray(n, np.int64)
    error = 1 - confidence
    beyond, before = quantile**sizes, (1 - quantile) ** sizes
    low_error = np.where(beyond > error / 2, error - beyond, error / 2)
    high_error = np.where(before > error / 2, error - before, error / 2)
    enough = sizes >= minimum_n(quantile, confidence)
    low, high = np.zeros_like(sizes), np.zeros_like(sizes)
    large = sizes[enough]
    low[enough] = np.maximum(_ranks_below(large, quantile, low_error[enough]), 1)
    beyond_it = _ranks_below(large, 1 - quantile, high_error[enough])
    high[enough] = np.minimum(large + 1 - beyond_it, large)
    return RankInterval(low, high)


def _ranks_below(n: Ints, quantile: float, error: Floats) -> Ints:
    pairs = zip(n.tolist(), error.tolist(), strict=True)
    return np.array([_largest_rank_below(*pair, quantile) for pair in pairs], np.int64)


@lru_cache(maxsize=1 << 14)
def _largest_rank_below(n: int, error: float, quantile: float) -> int:
    """Largest rank r with P(fewer than r values lie below the quantile) <= error; may be 0.

    The binomial distribution is summed up from 10 standard deviations below its mean to 10 above,
    beyond which lies less than the last bit. scipy.special says the same and takes longer to
    import than a small report takes without it.
    """
    mean = n * quantile
    reach = 10 * sqrt(mean * (1 - quantile)) + 10
    first, last = max(floor(mean - reach), 0), min(ceil(mean + reach), n)
    k = np.arange(first, last)
    growth = (n - k) / (k + 1) * (quantile / (1 - quantile))
    share = np.cumsum(np.cumprod(np.append(1.0, growth)))
    return first + int(np.searchsorted(share, error * share[-1], side="right"))


def quantile_rank(n: Ints, quantile: float) -> Ints:
    """Return the 1-based rank of the quantile: the smallest value that q of all do not exceed."""
    # A product such as 0.95 * 20 must not be pushed over the integer by its last bit.
    return np.asarray(np.maximum(np.ceil(n * quantile - 1e-9), 1), np.int64)


class Arrival(NamedTuple):
    """P(arrived <= seconds) with its 95 % interval (NaN: not defined by so few cases)."""

    share: float
    low: float
    high: float


def arrival(
    seconds: Floats, waited: Floats, moments: tuple[float, ...], confidence: float = CONFIDENCE
) -> list[Arrival]:
    """Return the Kaplan-Meier share of codes that had arrived by each moment (seconds).

    `seconds` are the latencies of codes that came, `waited` how long those that never came were
    waited for (right-censored). Interval: Greenwood, log-log.
    """
    from scipy.stats import CensoredData, ecdf

    if not len(seconds):
        return [Arrival(0.0 if len(waited) else np.nan, np.nan, np.nan) for _ in moments]
    curve = ecdf(CensoredData(uncensored=seconds, right=waited)).sf
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        # Where none or all have arrived the formula gives NaN, which is what is returned.
        warnings.simplefilter("ignore", RuntimeWarning)
        bounds = curve.confidence_interval(confidence, method="log-log")
    steps = [np.asarray(step.evaluate(moments)) for step in (curve, bounds.high, bounds.low)]  # type: ignore[union-attr]
    return [Arrival(*(1.0 - float(step[place]) for step in steps)) for place in range(len(moments))]


def censored_quantile(seconds: Floats, waited: Floats, quantile: float) -> float:
    """Return by when a share `quantile` of all codes had come, infinite if it never had."""
    from scipy.stats import CensoredData, ecdf

    if not len(seconds):
        return inf if len(waited) else np.nan
    curve = ecdf(CensoredData(uncensored=seconds, right=waited)).cdf
    reached = np.flatnonzero(curve.probabilities >= quantile - 1e-9)
    return float(curve.quantiles[reached[0]]) if len(reached) else inf
