"""Thresholds: kept, broken, undecided; from options, TOML and an earlier report."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from analyzer.check import Measure, ThresholdError, from_toml, limit_of
from analyzer.cli import main


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def test_a_kept_limit_ends_with_0(sample_logs: Path) -> None:
    done = check(sample_logs, "--max-blocked", "50%", "--min-in-time", "50%")
    assert done.exit_code == 0
    assert "2 ok, 0 failed, 0 undecided." in done.output


def test_a_broken_limit_ends_with_1_and_says_which(sample_logs: Path) -> None:
    done = check(sample_logs, "--max-blocked", "1%", "--each", "carrier")
    assert done.exit_code == 1
    assert "FAILED: codes blocked of China Unicom: 33.3 %, allowed at most 1.0 % (n = 15)." in (
        done.output
    )
    assert "ok: codes blocked of China Mobile" in done.output


def test_too_few_cases_break_nothing(sample_logs: Path) -> None:
    done = check(sample_logs, "--max-blocked", "1%", "--each", "carrier", "--min-n", "1000")
    assert done.exit_code == 0
    assert "0 ok, 0 failed, 2 undecided." in done.output


def test_thresholds_from_a_file(sample_logs: Path, tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(
        '[[threshold]]\nmeasure = "p50"\nmax = "1m"\ncarrier = "中国移动"\n'
        '[[threshold]]\nmeasure = "in_time"\nmin = "99%"\nservice = "Telegram"\n',
        encoding="utf-8",
    )
    done = check(sample_logs, "--thresholds", file)
    assert done.exit_code == 1
    assert "ok: median latency of 中国移动" in done.output
    assert "FAILED: codes in time of Telegram" in done.output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no \\[\\[threshold"),
        ("[[threshold]]\nmeasure = 'p42'\nmax = 1", "threshold 1: measure is one of"),
        ("[[threshold]]\nmeasure = 'p50'\nmin = '1s'", "p50 takes max"),
        ("[[threshold]]\nmeasure = 'p50'\nmax = 'soon'", "no time"),
        ("[[threshold]]\nmeasure = 'late'\nmax = '5 s'", "no share"),
        ("[[threshold]]\nmeasure = 'late'\nmax = 0.1\ncarier = 'x'", "unknown: carier"),
        ("[[threshold]]\nmeasure = 'late'\nmax = 0.1\nmin_n = 0", "min_n"),
        ("not toml", "TOML"),
    ],
)
def test_a_bad_file_is_one_sentence_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ThresholdError, match=told):
        from_toml(file)


@pytest.mark.parametrize(
    ("measure", "written", "limit"),
    [
        ("p95", "60s", 60),
        ("p95", "2m", 120),
        ("p50", 5, 5),
        ("late", "1%", 0.01),
        ("late", 0.2, 0.2),
    ],
)
def test_limits_are_written_as_people_write_them(measure: str, written: str, limit: float) -> None:
    assert limit_of(Measure(measure), written) == limit


def test_junit_counts_what_failed(sample_logs: Path, tmp_path: Path) -> None:
    file = tmp_path / "checks.xml"
    check(sample_logs, "--max-blocked", "1%", "--each", "carrier", "--junit", file)
    suite = ET.parse(file).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "0")
    assert len(suite.findall("testcase/failure")) == 1


def test_github_shows_failures_as_annotations(sample_logs: Path) -> None:
    done = check(sample_logs, "--max-blocked", "1%", "--github")
    assert done.output.startswith("::error title=sms-analyzer check::FAILED: codes blocked of all")
    assert "11.1 %25" in done.output


def test_an_earlier_report_is_a_baseline(sample_logs: Path, tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    CliRunner().invoke(main, ["report", str(sample_logs), "-o", str(file)])
    assert check(sample_logs, "--baseline", file).exit_code == 0
    earlier = json.loads(file.read_text(encoding="utf-8"))
    for row in earlier["latency"]:
        if row["p50_high"] is not None:
            row["p50"], row["p50_high"] = 0, 0
    file.write_text(json.dumps(earlier), encoding="utf-8")
    worse = check(sample_logs, "--baseline", file)
    assert worse.exit_code == 1
    assert "median latency of all became worse" in worse.output


def test_a_baseline_that_is_no_report_is_one_sentence(sample_logs: Path, tmp_path: Path) -> None:
    file = tmp_path / "earlier.json"
    file.write_text("[]", encoding="utf-8")
    done = check(sample_logs, "--baseline", file)
    assert done.exit_code == 2
    assert "no JSON report" in done.output


def test_without_a_limit_there_is_nothing_to_check(sample_logs: Path) -> None:
    done = check(sample_logs)
    assert done.exit_code == 2
    assert "--max-p95" in done.output


def test_too_many_unknown_outcomes_are_called_so(tmp_path: Path) -> None:
    rows = [
        f"2026-03-0{d} 10:00:00,1069000011,inbox,验证码：12345{d}，5分钟内有效" for d in range(1, 9)
    ]
    file = tmp_path / "messages.csv"
    file.write_text("\n".join(["Date,Number,Type,Message", *rows]) + "\n", encoding="utf-8")
    done = check(file, "--max-late", "5%")
    assert done.exit_code == 0
    assert "outcome of too many attempts is not known" in done.output
