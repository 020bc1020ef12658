"""The commands as a user meets them: what comes on which stream, and the exit code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import analyzer
from analyzer.cli import main

COMMANDS = (
    *("report", "codes", "latency", "blocking", "diagnose", "compare", "case", "check", "watch"),
    *("ingest", "plot", "recognize", "formats", "simulate"),
)
LOG_COMMANDS = ("report", "codes", "latency", "blocking", "diagnose")
GOOD = "sms-20260314110000.xml"


def run(*args: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)


@pytest.fixture
def good(sample_logs: Path) -> Path:
    return sample_logs / GOOD


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"sms-analyzer {command}" in result.stdout


def test_help_answers_without_importing_heavy_libraries() -> None:
    script = (
        "import sys; from analyzer.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('pandas', 'pyarrow', 'matplotlib', 'numpy', 'rich')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith("[]")


def test_an_unknown_command_suggests_the_nearest() -> None:
    result = run("reprot", "x.xml")
    assert result.exit_code == 2
    assert "Did you mean 'report'?" in result.stderr


@pytest.mark.parametrize("command", LOG_COMMANDS)
def test_data_goes_to_standard_output_and_nothing_to_standard_error(
    command: str, sample_logs: Path
) -> None:
    result = run(command, sample_logs)
    assert result.exit_code == 0
    assert result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("command", LOG_COMMANDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_text_fits_80_columns_and_has_no_control_sequences(
    command: str, lang: str, sample_logs: Path
) -> None:
    from rich.cells import cell_len

    result = run(command, sample_logs, "--lang", lang)
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= 80
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("command", LOG_COMMANDS)
def test_json_is_valid_and_has_no_nan(command: str, sample_logs: Path) -> None:
    result = run(command, sample_logs, "--format", "json")
    json.loads(result.stdout, parse_constant=pytest.fail)


@pytest.mark.parametrize("command", ["codes", "latency", "blocking", "diagnose"])
def test_csv_has_a_header_and_a_row_for_each_line(command: str, sample_logs: Path) -> None:
    result = run(command, sample_logs, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert rows
    assert all(None not in row for row in rows)


def test_the_suffix_of_the_output_chooses_the_format(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "report.json"
    result = run("report", good, "-o", out)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert json.loads(out.read_text())["schema"] == 1
    assert [path.name for path in out.parent.iterdir()] == ["report.json"]


def test_tables_are_written_as_csv_and_parquet(good: Path, tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        assert run("report", good, "--format", form, "-o", tmp_path / form).exit_code == 0
    attempts = pq.read_table(tmp_path / "parquet" / "attempts.parquet").num_rows
    with (tmp_path / "csv" / "attempts.csv").open() as lines:
        assert attempts == len(list(csv.DictReader(lines))) > 0


def test_the_report_can_be_shown_and_saved_in_one_run(good: Path, tmp_path: Path) -> None:
    result = run("report", good, "--save", tmp_path / "out")
    assert result.exit_code == 0
    assert (tmp_path / "out" / "report.txt").read_text() == result.stdout
    assert json.loads((tmp_path / "out" / "report.json").read_text())["schema"] == 1
    assert (tmp_path / "out" / "report.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "out" / "tables" / "attempts.csv").exists()


def test_tables_without_a_folder_are_a_usage_error(good: Path) -> None:
    result = run("report", good, "--format", "csv")
    assert result.exit_code == 2
    assert "-o" in result.stderr


def test_standard_input_is_read_with_a_dash(good: Path) -> None:
    result = run("report", "-", "--format", "json", stdin=good.read_bytes())
    assert result.exit_code == 0
    assert json.loads(result.stdout)["logs"][0]["format"] == "sms_backup_restore"


def test_no_path_is_a_usage_error() -> None:
    result = run("report")
    assert result.exit_code == 2
    assert "Name a log" in result.stderr


def test_nothing_readable_exits_with_2_and_says_what_to_do(tmp_path: Path) -> None:
    missing, empty, prose = tmp_path / "no.xml", tmp_path / "empty.xml", tmp_path / "prose.txt"
    empty.touch()
    prose.write_text("Dear diary, today no code came.\n")
    for path in (missing, empty, prose):
        result = run("report", path)
        assert result.exit_code == 2
        assert path.name in result.stderr
        assert len(result.stderr.strip().splitlines()) >= 2  # what is wrong, what to do
        assert "Traceback" not in result.output


def test_other_logs_are_reported_beside_a_bad_one(good: Path, tmp_path: Path) -> None:
    result = run("report", good, tmp_path / "no.xml", "--format", "json")
    assert result.exit_code == 0
    assert "no.xml" in result.stderr
    assert json.loads(result.stdout)["codes"]["attempts"] > 0


def test_strict_exits_with_1_where_a_log_is_cut(good: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xml"
    cut.write_bytes(good.read_bytes()[:4000])
    assert run("report", cut).exit_code == 0
    assert run("report", cut, "--strict").exit_code == 1
    assert run("report", good, "--strict").exit_code == 0


def test_rejected_records_are_written_out_and_masked(tmp_path: Path) -> None:
    blocked, rejects = tmp_path / "blocked.csv", tmp_path / "rejects.jsonl"
    blocked.write_text("received_at,sender,body\n,+447700900123,code 482913\n2026-01-01,X,y\n")
    result = run("report", "--blocked", blocked, "--rejects", rejects, "--format", "json")
    assert result.exit_code == 0
    row = json.loads(rejects.read_text())
    assert row["record"] == 1
    assert "received_at" in row["reason"]
    assert "482913" not in row["raw"]


def test_a_blocked_log_without_its_columns_says_which(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked.csv"
    blocked.write_text("who,what\n1,2\n")
    result = run("report", "--blocked", blocked)
    assert "received_at" in result.output
    assert "sender" in result.output
    assert "Traceback" not in result.output


def test_an_unknown_time_zone_is_one_sentence(good: Path) -> None:
    result = run("report", good, "--tz", "Mars/Olympus")
    assert result.exit_code == 2
    assert "Mars/Olympus" in result.stderr


def test_a_place_that_cannot_be_written_is_one_sentence(good: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("report", good, "-o", tmp_path / "file" / "report.json")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_filters_narrow_the_attempts(sample_logs: Path) -> None:
    def rows(*args: str) -> list[dict[str, str]]:
        return json.loads(run("codes", sample_logs, "--format", "json", *args).stdout)

    every = rows()
    assert {row["service"] for row in rows("--service", "币安")} == {"Binance"}
    assert {row["carrier"] for row in rows("--carrier", "china unicom")} == {"China Unicom"}
    assert {row["sender"] for row in rows("--sender", "95599")} == {"95599"}
    since = rows("--since", "2026-03-01", "--tz", "Asia/Shanghai")
    assert 0 < len(since) < len(every)
    assert min(row["started_at"] for row in since) >= "2026-02-28T16:00:00"


@pytest.mark.parametrize("command", ["codes", "latency", "blocking"])
def test_filters_that_leave_nothing_are_named(command: str, sample_logs: Path) -> None:
    narrowed = run(command, sample_logs, "--service", "Nope", "--lang", "en").stdout
    assert "is left by" in narrowed
    assert "--service" in narrowed
    codeless = run(command, sample_logs / "siminfo.txt", "--lang", "en").stdout
    assert "No verification code was found" in codeless


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_fits_a_terminal_of_any_width(
    lang: str, columns: int, sample_logs: Path
) -> None:
    from rich.cells import cell_len

    from analyzer.report.text import rendered, report
    from analyzer.report.words import Words

    document = analyzer.load(sample_logs, tz="Asia/Shanghai", lang=lang).document
    text = rendered(report(document, Words(lang, "Asia/Shanghai")), columns)
    assert max(cell_len(line) for line in text.splitlines()) <= columns
    if lang == "en":  # names and outcomes stay whole, who sent is under the service
        assert "expired" in text
        assert "TELEGRAM" in text
        assert "China Unicom" in text


def test_the_command_alone_says_how_to_start() -> None:
    shown = run().output
    assert "sms-analyzer formats" in shown
    assert "sms-analyzer report sms-20260101.xml" in shown


@pytest.mark.parametrize(
    ("given", "near"),
    [("--lagn", "--lang"), ("--sinse", "--since"), ("--by=carier", "carrier")],
)
def test_a_wrong_option_suggests_the_nearest(given: str, near: str, good: Path) -> None:
    result = run("latency", good, given)
    assert result.exit_code == 2
    assert "Did you mean" in result.stderr
    assert f"'{near}'" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands_and_options(shell: str) -> None:
    def completed(*typed: str) -> str:
        asked = {"COMP_WORDS": " ".join(typed), "COMP_CWORD": str(len(typed) - 1)}
        if shell == "fish":
            asked["COMP_CWORD"] = typed[-1]
        environment = asked | {"_SMS_ANALYZER_COMPLETE": f"{shell}_complete"}
        return CliRunner().invoke(main, prog_name="sms-analyzer", env=environment).stdout

    assert "report" in completed("sms-analyzer", "rep")
    assert "--requests" in completed("sms-analyzer", "report", "--req")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_that_tells_a_shell_is_printed(shell: str) -> None:
    environment = {"_SMS_ANALYZER_COMPLETE": f"{shell}_source"}
    script = CliRunner().invoke(main, prog_name="sms-analyzer", env=environment).stdout
    assert "_SMS_ANALYZER_COMPLETE" in script


def test_the_locale_chooses_chinese(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "短信接收报告" in run("report", good).stdout
    assert "SMS reception report" in run("report", good, "--lang", "en").stdout


def test_grouping_by_an_unknown_column_names_the_known_ones(good: Path) -> None:
    result = run("latency", good, "--by", "color")
    assert result.exit_code == 2
    assert "sender" in result.stderr


def test_a_closed_pipe_ends_quietly(good: Path) -> None:
    command = f"{sys.executable} -m analyzer report {good} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr


def test_recognize_answers_line_by_line_and_masks() -> None:
    lines = [
        {"text": "【币安】验证码：604817，5分钟内有效。您正在登录。", "id": 7},
        {"text": "See you at eight?"},
    ]
    stdin = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    masked = [json.loads(line) for line in run("recognize", stdin=stdin).stdout.splitlines()]
    assert [row["is_code"] for row in masked] == [True, False]
    assert masked[0]["id"] == 7
    assert masked[0]["code"] == "******"
    assert "604817" not in json.dumps(masked)
    shown = json.loads(run("recognize", "--reveal", stdin=stdin).stdout.splitlines()[0])
    assert (shown["code"], shown["service"], shown["valid_for"]) == ("604817", "Binance", 300)


def test_recognize_explains_a_text_given_as_argument_and_masks_it() -> None:
    text = "Your parcel is ready, pickup code 447182"
    result = run("recognize", "--explain", "--lang", "en", text)
    assert "pickup code ******" in result.stdout
    assert '"pickup code" names a code to pick something up with.' in result.stdout
    assert "447182" in run("recognize", "--explain", "--reveal", text).stdout
    chinese = run("recognize", "--explain", "--lang", "zh", stdin=json.dumps({"text": text}))
    assert "不算验证码短信" in chinese.stdout


def test_recognize_says_which_line_is_bad() -> None:
    result = run("recognize", stdin='{"text": "hi"}\nnot json\n{"no": 1}\n')
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert "line 3" in result.stderr
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(("lang", "word"), [("en", "(unverified)"), ("zh", "(未核实)")])
def test_formats_says_which_layouts_are_unverified(lang: str, word: str) -> None:
    from analyzer.ingest.registry import readers

    unverified = [reader.name for reader in readers() if reader.evidence.unverified]
    told = json.loads(run("formats", "--format", "json").stdout)
    assert [row["format"] for row in told if row["unverified"]] == unverified
    assert run("formats", "--lang", lang).stdout.count(word) == len(unverified) > 0


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_formats_lists_every_reader(form: str) -> None:
    from analyzer.ingest.registry import readers

    result = run("formats", "--format", form)
    assert result.exit_code == 0
    for reader in readers():
        assert reader.name in result.stdout


def test_simulate_writes_phones_that_report_reads(tmp_path: Path) -> None:
    folder = tmp_path / "phones"
    done = run("simulate", folder, "--scenario", "garbled", "--devices", 2, "--days", 6)
    assert done.exit_code == 0
    assert done.stdout.startswith("2 phones, ")
    report = run(
        *("report", folder / "logs", "--device-from-folder", "--tz", "Asia/Shanghai"),
        *("--format", "json"),
    )
    document = json.loads(report.stdout)
    assert {row["device"] for row in document["logs"]} == {"phone-0001", "phone-0002"}
    assert not any(row["rejected"] for row in document["logs"])


def test_simulate_lists_its_scenarios_in_both_languages() -> None:
    english, chinese = run("simulate", "--list"), run("simulate", "--list", "--lang", "zh")
    assert "outage " in english.stdout
    assert "运营商" in chinese.stdout
    assert english.stdout.count("\n") == chinese.stdout.count("\n") > 20


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name a folder"),
        (("x", "--scenario", "nope"), "No such scenario. Known are: healthy, "),
    ],
)
def test_simulate_says_what_is_missing(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run("simulate", *(tmp_path / a if a == "x" else a for a in arguments))
    assert result.exit_code == 2
    assert said in result.stderr
    assert not list(tmp_path.iterdir())


def test_simulate_leaves_an_earlier_simulation_alone(tmp_path: Path) -> None:
    first = run("simulate", tmp_path, "--days", 3)
    again = run("simulate", tmp_path, "--days", 3, "--seed", 2)
    assert (first.exit_code, again.exit_code) == (0, 2)
    assert "holds a simulation already" in again.stderr


@pytest.mark.parametrize(
    ("command", "name", "told"),
    [("report", "x.pdf", "does not write .pdf"), ("codes", "x.html", "does not write .html")],
)
def test_an_output_of_a_kind_that_is_not_written_is_refused(
    command: str, name: str, told: str, sample_logs: Path, tmp_path: Path
) -> None:
    result = run(command, sample_logs, "-o", tmp_path / name)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / name).exists()


def test_evidence_names_times_in_the_zone_of_the_report(
    sample_logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    text = run("case", sample_logs).stdout
    assert "Europe/Berlin" in text
    assert "Asia/Shanghai" not in text
