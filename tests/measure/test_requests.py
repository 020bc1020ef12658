"""Attempts with a request log."""

from __future__ import annotations

from datetime import timedelta

import pytest

HOUR = 3600.0


def summary(attempts):
    return [(a["outcome"], a["requests"], a["codes"]) for a in attempts]


def test_a_requested_code_is_judged_from_the_request(tries):
    (attempt,) = tries([{"sent": 55, "took": 7.5}], [{"when": 0}])
    assert attempt["outcome"] == "late"
    assert attempt["request_latency"] == pytest.approx(62.5)
    assert attempt["upstream_latency"] == pytest.approx(55)
    assert attempt["latency"] == pytest.approx(7.5)


def test_a_code_an_hour_late_is_one_expired_attempt(tries):
    found = tries([{"sent": 4, "took": HOUR}], [{"when": 0}])
    assert summary(found) == [("expired", 1, 1)]


def test_a_code_an_hour_late_stays_with_its_request_when_another_follows(tries):
    messages = [{"sent": 4, "took": 1.1 * HOUR}, {"sent": HOUR + 4, "took": 2.5}]
    found = tries(messages, [{"when": 0}, {"when": HOUR}])
    assert summary(found) == [("expired", 1, 1), ("in_time", 1, 1)]


def test_an_unstamped_code_goes_to_the_last_request_before_it(tries):
    messages = [{"received": HOUR + 6.5}]
    found = tries(messages, [{"when": 0}, {"when": HOUR}])
    assert summary(found) == [("missing", 1, 0), ("in_time", 1, 1)]


def test_a_code_after_the_horizon_is_not_the_requests(tries):
    messages = [{"sent": 80 * HOUR, "took": 2.5}]
    assert summary(tries(messages, [{"when": 0}])) == [("missing", 1, 0), ("in_time", 0, 1)]
    later = tries(messages, [{"when": 0}], horizon=timedelta(hours=100))
    assert summary(later) == [("expired", 1, 1)]


def test_two_open_requests_and_one_code_are_one_attempt_waited_for_from_the_first(tries):
    (attempt,) = tries([{"sent": 95, "took": 2.5}], [{"when": 0}, {"when": 90}])
    assert summary([attempt]) == [("late", 2, 1)]
    assert attempt["request_latency"] == pytest.approx(97.5)


def test_a_resent_code_is_valid_anew(tries):
    (attempt,) = tries([{"sent": 305, "took": 2.5, "valid_for": 300}], [{"when": 0}, {"when": 300}])
    assert attempt["outcome"] == "late"


@pytest.mark.parametrize("result", ["rate_limited", "rejected", "error"])
def test_a_request_the_service_refused_waits_for_no_code(tries, result):
    assert summary(tries([], [{"when": 0, "result": result}])) == [("refused", 1, 0)]


def test_one_accepted_request_makes_the_attempt_wait(tries):
    requests = [{"when": 0, "result": "rate_limited"}, {"when": 70}]
    assert summary(tries([], requests)) == [("missing", 2, 0)]
    (attempt,) = tries([{"sent": 74, "took": 2.5}], requests)
    assert attempt["outcome"] == "in_time"
    assert attempt["request_latency"] == pytest.approx(6.5)


def test_a_code_after_a_refused_retry_belongs_to_the_request_before_it(tries):
    requests = [{"when": 0}, {"when": 1200, "result": "rate_limited"}]
    found = tries([{"sent": 1230, "took": 2.5}], requests)
    assert summary(found) == [("expired", 1, 1), ("refused", 1, 0)]


def test_a_code_that_came_although_the_service_refused_is_not_refused(tries):
    found = tries([{"sent": 4, "took": 2.5}], [{"when": 0, "result": "error"}])
    assert summary(found) == [("in_time", 1, 1)]


def test_an_unknown_result_or_channel_waits_for_an_sms(tries):
    found = tries([], [{"when": 0, "result": None, "channel": None}])
    assert summary(found) == [("missing", 1, 0)]


@pytest.mark.parametrize("channel", ["voice", "email", "app"])
def test_other_channels_await_no_sms(tries, channel):
    assert tries([], [{"when": 0, "channel": channel}]) == []


def test_a_code_without_request_is_an_attempt_of_its_own(tries):
    messages = [{"sent": -7200, "took": 2.5}, {"sent": 4, "took": 2.5}]
    found = tries(messages, [{"when": 0}])
    assert summary(found) == [("in_time", 0, 1), ("in_time", 1, 1)]


def test_services_match_whatever_their_case(tries):
    found = tries([{"sent": 4, "took": 2.5, "service": "BINANCE"}], [{"when": 0}])
    assert summary(found) == [("in_time", 1, 1)]


def test_another_services_code_does_not_answer(tries):
    found = tries([{"sent": 4, "took": 2.5, "service": "OKX"}], [{"when": 0}])
    assert summary(found) == [("missing", 1, 0), ("in_time", 0, 1)]


def test_a_request_without_device_is_the_only_phones(tries):
    (attempt,) = tries([{"sent": 4, "took": 2.5}], [{"when": 0, "device": None}])
    assert (attempt["device"], attempt["requests"]) == ("phone", 1)


def test_a_request_just_after_its_code_by_another_clock_still_matches(tries):
    (attempt,) = tries([{"sent": 0, "took": 2.5}], [{"when": 30}])
    assert summary([attempt]) == [("in_time", 1, 1)]


def test_a_request_of_unknown_device_among_two_phones_is_undecided(tries):
    messages = [{"sent": 4, "took": 2.5}, {"sent": 9000, "took": 2.5, "device": "other"}]
    found = tries(messages, [{"when": 5000, "device": None}])
    assert [(a["outcome"], a["why"]) for a in found if a["requests"]] == [
        ("undecided", "uncovered")
    ]


def test_an_earlier_request_may_have_been_answered_or_the_last(tries):
    (attempt,) = tries([{"sent": 95, "took": 2.5}], [{"when": 0}, {"when": 90}])
    assert attempt["request_latency"] == pytest.approx(97.5)
    assert attempt["request_latency_least"] == pytest.approx(7.5)
    both = [{"sent": 95, "took": 2.5}, {"sent": 96, "took": 4.5}]
    (attempt,) = tries(both, [{"when": 0}, {"when": 90}])
    assert attempt["request_latency_least"] == pytest.approx(97.5)  # one to one, in order


def test_as_many_codes_as_requests_are_one_attempt_however_far_apart(tries):
    codes = [{"received": 40.5}, {"received": 900.5}]
    found = tries(codes, [{"when": 0}, {"when": 120}])
    assert summary(found) == [("in_time", 2, 2)]
    found = tries(codes, [{"when": 0}])
    assert [(a["requests"], a["codes"]) for a in found] == [(1, 1), (0, 1)]


def test_a_stamped_code_hours_later_answers_no_resent_request(tries):
    codes = [{"sent": 4, "took": 2.5}, {"sent": 13 * HOUR, "took": 2.5}]
    found = tries(codes, [{"when": 0}, {"when": 120}])
    assert summary(found) == [("in_time", 2, 1), ("in_time", 0, 1)]


def test_a_code_that_came_after_a_newer_one_is_superseded(tries):
    codes = [{"sent": 4, "took": 80.5}, {"sent": 64, "took": 2.5}, {"sent": 94, "took": 2.5}]
    (attempt,) = tries(codes, [{"when": 0}, {"when": 60}, {"when": 90}])
    assert (attempt["codes"], attempt["superseded"]) == (3, 1)
    (attempt,) = tries(codes[1:], [{"when": 60}, {"when": 90}])
    assert attempt["superseded"] == 0


class TestClockAhead:
    """The phone's clock is ahead, and its owner noted the requests by it."""

    def test_a_code_sent_before_its_request_is_still_its_answer(self, tries):
        requests = [{"when": 0}, {"when": 5 * HOUR}, {"when": 9 * HOUR}]
        codes = [{"sent": when - 43, "took": 51.5} for when in (5 * HOUR, 9 * HOUR)]
        found = tries(codes, requests)
        assert summary(found) == [("missing", 1, 0), ("in_time", 1, 1), ("in_time", 1, 1)]
        assert found[1]["request_latency"] == pytest.approx(8.5)
        assert found[1]["upstream_latency"] is None

    def test_each_resent_code_answers_its_own_request(self, tries):
        codes = [{"sent": when - 43, "took": 51.5, "valid_for": 60} for when in (0, 70)]
        (attempt,) = tries(codes, [{"when": 0}, {"when": 70}])
        assert summary([attempt]) == [("in_time", 2, 2)]
        assert attempt["request_latency_least"] == pytest.approx(8.5)

    def test_a_code_held_back_belongs_to_the_request_it_was_sent_for(self, tries):
        codes = [{"sent": 4, "took": 640.5}, {"sent": 624, "took": 22.5}]
        found = tries(codes, [{"when": 0}, {"when": 620}])
        assert summary(found) == [("expired", 1, 1), ("in_time", 1, 1)]


class TestWaited:
    def test_a_code_that_never_came_was_waited_for_until_the_logs_end(self, tries, coverage):
        (attempt,) = tries([], [{"when": 0}], coverage=[coverage(-9000, 7200)])
        assert (attempt["outcome"], attempt["waited"]) == ("missing", 7200)
        (attempt,) = tries([], [{"when": 0}], coverage=[coverage(-9000, 300)])
        assert (attempt["outcome"], attempt["waited"]) == ("undecided", 300)
        (attempt,) = tries([], [{"when": 0}], coverage=[])
        assert attempt["waited"] is None

    def test_at_most_for_72_hours_or_until_the_code_of_the_next_attempt(self, tries):
        (attempt,) = tries([], [{"when": 0}])
        assert attempt["waited"] == 72 * HOUR
        first, second = tries([{"sent": HOUR + 4, "took": 2.5}], [{"when": 0}, {"when": HOUR}])
        assert (first["waited"], second["waited"]) == (HOUR + 6.5, None)

    def test_a_refused_request_was_not_waited_for(self, tries):
        (attempt,) = tries([], [{"when": 0, "result": "rejected"}])
        assert attempt["waited"] is None


class TestCover:
    def test_a_time_no_log_covers_is_undecided(self, tries, coverage):
        for cover in (
            [],
            [coverage(-9000, -10)],
            [coverage(10, 9000)],
            [coverage(-9000, 9000, kind="blocked")],
            [coverage(-9000, 9000, device="other")],
        ):
            (attempt,) = tries([], [{"when": 0}], coverage=cover)
            assert (attempt["outcome"], attempt["why"]) == ("undecided", "uncovered")

    def test_a_log_that_ends_while_the_code_may_still_come_leaves_it_open(self, tries, coverage):
        (attempt,) = tries([], [{"when": 0}], coverage=[coverage(-9000, 599)])
        assert (attempt["outcome"], attempt["why"]) == ("undecided", "open")
        (attempt,) = tries([], [{"when": 0}], coverage=[coverage(-9000, 600)])
        assert attempt["outcome"] == "missing"

    def test_overlapping_logs_cover_together_those_with_a_gap_do_not(self, tries, coverage):
        parts = [coverage(-9000, 300), coverage(200, 9000)]
        assert tries([], [{"when": 0}], coverage=parts)[0]["outcome"] == "missing"
        parts = [coverage(-9000, 300), coverage(400, 9000)]
        assert tries([], [{"when": 0}], coverage=parts)[0]["why"] == "open"

    def test_without_stated_cover_the_messages_of_the_log_give_it(self, tries):
        other = [{"sent": s, "took": 2.5, "is_code": False} for s in (-9000, 9000)]
        assert summary(tries(other, [{"when": 0}], coverage=None)) == [("missing", 1, 0)]
        (attempt,) = tries(other[:1], [{"when": 0}], coverage=None)
        assert attempt["why"] == "uncovered"

    def test_a_code_that_names_no_service_forbids_missing(self, tries):
        found = tries([{"sent": 4, "took": 2.5, "service": None}], [{"when": 0}])
        assert [(a["outcome"], a["why"]) for a in found if a["requests"]] == [
            ("undecided", "unnamed")
        ]

    def test_a_blocked_message_without_text_forbids_missing(self, tries):
        row = {"received": 6.5, "body": None, "is_code": None, "service": None, "folder": "blocked"}
        assert tries([row], [{"when": 0}])[0]["why"] == "unnamed"
        assert tries([{**row, "received": 900}], [{"when": 0}])[0]["outcome"] == "missing"


class TestTrust:
    """With a request, a code is judged by the time of reception, if that can be trusted."""

    def test_a_code_without_stamp_is_judged_from_the_request(self, tries):
        (attempt,) = tries([{"received": 40.5}], [{"when": 0}])
        assert (attempt["outcome"], attempt["request_latency"]) == ("in_time", 40.5)
        assert attempt["upstream_latency"] is None

    def test_a_copied_time_of_whole_seconds_may_be_the_stamps(self, tries):
        (attempt,) = tries([{"sent": 40, "took": 0}], [{"when": 0}])
        assert (attempt["outcome"], attempt["why"]) == ("undecided", "copied")
        (attempt,) = tries([{"sent": 4000, "took": 0}], [{"when": 0}])
        assert attempt["outcome"] == "expired"
        (attempt,) = tries([{"sent": 40.25, "took": 0}], [{"when": 0}])
        assert attempt["outcome"] == "in_time"

    def test_a_doubtful_clock_can_show_prompt_but_not_late(self, tries):
        stamp = {"sent": 8 * HOUR}
        (attempt,) = tries([{**stamp, "received": 6.5}], [{"when": 0}])
        assert attempt["outcome"] == "in_time"
        (attempt,) = tries([{**stamp, "received": 4000.5}], [{"when": 0}])
        assert (attempt["outcome"], attempt["why"]) == ("undecided", "clock")

    def test_a_code_beside_a_clock_that_is_behind_may_be_prompt_too(self, tries):
        behind = {"sent": 9000, "took": -300, "is_code": False}
        (attempt,) = tries([{"sent": 4, "took": 2.5}, behind], [{"when": 0}])
        assert (attempt["outcome"], attempt["latency_basis"]) == ("in_time", "lower_bound")
        (attempt,) = tries([{"sent": 4, "took": 200.5}, behind], [{"when": 0}])
        assert (attempt["outcome"], attempt["why"]) == ("undecided", "clock")

    def test_a_time_to_the_minute_decides_what_the_whole_minute_agrees_on(self, tries):
        minute = {"received_precision": "minute", "folder": "inbox"}
        (attempt,) = tries([{**minute, "received": 120}], [{"when": 5}])
        assert attempt["outcome"] == "late"
        (attempt,) = tries([{**minute, "received": 0}], [{"when": 5}])
        assert attempt["outcome"] == "in_time"
        (attempt,) = tries([{**minute, "received": 60}], [{"when": 5}])
        assert (attempt["outcome"], attempt["why"]) == ("undecided", "precision")
        assert attempt["request_latency"] is None


class TestSim:
    def test_a_missing_code_has_the_carrier_of_the_requested_sim(self, tries):
        messages = [
            {"sent": -500, "took": 2.5, "is_code": False},
            {
                "sent": -300,
                "took": 2.5,
                "is_code": False,
                "sim_slot": 1,
                "sub_id": 2,
                "carrier": "China Unicom",
            },
        ]
        (attempt,) = tries(messages, [{"when": 0, "sim_slot": 1}])
        assert (attempt["carrier"], attempt["sim_slot"]) == ("China Unicom", 1)
        (attempt,) = tries(messages, [{"when": 0}])
        assert (attempt["carrier"], attempt["sim_slot"]) == (None, None)

    def test_a_phone_with_one_sim_needs_no_slot_in_the_request_log(self, tries):
        messages = [{"sent": -500, "took": 2.5, "is_code": False}]
        assert tries(messages, [{"when": 0}])[0]["carrier"] == "China Mobile"

    def test_the_codes_sim_goes_before_the_requests(self, tries):
        (attempt,) = tries([{"sent": 4, "took": 2.5}], [{"when": 0, "sim_slot": 1}])
        assert (attempt["carrier"], attempt["sim_slot"]) == ("China Mobile", 0)
