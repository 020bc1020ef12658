"""A support case: short, masked, in both languages, and honest about what is not known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main


def case(sample_logs: Path, *arguments: str) -> str:
    done = CliRunner().invoke(main, ["case", str(sample_logs), *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("addressee", ["carrier", "service", "vendor"])
def test_a_case_holds_no_code_and_no_number_of_a_person(
    sample_logs: Path, addressee: str, lang: str
) -> None:
    text = case(sample_logs, "--for", addressee, "--lang", lang)
    log = analyzer.load(sample_logs, reveal=True)
    codes = log.codes.dropna(subset=["code_start"])
    secrets = {
        body[int(start) : int(start + length)]
        for body, start, length in zip(
            codes["body"], codes["code_start"], codes["code_length"], strict=True
        )
    }
    persons = set(log.messages.loc[log.messages["route"] == "mobile_cn", "sender"])
    words = set(re.findall(r"[\w+-]+", text))
    assert not (secrets | persons) & words
    assert len(text.splitlines()) < 60


def test_a_case_tells_times_in_the_zone_of_the_user(sample_logs: Path) -> None:
    assert "2026-03-09 19:20:26" in case(sample_logs, "--tz", "Asia/Shanghai")
    assert "2026-03-09 11:20:26" in case(sample_logs, "--tz", "UTC")


def test_a_case_says_what_the_logs_cannot_show(sample_logs: Path) -> None:
    assert "Whether the service sent a code that never came" in case(sample_logs)


def test_a_case_for_one_service_names_it_and_only_it(sample_logs: Path) -> None:
    text = case(sample_logs, "--for", "service", "--service", "Telegram")
    assert text.startswith("Support case for Telegram")
    assert "Binance" not in text.split("What the logs show")[0]


def test_a_case_without_attempts_says_so(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text("Date,Number,Type,Message\n2026-03-01 10:00:00,+8613800000001,inbox,hi\n")
    assert "no verification code" in case(file)
