"""How an attempt really ended, from times written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.schema import Outcome
from analyzer.simulate.messages import Request, Session, Sms
from analyzer.simulate.outcomes import true_attempts
from analyzer.simulate.times import MINUTE, SECOND, START

NOON = START + 12 * 60 * MINUTE


def code(asked: int, seconds: float | None, *, valid_for: int | None = 300, **more: object) -> Sms:
    """A code asked for at `asked`, one second later at the service center."""
    sms = Sms("10690000", 0, "", asked + SECOND, service="Alipay", code="123456", asked=asked)
    sms.valid_for = valid_for
    sms.arrived = None if seconds is None else asked + round(seconds * SECOND)
    for name, value in more.items():
        setattr(sms, name, value)
    if sms.arrived:
        sms.written, sms.stamp = sms.arrived, sms.accepted
    return sms


@pytest.fixture
def attempt(story):
    """Return a function that judges one session of a phone on which nothing else happens."""

    def judged(*codes: Sms | None, requests: bool = True, blocked: bool = True):
        session = Session("Alipay", 0)
        for number, sms in enumerate(codes):
            at = sms.asked if sms else NOON + number * 70 * SECOND
            refused = "" if sms else "操作频繁"
            session.requests.append(Request(at, "Alipay", 0, "login", "0000", refused, sms))
        plain = story("healthy")
        given = replace(plain.given, requests=requests, blocked=blocked)
        arrived = [sms for sms in codes if sms and sms.arrived]
        quiet = replace(
            plain, given=given, sessions=[session], messages=[*plain.messages, *arrived]
        )
        return true_attempts(quiet)

    return judged


@pytest.mark.parametrize(
    ("seconds", "valid_for", "outcome"),
    [
        (4, 300, Outcome.IN_TIME),
        (60, 300, Outcome.IN_TIME),
        (61, 300, Outcome.LATE),
        (300, 300, Outcome.LATE),
        (301, 300, Outcome.EXPIRED),
        (599, None, Outcome.LATE),
        (601, None, Outcome.EXPIRED),
        (None, 300, Outcome.MISSING),
    ],
)
def test_a_code_ends_by_its_age(attempt, seconds, valid_for, outcome) -> None:
    (one,) = attempt(code(NOON, seconds, valid_for=valid_for))
    assert one.outcome == outcome
    assert one.expected == (outcome,)


def test_lateness_counts_from_the_first_request_and_expiry_from_the_code_s_own(attempt) -> None:
    lost, resent = code(NOON, None), code(NOON + 280 * SECOND, 30)
    (one,) = attempt(lost, resent)
    assert one.outcome == Outcome.LATE
    assert one.waited == 310


def test_the_first_usable_code_decides(attempt) -> None:
    slow, fast = code(NOON, 75), code(NOON + 70 * SECOND, 6)
    (one,) = attempt(slow, fast)
    assert (one.outcome, one.deciding) == (Outcome.LATE, slow)


def test_a_blocked_code_is_missing_where_no_log_of_the_filter_is_given(attempt) -> None:
    blocked = code(NOON, 4, rule="keyword", kept_by="typed")
    (with_log,), (without,) = attempt(blocked), attempt(blocked, blocked=False)
    assert with_log.expected == (Outcome.BLOCKED,)
    assert (without.outcome, without.expected) == (Outcome.BLOCKED, (Outcome.MISSING,))


def test_a_restored_code_was_blocked_as_far_as_the_filter_s_log_tells(attempt) -> None:
    restored = code(NOON, 4, rule="keyword", kept_by="typed", restored=True)
    (with_log,), (without,) = attempt(restored), attempt(restored, blocked=False)
    assert with_log.expected == (Outcome.BLOCKED,)
    assert without.expected == (Outcome.IN_TIME,)


def test_a_silenced_code_is_in_the_inbox(attempt) -> None:
    (one,) = attempt(code(NOON, 4, rule="keyword", kept_by="spamblocker"))
    assert one.outcome == Outcome.IN_TIME


def test_only_damage_that_cannot_be_undone_makes_a_code_garbled(attempt) -> None:
    assert attempt(code(NOON, 4, garbled="lost"))[0].outcome == Outcome.GARBLED
    assert attempt(code(NOON, 4, garbled="latin1"))[0].outcome == Outcome.IN_TIME


def test_an_attempt_is_refused_only_if_every_request_was(attempt) -> None:
    assert attempt(None, None)[0].outcome == Outcome.REFUSED
    assert attempt(code(NOON, None), None)[0].outcome == Outcome.MISSING


def test_without_a_request_log_nothing_is_missing(attempt) -> None:
    assert attempt(code(NOON, None), requests=False) == []


def test_without_a_request_log_codes_ten_minutes_apart_are_two_attempts(attempt) -> None:
    near = attempt(code(NOON, 4), code(NOON + 9 * MINUTE, 4), requests=False)
    apart = attempt(code(NOON, 4), code(NOON + 10 * MINUTE, 4), requests=False)
    assert (len(near), len(apart)) == (1, 2)


def test_without_a_usable_stamp_and_request_the_outcome_is_open(attempt) -> None:
    unstamped = code(NOON, 4)
    unstamped.stamp = 0
    assert attempt(unstamped, requests=False)[0].expected == (Outcome.UNDECIDED,)
    assert attempt(unstamped)[0].expected == (Outcome.IN_TIME,)
