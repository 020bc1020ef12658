"""How single codes end, without a request log."""

from __future__ import annotations

import pytest


def only(attempts):
    assert len(attempts) == 1
    return attempts[0]


def test_a_code_after_two_seconds_is_in_time(tries):
    attempt = only(tries([{"sent": 0, "took": 2.3}]))
    assert attempt["outcome"] == "in_time"
    assert attempt["latency"] == pytest.approx(2.3)
    assert attempt["latency_basis"] == "measured"
    assert attempt["request_latency"] is None
    assert attempt["requests"] == 0
    assert attempt["codes"] == 1
    assert attempt["message_ids"] == ["m0"]
    assert attempt["why"] is None


def test_a_code_fifteen_minutes_late_that_was_valid_for_five_is_expired(tries):
    attempt = only(tries([{"sent": 0, "took": 902.4, "valid_for": 300}]))
    assert attempt["outcome"] == "expired"
    assert attempt["valid_for"] == 300
    assert attempt["validity_assumed"] is False


def test_a_code_an_hour_late_is_expired_by_the_assumed_ten_minutes(tries):
    attempt = only(tries([{"sent": 0, "took": 3602.5, "language": "zh", "service": "币安"}]))
    assert attempt["outcome"] == "expired"
    assert attempt["valid_for"] is None
    assert attempt["validity_assumed"] is True


def test_a_late_code_that_is_still_valid_is_late(tries):
    assert only(tries([{"sent": 0, "took": 902.4, "valid_for": 1800}]))["outcome"] == "late"


def test_a_code_slightly_before_its_stamp_is_in_time(tries):
    attempt = only(tries([{"sent": 0, "took": -0.75}]))
    assert attempt["outcome"] == "in_time"
    assert attempt["latency"] == pytest.approx(-0.75)


@pytest.mark.parametrize(
    ("took", "outcome"),
    [(60.0, "in_time"), (60.001, "late"), (600.0, "late"), (600.001, "expired")],
)
def test_limits_belong_to_the_better_outcome(tries, took, outcome):
    assert only(tries([{"sent": 0, "took": took}]))["outcome"] == outcome


def test_the_threshold_can_be_chosen(tries):
    assert only(tries([{"sent": 0, "took": 45.0}], late_after=30))["outcome"] == "late"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"received": 5.25}, "no_stamp"),
        ({"sent": 5.25, "took": 0}, "copied"),
        ({"sent": 5.25, "took": 7}, "rewritten"),
        ({"sent": 8 * 3600, "received": 5.25}, "clock"),
        ({"sent": 0, "took": 5, "received_precision": "minute"}, "precision"),
        ({"sent": 0, "took": 5, "received_precision": "day"}, "precision"),
    ],
)
def test_an_unknown_latency_is_undecided_and_says_why(tries, row, why):
    attempt = only(tries([row]))
    assert (attempt["outcome"], attempt["why"]) == ("undecided", why)
    assert attempt["latency"] is None


def test_a_blocked_code_is_blocked_even_if_its_latency_is_unknown(tries):
    row = {"received": 5.25, "folder": "blocked", "blocked_by": "miui", "block_reason": "keyword"}
    attempt = only(tries([row]))
    assert attempt["outcome"] == "blocked"
    assert attempt["block_reason"] == "keyword"
    assert attempt["blocked_by"] == "miui"


def test_a_restored_code_was_blocked(tries):
    attempt = only(tries([{"sent": 0, "took": 2.5, "folder": "blocked", "restored": True}]))
    assert (attempt["outcome"], attempt["restored"]) == ("blocked", True)


def test_an_unreadable_code_is_garbled_but_a_masked_one_is_judged_by_its_latency(tries):
    unreadable = {"sent": 0, "took": 2.5, "code_start": None, "code_length": None}
    assert only(tries([{**unreadable, "garbled": True}]))["outcome"] == "garbled"
    assert only(tries([unreadable]))["outcome"] == "in_time"


def test_a_damaged_text_with_a_readable_code_is_not_garbled(tries):
    assert only(tries([{"sent": 0, "took": 2.5, "garbled": True}]))["outcome"] == "in_time"


def test_codes_less_than_the_window_apart_are_one_attempt(tries):
    rows = [{"sent": s, "took": 2.5} for s in (0, 599, 1198, 1798)]
    assert [attempt["codes"] for attempt in tries(rows)] == [3, 1]
    assert len(tries(rows, window_seconds=1000)) == 1


def test_services_and_devices_have_attempts_of_their_own(tries):
    rows = [
        {"sent": 0, "took": 2.5},
        {"sent": 1, "took": 2.5, "service": "OKX"},
        {"sent": 2, "took": 2.5, "device": "other"},
    ]
    assert len(tries(rows)) == 3


def test_without_a_service_the_sender_tells_attempts_apart(tries):
    rows = [
        {"sent": 0, "took": 2.5, "service": None},
        {"sent": 1, "took": 2.5, "service": None},
        {"sent": 2, "took": 2.5, "service": None, "sender_key": "85366"},
    ]
    found = tries(rows)
    assert [(a["codes"], a["service"], a["sender"]) for a in found] == [
        (2, None, "1069012345"),
        (1, None, "85366"),
    ]


def test_decoys_and_sent_messages_are_no_codes(tries):
    rows = [
        {"sent": 0, "took": 2.5, "is_code": False, "decoy": "pickup"},
        {"sent": 1, "took": 2.5, "is_code": None},
        {"sent": 2, "took": 2.5, "direction": "sent", "folder": None},
    ]
    assert tries(rows) == []


def test_the_first_usable_code_of_the_inbox_decides(tries):
    attempt = only(
        tries(
            [
                {"sent": 0, "took": 1.5, "folder": "blocked"},
                {"sent": 60, "took": 1.5, "garbled": True, "code_start": None},
                {"sent": 120, "took": 3.5},
                {"sent": 180, "took": 1.5},
            ]
        )
    )
    assert attempt["outcome"] == "in_time"
    assert attempt["latency"] == pytest.approx(3.5)
    assert attempt["codes"] == 4
    assert attempt["message_ids"] == ["m0", "m1", "m2", "m3"]


def test_blocked_decides_only_if_no_code_reached_the_inbox(tries):
    rows = [{"sent": 0, "took": 1.5, "folder": "blocked"}, {"sent": 60, "took": 1.5}]
    assert only(tries(rows))["outcome"] == "in_time"
    assert only(tries(rows[:1]))["outcome"] == "blocked"


def test_codes_held_back_together_belong_to_when_they_were_sent(tries):
    # The phone was off: three tries of the morning arrive at noon, in one minute.
    rows = [{"sent": s, "received": 14_400 + n * 7.3} for n, s in enumerate((0, 3600, 7200))]
    assert [attempt["outcome"] for attempt in tries(rows)] == ["expired"] * 3


def test_without_requests_nothing_is_missing_or_refused(tries):
    rows = [{"sent": s * 5000, "took": 2.5 + s} for s in range(50)]
    outcomes = {attempt["outcome"] for attempt in [*tries(rows), *tries(rows, [])]}
    assert outcomes == {"in_time"}


def test_no_messages_give_no_attempts(tries):
    assert tries([]) == []
    assert tries([], []) == []


def test_a_code_without_any_time_is_kept(tries):
    attempt = only(tries([{}]))
    assert (attempt["outcome"], attempt["why"]) == ("undecided", "no_time")
    assert attempt["started_at"] is None


def test_attempt_ids_are_distinct_and_the_same_in_a_larger_export(tries):
    rows = [{"sent": s * 5000, "took": 2.5} for s in range(20)]
    small, large = (
        [attempt["attempt_id"] for attempt in tries(part)] for part in (rows[:10], rows)
    )
    assert len(set(large)) == 20
    assert large[:10] == small
