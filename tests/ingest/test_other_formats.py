"""The less common formats: the same story as SMS Backup & Restore, and what each says of itself."""

from __future__ import annotations

import json
import sqlite3

import pytest

from analyzer.ingest.registry import readers

COLUMNS = ("received_at", "sender", "body", "direction", "sent_at", "sub_id", "service_center")
# What each teller leaves unknown, and which messages it does not hold.
TELLERS = {
    "adb_backup/000000_sms_backup": ("sub_id", "service_center"),
    "adb_backup/story.ab": ("sub_id", "service_center"),
    "adb_backup/story.json": ("sub_id", "service_center"),
    "adb_backup/story_not_compressed.ab": ("sub_id", "service_center"),
    "appium/story.txt": ("sent_at", "sub_id"),
    "bugle_db/story.db": ("service_center",),
    "generic_csv/android_columns.csv": (),
    "gosms/story.xml": ("sent_at", "sub_id", "service_center"),
    "sms_backup_plus/story.mbox": ("sent_at", "sub_id"),
    "smart_switch/story.json": (),
    "smsforwarder_db/story.db": ("sent_at", "service_center"),
    "super_backup/story.xml": ("sent_at", "sub_id"),
}
TERMUX = ("termux/story.json", "termux/story_before_2021.json", "termux/story_by_thread.json")
# Google's database gives sent messages a SIM even where the provider's row names none.
DIRECTIONS_HELD = {
    "bugle_db/story.db": ("received", "sent", "failed"),
    "sms_backup_plus/story.mbox": ("received", "sent", "failed"),
    "smsforwarder_db/story.db": ("received",),
}


@pytest.fixture
def story(fixtures, read):
    rows = read(fixtures / "sms_backup_restore/story.xml").ingested.messages.to_pylist()
    return [{name: row[name] for name in COLUMNS} for row in rows]


def told(found, without=()):
    names = [name for name in COLUMNS if name not in without]
    rows = found.ingested.messages.select(names).to_pylist()
    return sorted(rows, key=lambda row: str(row["body"]))


@pytest.mark.parametrize("teller", TELLERS)
def test_every_format_tells_the_same_story(teller, story, fixtures, read):
    held = DIRECTIONS_HELD.get(teller, ("received", "sent", "failed", "draft"))
    unknown = TELLERS[teller]
    if teller == "bugle_db/story.db":
        story[6]["sub_id"] = 1  # its layout always names one of the phone's SIMs
    expected = [
        {name: row[name] for name in COLUMNS if name not in unknown}
        for row in story
        if row["direction"] in held
    ]
    found = read(fixtures / teller)
    assert told(found, unknown) == sorted(expected, key=lambda row: str(row["body"]))
    blank = found.ingested.messages.select(unknown).to_pylist()
    assert all(value is None for row in blank for value in row.values())


@pytest.mark.parametrize("teller", TERMUX)
def test_termux_tells_it_in_local_seconds(teller, story, fixtures, read):
    found = read(fixtures / teller, tz="Etc/GMT-2")
    expected = [
        {
            **{name: row[name] for name in ("sender", "body", "direction")},
            "received_at": row["received_at"].replace(microsecond=0),
        }
        for row in story
    ]
    without = ("sent_at", "sub_id", "service_center")
    assert told(found, without) == sorted(expected, key=lambda row: str(row["body"]))
    assert found.account.zone == "Etc/GMT-2"
    assert set(found.column("received_precision")) == {"second"}


def test_all_of_them_together_add_no_message_to_the_story(fixtures, read):
    tellers = ["sms_backup_restore/story.xml", *TELLERS, "titanium/story.xml"]
    found = read(*(fixtures / teller for teller in tellers))
    assert [one.kept for one in found.accounts] == [8] + [0] * (len(tellers) - 1)


def test_ten_messages_from_termux_may_be_its_default_limit(read_text):
    row = {"type": "inbox", "read": True, "number": "1", "received": "2026-01-01 02:00:01"}
    listed = [row | {"body": f"text {n}"} for n in range(11)]
    assert read_text(json.dumps(listed[:10])).whats == ["termux_default_limit"]
    assert read_text(json.dumps(listed)).whats == []


def test_formats_without_a_stamp_say_that_latency_cannot_be_measured():
    silent = [
        reader.name
        for reader in readers()
        if reader.role == "messages"
        and "sent_at" not in reader.columns
        and not (reader.remark and "latency cannot be measured" in reader.remark.en)
    ]
    assert silent == []


@pytest.mark.parametrize("end", ['"\n', '"\r\n', '"', '" \n\n'])
def test_the_line_around_appium_json_may_end_in_any_way(end, fixtures, read_text):
    text = (fixtures / "appium/story.txt").read_text(encoding="utf-8")
    found = read_text(text.rstrip().removesuffix('"') + end)
    assert (found.account.kept, found.whats) == (8, [])


def test_a_call_and_a_notification_of_smsforwarder_are_counted(fixtures, tmp_path, read):
    copy = tmp_path / "log.db"
    copy.write_bytes((fixtures / "smsforwarder_db/story.db").read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute(
            "INSERT INTO Msg(type, `from`, time) VALUES ('call', '1', 1), ('app', 'x', 2)"
        )
    connection.close()
    found = read(copy)
    assert found.account.other == {"call": 1, "notification": 1}
    assert found.account.kept == 5


class TestGoogleMessages:
    """What its database adds: blocked senders, spam, RCS, conversations by participants."""

    @pytest.fixture
    def changed(self, fixtures, tmp_path, read):
        def changed(*statements):
            copy = tmp_path / "log.db"
            copy.write_bytes((fixtures / "bugle_db/story.db").read_bytes())
            with sqlite3.connect(copy) as connection:
                for statement in statements:
                    connection.execute(statement)
            connection.close()
            return read(copy)

        return changed

    def test_todays_block_list_does_not_say_that_a_message_was_blocked(self, fixtures, read):
        found = read(fixtures / "bugle_db/story.db")
        (row,) = [row for row in found.messages if "block_rule" in row]
        assert (row["sender"], row["folder"]) == ("106900000001", "inbox")
        assert row["block_rule"] == "participants.blocked=1"
        assert "blocked_by" not in row
        assert found.whats == ["blocked_since_unknown"]

    def test_a_sender_taken_for_spam_today_is_marked_and_no_more(self, changed):
        found = changed(
            "ALTER TABLE participants ADD COLUMN is_spam INT DEFAULT 0",
            "UPDATE participants SET blocked = 0, is_spam = send_destination = '72345'",
        )
        rules = {row["block_rule"] for row in found.messages if "block_rule" in row}
        assert rules == {"participants.is_spam=1"}
        assert {row["folder"] for row in found.messages if "folder" in row} == {"inbox"}

    def test_mms_and_rcs_are_counted(self, changed):
        found = changed(
            "UPDATE messages SET message_protocol = 1 WHERE _id = 1",
            "UPDATE messages SET message_protocol = 3 WHERE _id = 2",
        )
        assert found.account.other == {"mms": 1, "rcs": 1}

    def test_the_other_party_of_a_sent_message_comes_from_its_conversation(self, changed):
        found = changed(
            "CREATE TABLE conversation_participants(conversation_id INT, participant_id INT)",
            "UPDATE conversations SET name = 'A friend'",
            "INSERT INTO conversation_participants VALUES (1, 3)",
        )
        senders = {row["body"]: row.get("sender") for row in found.messages}
        assert senders['On my way 😀, bring "tea" & <cake>'] == "+15550100001"
        assert senders["will fail"] is None

    def test_the_parts_of_a_text_are_put_together(self, changed):
        found = changed(
            "INSERT INTO parts(message_id, text, conversation_id) VALUES (1, 'more', 1)",
            "INSERT INTO parts(message_id, text, conversation_id) VALUES (1, NULL, 1)",
            "INSERT INTO parts(message_id, text, conversation_id) VALUES ('x', 'lost', 1)",
            "INSERT INTO parts(message_id, text, conversation_id) VALUES (-5, 'lost', 1)",
        )
        assert found.bodies[0] == "Lunch at noon?\nmore"
        assert found.account.kept == 7


class TestSuperBackup:
    """Nothing is escaped, so a record is read from both ends."""

    def test_quotes_tags_and_line_breaks_stay_in_the_text(self, fixtures, read):
        found = read(fixtures / "super_backup/traps.xml")
        first = found.messages[0]
        assert first["body"].startswith('a "quoted" <b>text</b> & read="0" name="x" />')
        assert first["body"].endswith("not at the start of a record")
        assert first["service_center"] == "+15550109999"
        assert "body" not in found.messages[1]
        assert found.account.rejected == 1

    def test_a_log_cut_behind_a_record_is_cut(self, fixtures, read_text):
        text = (fixtures / "super_backup/story.xml").read_text(encoding="utf-8")
        found = read_text(text[: text.index("\t<sms address", 400)])
        assert found.account.truncated
        assert "count_differs" not in found.whats

    def test_one_endless_record_costs_only_itself(self, fixtures, read_text):
        text = (fixtures / "super_backup/story.xml").read_text(encoding="utf-8")
        endless = text.replace("Lunch at noon?", "line\n" * 300_000)
        found = read_text(endless)
        assert found.account.rejected == 1
        assert found.account.kept == 7


class TestMails:
    """SMS Backup+ in a mail box."""

    def test_other_mails_calls_and_encoded_names(self, fixtures, read):
        found = read(fixtures / "sms_backup_plus/among_other_mails.mbox")
        (row,) = found.messages
        assert row["sender"] == "微信"
        assert row["body"] == "验证码：739201"
        assert row["service_center"] == "+15550109999"
        assert found.account.other == {"call": 1}
        assert found.whats == ["other_mails"]

    def test_a_mail_that_the_file_ends_in_is_not_taken_for_whole(self, fixtures, read_text):
        text = (fixtures / "sms_backup_plus/story.mbox").read_text(encoding="utf-8")
        found = read_text(text.rstrip()[:-4])
        assert (found.account.kept, found.account.truncated) == (6, True)

    @pytest.mark.parametrize(
        "header",
        [
            "Content-Type: text/plain; charset=no-such-charset",
            "Content-Type: multipart/mixed; boundary=x",
            "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=utf-16",
            "X-smssync-address: =?utf-8?B?!!!?= =?x?Q?=ZZ?=",
            "Content-Type: text/plain; charset*=utf-8''%ff%fe",
        ],
    )
    def test_hostile_headers_give_no_exception(self, header, read_text):
        mail = f"X-smssync-datatype: SMS\nX-smssync-date: 1767225662310\n{header}\n\ntext\n"
        assert read_text(mail).account.balanced


class TestElements:
    """Titanium and GO SMS Pro write a record as an element."""

    def test_a_damaged_record_costs_only_itself(self, fixtures, read):
        found = read(fixtures / "gosms/damaged_record.xml")
        assert found.bodies == ["one 😀 \ufffd", "three"]
        assert (found.account.records, found.account.rejected) == (3, 1)
        assert found.whats == ["damaged_record", "characters_replaced", "layout_unverified"]

    def test_the_address_of_a_thread_is_that_of_its_messages(self, fixtures, read):
        found = read(fixtures / "titanium/thread_addresses.xml")
        assert [row["sender"] for row in found.messages] == ["106900000001", "A & B"]
        assert found.bodies[1] == "1 < 2"
        assert found.account.other == {"mms": 1}

    def test_a_huge_record_costs_only_itself(self, fixtures, read_text):
        text = (fixtures / "gosms/story.xml").read_text(encoding="utf-8")
        found = read_text(text.replace("Lunch at noon?", "x" * (5 << 20)))
        assert "huge_record" in found.whats
        assert found.account.kept == 7
        assert found.account.records == 8
