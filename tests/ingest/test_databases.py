"""SQLite databases of strangers: damaged, hostile, or copied without their -wal file."""

from __future__ import annotations

import sqlite3

import pytest

from analyzer.ingest import database
from analyzer.ingest.readers import mmssms_db

SMS = "CREATE TABLE sms (_id INTEGER PRIMARY KEY, address, date, date_sent, type, body, read)"
# A query that never ends, if anything ever ran it.
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


@pytest.fixture
def make(tmp_path):
    def make(*statements, rows=((1, "EXAMPLEBNK", 1767225662310, 1767225660000, 1, "481516", 1),)):
        path = tmp_path / "mmssms.db"
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.executemany("INSERT INTO sms VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
        connection.close()
        return path

    return make


def test_a_damaged_database_gives_the_rows_before_the_damage(make, read):
    rows = [(n, f"1069{n:08}", 1767225662310 + n, 0, 1, f"text {n}" * 20, 1) for n in range(900)]
    path = make(SMS, rows=rows)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 5000] = b"\xff" * 5000
    path.write_bytes(data)
    found = read(path)
    assert found.whats == ["damaged_database"]
    assert found.account.truncated
    assert 0 < len(found.messages) < 900
    assert {row["body"] for row in found.messages} <= {row[5] for row in rows}


def test_views_triggers_and_shadowed_tables_are_never_run(make, read):
    path = make(
        SMS,
        f"CREATE VIEW spam_sms AS SELECT 1 AS address, 2 AS date, i AS body FROM ({ENDLESS})",
        f"CREATE VIEW pdu AS SELECT i AS _id FROM ({ENDLESS})",
        "CREATE TRIGGER onward AFTER INSERT ON sms BEGIN SELECT 1; END",
    )
    assert read(path).bodies == ["481516"]


def test_a_view_in_place_of_the_messages_is_no_log(tmp_path, read):
    path = tmp_path / "hostile.db"
    connection = sqlite3.connect(path)
    connection.execute(
        f"CREATE VIEW sms AS SELECT i AS address, i AS date, i AS body FROM ({ENDLESS})"
    )
    connection.close()
    assert read(path).whats == ["not_a_log"]


def test_generated_columns_cannot_run_forever(make, read, monkeypatch):
    monkeypatch.setattr(database, "QUERY_SECONDS", 0.0)
    monkeypatch.setattr(database, "_INSTRUCTIONS_BETWEEN_CHECKS", 10)
    found = read(make(SMS))
    assert not found.messages
    assert found.ingested.problems


def test_a_database_is_left_as_it_was(make, read):
    path = make(SMS)
    before = path.read_bytes()
    read(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_database_without_its_wal_file_says_so(make, read):
    found = read(make("PRAGMA journal_mode = WAL", SMS))
    assert found.whats == ["database_without_wal"]
    assert found.bodies == ["481516"]


def test_messages_in_a_wal_file_beside_the_database_are_read(make, read, tmp_path):
    path = make("PRAGMA journal_mode = WAL", SMS)
    writing = sqlite3.connect(path)
    writing.execute("INSERT INTO sms VALUES (2, 'EXAMPLEBNK', 1767225762310, 0, 1, 'newest', 0)")
    writing.commit()
    copied = tmp_path / "copied"
    copied.mkdir()
    for ending in ("", "-wal"):
        name = path.name + ending
        (copied / name).write_bytes((path.parent / name).read_bytes())
    writing.close()
    found = read(copied)
    assert found.whats == []
    assert found.bodies == ["481516", "newest"]


def test_odd_values_in_odd_columns_are_read_as_far_as_they_go(make, read):
    odd = [
        (1, b"\xff\xfe", "1767225662310", None, "1", b"bytes \xe4", "1"),
        (2, 95599, 1767225662.9, -1, 2**40, 3.5, "x"),
        (3, "", "soon", "", None, "", None),
    ]
    found = read(make(SMS, rows=odd))
    assert found.account.balanced
    assert found.bodies == ["bytes \ufffd", "3.5", None]
    assert found.column("sender")[1] == "95599"
    assert set(found.whats) == {"impossible_time", "unknown_type", "characters_replaced"}


@pytest.mark.parametrize(
    "odd",
    [
        *(
            "text",
            "1767225662310",
            b"\xff\xfe",
            b"1767225662310",
            1.5,
            2.0,
            2**62,
            -1,
            None,
            "null",
        ),
        "cast(X'E4BDA0FF' as text)",
    ],
)
@pytest.mark.parametrize("column", ["address", "date", "body", "type", "sub_id", "read"])
def test_a_table_read_in_columns_gives_what_it_gives_row_by_row(
    tmp_path, read, monkeypatch, odd, column
):
    path = tmp_path / "mmssms.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sms (_id, address, date, body, type, sub_id, read)")
    plain = {
        "address": "BANK",
        "date": 1767225662310,
        "body": "b",
        "type": 1,
        "sub_id": 1,
        "read": 1,
    }
    for row in (plain, plain | {column: odd, "date": odd if column == "date" else 1767225662311}):
        raw = isinstance(odd, str) and odd.startswith("cast") and row is not plain
        marks = [odd if raw and name == column else "?" for name in row]
        values = [value for name, value in row.items() if not (raw and name == column)]
        connection.execute(
            f"INSERT INTO sms ({', '.join(row)}) VALUES ({', '.join(marks)})",
            values,
        )
    connection.commit()
    connection.close()
    in_columns = read(path).as_json()
    monkeypatch.setattr(mmssms_db, "_SAYS_MORE", {"address"})
    assert in_columns == read(path).as_json()
