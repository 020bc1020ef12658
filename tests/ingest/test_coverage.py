"""Until when a log covers the inbox, and what that makes of a code that did not come."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from analyzer.analysis import analyze
from analyzer.ingest import ingest
from analyzer.ingest.records import Role

START = 1_767_225_600_000  # 2026-01-01 00:00 UTC
HOUR = 3_600_000
MADE = START + 10 * HOUR
LAST_MESSAGE = START + 2 * HOUR


def sms(at, body):
    return f'<sms address="EXAMPLE" date="{at}" type="1" body="{body}" date_sent="{at - 2000}" />'


@pytest.fixture
def outcome_of_request(tmp_path):
    """Tell how the attempt of one request ended, with a backup made at MADE."""

    def outcome_of_request(at, made=f' backup_date="{MADE}"'):
        texts = [sms(START, "Hi there"), sms(LAST_MESSAGE, "See you")]
        backup = tmp_path / "sms.xml"
        backup.write_text(f'<smses count="2"{made}>{"".join(texts)}</smses>')
        written = datetime.fromtimestamp(at / 1000, UTC).isoformat()
        requests = tmp_path / "requests.csv"
        requests.write_text(f"requested_at,service,device,sim\n{written},Example Bank,,1\n")
        inputs = [(backup, Role.MESSAGES), (requests, Role.REQUESTS)]
        (attempt,) = analyze(ingest(inputs)).attempts.to_pylist()
        return attempt["outcome"]

    return outcome_of_request


def test_a_request_before_the_last_message_is_missing(outcome_of_request):
    assert outcome_of_request(START + HOUR) == "missing"


def test_a_request_after_the_last_message_and_before_the_backup_is_missing(outcome_of_request):
    assert outcome_of_request(LAST_MESSAGE + 4 * HOUR) == "missing"


def test_a_request_after_the_backup_is_undecided(outcome_of_request):
    assert outcome_of_request(MADE + HOUR) == "undecided"


def test_without_a_stated_time_the_cover_ends_with_the_last_message(outcome_of_request):
    assert outcome_of_request(LAST_MESSAGE + 4 * HOUR, made="") == "undecided"


def test_a_database_of_spam_alone_covers_no_inbox(tmp_path, read):
    path = tmp_path / "mmssms.db"
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE spam_sms (_id INTEGER PRIMARY KEY, address TEXT, date INTEGER,"
        " date_sent INTEGER, type INTEGER, body TEXT, read INTEGER)"
    )
    rows = [("SPAM", START, START, 1, "win"), ("SPAM", LAST_MESSAGE, LAST_MESSAGE, 1, "win")]
    connection.executemany(
        "INSERT INTO spam_sms (address, date, date_sent, type, body) VALUES (?, ?, ?, ?, ?)", rows
    )
    connection.commit()
    connection.close()
    account = read(path).account
    assert account.kept == 2
    assert account.first is not None
    assert account.inbox_first is None
    assert account.inbox_last is None
