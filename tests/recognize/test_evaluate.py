from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.recognize.evaluate import main
from analyzer.recognize.labelled import ASIDE, DEV, UNSEEN, cases, half, is_kept
from analyzer.recognize.scoring import answers, reliability, right, score

NAMES = (
    "青禾",
    "星河",
    "云杉",
    "山海",
    "晨光",
    "北辰",
    "轻风",
    "海星",
    "慧学",
    "极光",
    "远山",
    "光年",
)
TEXTS = [(f"【{name}】您的验证码是604815，5分钟内有效。", True, "604815") for name in NAMES]
TEXTS += [(f"{name}明天下午三点在老地方见", False, None) for name in NAMES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [
        json.dumps({"text": text, "is_otp": is_code, "code": code, "lang": "zh"})
        for text, is_code, code in TEXTS
    ]
    (tmp_path / "own.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_the_report_shows_shares_beside_other_detectors(folder, capsys):
    assert {case.half for case in cases(folder)} == {DEV, UNSEEN}
    assert main([str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "libremessage 2026" in shown
    assert "utf-8 as gb18030" in shown
    assert "Confidence" in shown
    row = next(line.split() for line in shown.splitlines() if line.startswith("zh "))
    assert row[3:8] == ["100.0"] * 5


@pytest.mark.parametrize("content", [None, ""])
def test_a_folder_without_messages_is_one_clear_sentence(tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "empty.jsonl").write_text(content)
    assert main([str(tmp_path / "no" if content is None else tmp_path)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_wording_is_in_one_half_whatever_its_digits_and_its_twins_are_set_aside(tmp_path):
    assert half("code 123456") == half("code 999999")
    twins = [f"Your code is 604815{mark}" for mark in (".", "!", "?", " .", " !", "...")]
    lines = [
        json.dumps({"text": text, "is_otp": True, "code": "604815", "lang": "en"}) for text in twins
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    halves = {case.half for case in cases(tmp_path)}
    assert len(halves & {DEV, UNSEEN}) == 1
    assert halves <= {DEV, UNSEEN, ASIDE}


def test_the_gateway_and_the_corpora_are_split_by_template_alone():
    assert not is_kept("uci_sms_spam")
    assert not is_kept("ssivakorn_thai_gateway")


def test_scores_count_what_they_say(folder):
    chosen = list(cases(folder))
    pairs = list(zip(chosen, answers([case.text for case in chosen]), strict=True))
    whole = score(pairs)
    assert (whole.precision, whole.recall, whole.strict_f1) == (1, 1, 1)
    lying = [(case, {**answer, "code": "1"}) for case, answer in pairs]
    assert (score(lying).f1, score(lying).exact, score(lying).strict_f1) == (1, 0, 0)
    bins = reliability(pairs)
    assert sum(found.messages for found in bins) == len(pairs)
    assert right("G-604815", "604815")
    assert not right(None, "604815")
