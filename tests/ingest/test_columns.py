"""--columns: what the user says of a table's columns, by name or by number."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main
from analyzer.ingest.column_map import KNOWN, ColumnMapError, column_map
from analyzer.ingest.records import Role

GERMAN = "Zeit;Von;Nachricht\n2026-01-01 08:01:30;10690000;Your code is 481516.\n"
BARE = '10690000,1767225690310,1767225688000,"Your code is 481516, don\'t share"\n'
NUMBERS = "1=sender,2=received_at,3=sent_at,4=body"


def read_with(read_text, text, columns, **options):
    return read_text(text, columns=column_map(columns), **options)


def test_named_columns_are_read(read_text):
    found = read_with(read_text, GERMAN, "received_at=Zeit,sender=Von,body=Nachricht")
    assert found.account.format == "generic_csv"
    assert [row["sender"] for row in found.messages] == ["10690000"]
    assert found.bodies == ["Your code is 481516."]


def test_a_table_without_a_header_row_is_read_by_number(read_text):
    (row,) = read_with(read_text, BARE, NUMBERS).messages
    assert row["sender"] == "10690000"
    assert (row["received_at"] - row["sent_at"]).total_seconds() == 2.31
    assert row["body"].endswith("don't share")


def test_a_header_row_is_not_taken_for_a_message_where_columns_are_numbered(read_text):
    found = read_with(read_text, "Wer,Wann,Gesendet,Was\n" + BARE, NUMBERS)
    assert (found.account.records, len(found.messages)) == (1, 1)


def test_the_order_of_name_and_column_does_not_matter():
    same = column_map("sender=1,received_at=2")
    assert column_map("1=sender, 2=received_at") == same
    assert column_map({"sender": 1, "received_at": "2"}) == same


def test_a_name_may_hold_a_comma(read_text):
    text = '"Date, time",Number,Text\n2026-01-01 08:01:30,10690000,hello\n'
    found = read_with(read_text, text, '"received_at=Date, time",sender=Number')
    assert len(found.messages) == 1


def test_what_is_said_goes_before_a_known_alias(read_text):
    text = "date,real date,number,text\n2020-01-01 00:00:00,2026-01-01 08:01:30,10690000,hello\n"
    (row,) = read_with(read_text, text, "received_at=real date").messages
    assert row["received_at"].year in (2025, 2026)


def test_other_logs_are_read_as_ever(read_text, fixtures):
    story = (fixtures / "sms_backup_restore" / "story.xml").read_bytes()
    for columns in ("received_at=Zeit,sender=Von", NUMBERS):
        assert len(read_with(read_text, story, columns).messages) == 8


def test_a_blocked_table_keeps_its_role(read_text):
    columns = "received_at=Zeit,sender=Von,body=Nachricht"
    (row,) = read_with(read_text, GERMAN, columns, role=Role.BLOCKED).messages
    assert row["folder"] == "blocked"


def test_columns_that_a_table_has_not_are_named_with_those_it_has(read_text):
    found = read_with(read_text, GERMAN, "received_at=Datum,sender=Von")
    (problem,) = found.ingested.problems
    assert problem.sentence() == (
        "log: the table has not the columns that --columns names (datum); its first row: "
        "zeit, von, nachricht."
    )
    assert not found.account.readable


def test_a_map_that_leaves_out_the_sender_says_so(read_text):
    assert read_with(read_text, GERMAN, "received_at=Zeit").whats == ["columns_incomplete"]


@pytest.mark.parametrize(
    "wrong", ["nonsense", "=", "sender=", "Zeit=Von", "sender=a,sender=b", "sender=a,body=a"]
)
def test_a_wrong_map_is_one_sentence_that_names_the_known_columns(wrong, tmp_path):
    with pytest.raises(ColumnMapError) as error:
        column_map(wrong)
    assert all(name in str(error.value) for name in KNOWN)
    log = tmp_path / "log.csv"
    log.write_text(GERMAN)
    result = CliRunner().invoke(main, ["report", str(log), "--columns", wrong])
    assert result.exit_code == 2
    assert "received_at" in result.stderr
    assert "Traceback" not in result.output


def test_load_and_the_command_line_take_the_same_map(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(GERMAN)
    columns = {"received_at": "Zeit", "sender": "Von", "body": "Nachricht"}
    assert len(analyzer.load(log, columns=columns, tz="UTC").codes) == 1
    stated = "received_at=Zeit,sender=Von,body=Nachricht"
    result = CliRunner().invoke(main, ["codes", str(log), "--columns", stated, "--lang", "en"])
    assert result.exit_code == 0
    assert "10690000" in result.output
