"""Two groups compared: before and after, one carrier and another, this phone and that.

A difference is always the second group's figure less the first's. Observations must be
independent: messages released together, or requests of one session, count as one before they are
compared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import Floats
from analyzer.measure.shift import location_shift
from analyzer.measure.statistics import (
    CONFIDENCE,
    censored_quantile,
    minimum_n,
    wilson_interval,
)

if TYPE_CHECKING:
    import numpy.typing as npt

# Below five cases a 95 % Wilson interval is wider than half of all there is (0 of 4: 0 to 49 %).
RATE_MINIMUM_N = 5
# As many as a 95 % interval of a median needs. Reference: `statistics.minimum_n`.
LATENCY_MINIMUM_N = minimum_n(0.5)
# Boschloo's test tries every table of n1 times n2; beyond this it takes seconds and says what
# Fisher's says.
BOSCHLOO_LARGEST_N = 60


@dataclass(frozen=True)
class Comparison:
    """What a comparison of two groups says.

    `difference` is second - first, `low` and `high` its 95 % interval, `p` the two-sided
    probability of a difference at least this large if there were none; each is NaN where the
    data define none. `n1` and `n2` are the sizes. Unless `decidable`, the groups are too small to
    say anything, whatever `p` is.
    """

    difference: float
    low: float
    high: float
    p: float
    n1: int
    n2: int
    decidable: bool


def compare_rates(
    hits1: int, n1: int, hits2: int, n2: int, confidence: float = CONFIDENCE
) -> Comparison:
    """Compare two rates, hits of n: blocked of received, missing of requested.

    p is Boschloo's exact test, for larger groups Fisher's; it needs 5 cases in each group. Even so
    only large differences can be shown: at 20 cases each, 5 % against 30 % is found in 43 of 100
    trials, at 40 each in 80.
    """
    if not (0 <= hits1 <= n1 and 0 <= hits2 <= n2):
        message = f"{hits1} of {n1} and {hits2} of {n2} are no rates"
        raise ValueError(message)
    if not (n1 and n2):
        return Comparison(np.nan, np.nan, np.nan, np.nan, n1, n2, decidable=False)
    low, high = newcombe_interval(hits1, n1, hits2, n2, confidence)
    return Comparison(
        difference=hits2 / n2 - hits1 / n1,
        low=low,
        high=high,
        p=_exact_p(hits1, n1, hits2, n2),
        n1=n1,
        n2=n2,
        decidable=min(n1, n2) >= RATE_MINIMUM_N,
    )


def newcombe_interval(
    hits1: int, n1: int, hits2: int, n2: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return the interval of the difference of two rates, hits2 / n2 - hits1 / n1.

    Reference: R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10: the score intervals
    of both rates joined, without continuity correction.
    """
    (low1, low2), (high1, high2) = wilson_interval([hits1, hits2], [n1, n2], confidence)
    rate1, rate2 = hits1 / n1, hits2 / n2
    difference = rate2 - rate1
    low = difference - np.hypot(rate2 - low2, high1 - rate1)
    high = difference + np.hypot(high2 - rate2, rate1 - low1)
    return float(low), float(high)


def compare_latencies(first: Floats, second: Floats, confidence: float = CONFIDENCE) -> Comparison:
    """Compare two groups of known latencies (seconds, NaN left out).

    The difference is the Hodges-Lehmann shift: the median of all differences of one latency of
    the second group and one of the first. p is the Mann-Whitney test; it needs 6 in each group.
    """
    from scipy.stats import mannwhitneyu

    first, second = first[~np.isnan(first)], second[~np.isnan(second)]
    n1, n2 = len(first), len(second)
    if not (n1 and n2):
        return Comparison(np.nan, np.nan, np.nan, np.nan, n1, n2, decidable=False)
    shift = location_shift(first, second, confidence)
    return Comparison(
        *shift,
        p=float(mannwhitneyu(first, second, alternative="two-sided").pvalue),
        n1=n1,
        n2=n2,
        decidable=min(n1, n2) >= LATENCY_MINIMUM_N,
    )


def compare_arrivals(
    first: Floats, first_waited: Floats, second: Floats, second_waited: Floats
) -> Comparison:
    """Compare how fast codes came, those that never came included.

    `first` and `second` are the seconds after which codes came, `..._waited` how long those that
    never came were waited for (right-censored). The difference is that of the times by which half
    of all had come, NaN where one group never reached half; it has no interval here. p is the
    log-rank test; it needs 6 requests in each group, and a code that came in one of them.
    """
    from scipy.stats import CensoredData, logrank

    n1, n2 = len(first) + len(first_waited), len(second) + len(second_waited)
    if not (n1 and n2) or not (len(first) or len(second)):
        return Comparison(np.nan, np.nan, np.nan, np.nan, n1, n2, decidable=False)
    medians = (
        censored_quantile(first, first_waited, 0.5),
        censored_quantile(second, second_waited, 0.5),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        test = logrank(
            CensoredData(uncensored=first, right=first_waited),
            CensoredData(uncensored=second, right=second_waited),
        )
    return Comparison(
        difference=medians[1] - medians[0] if np.all(np.isfinite(medians)) else np.nan,
        low=np.nan,
        high=np.nan,
        p=float(test.pvalue),
        n1=n1,
        n2=n2,
        decidable=min(n1, n2) >= LATENCY_MINIMUM_N,
    )


def holm(p_values: npt.ArrayLike) -> Floats:
    """Return p values corrected so that the chance of even one false finding stays at the level.

    NaN stays NaN and counts as no comparison. For few comparisons whose every error matters.

    Reference: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65.
    """
    values, known, corrected = _known(p_values)
    order = np.argsort(known)
    factors = np.arange(len(known), 0, -1)
    corrected_known = np.empty(len(known))
    corrected_known[order] = np.minimum(np.maximum.accumulate(known[order] * factors), 1)
    corrected[~np.isnan(values)] = corrected_known
    return corrected


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """Return p values corrected so that of the findings at most the level's share are false.

    NaN stays NaN and counts as no comparison. For tables of many senders or hours.

    Reference: Y. Benjamini, Y. Hochberg, JRSS B 57 (1995) 289.
    """
    from scipy.stats import false_discovery_control

    values, known, corrected = _known(p_values)
    if len(known):
        corrected[~np.isnan(values)] = false_discovery_control(known, method="bh")
    return corrected


def _known(p_values: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The values, those that are not NaN, and room for the corrected ones."""
    values = np.asarray(p_values, np.float64)
    return values, values[~np.isnan(values)], np.full(len(values), np.nan)


def _exact_p(hits1: int, n1: int, hits2: int, n2: int) -> float:
    from scipy.stats import boschloo_exact, fisher_exact

    table = np.array([[hits1, hits2], [n1 - hits1, n2 - hits2]])
    if hits1 + hits2 in (0, n1 + n2):
        return 1.0
    if max(n1, n2) > BOSCHLOO_LARGEST_N:
        return float(fisher_exact(table).pvalue)
    return float(boschloo_exact(table).pvalue)
