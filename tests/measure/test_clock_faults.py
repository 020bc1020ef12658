"""What is told of clocks that are wrong: faults by group, bounds of the skew over time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.measure import clock_faults, clock_report
from analyzer.schema import CLOCK_FAULT_SCHEMA

HOUR = 3600.0
DAY = 86_400.0


def row(number, took, **more):
    return {"sent": float(number * 4 * 3600 + number * 37), "took": took, **more}


def told(table):
    columns = ["fault", "latency_basis", "messages", "of", "size", "message_ids"]
    return [tuple(fault[name] for name in columns) for fault in clock_faults(table).to_pylist()]


def test_sound_clocks_have_no_faults(messages):
    table = clock_faults(messages(*(row(n, 2.5 + n) for n in range(5))))
    assert table.num_rows == 0
    assert table.schema == CLOCK_FAULT_SCHEMA


def test_missing_copied_and_rewritten_stamps_are_no_clock_faults(messages):
    given = [row(0, 0), {"received": 900}, {"sent": 1000, "received_at": None}]
    given += [{"sent": 5.125, "took": 3}, {"sent": 9, "took": 90, "received_precision": "day"}]
    assert clock_faults(messages(*given)).num_rows == 0


def test_a_corrected_offset_is_told_with_size_number_and_period(messages):
    table = messages(
        row(0, 2.5), row(1, 2.5), row(2, 2.5), *(row(n, HOUR + 2.5) for n in range(3, 8))
    )
    (fault,) = clock_faults(table).to_pylist()
    assert (fault["device"], fault["sub_id"]) == ("phone", 1)
    assert fault["service_center"] == "+8613800210500"
    assert (fault["fault"], fault["latency_basis"]) == ("offset", "offset_corrected")
    assert (fault["messages"], fault["of"], fault["size"]) == (5, 8, 3600)
    assert fault["message_ids"] == [f"m{n}" for n in range(3, 8)]
    received = table.column("received_at").to_pylist()
    assert (fault["first"], fault["last"]) == (received[3], received[7])


def test_each_stretch_of_an_offset_is_told(messages):
    shifts = [HOUR] * 4 + [0] * 4 + [HOUR] * 4 + [-8 * HOUR] * 4
    found = told(messages(*(row(n * 5, shift + 2.5) for n, shift in enumerate(shifts))))
    assert sorted((f[2], f[4]) for f in found) == [(4, -8 * HOUR), (4, HOUR), (4, HOUR)]


@pytest.mark.parametrize(
    ("took", "fault", "basis"),
    [
        (-8 * HOUR, "stamp_ahead", "unknown_clock"),
        (-300, "phone_behind", "unknown_clock"),
        (9 * DAY, "too_old", "unknown_clock"),
    ],
)
def test_what_cannot_be_true_is_set_aside(messages, took, fault, basis):
    found = told(messages(row(0, took + 0.5)))
    assert found == [(fault, basis, 1, 1, took + 0.5, ["m0"])]


def test_messages_beside_a_clock_that_is_behind_are_told_apart(messages):
    found = told(messages(row(0, 2.5), row(1, -300.5), row(2, 3.5)))
    assert found == [
        ("near_behind", "lower_bound", 2, 3, 3.0, ["m0", "m2"]),
        ("phone_behind", "unknown_clock", 1, 3, -300.5, ["m1"]),
    ]


def test_an_offset_is_one_stretch_whatever_message_was_late_by_as_much(messages):
    took = [-HOUR + 2.5] * 5 + [4.5] + [-HOUR + 2.5] * 3
    found = told(messages(*(row(n, t) for n, t in enumerate(took))))
    assert [(f[0], f[2], f[4]) for f in found] == [("offset", 8, -HOUR), ("offset_open", 1, 4.5)]


def test_a_clock_never_prompt_is_told(messages):
    found = told(messages(*(row(n, 700.5 + n) for n in range(12))))
    assert [(f[0], f[1], f[2]) for f in found] == [("never_prompt", "unknown_clock", 12)]


def daily(days, ahead=0.0, start=0):
    return [
        {"sent": (start + day) * DAY + part, "took": ahead + 2.5 + (day * 7 + part) % 5}
        for day in range(days)
        for part in (0.0, 30_000.0)
    ]


def test_the_fastest_of_each_two_weeks_bounds_the_skew(messages):
    (group,) = clock_report(messages(*daily(28)))
    assert [window.fastest for window in group.windows] == [2.5] * 4
    assert group.windows[0].rows == 28
    assert group.windows[0].last - group.windows[0].first < timedelta(days=14)
    assert group.steps == ()


def test_a_clock_that_was_set_shows_as_a_step(messages):
    (group,) = clock_report(messages(*daily(28), *daily(28, ahead=40.0, start=28)))
    (step,) = group.steps
    assert step.seconds == pytest.approx(40)
    assert timedelta(days=20) < step.at - group.windows[0].first <= timedelta(days=35)


def test_a_step_there_and_back_is_two(messages):
    given = [*daily(28), *daily(28, ahead=-30.0, start=28), *daily(28, start=56)]
    (group,) = clock_report(messages(*given))
    assert [step.seconds for step in group.steps] == pytest.approx([-30, 30])


def test_few_messages_give_no_window(messages):
    (group,) = clock_report(messages(*daily(4)))
    assert group.windows == ()
    assert group.skew_at_most == pytest.approx(2.5)
