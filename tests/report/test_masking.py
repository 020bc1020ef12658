"""What must never leave the program unasked: codes, and the numbers of people."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import analyzer
from analyzer.cli import main
from analyzer.report.files import csv_text
from analyzer.report.masking import Masker, masked_text, printable
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
