"""Hostile logs of every format: huge values, databases that act, archives that never end."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import time
import zipfile
from pathlib import Path

import pytest

FIXTURES = Path(__file__).with_name("fixtures")
MEBIBYTE = 1 << 20
HUGE = 3 * MEBIBYTE  # more than most readers take for one message
TOLD = b"Lunch at noon?"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n"
SQLITE = b"SQLite format 3\0"


def texts_with(told):
    """Return the fixtures that are bare text and hold a message."""
    logs = sorted(path for path in FIXTURES.glob("*/story*") if ".expected" not in path.name)
    return [path for path in logs if told in path.read_bytes() and not is_database(path)]


def is_database(path):
    return path.read_bytes().startswith(SQLITE)


def told_by(found):
    return {(row.get("sender"), str(row.get("received_at")), row.get("body")) for row in found}


def name_of(path):
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", texts_with(TOLD), ids=name_of)
@pytest.mark.parametrize(
    "filling", [b"A", b"line \n", b'"" , '], ids=["one line", "lines", "marks"]
)
def test_a_huge_text_is_one_record_whatever_becomes_of_it(path, filling, read, read_text):
    if path.suffix in (".json", ".jsonl") and filling != b"A":
        filling = json.dumps(filling.decode())[1:-1].encode()
    if path.suffix == ".xml" and path.parent.name != "super_backup":
        filling = filling.replace(b'"', b"&quot;").replace(b"\n", b"&#10;")
    huge = TOLD + filling * (HUGE // len(filling))
    whole = told_by(read(path).messages)
    content = path.read_bytes().replace(TOLD, huge, 1)
    start = time.process_time()
    found = read_text(content)
    seconds = time.process_time() - start
    assert all(one.balanced for one in found.accounts)
    invented = {row for row in told_by(found.messages) - whole if TOLD.decode() not in str(row[2])}
    assert not invented
    assert seconds < 30
    said = any(one.rejected or one.truncated or not one.readable for one in found.accounts)
    assert said or len(found.messages) == len(whole)


def databases():
    logs = sorted(path for path in FIXTURES.glob("*/*") if ".expected" not in path.name)
    return [path for path in logs if is_database(path)]


@pytest.fixture
def hostile(tmp_path, read):
    """Read a database of the fixtures after statements of an attacker."""

    def hostile(path, *statements):
        copy = tmp_path / "log.db"
        copy.write_bytes(path.read_bytes())
        connection = sqlite3.connect(copy)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        start = time.process_time()
        found = read(copy)
        assert time.process_time() - start < 10
        assert all(one.balanced for one in found.accounts)
        return found

    return hostile


@pytest.mark.parametrize("path", databases(), ids=name_of)
class TestDatabases:
    """What a database can hold beside tables is never run."""

    def tables(self, path):
        connection = sqlite3.connect(path)
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        connection.close()
        return [name for (name,) in found if not name.startswith("sqlite_")]

    def test_views_and_triggers_that_never_end_are_not_run(self, path, hostile, read):
        (table, *_) = self.tables(path)
        found = hostile(
            path,
            f"CREATE VIEW endless AS {ENDLESS}",
            f'CREATE TRIGGER act AFTER INSERT ON "{table}" BEGIN DELETE FROM "{table}"; END',
        )
        assert told_by(found.messages) == told_by(read(path).messages)

    def test_a_table_made_a_view_is_not_read(self, path, hostile, read):
        statements = []
        for table in self.tables(path):
            statements += [
                f'ALTER TABLE "{table}" RENAME TO "kept_{table}"',
                f'CREATE VIEW "{table}" AS {ENDLESS}, (SELECT * FROM "kept_{table}")',
            ]
        found = hostile(path, *statements).messages  # some tables are known by their columns
        assert told_by(found) <= told_by(read(path).messages)

    def test_huge_blobs_absurd_numbers_and_generated_columns_are_survived(self, path, hostile):
        statements = []
        for table in self.tables(path):
            connection = sqlite3.connect(path)
            listed = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            connection.close()
            columns = [row[1] for row in listed if not row[1].endswith("id")]
            for number, column in enumerate(columns):
                value = "zeroblob(900000)" if number % 3 == 0 else "-9223372036854775808"
                statements.append(
                    f'UPDATE OR IGNORE "{table}" SET "{column}" = {value} WHERE rowid % 3 = 1'
                )
            made = f'ALTER TABLE "{table}" ADD COLUMN made AS (hex(zeroblob(99000))) VIRTUAL'
            statements.append(made)
        hostile(path, *statements)

    def test_a_wrong_header_is_no_exception(self, path, read_text):
        data = path.read_bytes()
        for place, value in (
            (16, b"\x00\x03"),
            (18, b"\x07\x07"),
            (28, b"\xff" * 4),
            (56, b"\x09"),
        ):
            broken = data[:place] + value + data[place + len(value) :]
            assert all(one.balanced for one in read_text(broken).accounts)


def bomb(levels, size):
    data = b"A" * size
    for _ in range(levels):
        data = gzip.compress(data)
    return data


def test_an_archive_of_many_archives_ends(read_text):
    data = b"received_at,sender\n"
    for _ in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(12):
                archive.writestr(f"{number}.zip", data)
        data = packed.getvalue()
    start = time.process_time()
    found = read_text(data)
    assert time.process_time() - start < 20
    assert not found.messages
    assert found.whats


def test_a_gzip_bomb_in_a_gzip_is_left_out(read_text):
    assert read_text(bomb(2, 300 << 20)).whats[-1] in ("bomb", "not_a_log")


@pytest.mark.parametrize(
    "log_text",
    [
        "received_at,sender,body\n{},10690000,x\n",
        '<smses count="1"><sms address="BANK" date="{}" type="1" body="x" /></smses>',
        '[{{"backupType":"sms","address":"BANK","date":"{}","type":1,"body":"x"}}]',
        "Row: 0 _id=1, address=BANK, date={}, type=1, body=x\n",
    ],
)
@pytest.mark.parametrize(
    "date",
    [
        "9" * 400,
        "-1",
        "0",
        "1e999",
        "NaN",
        "99999-99-99 99:99:99",
        "2026-02-30 08:00:00",
        "\ud83d",
        "\x00",
        "1767225662310.5",
        "9223372036854775807",
    ],
)
def test_absurd_dates_are_unknown_and_the_record_is_accounted_for(log_text, date, read_text):
    found = read_text(log_text.format(date).encode("utf-8", "surrogatepass"))
    assert all(one.balanced for one in found.accounts)
    for row in found.messages:
        assert row.get("received_at") is None or 1990 < row["received_at"].year < 2101
