"""What must never leave the program unasked: codes, and the numbers of people."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

import analyzer
from analyzer.cli import main
from analyzer.report.files import csv_text
from analyzer.report.masking import Masker, masked_name, masked_text, printable
from analyzer.schema import Route

ROOT = Path(__file__).resolve().parents[2]


def sample_secrets() -> set[str]:
    """Return every code and person's number of the sample logs."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "tests" / "make_sample_logs.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    bodies = [sms.body for sms in [*make.INBOX, *make.OLD_PHONE]]
    bodies += [row[2] for row in make.BLOCKED]
    codes = {code for body in bodies for code in re.findall(r"(?<!\d)\d{5,6}(?!\d)", body)}
    return codes | {"447700900123", "7700900123", "13800138000"}


SECRETS = sample_secrets()
OUTPUTS = [
    ("report", "text"),
    ("report", "json"),
    ("codes", "text"),
    ("codes", "json"),
    ("codes", "csv"),
    ("latency", "csv"),
    ("blocking", "json"),
    ("diagnose", "text"),
]


def leaks(text: str) -> set[str]:
    return {secret for secret in SECRETS if secret in text}


BY_GROUP = ("latency_ecdf", "latency_percentiles", "outcomes", "delay_over_time", "blocking")
WHOLE = ("hour_profile", "timeline", "block_reasons", "before_after")


@pytest.mark.parametrize(("command", "form"), OUTPUTS)
def test_no_output_of_the_command_line_holds_a_code_or_number(
    command: str, form: str, sample_logs: Path
) -> None:
    result = CliRunner().invoke(main, [command, str(sample_logs), "--format", form])
    text = re.sub(r'"sha256": "\w+"', "", result.stdout)
    assert leaks(text) == set()


def test_no_table_of_a_notebook_holds_a_code_or_number(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs)
    shown = [repr(log), log._repr_html_()]
    frames = (log.messages, log.codes, log.attempts, log.requests, log.findings, log.problems)
    for frame in (*frames, log.latency("sender"), log.blocking("sender"), log.outcomes("sender")):
        text_columns = frame.drop(columns=["message_id", "message_ids"], errors="ignore")
        shown.append(text_columns.to_csv())
    assert leaks("\n".join(shown)) == set()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("by", ["sender", "carrier", "service"])
@pytest.mark.parametrize("kind", BY_GROUP)
@pytest.mark.filterwarnings("ignore:Glyph")
def test_no_text_of_a_plot_holds_a_code_or_number(
    kind: str, by: str, lang: str, sample_logs: Path
) -> None:
    log = analyzer.load(sample_logs, lang=lang)
    axes = getattr(log.plot, kind)(by=by)
    shown = [text.get_text() for text in axes.figure.findobj(Text)]
    assert len("".join(shown)) > 20
    assert leaks("\n".join(shown)) == set()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.filterwarnings("ignore:Glyph")
def test_no_text_of_a_plot_of_all_holds_a_code_or_number(
    kind: str, lang: str, sample_logs: Path
) -> None:
    axes = getattr(analyzer.load(sample_logs, lang=lang).plot, kind)()
    shown = [text.get_text() for text in axes.figure.findobj(Text)]
    assert leaks("\n".join(shown)) == set()


def test_every_plot_is_searched_for_codes_and_numbers(sample_logs: Path) -> None:
    plots = analyzer.load(sample_logs).plot
    offered = {name for name in dir(plots) if not name.startswith("_")}
    assert offered == {*BY_GROUP, *WHOLE}


def test_reveal_shows_them(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs, reveal=True)
    assert "604817" in log.messages.to_csv()
    assert "+447700900123" in set(log.codes["sender"])


def test_a_person_keeps_one_pseudonym_and_services_keep_their_names() -> None:
    masker = Masker()
    first = masker.sender("+447700900123", Route.INTERNATIONAL)
    assert first == masker.sender("+447700900123", Route.INTERNATIONAL)
    assert first != masker.sender("+447700900124", Route.INTERNATIONAL)
    assert "+44" in first
    assert masker.sender("10690000", Route.PORT_106) == "10690000"
    assert masker.sender("BINANCE", Route.ALPHANUMERIC) == "BINANCE"


@given(st.text(max_size=40), st.from_regex(r"[0-9]{4,8}", fullmatch=True), st.text(max_size=40))
def test_masking_leaves_no_code(before: str, code: str, after: str) -> None:
    text = f"{before}{code}{after}"
    assert code not in masked_text(text, len(before), len(code))


@pytest.mark.parametrize(
    "code", ["5\ufffd3\ufffd8\ufffd", "5?3?8", "12 34 56", "1-2-3-4", "１２３４"]
)
def test_masking_hides_damaged_and_divided_codes(code: str) -> None:
    assert not re.search(r"\d", masked_text(f"您的验证码是{code}，请勿泄露"))


@given(st.text(max_size=60), st.integers(0, 10**9))
def test_masking_leaves_no_long_number_and_keeps_the_length(text: str, number: int) -> None:
    masked = masked_text(f"{text} {number:04d} {text}")
    assert not re.search(r"[0-9]{3}", masked)
    assert len(masked) == len(f"{text} {number:04d} {text}")


def test_with_a_key_a_person_has_one_pseudonym_in_every_run() -> None:
    def pseudonym(key: str | None, *before: str) -> str | None:
        masker = Masker(key=key)
        for sender in before:
            masker.sender(sender, Route.INTERNATIONAL)
        return masker.sender("+447700900123", Route.INTERNATIONAL)

    assert pseudonym("a") == pseudonym("a", "+447700900199")
    assert pseudonym("a") != pseudonym("b")
    assert pseudonym(None) != pseudonym(None, "+447700900199")
    assert "7700900123" not in str(pseudonym("a"))


@pytest.fixture
def telling_log(tmp_path: Path) -> Path:
    """A blocked log whose names all hold phone numbers, and a record that is rejected."""
    folder = tmp_path / "13800138000"
    folder.mkdir()
    log = folder / "export-13800138000.csv"
    log.write_text(
        "received_at,sender,body,source,reason_raw\n"
        "2026-03-01 08:01:30,Ann 138 0013 8000,[Shop 13800138000] Your code is 481516.,"
        "filter of 13800138000,rule 13800138000\n"
        "2026-03-01 08:02:30,+8613800138000,Your code is 481517.,x,y\n"
        "2026-03-01 08:03:30,13800138000,Your code is 481518.,x,y\n"
        "nonsense 13800138000,10690000,Your code is 481519.,x,y\n"
    )
    return log


TELLING = re.compile(r"138\W{0,2}0013\W{0,2}8000|48151\d")


@pytest.mark.parametrize("form", ["text", "json", "csv", "parquet"])
def test_no_file_or_stream_tells_a_number_in_a_name(
    form: str, telling_log: Path, tmp_path: Path
) -> None:
    out, rejects = tmp_path / "out", tmp_path / "rejects.jsonl"
    log = str(telling_log)
    arguments = ["report", log, "--format", form, "--rejects", str(rejects), "--lang", "en"]
    if form in ("csv", "parquet"):
        arguments += ["-o", str(out)]
    result = CliRunner().invoke(main, [*arguments, "--device-from-folder"])
    assert result.exit_code == 0, result.output
    told = [re.sub(r'"sha256": "\w+"', "", result.stdout), result.stderr, rejects.read_text()]
    for path in out.glob("*"):
        rows = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
        told.append(rows.drop(columns=["sha256"], errors="ignore").to_csv())
    assert not TELLING.search("\n".join(told))
    assert told[1] or form == "text"


def test_no_table_of_a_notebook_tells_a_number_in_a_name(telling_log: Path) -> None:
    log = analyzer.load(telling_log, device_from_folder=True)
    frames = (log.messages, log.codes, log.attempts, log.problems, log.logs.drop(columns="sha256"))
    hidden = ["message_id", "message_ids", "attempt_id"]
    for frame in (*frames, log.latency("service"), log.blocking("device")):
        assert not TELLING.search(frame.drop(columns=hidden, errors="ignore").to_csv())
    assert not TELLING.search(log._repr_html_())


def test_one_person_has_one_pseudonym_as_sender_and_as_key(telling_log: Path) -> None:
    messages = analyzer.load(telling_log).messages
    people = messages[messages["route"] == "mobile_cn"]
    assert len(people) == 2
    assert len({*people["sender"], *people["sender_key"]}) == 1


def test_rejected_records_are_written_as_json(telling_log: Path, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    CliRunner().invoke(main, ["report", str(telling_log), "--rejects", str(rejects)])
    (row,) = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert row["raw"]["sender"] == "10690000" or set(row["raw"]["sender"]) == {"*"}
    assert row["raw"]["received_at"].startswith("nonsense")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("sms-20260101.xml", "sms-20260101.xml"),
        ("sms-20260101080130.xml", "sms-20260101080130.xml"),
        ("2026-01-01 08.txt", "2026-01-01 08.txt"),
        ("13800138000.csv", "***********.csv"),
        ("+44 7700 900123", "+** **** ******"),
        ("95588", "95588"),
    ],
)
def test_phone_numbers_in_names_are_hidden_and_dates_stay(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_text_cannot_control_a_terminal() -> None:
    assert "\x1b" not in printable("\x1b[31mred\x1b[0m \u202ereversed \x07")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_text_cannot_become_a_formula(start: str) -> None:
    text = csv_text([{"a": f"{start}HYPERLINK(1)", "n": -5}])
    assert text.splitlines()[1].lstrip('"').startswith("'") or "\t" not in text
    assert text.splitlines()[1].endswith(",-5")


def test_hostile_bodies_stay_harmless_in_json_and_text(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.jsonl"
    row = {
        "_id": "1",
        "thread_id": "1",
        "date": "1772300000000",
        "date_sent": "1772299998000",
        "type": "1",
        "address": "\x1b[2J=cmd()",
        "body": "\x1b]0;owned\x07 code 123456 \u202e<script>alert(1)</script>",
    }
    hostile.write_text(json.dumps(row) + "\n")
    result = CliRunner().invoke(main, ["report", str(hostile)])
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
