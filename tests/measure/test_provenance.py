"""Eras of a log: what its apps wrote into the time stamps."""

from __future__ import annotations

import pytest

from analyzer.measure import provenance
from analyzer.schema import PROVENANCE_SCHEMA

FAST = (2.3, 3.9, 1.7, 5.2, 2.8, 4.4, 3.1)


def row(number, took, **more):
    return {"sent": float(number * 4 * 3600 + number * 37), "took": took, **more}


def without_stamp(number, **more):
    return {"received": number * 4 * 3600 + 0.25, **more}


def eras(table, *names):
    return [tuple(era[name] for name in names) for era in provenance(table).to_pylist()]


def test_a_sound_log_is_one_era(messages):
    table = messages(*(row(n, f) for n, f in enumerate(FAST)))
    (era,) = provenance(table).to_pylist()
    assert (era["device"], era["log"], era["latency_basis"]) == ("phone", "a.xml", "measured")
    assert era["messages"] == 7
    assert (era["first"], era["last"]) == tuple(table["received_at"].to_pylist()[i] for i in (0, 6))
    shares = ("whole_seconds", "without_stamp", "fine_stamps", "copied", "out_of_order")
    assert [era[name] for name in shares] == [0] * 5
    assert provenance(table).schema == PROVENANCE_SCHEMA
    assert provenance(messages()).num_rows == 0


def test_a_change_of_the_app_begins_an_era(messages):
    before = [row(n, f) for n, f in enumerate(FAST)]
    after = [without_stamp(10 + n, service_center=None, sub_id=None) for n in range(5)]
    names = ("latency_basis", "messages", "without_stamp", "without_service_center", "without_sim")
    assert eras(messages(*before, *after), *names) == [
        ("measured", 7, 0, 0, 0),
        ("unknown_no_stamp", 5, 1, 1, 1),
    ]


def test_one_odd_message_begins_none(messages):
    given = [row(0, 2.5), row(1, 3.5), row(2, 4.5), without_stamp(3), row(4, 2.5), row(5, 3.5)]
    assert eras(messages(*given), "latency_basis", "messages") == [("measured", 6)]
    given = [without_stamp(0), row(1, 3.5), row(2, 4.5), row(3, 2.5)]
    assert eras(messages(*given), "latency_basis", "messages") == [("measured", 4)]


def test_copies_whole_or_cut_are_told(messages):
    whole = messages(*(row(n, 0) for n in range(4)))
    assert eras(whole, "latency_basis", "copied", "whole_seconds") == [("unknown_copied", 1, 1)]
    cut = messages(*(row(n, 0.3 + n / 20) for n in range(8)))
    assert eras(cut, "latency_basis", "copied", "whole_seconds") == [("unknown_copied", 1, 0)]


def test_logs_and_apps_are_kept_apart(messages):
    given = [row(n, f, log="ab"[n % 2] + ".xml") for n, f in enumerate(FAST)]
    given += [row(9 + n, f, log="a.xml", creator="x") for n, f in enumerate(FAST)]
    assert sorted(eras(messages(*given), "log", "messages")) == [
        ("a.xml", 4),
        ("a.xml", 7),
        ("b.xml", 3),
    ]


@pytest.mark.parametrize(
    ("record", "share"),
    [(lambda n: n, 0), (lambda n: 20 - n, 0), (lambda n: n * 7 % 10, pytest.approx(0.33, abs=0.2))],
)
def test_the_order_of_the_records_is_held_against_the_time(messages, record, share):
    given = [row(n, 2.5, record=record(n) + 1) for n in range(10)]
    assert eras(messages(*given), "out_of_order") == [(share,)]


def test_messages_sent_by_the_phone_are_left_out(messages):
    given = [row(0, 2.5), row(1, 2.5, direction="sent")]
    assert eras(messages(*given), "messages") == [(1,)]
