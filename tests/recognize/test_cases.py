"""Goals on labelled messages kept outside the project, read from the folder SMS_ANALYZER_OTP."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.recognize.labelled import cases
from analyzer.recognize.scoring import answers, damage_scores, score

FOLDER = os.environ.get("SMS_ANALYZER_OTP")
pytestmark = [
    pytest.mark.needs_folder("SMS_ANALYZER_OTP"),
    pytest.mark.skipif(not FOLDER, reason="SMS_ANALYZER_OTP is not set"),
]


@pytest.fixture(scope="module")
def unseen():
    chosen = [case for case in cases(Path(FOLDER)) if case.half == "unseen"]
    return list(zip(chosen, answers([case.text for case in chosen]), strict=True))


@pytest.mark.parametrize(
    ("name", "measure", "goal"),
    [
        ("zh", "strict_f1", 0.98),
        ("gateway", "f1", 0.95),
        ("mix", "strict_f1", 0.93),
        ("curated", "f1", 0.97),
        ("curated", "exact", 0.96),
        ("templates", "exact", 0.95),
    ],
)
def test_a_goal_is_reached_on_unseen_messages(unseen, name, measure, goal):
    assert getattr(score([pair for pair in unseen if name in pair[0].sets]), measure) >= goal


@pytest.mark.parametrize(("name", "limit"), [("pennywise_bank_sms", 5), ("uci_sms_spam", 1)])
def test_false_alarms_stay_few(unseen, name, limit):
    assert score([pair for pair in unseen if name in pair[0].sets]).false_alarms <= limit


def test_damaged_chinese_is_still_read(unseen):
    shares = damage_scores([case for case, _ in unseen])
    assert {way: share for way, share in shares.items() if share.exact < 0.9} == {}
