"""Two sides: a real difference is told, chance is not taken for one, too few is said."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main
from analyzer.compare import NothingToCompareError


def blocked_log(path: Path, days: range, blocked_share: float, seed: int) -> list[str]:
    """Return the lines of an inbox and write a blocked log, one code an hour."""
    chance = random.Random(seed)
    inbox, blocked = [], ["received_at,sender,body,reason"]
    for day in days:
        for hour in range(8, 20):
            at = f"2026-03-{day:02} {hour:02}:00:{chance.randrange(60):02}"
            text = f"【示例科技】验证码：{chance.randrange(100000, 999999)}，5分钟内有效"
            if chance.random() < blocked_share:
                blocked.append(f"{at},1069000011,{text},keyword")
            else:
                inbox.append(f"{at},1069000011,inbox,{text}")
    path.write_text("\n".join(blocked) + "\n", encoding="utf-8")
    return inbox


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Logs of twelve days; from the seventh on, a filter takes far fewer codes."""
    folder = tmp_path / "phone"
    folder.mkdir()
    rows = blocked_log(folder / "blocked-1.csv", range(1, 7), 0.4, seed=1)
    rows += blocked_log(folder / "blocked-2.csv", range(7, 13), 0.05, seed=2)
    table = ["Date,Number,Type,Message", *rows]
    (folder / "messages.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    return folder


def test_a_filter_that_was_mended_shows(changed: Path) -> None:
    log = analyzer.load(changed, tz="Asia/Shanghai")
    blocked = log.compare(at="2026-03-07T00:00+08:00").loc["blocked"]
    assert blocked["said"] == "different"
    assert blocked["difference"] < -0.2
    assert blocked["low"] < blocked["difference"] < blocked["high"] < 0


def test_two_halves_of_the_same_are_not_told_apart(changed: Path) -> None:
    log = analyzer.load(changed, tz="Asia/Shanghai")
    found = log.compare(at="2026-03-04T00:00+08:00")
    log_first = analyzer.load(changed, tz="Asia/Shanghai", until="2026-03-07T00:00+08:00")
    halves = log_first.compare(at="2026-03-04T00:00+08:00")
    assert "blocked" in found.index
    assert halves.loc["blocked", "said"] == "could_be_chance"


def test_too_few_cases_say_nothing(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs)
    few = log.compare(between=("carrier", "China Mobile", "China Unicom"))
    assert few.loc["missing", "said"] == "too_few"


def test_swapping_the_sides_turns_the_difference_round(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs)
    one = log.compare(between=("sim", "1", "2"))
    other = log.compare(between=("sim", "2", "1"))
    for measure in one.index:
        assert one.loc[measure, "p"] == pytest.approx(other.loc[measure, "p"], nan_ok=True)
        assert one.loc[measure, "difference"] == pytest.approx(
            -other.loc[measure, "difference"], nan_ok=True
        )


def test_a_log_against_itself_is_no_different(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs)
    assert set(log.compare(log)["said"]) <= {"could_be_chance", "too_few"}


def test_a_side_without_data_is_named_with_what_there_is(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs)
    with pytest.raises(NothingToCompareError) as raised:
        log.compare(between=("carrier", "China Broadnet", "China Unicom"))
    assert raised.value.side == "China Broadnet"
    assert set(raised.value.known) == {"China Mobile", "China Unicom"}


def test_the_command_speaks_both_languages(changed: Path) -> None:
    at = ["compare", str(changed), "--at", "2026-03-07", "--tz", "Asia/Shanghai"]
    english = CliRunner().invoke(main, [*at, "--lang", "en"])
    chinese = CliRunner().invoke(main, [*at, "--lang", "zh"])
    assert english.exit_code == chinese.exit_code == 0
    assert "Codes blocked on the phone fell from" in english.output
    assert "Unlikely to be chance" in " ".join(english.output.split())
    assert "不太可能是偶然" in "".join(chinese.output.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Name two logs"),
        (["--at", "2026-01-01", "--between", "sim", "1", "2"], "not both"),
        (["--at", "1999-01-01"], "no code messages"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(
    sample_logs: Path, arguments: list[str], told: str
) -> None:
    done = CliRunner().invoke(main, ["compare", str(sample_logs), *arguments])
    assert done.exit_code == 2
    assert told in done.output
    assert "Traceback" not in done.output
