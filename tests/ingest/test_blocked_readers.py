"""Logs of filters: what was put away, what was only silenced, and how they join the messages."""

from __future__ import annotations

import json
import sqlite3

import pytest

from analyzer.ingest.records import Role
from analyzer.ingest.vendor_reasons import vendor_reason
from analyzer.schema import BlockReason

START = 1_772_300_000_000


@pytest.fixture
def database(tmp_path):
    """Write a SQLite database with one table and return its path."""

    def database(name, table, rows):
        path = tmp_path / name
        connection = sqlite3.connect(path)
        columns = list(rows[0])
        connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        values = [tuple(row.values()) for row in rows]
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
        connection.commit()
        connection.close()
        return path

    return database


def spamblocker(*texts, calls=()):
    rows = [{"id": n, "isTest": False, "simSlot": 0} | text for n, text in enumerate(texts)]
    history = {"calls": list(calls), "texts": rows}
    return json.dumps({"categories": {"all": ["HISTORY_LOGS"]}, "historyLogs": history})


def exported(*rows):
    """Return an export of the inbox as SMS Import / Export writes it."""
    return "".join(
        json.dumps({"_id": str(n), "thread_id": "1", "type": "1"} | row) + "\n"
        for n, row in enumerate(rows)
    )


def fwlog(**row):
    known = {"_id": 1, "number": "+447700900123", "date": START, "type": 2, "reason": 7}
    return known | {"data1": None, "simid": None, "read": 0} | row


def sms(**row):
    known = {"_id": 1, "address": "+447700900123", "date": START, "type": 1, "body": "Code 482913"}
    return known | row


def test_a_message_that_spamblocker_silenced_stays_in_the_inbox(read_text):
    text = {"peer": "EXAMPLE", "time": START, "result": 11, "extraInfo": "Code 482913"}
    found = read_text(spamblocker(text))
    (row,) = found.messages
    assert row["folder"] == "inbox"
    assert (row["blocked_by"], row["block_reason"]) == ("spamblocker", "keyword")
    assert row["sim_slot"] == 0
    assert found.whats == ["silenced"]


def test_a_message_that_spamblocker_passed_bears_no_mark(read_text):
    texts = [{"peer": "EXAMPLE", "time": START, "result": result} for result in (1, 9, 100, 120)]
    found = read_text(spamblocker(*texts))
    assert not any("blocked_by" in row or "block_reason" in row for row in found.messages)
    assert not found.whats


def test_tests_and_calls_of_spamblocker_are_counted_but_are_no_messages(read_text):
    call = {"id": 1, "peer": "+447700900999", "time": START, "result": 17, "isTest": False}
    trial = {"peer": "12345", "time": START, "result": 10, "isTest": True}
    found = read_text(spamblocker(trial, calls=[call]))
    assert not found.messages
    assert dict(found.account.other) == {"call": 1, "test": 1}


def test_a_history_does_not_claim_to_show_the_whole_inbox(fixtures, read):
    assert read(fixtures / "spamblocker" / "history.json").account.role == "blocked"


def test_a_screened_message_is_the_message_of_the_export(tmp_path, read):
    export, history = tmp_path / "export.ndjson", tmp_path / "history.json"
    code = {"address": "EXAMPLE", "date": str(START), "date_sent": str(START - 2000)}
    export.write_text(exported(code | {"body": "Code 482913"}))
    text = {"peer": "EXAMPLE", "time": START + 2100, "result": 11, "extraInfo": "Code 482913"}
    history.write_text(spamblocker(text))
    for order in ((export, history), (history, export)):
        found = read(*order)
        (row,) = found.messages
        assert row["blocked_by"] == "spamblocker"
        assert row["folder"] == "inbox"
        assert row["received_at"].timestamp() * 1000 == START
        assert [one.duplicates for one in found.accounts] == [0, 1]


@pytest.mark.parametrize(
    "other",
    [
        {"time": START + 60_000},
        {"time": START + 2100, "extraInfo": "Code 771204"},
        {"time": START + 2100, "peer": "OTHER"},
    ],
)
def test_screened_messages_that_differ_stay_apart(tmp_path, read, other):
    export, history = tmp_path / "export.ndjson", tmp_path / "history.json"
    export.write_text(exported({"address": "EXAMPLE", "date": str(START), "body": "Code 482913"}))
    text = {"peer": "EXAMPLE", "time": START, "result": 11, "extraInfo": "Code 482913"}
    history.write_text(spamblocker(text | other))
    assert len(read(export, history).messages) == 2


def test_the_firewall_log_lends_its_reason_to_the_message_seconds_away(database, read):
    messages = database("mmssms.db", "sms", [sms(), sms(_id=2, date=START + 60_000)])
    antispam = database("AntiSpam", "fwlog", [fwlog(date=START + 1900, data1="code", reason=12)])
    found = read(messages, antispam)
    first, second = found.messages
    assert first["block_reason"] == "keyword"
    assert first["block_rule"] == "reason=12: code"
    assert first["body"] == "Code 482913"
    assert first["restored"]
    assert "block_reason" not in second


def test_a_firewall_row_without_its_message_is_a_blocked_message_without_text(database, read):
    found = read(database("AntiSpam", "fwlog", [fwlog(simid=2)]))
    (row,) = found.messages
    assert (row["folder"], row["blocked_by"], row["block_reason"]) == (
        "blocked",
        "miui",
        "unknown_sender",
    )
    assert row["sub_id"] == 2
    assert "body" not in row


def test_a_firewall_row_is_not_given_to_one_of_two_messages_at_random(database, read):
    messages = database("mmssms.db", "sms", [sms(), sms(_id=2, date=START + 3000, body="Other")])
    antispam = database("AntiSpam", "fwlog", [fwlog(date=START + 1500)])
    assert len(read(messages, antispam).messages) == 3


def test_a_blocked_call_is_never_read_with_the_reasons_of_messages(database, read):
    found = read(database("AntiSpam", "fwlog", [fwlog(type=1, reason=17), fwlog(_id=2)]))
    assert len(found.messages) == 1
    assert dict(found.account.other) == {"call": 1}


def test_a_muted_firewall_row_is_not_blocked(database, read):
    (row,) = read(database("AntiSpam", "fwlog", [fwlog(reason=1)])).messages
    assert row["folder"] == "inbox"
    assert "block_reason" not in row


def test_a_huawei_table_is_known_by_its_columns_and_its_slot_is_not_guessed(database, read):
    row = {"phone": "X", "body": "Code 482913", "date": START, "sub_id": 1, "block_reason": 6}
    found = read(database("harassment.db", "any_name", [row]))
    (message,) = found.messages
    assert message["block_reason"] == "smart_filter"
    assert "sub_id" not in message
    assert "sim_slot" not in message
    assert "layout_unverified" in found.whats


def test_a_reason_that_no_source_explains_is_unknown_and_still_blocked(database, read):
    row = {"phone": "X", "body": "Code 482913", "date": START, "block_reason": 77}
    (message,) = read(database("harassment.db", "blocked", [row])).messages
    assert message["folder"] == "blocked"
    assert message["block_reason"] == "unknown"
    assert message["block_rule"] == "block_reason=77"


def test_nekosms_gives_both_times(fixtures, read):
    first, _ = read(fixtures / "nekosms" / "nekosms.db").messages
    assert (first["received_at"] - first["sent_at"]).total_seconds() == pytest.approx(3.412)
    assert first["folder"] == "blocked"


def test_the_unit_of_360s_times_follows_from_their_size(fixtures, read):
    first, second = read(fixtures / "qihoo360" / "blocksystem.db").messages
    assert (second["received_at"] - first["received_at"]).total_seconds() == 60


def test_type_7_is_a_blocked_number_on_lg_phones_only(database, read):
    lg = database("lg.db", "sms", [sms(type=7, lgeSiid=None)])
    other = database("other.db", "sms", [sms(type=7)])
    (row,) = read(lg).messages
    assert (row["direction"], row["folder"], row["blocked_by"], row["block_reason"]) == (
        "received",
        "blocked",
        "lg",
        "number_list",
    )
    (row,) = read(other).messages
    assert "direction" not in row
    assert "folder" not in row


def test_a_mixed_list_is_blocked_only_if_the_user_says_so(fixtures, read):
    log = fixtures / "content_query_mixed" / "spam_messages.txt"
    assert {row["folder"] for row in read(log).messages} == {"inbox"}
    assert {row["folder"] for row in read(log, role=Role.BLOCKED).messages} == {"blocked"}
    assert dict(read(log).account.other) == {"mms": 1}


def test_every_reason_of_the_table_is_one_of_ours():
    assert vendor_reason("spamblocker", 19) == BlockReason.FLOOD
    assert vendor_reason("huawei", 4) == BlockReason.UNKNOWN
    assert vendor_reason("huawei", None) == BlockReason.UNKNOWN
