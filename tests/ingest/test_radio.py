"""The phone's own logs: one event a message, its fate, its time, and nothing invented."""

from __future__ import annotations

import sqlite3
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.ingest.log_lines import MAX_LINE, bounded_lines

NEW = "RILJ    : [UNSL]< UNSOL_RESPONSE_NEW_SMS [PHONE0]"
ROW = (
    "GsmInboundSmsHandler: addTrackerToRawTable: URI of new row: content://sms/raw/7, "
    "{{x-message-id:{0}}}"
)
BLOCKED = (
    "GsmInboundSmsHandler: processMessagePart: returning false as the phone number is blocked, "
    "{{x-message-id:{0}}}"
)
DELIVERED = (
    "GsmInboundSmsHandler: Delivering SMS to: com.example.messages com.example.Receiver, "
    "{{x-message-id:{0}}}"
)
PART = (
    "GsmInboundSmsHandler: processMessagePart: returning false. Only {1} of 3 segments  have "
    "arrived. refNumber: 17, {{x-message-id:{0}}}"
)
WHOLE = (
    "GsmInboundSmsHandler: processMessagePart: all 3 segments  received. refNumber: 17, "
    "{{x-message-id:{0}}}"
)


def logcat(*lines, year="2026-"):
    """Return logcat text: (seconds after 08:00, message) each."""
    written = [
        f"{year}03-01 08:{int(at) // 60:02}:{at % 60:06.3f}  1453  1902 D {text}\n"
        for at, text in lines
    ]
    return "--------- beginning of radio\n" + "".join(written)


@pytest.fixture
def events(read_text):
    """Read a log and return its events as rows without nulls."""

    def events(content, **options):
        return rows(read_text(content, **options))

    return events


def rows(found):
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in found.ingested.events.to_pylist()
    ]


def words(found):
    return [row["event"] for row in found]


def test_each_fate_of_a_message_is_told(fixtures, read):
    found = rows(read(fixtures / "radio_logcat" / "radio_year_zone.txt"))
    fates = "blocked incomplete delivered storage_full duplicate carrier_filtered received"
    assert words(found) == fates.split()
    assert [row["sim_slot"] for row in found] == [0, 1, 0, 0, 0, 0, 0]
    assert found[0]["sender"] == "+447700900123"
    assert found[0]["at"].isoformat() == "2026-03-01T00:01:00.101000+00:00"


def test_an_event_is_no_message(fixtures, read):
    found = read(fixtures / "radio_logcat" / "radio_year_zone.txt")
    assert not found.messages
    assert found.account.kept == 0
    assert found.account.first is None
    assert dict(found.account.other) == {"event": 7}


def test_two_messages_under_way_at_once_are_told_apart_by_their_ids(events):
    found = events(
        logcat(
            (0, NEW),
            (0.01, ROW.format(1)),
            (0.02, NEW.replace("0]", "1]")),
            (0.03, ROW.format(2)),
            (0.04, DELIVERED.format(2)),
            (0.05, BLOCKED.format(1)),
        )
    )
    assert [(row["event"], row["sim_slot"]) for row in found] == [("blocked", 0), ("delivered", 1)]


def test_a_long_message_is_one_event_once_its_last_part_is_there(events):
    parts = [
        line
        for n in (1, 2)
        for line in (
            (n * 60, NEW),
            (n * 60 + 0.1, ROW.format(n)),
            (n * 60 + 0.2, PART.format(n, n)),
        )
    ]
    last = [
        (180, NEW),
        (180.1, ROW.format(3)),
        (180.2, WHOLE.format(3)),
        (180.3, DELIVERED.format(3)),
    ]
    assert words(events(logcat(*parts))) == ["incomplete"]
    assert words(events(logcat(*parts, *last))) == ["delivered"]


def test_android_11_writes_the_id_in_another_way(events):
    old = [line.replace("{{x-message-id:{0}}}", "id: {0}") for line in (ROW, DELIVERED)]
    found = events(logcat((0, NEW), (0.1, old[0].format(5)), (0.2, old[1].format(5))))
    assert words(found) == ["delivered"]


def test_android_10_tells_a_blocked_number_by_the_check_alone(events):
    check = "BlockChecker: +447700900123 is blocked."
    found = events(logcat((0, NEW), (0.1, ROW.format(1)), (0.2, check)))
    assert [(row["event"], row["sender"]) for row in found] == [("blocked", "+447700900123")]


def test_a_check_of_a_number_without_a_message_is_no_event(events):
    assert events(logcat((0, "BlockChecker: +447700900123 is blocked."))) == []


def test_a_refusal_for_another_reason_is_not_a_full_storage(events):
    refused = "RILJ    : [0044]> SMS_ACKNOWLEDGE success = false cause = 255 [PHONE0]"
    assert words(events(logcat((0, NEW), (0.1, refused)))) == ["rejected"]


def test_reports_and_messages_kept_on_the_sim_are_no_arrivals(events):
    others = ("NEW_SMS_STATUS_REPORT", "NEW_SMS_ON_SIM")
    lines = [(n, NEW.replace("NEW_SMS", other)) for n, other in enumerate(others)]
    assert events(logcat(*lines)) == []


def test_voicemail_notices_are_counted_and_are_no_events(read_text):
    voicemail = "GsmInboundSmsHandler: Visual voicemail SMS dropped"
    found = read_text(logcat((0, NEW), (0.1, voicemail)))
    assert rows(found) == []
    assert dict(found.account.other) == {"service_message": 1}


def test_details_name_no_number(events):
    to_number = "GsmInboundSmsHandler: Delivering SMS to: com.n447700900123 x, {x-message-id:1}"
    (row,) = events(logcat((0, to_number)))
    assert "4477009" not in row["detail"]


def test_a_time_without_a_year_is_unknown_and_the_remedy_names_the_option(read_text):
    found = read_text(logcat((0, NEW), year=""))
    (row,) = rows(found)
    assert "at" not in row
    assert "03-01 08:00:00.000" in row["detail"]
    (problem,) = found.ingested.problems
    assert problem.what == "time_without_year"
    assert "-v threadtime -v year -v zone" in problem.remedy()


@pytest.mark.parametrize(
    ("stamp", "utc"),
    [
        ("2026-03-01 08:00:00.000 +0900", "2026-02-28T23:00:00+00:00"),
        ("1772323200.000", "2026-03-01T00:00:00+00:00"),
        ("2026-03-01 08:00:00.000000123", "2026-03-01T00:00:00+00:00"),
    ],
)
def test_times_are_read_in_every_form_that_names_them_wholly(events, stamp, utc):
    (row,) = events(f"{stamp}  1453  1890 D {NEW}\n")
    assert row["at"].isoformat() == utc


def test_brief_times_and_windows_line_ends_are_read(events):
    text = "2026-03-01 08:00:00.000 D/RILJ    ( 1453): [UNSL]< UNSOL_RESPONSE_NEW_SMS [PHONE1]\r\n"
    (row,) = events(text)
    assert row["sim_slot"] == 1


def test_a_bug_report_gives_year_zone_and_each_message_once(fixtures, read):
    found = read(fixtures / "radio_logcat" / "bugreport.txt", tz=None)
    told = [(row["event"], row["at"].isoformat()) for row in rows(found)]
    assert told == [
        ("blocked", "2025-12-31T14:59:57.101000+00:00"),
        ("received", "2025-12-31T11:00:00.002000+00:00"),
        ("delivered", "2025-12-31T12:00:00.301000+00:00"),
    ]
    assert found.account.zone == "Asia/Tokyo"
    assert found.whats == ["number_checks"]


def test_what_an_app_writes_about_messages_is_not_believed(events):
    text = "ExampleApp: GsmInboundSmsHandler: Delivering SMS to: com.example x, {x-message-id:1}"
    assert events(logcat((0, text))) == []


def test_the_filter_of_miui_is_told_with_its_reason(fixtures, read):
    (row,) = rows(read(fixtures / "radio_logcat" / "miui_no_year.txt"))
    assert row["event"] == "intercepted"
    assert "block type 7 (unknown sender)" in row["detail"]


def test_the_filter_of_emui_is_one_event_a_message(events):
    lines = (
        (0, "BlockStranger: handleSms: Not contact ,should be blocked"),
        (0.2, "SmsInterceptionService: sms is intercepted by com.example priority 1"),
        (60, "SmsInterceptionService: sms is intercepted by com.example priority 1"),
    )
    found = events(logcat(*lines))
    assert words(found) == ["intercepted", "intercepted"]
    assert found[0]["detail"] == "EMUI: stranger"


def test_a_dump_tells_what_came_and_was_not_delivered(fixtures, read):
    found = rows(read(fixtures / "dumpsys_isms" / "isms.txt"))
    assert words(found) == ["received", "delivered", "duplicate"]
    assert found[0]["at"].isoformat() == "2025-12-31T15:58:00.106000+00:00"
    assert found[2]["sender"] == "EXAMPLE"


def test_a_dump_whose_local_log_has_rolled_over_says_nothing_of_earlier_arrivals(fixtures, events):
    text = (fixtures / "dumpsys_isms" / "isms.txt").read_text()
    line = "        2026-01-01T00:02:00.000000 - another line\n"
    full = text.replace("      mLocalLog:\n", "      mLocalLog:\n" + line * 64)
    assert words(events(full)) == ["delivered", "duplicate"]


def test_a_dump_without_any_year_keeps_its_times_unknown(events):
    text = (
        "SmsManager for subId = 1:\n  GsmInboundSmsHandler:\n"
        " rec[0]: time=03-01 08:00:00.000 processed=DeliveringState org=DeliveringState "
        "dest=<null> what=EVENT_NEW_SMS(0x1)\n"
    )
    (row,) = events(text)
    assert row["event"] == "received"
    assert "at" not in row


def test_a_logcat_and_a_dump_of_the_same_minutes_tell_of_each_message_once(tmp_path, read):
    radio, dump = tmp_path / "radio.txt", tmp_path / "isms.txt"
    lines = ((0, NEW), (0.1, ROW.format(1)), (0.2, BLOCKED.format(1)), (60, DELIVERED.format(2)))
    radio.write_text(logcat(*lines))
    dump.write_text(
        "SmsManager for subId = 1:\n  GsmInboundSmsHandler:\n"
        " rec[0]: time=03-01 08:00:00.104 processed=DeliveringState org=DeliveringState "
        "dest=<null> what=EVENT_NEW_SMS(0x1)\n"
        "   mLocalLog:\n"
        "    2026-03-01T08:01:00.000 - Delivering SMS to: com.example.messages x, "
        "{x-message-id:2}\n"
    )
    for order in ((radio, dump), (dump, radio)):
        found = sorted(rows(read(*order)), key=lambda row: row["at"])
        assert words(found) == ["blocked", "delivered"]
        assert found[0]["sim_slot"] == 0


@pytest.mark.parametrize("name", ["radio_year_zone.txt", "miui_no_year.txt", "bugreport.txt"])
def test_a_phone_log_read_twice_gives_each_event_once(fixtures, read, name):
    log = fixtures / "radio_logcat" / name
    assert rows(read(log, log)) == rows(read(log))


def test_a_cut_log_invents_no_arrival_and_no_fate(fixtures, read_text):
    data = (fixtures / "radio_logcat" / "radio_year_zone.txt").read_bytes()
    whole = {row["at"]: row["event"] for row in rows(read_text(data))}
    for cut in range(30, len(data), 53):
        for row in rows(read_text(data[:cut])):
            assert row["event"] in (whole[row["at"]], "received")


def test_parts_that_wait_in_the_database_are_events_and_still_counted(tmp_path, read):
    path = tmp_path / "mmssms.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sms (_id, address, date, type, body)")
    connection.execute(
        "CREATE TABLE raw (_id, date, reference_number, count, sequence, address, pdu, deleted)"
    )
    parts = [(1, 1_772_300_000_000, 17, 2, 1, "EXAMPLE", "", 0), (2, 5, 18, 1, 1, "X", "", 1)]
    connection.executemany("INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?, ?)", parts)
    connection.commit()
    connection.close()
    found = read(path)
    (row,) = rows(found)
    assert (row["event"], row["sender"], row["detail"]) == ("incomplete", "EXAMPLE", "part 1 of 2")
    assert row["at"].timestamp() == 1_772_300_000
    assert dict(found.account.other) == {"incomplete_part": 1}
    assert found.account.balanced


def test_a_log_without_any_message_says_so(read_text):
    found = read_text(logcat((0, "ActivityManager: nothing to see")))
    assert found.whats == ["no_events"]


def test_hostile_lines_cost_bounded_time(read_text):
    started = time.monotonic()
    long_line = "2026-03-01 08:00:00.000  1453  1890 D " + "A " * 500_000 + ": x\n"
    arrivals = f"2026-03-01 08:00:00.000  1453  1890 D {NEW}\n" * 8000
    parts = f"2026-03-01 08:00:00.000  1453  1890 D {PART.format(1, 1)}\n" * 2000
    found = read_text(logcat((0, NEW)) + long_line + arrivals + parts)
    assert len(rows(found)) >= 8000
    assert time.monotonic() - started < 10


@given(st.lists(st.text(alphabet="ab\n", max_size=40), max_size=20))
@settings(max_examples=60, deadline=None)
def test_lines_are_those_of_the_whole_text_however_it_is_cut(chunks):
    text = "".join(chunks)
    expected = text.split("\n")
    found = list(bounded_lines(chunks))
    assert [line for line, ended in found if ended] == expected[:-1]
    assert [line for line, ended in found if not ended] == [line for line in expected[-1:] if line]


def test_an_endless_line_is_cut():
    chunks = ("x" * 10_000 for _ in range(300))
    assert list(bounded_lines(chunks)) == [("x" * MAX_LINE, False)]
