"""Latency, blocking and outcome tables; counts that merge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.measure import (
    AttemptOptions,
    LatencyCounts,
    attempts,
    blocking_groupings,
    blocking_table,
    groupings_of,
    latency_groupings,
    latency_table,
    outcome_table,
    request_latency_table,
)

COLUMNS = [
    "n", "unknown", "p50", "p90", "p95", "p99", "max", "late",
    "p50_low", "p50_high", "p95_low", "p95_high",
]  # fmt: skip


def codes(*took, **more):
    """Code messages 1,000 s apart."""
    return [{"sent": n * 1000.0, "took": t, **more} for n, t in enumerate(took)]


class TestLatency:
    def test_figures_are_whole_seconds_and_null_where_n_is_too_small(self, measured):
        (line,) = latency_table(measured(*codes(2.3, 3.9, 70.5))).to_dict("records")
        assert list(line) == COLUMNS
        assert (line["n"], line["unknown"], line["late"]) == (3, 0, 1)
        assert (line["p50"], line["max"]) == (3, 70)
        assert all(line[name] is None for name in ("p90", "p95", "p99", "p50_low", "p95_high"))

    def test_percentiles_and_intervals_come_with_enough_values(self, measured):
        (line,) = latency_table(measured(*codes(*(n + 0.5 for n in range(100))))).to_dict("records")
        assert [line[name] for name in ("p50", "p90", "p95", "p99", "max")] == [49, 89, 94, 98, 99]
        assert (line["p50_low"], line["p50_high"]) == (39, 60)
        assert line["p95_low"] < 94 < line["p95_high"]

    def test_unknown_latencies_and_lower_bounds_are_counted_not_used(self, measured):
        rows = [
            *codes(2.5),
            {"received": 9000.5},
            {"sent": 500_000.0, "took": -300.5},
            {"sent": 501_000.0, "took": 2.5},
        ]
        table = latency_table(measured(*rows))
        assert table[["n", "unknown"]].to_numpy().tolist() == [[1, 3]]

    def test_blocked_codes_count_others_do_not(self, measured):
        rows = [
            *codes(2.5, folder="blocked"),
            *codes(2.5, is_code=False),
            *codes(2.5, direction="sent", folder=None),
        ]
        assert latency_table(measured(*rows))["n"].tolist() == [1]

    def test_without_codes_there_is_one_line_of_nothing(self, measured):
        table = latency_table(measured())
        assert table["n"].tolist() == [0]
        assert table["p50"].isna().all()
        assert latency_table(measured(), ["sender"]).empty

    def test_keys_of_unknown_value_are_called_unknown(self, measured):
        table = measured(*codes(2.5, carrier=None), *codes(3.5))
        assert latency_table(table, ["carrier"])["carrier"].tolist() == ["China Mobile", "unknown"]

    def test_times_are_grouped_in_the_given_zone(self, measured):
        # 2026-03-02 08:00 UTC, a Monday.
        table = measured({"sent": 12 * 3600.0, "took": 2.5})
        by = ["hour", "weekday", "day", "month"]
        line = latency_table(table, by, tz="Asia/Shanghai").iloc[0]
        assert line[by].tolist() == ["04", "2", "2026-03-03", "2026-03"]
        assert latency_table(table, by).iloc[0][by].tolist() == ["20", "1", "2026-03-02", "2026-03"]

    @pytest.mark.parametrize(
        "key", ["sender", "carrier", "service", "route", "sim_slot", "device", "country", "purpose"]
    )
    def test_every_key_groups(self, measured, key):
        assert latency_table(measured(*codes(2.5, 3.5)), [key])["n"].tolist() == [2]

    def test_an_unknown_key_is_an_error_that_names_the_known(self, measured):
        with pytest.raises(ValueError, match="cannot group by 'colour'; known are sender, "):
            latency_table(measured(), ["colour"])


class TestGroupings:
    @pytest.fixture
    def table(self, measured):
        return measured(
            *codes(2.5, 3.5),
            *codes(4.5, carrier="China Unicom"),
            *codes(5.5, sender_key="Binance", folder="blocked", block_reason="keyword"),
            *codes(6.5, carrier=None, restored=True),
        )

    def test_null_means_all(self, table):
        lines = latency_groupings(table)
        assert list(lines.columns) == ["sender", "carrier", *COLUMNS]
        keys = [
            tuple(None if pd.isna(k) else k for k in pair)
            for pair in lines[["sender", "carrier"]].itertuples(index=False)
        ]
        number = "1069012345"
        assert dict(zip(keys, lines["n"], strict=True)) == {
            (None, None): 5,
            (number, None): 4,
            ("Binance", None): 1,
            (None, "China Mobile"): 3,
            (None, "China Unicom"): 1,
            (None, "unknown"): 1,
            (number, "China Mobile"): 2,
            (number, "China Unicom"): 1,
            (number, "unknown"): 1,
            ("Binance", "China Mobile"): 1,
        }  # fmt: skip

    def test_blocking_has_the_same_groups(self, table):
        lines = blocking_groupings(table)
        assert list(lines.columns) == [
            "sender", "carrier", "n", "blocked", "rate", "rate_low", "rate_high", "reasons",
        ]  # fmt: skip
        pd.testing.assert_frame_equal(
            lines[["sender", "carrier", "n"]], latency_groupings(table)[["sender", "carrier", "n"]]
        )
        overall = lines.iloc[0]
        assert (overall["blocked"], overall["rate"]) == (2, 0.4)
        assert overall["reasons"] == {"keyword": 1, "unknown": 1}

    def test_nothing_still_has_its_overall_line(self, measured):
        assert latency_groupings(measured())["n"].tolist() == [0]
        blocking = blocking_groupings(measured())
        assert blocking["n"].tolist() == [0]
        assert blocking["rate"].isna().all()
        assert blocking["reasons"].tolist() == [{}]


def test_blocking_rates_have_wilson_intervals(measured):
    table = measured(*codes(*[2.5] * 5), *codes(2.5, folder="blocked", service="OKX"))
    lines = blocking_table(table, ["service"]).set_index("service")
    assert lines.loc["Binance", "rate"] == 0
    assert lines.loc["Binance", "rate_high"] == pytest.approx(0.4345, abs=1e-4)
    assert lines.loc["OKX", "reasons"] == {"unknown": 1}


latencies = st.lists(
    st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(-900, 90_000))), max_size=120
)


def counted(rows):
    keys = pd.DataFrame({"sender": pd.Categorical([key for key, _ in rows], categories=[*"abc"])})
    values = [np.nan if value is None else value / 10 for _, value in rows]
    return LatencyCounts.of(keys, np.array(values, float))


@settings(max_examples=80, deadline=None)
@given(rows=latencies)
def test_percentiles_of_counts_are_those_of_the_expanded_values(rows):
    counts = counted(rows)
    found = counts.totals.set_index("sender")
    for key in {key for key, _ in rows}:
        values = np.floor([v / 10 for k, v in rows if k == key and v is not None])
        assert found.loc[key, "n"] == len(values)
        assert found.loc[key, "unknown"] == sum(k == key and v is None for k, v in rows)
        assert found.loc[key, "late"] == sum(
            k == key and v is not None and v > 600 for k, v in rows
        )
        for quantile in (0.5, 0.9, 0.95, 0.99):
            value = counts.percentile(quantile).set_index("sender").loc[key, "value"]
            if len(values):
                assert value == np.quantile(values, quantile, method="inverted_cdf")
            else:
                assert value is pd.NA
        curve = counts.ecdf()
        mine = curve[curve["sender"] == key]
        expected = [(values <= second).mean() for second in mine["second"]]
        assert mine["share"].tolist() == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(first=latencies, second=latencies)
def test_counts_add_up(first, second):
    whole = counted([*first, *second])
    for merged in (counted(first) + counted(second), counted(second) + counted(first)):
        pd.testing.assert_frame_equal(merged.seconds, whole.seconds)
        pd.testing.assert_frame_equal(merged.totals, whole.totals)
        pd.testing.assert_frame_equal(merged.table(), whole.table())
    pd.testing.assert_frame_equal(
        counted(first).over(()).table() if second == [] else whole.over(()).table(),
        (counted(first) + counted(second)).over(()).table(),
    )


def test_counts_of_different_groupings_do_not_add(measured):
    table = measured(*codes(2.5))
    with pytest.raises(ValueError, match="cannot add"):
        LatencyCounts.from_messages(table, ["sender"]) + LatencyCounts.from_messages(table)


def test_merged_counts_give_the_groupings_of_all_messages(measured):
    first = codes(2.5, 3.5)
    second = [*codes(7.5, carrier="China Unicom"), *codes(4.5, sender_key="Binance")]
    by = ("sender", "carrier")
    parts = [LatencyCounts.from_messages(measured(*rows), by) for rows in (first, second)]
    pd.testing.assert_frame_equal(
        groupings_of(parts[0] + parts[1]), latency_groupings(measured(*first, *second))
    )


class TestAttempts:
    @pytest.fixture
    def found(self, measured, requests_table, coverage):
        messages = [
            *codes(*[2.5] * 8),
            {"sent": 9000.0, "took": 902.5},
            {"sent": 20_000.0, "took": 2.5, "folder": "blocked"},
        ]
        asked = [{"when": n * 1000.0 - 3} for n in range(8)]
        asked += [{"when": 40_000.0}, {"when": 50_000.0}, {"when": 60_000.0, "result": "rejected"}]
        options = AttemptOptions(coverage=[coverage(-9000, 90_000)])
        return attempts(measured(*messages), requests_table(*asked), options)

    def test_outcomes_are_counted(self, found):
        (line,) = outcome_table(found).to_dict("records")
        assert line == {
            "n": 13, "in_time": 8, "late": 0, "expired": 1, "garbled": 0, "blocked": 1,
            "missing": 2, "refused": 1, "undecided": 0,
        }  # fmt: skip
        by = outcome_table(found, ["service", "carrier"])
        assert by["n"].sum() == 13

    def test_request_latency_counts_missing_codes(self, found):
        (line,) = request_latency_table(found).to_dict("records")
        assert (line["n"], line["unknown"], line["missing"], line["p50"]) == (8, 0, 2, 5)
        assert line["arrived_30"] == pytest.approx(0.8)
        assert line["arrived_30_low"] < 0.8 < line["arrived_30_high"]
        assert (line["upstream_p50"], line["last_mile_p50"]) == (3, 2.5)
        assert line["median_of_all"] == pytest.approx(5.5)

    def test_a_wait_that_the_logs_cut_off_counts_until_then(
        self, measured, requests_table, coverage
    ):
        table = measured(*({"sent": n * 7200.0 + 3, "took": 2.5} for n in range(4)))
        asked = requests_table(*({"when": n * 7200.0} for n in range(5)))
        # Given up before any code would have come, the fifth says nothing; later, it counts.
        for end, arrived in ((2, 1.0), (200, 0.8)):
            cover = [coverage(-9000, 4 * 7200 + end)]
            found = attempts(table, asked, AttemptOptions(coverage=cover))
            (line,) = request_latency_table(found).to_dict("records")
            assert (line["n"], line["missing"], line["unknown"]) == (4, 0, 1)
            assert line["arrived_60"] == pytest.approx(arrived)

    def test_request_latency_groups(self, found):
        by = request_latency_table(found, ["service", "hour"])
        assert by["n"].sum() == 8
        assert by["missing"].sum() == 2

    def test_without_requests_there_is_nothing_to_say(self, measured):
        table = request_latency_table(attempts(measured(*codes(2.5))))
        assert table["n"].tolist() == [0]
        assert table["arrived_30"].isna().all()
        assert request_latency_table(attempts(measured()), ["service"]).empty
