"""Comparisons of two groups: each own formula against an independent one."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.measure.comparisons import (
    BOSCHLOO_LARGEST_N,
    LATENCY_MINIMUM_N,
    RATE_MINIMUM_N,
    benjamini_hochberg,
    compare_arrivals,
    compare_latencies,
    compare_rates,
    holm,
    newcombe_interval,
)
from analyzer.measure.shift import _arrangements, location_shift

latencies = st.lists(st.integers(-2_000, 90_000).map(lambda v: v / 1000), min_size=1, max_size=14)


# Reference: Newcombe 1998, table II, method 10; the order of the groups is turned round here.
@pytest.mark.parametrize(
    ("hits1", "n1", "hits2", "n2", "low", "high"),
    [
        (48, 80, 56, 70, 0.0524, 0.3339),
        (3, 10, 9, 10, 0.1705, 0.8090),
        (2, 7, 6, 7, 0.0582, 0.8062),
        (0, 29, 5, 56, -0.0381, 0.1926),
        (0, 20, 10, 10, 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_of_rates_is_newcombes(hits1, n1, hits2, n2, low, high):
    found = newcombe_interval(hits1, n1, hits2, n2)
    assert found == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), n1=st.integers(1, 300), n2=st.integers(1, 300))
def test_turning_the_groups_round_turns_the_difference_round(data, n1, n2):
    hits1, hits2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    low, high = newcombe_interval(hits1, n1, hits2, n2)
    turned_low, turned_high = newcombe_interval(hits2, n2, hits1, n1)
    assert (low, high) == pytest.approx((-turned_high, -turned_low))
    assert -1 <= low <= hits2 / n2 - hits1 / n1 <= high <= 1


def test_the_interval_of_a_difference_of_rates_covers_as_promised():
    # Exactly, over every pair of tables: 12 and 18 cases at rates of 10 and 35 %.
    hits1, hits2 = np.arange(13), np.arange(19)
    chance = np.outer(scipy.stats.binom.pmf(hits1, 12, 0.1), scipy.stats.binom.pmf(hits2, 18, 0.35))
    covered = np.array([[_holds(h1, 12, h2, 18, 0.25) for h2 in hits2] for h1 in hits1])
    assert 0.93 <= chance[covered].sum() <= 0.99


def _holds(hits1, n1, hits2, n2, difference):
    low, high = newcombe_interval(hits1, n1, hits2, n2)
    return low <= difference <= high


@pytest.mark.parametrize(("hits1", "hits2"), [(0, 6), (1, 7), (5, 5), (0, 0), (20, 20)])
def test_small_rates_are_compared_by_boschloos_test(hits1, hits2):
    found = compare_rates(hits1, 20, hits2, 20)
    table = [[hits1, hits2], [20 - hits1, 20 - hits2]]
    fisher = scipy.stats.fisher_exact(table).pvalue
    assert 0 < found.p <= fisher + 1e-12
    if 0 < hits1 + hits2 < 40:
        assert found.p == pytest.approx(scipy.stats.boschloo_exact(table).pvalue)


def test_large_rates_are_compared_by_fishers_test():
    n = BOSCHLOO_LARGEST_N + 1
    found = compare_rates(3, n, 12, n)
    assert found.p == scipy.stats.fisher_exact([[3, 12], [n - 3, n - 12]]).pvalue
    assert found.difference == pytest.approx(9 / n)


def test_too_few_cases_decide_nothing():
    few = compare_rates(0, RATE_MINIMUM_N - 1, 100, 100)
    assert few.p < 0.001
    assert not few.decidable
    assert compare_rates(0, RATE_MINIMUM_N, 5, RATE_MINIMUM_N).decidable
    nothing = compare_rates(0, 0, 1, 7)
    assert math.isnan(nothing.difference)
    assert (nothing.n1, nothing.n2, nothing.decidable) == (0, 7, False)
    short = np.arange(LATENCY_MINIMUM_N - 1, dtype=float)
    assert not compare_latencies(short, np.arange(50.0)).decidable
    assert not compare_latencies(np.array([np.nan]), np.arange(50.0)).decidable


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="7 of 5"):
        compare_rates(7, 5, 0, 5)


@settings(max_examples=150, deadline=None)
@given(first=latencies, second=latencies)
def test_the_shift_is_the_median_of_all_differences(first, second):
    every = np.sort(np.subtract.outer(np.array(second), np.array(first)).ravel())
    shift = location_shift(np.array(first), np.array(second), 0.95)
    assert shift.difference == pytest.approx(np.median(every), abs=1e-9)
    if not math.isnan(shift.low):
        assert every[0] - 1e-9 <= shift.low <= shift.difference <= shift.high <= every[-1] + 1e-9


@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (2, 3), (3, 3), (4, 6), (5, 5)])
def test_the_count_of_arrangements_is_that_of_all_of_them(n1, n2):
    counted = np.zeros(n1 * n2 + 1)
    for chosen in combinations(range(n1 + n2), n1):
        counted[sum(chosen) - n1 * (n1 - 1) // 2] += 1
    assert _arrangements(n1, n2).tolist() == counted.tolist()


def test_the_interval_of_a_shift_is_the_published_one():
    # Reference: Hollander and Wolfe, example 4.1 (water transfer through the human chorioamnion,
    # 10 at term, 5 at 12 to 26 weeks): shift -0.305, ranks 8 and 43 of the 50 differences.
    term = np.array([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
    early = np.array([1.15, 0.88, 0.90, 0.74, 1.21])
    shift = location_shift(term, early, 0.96)
    assert shift.difference == pytest.approx(-0.305)
    assert (shift.low, shift.high) == pytest.approx((-0.76, 0.15))


def test_the_shift_of_many_agrees_with_the_exact_ranks_at_the_border():
    first = np.random.default_rng(1).gamma(2, 2, 50)
    second = np.random.default_rng(2).gamma(2, 2, 50) + 1
    exact = location_shift(first, second, 0.95)
    normal = location_shift(np.append(first, 2.0), second, 0.95)
    assert normal.low == pytest.approx(exact.low, abs=0.1)
    assert normal.high == pytest.approx(exact.high, abs=0.1)


def test_the_interval_of_a_shift_covers_as_promised():
    rng = np.random.default_rng(5)
    for n1, n2 in ((6, 8), (20, 30), (60, 60)):
        shifts = [
            location_shift(rng.lognormal(1.2, 0.5, n1), rng.lognormal(1.2, 0.5, n2) + 2.0, 0.95)
            for _ in range(400)
        ]
        covered = np.mean([shift.low <= 2.0 <= shift.high for shift in shifts])
        # Of 400 trials at 95 % all but one in a thousand give 91.5 % or more.
        assert covered >= 0.915


def test_latencies_are_compared_by_mann_whitney():
    first, second = np.arange(8.0), np.arange(8.0) + 3.5
    found = compare_latencies(np.append(first, np.nan), second)
    assert (found.n1, found.n2, found.difference) == (8, 8, 3.5)
    assert found.p == scipy.stats.mannwhitneyu(first, second).pvalue
    assert found.low < 3.5 < found.high
    assert found.decidable


def test_codes_that_never_came_are_compared_by_log_rank():
    came, waited = np.arange(2.0, 12), np.full(10, 600.0)
    found = compare_arrivals(came, np.array([]), came[:5], waited)
    assert (found.n1, found.n2) == (10, 15)
    assert found.p < 0.01
    assert math.isnan(found.difference)  # the second group never reached half
    alike = compare_arrivals(came, waited[:2], came, waited[:2])
    assert alike.p == pytest.approx(1.0)
    assert alike.difference == 0
    assert not compare_arrivals(np.array([]), waited, np.array([]), waited).decidable


def test_log_rank_by_hand():
    # At 1 s: 1 of 2 and 1 of 4; at 2 s: 1 of 1 and 3. Observed 2 in the first, expected 2/4 + 1/3.
    found = compare_arrivals(np.array([1.0, 2.0]), np.array([]), np.array([]), np.array([9.0, 9.0]))
    expected = 2 / 4 + 1 / 3
    variance = 1 / 4 + 2 / 9
    chance = scipy.stats.chi2.sf((2 - expected) ** 2 / variance, 1)
    assert found.p == pytest.approx(chance)


def test_corrections_by_hand():
    p = [0.01, np.nan, 0.04, 0.03, 0.005]
    assert holm(p) == pytest.approx([0.03, np.nan, 0.06, 0.06, 0.02], nan_ok=True)
    assert benjamini_hochberg(p) == pytest.approx([0.02, np.nan, 0.04, 0.04, 0.02], nan_ok=True)
    assert holm([]).tolist() == benjamini_hochberg([]).tolist() == []


@settings(max_examples=60, deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_rejects_what_stepping_down_by_hand_rejects(p):
    corrected = holm(p)
    rejected = set()
    for step, place in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        if p[place] * (len(p) - step) > 0.05:
            break
        rejected.add(place)
    assert {n for n, value in enumerate(corrected) if value <= 0.05} == rejected
    assert (corrected >= np.array(p) - 1e-15).all()
