"""Own formulas against independent ones."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.measure import (
    LatencyCounts,
    arrival,
    censored_quantile,
    minimum_n,
    rank_interval,
    wilson_interval,
)
from analyzer.measure.statistics import percentile_minimum_n, quantile_rank


@settings(max_examples=80, deadline=None)
@given(n=st.integers(1, 5000), share=st.floats(0, 1))
def test_wilson_equals_scipy(n, share):
    hits = round(n * share)
    expected = scipy.stats.binomtest(hits, n).proportion_ci(method="wilson")
    low, high = wilson_interval(hits, n)
    assert float(low) == pytest.approx(expected.low, abs=1e-9)
    assert float(high) == pytest.approx(expected.high, abs=1e-9)


def test_wilson_of_nothing_is_not_a_number():
    low, high = wilson_interval([0, 1], [0, 1])
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert high[1] == 1


@pytest.mark.parametrize(
    ("quantile", "n"), [(0.5, 6), (0.75, 11), (0.9, 29), (0.95, 59), (0.99, 299)]
)
def test_how_many_values_an_interval_needs(quantile, n):
    assert minimum_n(quantile) == n
    ranks = rank_interval([n - 1, n], quantile)
    assert ranks.low[0] == ranks.high[0] == 0
    assert 1 <= ranks.low[1] < ranks.high[1] <= n


@pytest.mark.parametrize("quantile", [0.5, 0.75, 0.9, 0.95, 0.99])
def test_rank_intervals_cover_and_equal_scipys_where_it_has_one(quantile):
    compared = 0
    for n in range(1, 700, 7):
        ranks = rank_interval(n, quantile)
        if not ranks.low:
            continue
        below = scipy.stats.binom(n, quantile)
        assert below.cdf(ranks.high - 1) - below.cdf(ranks.low - 1) >= 0.95 - 1e-12
        test = scipy.stats.quantile_test(np.arange(1.0, n + 1), p=quantile)
        low, high = test.confidence_interval(0.95)
        if not math.isnan(low) and not math.isnan(high):
            assert (low, high) == (ranks.low, ranks.high)
            compared += 1
    assert compared > 20


def test_an_upper_percentile_needs_more_values_than_lie_above_it():
    assert [percentile_minimum_n(q) for q in (0.5, 0.9, 0.95, 0.99)] == [1, 10, 20, 100]


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(-5, 5000), min_size=1, max_size=150),
    quantile=st.sampled_from([0.5, 0.9, 0.95, 0.99]),
)
def test_the_rank_of_a_quantile_is_numpys(values, quantile):
    rank = quantile_rank(np.array([len(values)]), quantile)[0]
    assert sorted(values)[rank - 1] == np.quantile(values, quantile, method="inverted_cdf")


def test_without_missing_codes_the_share_arrived_is_the_plain_one():
    shares = arrival(np.array([3.0, 40.0, 70.0, 400.0]), np.array([]), (30.0, 60.0, 300.0))
    assert [share.share for share in shares] == pytest.approx([0.25, 0.5, 0.75])
    assert all(share.low <= share.share <= share.high for share in shares)


def test_missing_codes_count_until_they_were_given_up():
    came = np.repeat([4.0, 6.0, 10.0], 16)
    (share,) = arrival(came, np.full(12, 600.0), (60.0,))
    assert share.share == pytest.approx(0.8)
    assert censored_quantile(came, np.full(12, 600.0), 0.5) == 6
    assert censored_quantile(came, np.full(12, 600.0), 0.9) == math.inf


def test_kaplan_meier_by_hand():
    # At risk 5, 4, then one given up at 20 s, then 2: (4/5) (3/4) (1/2) have not arrived.
    came, waited = np.array([5.0, 10.0, 30.0]), np.array([20.0, 600.0])
    (share,) = arrival(came, waited, (60.0,))
    assert share.share == pytest.approx(1 - 4 / 5 * 3 / 4 * 1 / 2)


def test_if_nothing_came_nothing_arrived():
    (share,) = arrival(np.array([]), np.array([600.0]), (60.0,))
    assert share.share == 0
    assert math.isnan(share.high)
    assert censored_quantile(np.array([]), np.array([600.0]), 0.5) == math.inf
    (share,) = arrival(np.array([]), np.array([]), (60.0,))
    assert math.isnan(share.share)


class TestCoverage:
    """How often an interval holds the truth, over exact chances or many simulated groups."""

    def test_wilson_holds_the_rate_about_95_times_in_100(self):
        rates = np.linspace(0.02, 0.98, 97)
        for n in (5, 20, 100):
            hits = np.arange(n + 1)
            low, high = wilson_interval(hits, n)
            chance = scipy.stats.binom.pmf(hits[:, None], n, rates)
            inside = (low[:, None] <= rates) & (rates <= high[:, None])
            covered = (chance * inside).sum(axis=0)
            assert 0.94 <= covered.mean() <= 0.98
            # Reference: Brown, Cai, DasGupta, Statistical Science 16 (2001) 101: it dips near 0, 1.
            assert covered.min() >= 0.83

    @pytest.mark.parametrize(("quantile", "name", "n"), [(0.5, "p50", 15), (0.95, "p95", 80)])
    def test_percentile_intervals_of_whole_seconds_hold_the_true_second(self, quantile, name, n):
        rng = np.random.default_rng(3)
        groups = 600
        keys = pd.DataFrame({"sender": np.repeat(np.arange(groups).astype(str), n)})
        table = LatencyCounts.of(keys, rng.lognormal(2.5, 1.0, groups * n)).table()
        true = math.floor(scipy.stats.lognorm(1.0, scale=math.exp(2.5)).ppf(quantile))
        inside = (table[f"{name}_low"] <= true) & (true <= table[f"{name}_high"])
        # Of 600 groups at 95 % all but one in a thousand simulations hold 92.2 % or more.
        assert inside.mean() >= 0.922

    def test_the_share_arrived_is_held_though_some_never_come_and_logs_end(self):
        rng = np.random.default_rng(8)
        true = 0.8 * scipy.stats.lognorm(1.0, scale=10.0).cdf(30)
        held, trials, n = 0, 400, 50
        for _ in range(trials):
            came = np.where(rng.random(n) < 0.8, rng.lognormal(math.log(10), 1.0, n), np.inf)
            waited = rng.choice([20.0, 600.0, 259_200.0], n, p=[0.2, 0.4, 0.4])
            seen = came <= waited
            (share,) = arrival(came[seen], waited[~seen], (30.0,))
            held += share.low <= true <= share.high
        assert held / trials >= 0.915
