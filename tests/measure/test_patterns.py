"""Patterns of reception: what stands out in time, and what chance explains."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.measure import (
    Scope,
    attempts,
    change_points,
    held_back,
    holm,
    profile,
    release_bursts,
    requests_within,
    resend_bursts,
    retry_schedules,
    silences,
)
from analyzer.measure.change_points import pettitt
from analyzer.measure.retries import rayleigh_p
from analyzer.measure.timeline import counts_between

HOUR, DAY = 3600, 86_400


def prompt(count, every=HOUR, start=0, **more):
    return [{"sent": start + n * every, "took": 4.2 + n % 3, **more} for n in range(count)]


def held(until, *sent, **more):
    """Messages sent at the given times and let go one after the other from `until` on."""
    return [
        {"sent": at, "took": until + 3.2 * n - at, "sender_key": f"S{n}", **more}
        for n, at in enumerate(sent)
    ]


def test_messages_let_go_together_are_a_burst_with_slope_minus_one(measured):
    table = measured(*prompt(20), *held(25 * HOUR, 21 * HOUR, 22 * HOUR, 24 * HOUR))
    (burst,) = release_bursts(table)
    assert (burst.n, burst.senders, burst.sims) == (3, 3, 1)
    assert burst.slope == pytest.approx(-1, abs=0.01)
    assert (burst.last - burst.first).total_seconds() == pytest.approx(4 * HOUR)


def test_one_late_message_is_no_burst(measured):
    assert release_bursts(measured(*prompt(20), *held(25 * HOUR, 21 * HOUR))) == []


def test_a_prompt_message_in_the_gap_means_that_nothing_was_held_back(measured):
    between = prompt(1, start=24.5 * HOUR)
    assert release_bursts(measured(*held(25 * HOUR, 21 * HOUR, 22 * HOUR), *between)) == []


def test_a_message_sent_moments_before_the_release_does_not_end_the_gap(measured):
    newest = {"sent": 25 * HOUR - 40, "took": 38.5}
    table = measured(*prompt(20), newest, *held(25 * HOUR, 21 * HOUR, 22 * HOUR))
    (burst,) = release_bursts(table)
    assert burst.n == 2
    other = {**newest, "sub_id": 2, "sim_slot": 1}
    table = measured(*prompt(20), other, *held(25 * HOUR, 21 * HOUR, 22 * HOUR))
    assert held_back(table, release_bursts(table))[0].others == 0


def test_a_sender_that_is_always_late_tells_nothing_of_the_sim(measured):
    slow = [{"sent": n * DAY, "took": 900.5, "sender_key": "SLOW"} for n in range(12)]
    twice = [{"sent": 20 * DAY + n, "took": 950.5 - n, "sender_key": "SLOW"} for n in range(2)]
    assert release_bursts(measured(*prompt(20, DAY), *slow, *twice)) == []


def test_equal_delays_are_a_slow_path_and_no_burst(measured):
    slow = [{"sent": 21 * HOUR + n * 70, "took": 4000.5, "sender_key": f"S{n}"} for n in range(5)]
    assert release_bursts(measured(*prompt(20), *slow)) == []


def test_who_else_received_tells_one_sim_from_all(measured):
    first = held(25 * HOUR, 21 * HOUR, 22 * HOUR)
    other = {"sub_id": 2, "sim_slot": 1}
    both = measured(
        *prompt(20), *prompt(20, **other), *first, *held(25 * HOUR + 5, 23 * HOUR, **other)
    )
    one = measured(*prompt(20), *prompt(30, **other), *first)
    only = measured(*prompt(20), *first)
    found = [held_back(table, release_bursts(table))[0] for table in (both, one, only)]
    assert [outage.scope for outage in found] == [Scope.ALL_SIMS, Scope.ONE_SIM, Scope.ONLY_SIM]
    assert found[1].others == 4


def test_what_the_phone_sent_during_a_gap_is_counted(measured):
    own = {"direction": "sent", "folder": None, "is_code": False}
    rows = [
        *prompt(20),
        *held(25 * HOUR, 21 * HOUR, 22 * HOUR),
        {"received": 23 * HOUR, **own},
        {"received": 24 * HOUR, **own, "direction": "failed"},
    ]
    table = measured(*rows)
    (outage,) = held_back(table, release_bursts(table))
    assert (outage.sent, outage.unsent) == (1, 1)


def test_a_gap_in_busy_hours_is_a_silence_and_a_night_is_none(measured):
    days = [d for d in range(60) if d not in (30, 31, 32)]
    rows = [{"sent": d * DAY + h * HOUR, "took": 3.5} for d in days for h in range(14)]
    (silence,) = silences(measured(*rows))
    assert silence.ended
    assert silence.expected == pytest.approx(42, rel=0.1)
    assert silence.p < 1e-6


def test_few_messages_make_no_silence(measured):
    assert silences(measured(*prompt(10, DAY), {"sent": 90 * DAY, "took": 3.5})) == []


def test_a_sim_that_falls_silent_for_good_has_an_open_silence(measured):
    (silence,) = silences(measured(*prompt(200)), until=1_772_438_400_000 + 220 * 3_600_000)
    assert not silence.ended


def test_retries_every_ten_minutes_show(measured):
    waits = np.random.default_rng(1).integers(1, 6, 40) * 600 + 5.5
    late = [{"sent": n * DAY, "took": float(wait)} for n, wait in enumerate(waits)]
    found = {one.period: one for one in retry_schedules(measured(*prompt(40, DAY, 60), *late))}
    assert found[600].n == 40
    assert found[600].phase == pytest.approx(5.5, abs=1)


def test_spread_delays_show_no_schedule(measured):
    waits = np.random.default_rng(2).uniform(60, 8000, 60)
    late = [{"sent": n * DAY, "took": float(wait)} for n, wait in enumerate(waits)]
    assert retry_schedules(measured(*late)) == []


def test_the_rayleigh_test_holds_its_level():
    angles = np.random.default_rng(3).uniform(0, 2 * np.pi, (4000, 25))
    p = [rayleigh_p(length, 25) for length in np.abs(np.exp(1j * angles).mean(axis=1))]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.012)


def test_requests_less_than_a_minute_apart_are_resends(requests_table):
    table = requests_table(*({"when": at} for at in (0, 30, 89, 149, 400)))
    (burst,) = resend_bursts(table)
    assert (burst.n, burst.service) == (3, "Binance")
    assert requests_within(table, 60).tolist() == [1, 2, 2, 1, 1]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 500)), max_size=20),
    st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 500), st.integers(0, 200)), max_size=8),
)
def test_counting_in_one_search_is_counting_one_by_one(things, questions):
    keys, moments = (np.array([t[i] for t in things], float) for i in (0, 1))
    asked, first, length = (np.array([q[i] for q in questions], float) for i in (0, 1, 2))
    found = counts_between(keys.astype(int), moments, asked.astype(int), first, first + length)
    for n, key, low, span in zip(found, asked, first, length, strict=True):
        assert n == sum(k == key and low <= t <= low + span for k, t in things)


def tried(measured, requests_table, hours_failed):
    """Two months of one attempt an hour from 0 to 20 h UTC; those at the given hours all fail."""
    asked, came = [], []
    for day in range(40):
        for hour in range(0, 24, 4):
            at = day * DAY + hour * HOUR
            asked.append({"when": at})
            if hour not in hours_failed:
                came.append({"sent": at + 1, "took": 3.5})
    return attempts(measured(*came, {"sent": 41 * DAY, "took": 3.0}), requests_table(*asked))


def test_hours_at_which_attempts_fail_stand_out(measured, requests_table):
    table = tried(measured, requests_table, {12})
    worst = min(profile(table), key=lambda row: row.p if row.p == row.p else 2)
    # The day of the fixture begins at 08:00 UTC.
    assert (worst.kind, worst.part, worst.n) == ("hour", 20, 40)
    assert worst.failed == 40
    assert worst.p < 1e-9


def test_hours_without_a_difference_do_not_stand_out(measured, requests_table):
    rows = profile(tried(measured, requests_table, set()))
    assert len(rows) == 13
    assert sum(row.n for row in rows if row.kind == "weekday") == 241  # a code nobody asked for too
    assert not any(row.p < 0.05 for row in rows)


def test_a_carrier_that_became_slower_changed_there(measured):
    noise = np.random.default_rng(4).lognormal(1.3, 0.4, 120)
    noise[70:] *= 4
    rows = [{"sent": n * HOUR, "took": float(took)} for n, took in enumerate(noise)]
    (change,) = change_points(measured(*rows))
    assert change.measure == "latency"
    assert abs(change.n_before - 70) <= 6
    assert change.after > 2 * change.before
    assert change.n_before + change.n_after == 120


def test_a_filter_switched_on_changes_the_blocking_rate(measured):
    rows = [
        {"sent": n * HOUR, "took": 3.0 + n % 2, "folder": "blocked" if n >= 40 else "inbox"}
        for n in range(60)
    ]
    (change,) = change_points(measured(*rows))
    assert (change.measure, change.before, change.after) == ("blocking", 0.0, 1.0)
    assert change.n_before == 40


def test_pettitt_raises_few_false_alarms():
    rng = np.random.default_rng(5)
    false = [pettitt(rng.lognormal(1.3, 0.5, 60), 199)[1] < 0.05 for _ in range(200)]
    assert np.mean(false) < 0.1


def test_patterns_of_an_empty_table_are_empty(measured, requests_table):
    table = measured()
    assert release_bursts(table) == silences(table) == retry_schedules(table) == []
    assert change_points(table) == []
    assert resend_bursts(requests_table()) == []
    assert holm([]).tolist() == []
    assert isinstance(table, pa.Table)
