"""What can be wrong with a file: said in one plain sentence, the other files still read."""

from __future__ import annotations

import gzip
import io
import os
import random
import sys
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer.ingest import IngestOptions, ProblemKind, ingest, registry, source
from analyzer.ingest.records import Role
from analyzer.ingest.times import UnknownZoneError

GOOD = "received_at,sender,body\n2026-01-01 08:01:30,106900000000,Your code is 481516.\n"


@pytest.fixture
def story(fixtures):
    return fixtures / "sms_backup_restore" / "story.xml"


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def sentences(found):
    return [problem.sentence() for problem in found.ingested.problems]


def test_a_missing_file_is_named_and_the_others_are_read(tmp_path, read, story):
    found = read(tmp_path / "gone.xml", story)
    assert found.whats == ["missing_file"]
    assert len(found.messages) == 8


def test_an_empty_file_is_said_to_be_empty(read_text):
    found = read_text(b"")
    assert sentences(found) == ["log: the file is empty."]
    assert not found.account.readable


def test_an_empty_log_in_an_archive_is_said_to_be_empty(read_text):
    assert read_text(zipped(**{"messages.ndjson": ""})).whats == ["empty_file"]


def test_a_folder_without_files_is_said_to_hold_none(tmp_path, read):
    assert read(tmp_path).whats == ["empty_folder"]


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"hello, this is no log\n",
        b"\x00" * 5000,
        b"[]",
        b"{}",
        b'{"a": [1, 2]}',
        b"<html><body>sms</body></html>",
        b"SQLite format 3\x00" + b"\x00" * 2000,
        b"PK\x03\x04 not really a zip",
        b"\x1f\x8b not really a gzip",
        "日期,金额\n2026-01-01,5\n".encode("gbk"),
        b"name;street;town\n1;2;3\n",
    ],
    ids=lambda content: repr(content[:12]),
)
def test_a_file_that_is_no_log_is_said_to_be_none(content, read_text):
    found = read_text(content)
    assert [problem.kind for problem in found.ingested.problems] == [ProblemKind.UNREADABLE]
    assert not found.account.readable
    assert found.account.balanced


def test_an_export_of_another_program_is_not_taken_for_a_log_of_ours(read_text):
    columns = "_id,thread_id,address,person,date,date_sent,read,type,body,service_center"
    people = "Date;Time;Type;Number;Name;Message"
    headers = (columns, people, people.replace(";", ","), "phone,time,direction,text")
    claimed = {read_text(f"{header}\n{header}\n").account.format for header in headers}
    assert claimed.isdisjoint(("blocked_log", "request_log", "sim_map"))


def test_a_table_named_as_blocked_log_must_have_its_columns(read_text):
    found = read_text("foo,bar\n1,2\n", role=Role.BLOCKED)
    assert found.whats == ["missing_columns"]
    assert "received_at, sender" in sentences(found)[0]
    assert found.account.role == "blocked"


def test_the_stated_role_sends_an_unknown_table_to_its_reader(read_text):
    assert read_text("时间\n2026-01-01\n", role=Role.REQUESTS).whats == ["missing_columns"]
    assert read_text("运营商\n示例移动\n", role=Role.SIMS).account.format == "sim_map"


def test_an_encrypted_archive_asks_for_decryption(read_text):
    data = bytearray(zipped(log=GOOD))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    assert read_text(bytes(data)).whats == ["encrypted"]


@pytest.mark.parametrize(
    "packed", [gzip.compress, lambda data: zipped(log=data)], ids=["gz", "zip"]
)
def test_a_bomb_is_left_out_before_it_fills_the_machine(packed, read_text, monkeypatch):
    monkeypatch.setattr(source, "BOMB_BYTES", 1 << 18)
    found = read_text(packed(GOOD.encode() + b",\n" * (5 << 19)))
    assert found.whats == ["bomb"]
    assert found.account.balanced


def test_a_bomb_beside_a_log_does_not_hide_the_log(read_text, monkeypatch):
    monkeypatch.setattr(source, "BOMB_BYTES", 1 << 18)
    bomb = gzip.compress(b"x" * (5 << 20))
    found = read_text(zipped(**{"bomb.gz": bomb, "log.csv": GOOD}))
    assert found.bodies == ["Your code is 481516."]


def test_a_damaged_archive_names_the_damage_and_keeps_what_came_before(read_text):
    rows = "".join(f"2026-01-01 08:01,106900000000,text {n} {n * n * n}\n" for n in range(30_000))
    packed = gzip.compress(GOOD.encode() + rows.encode())
    found = read_text(packed[: len(packed) // 2])
    assert found.account.truncated
    assert found.account.balanced
    assert found.whats == ["read_error"]
    assert 14_000 < len(found.messages) < 16_000


def test_a_cut_gzip_of_a_small_log_gives_what_it_holds(read_text, story):
    packed = gzip.compress(story.read_bytes())
    found = read_text(packed[:-60])
    assert set(found.whats) == {"truncated_of", "read_error"}
    assert len(found.messages) >= 5


def test_members_outside_the_archive_are_read_and_written_nowhere(tmp_path, read_text):
    found = read_text(zipped(**{"../../evil.csv": GOOD, "/etc/evil2.csv": GOOD.replace("5", "6")}))
    assert [one.log for one in found.accounts] == ["log/evil.csv", "log/etc/evil2.csv"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["log"]


def test_an_archive_of_several_logs_gives_an_account_for_each(read_text, story):
    members = {"a/sms.xml": story.read_text(), "b/sms.xml": story.read_text(), "a.png": b"\x89PNG"}
    found = read_text(zipped(**members))
    assert [(one.log, one.kept, one.duplicates) for one in found.accounts] == [
        ("log/a/sms.xml", 8, 0),
        ("log/b/sms.xml", 0, 8),
    ]
    assert sentences(found) == ["log: not logs and left out of the archive: 1 (a.png)."]


def test_a_damaged_member_does_not_hide_the_others(read_text):
    broken = gzip.compress(GOOD.encode())[:12] + b"\xff" * 40
    found = read_text(zipped(**{"broken.csv.gz": broken, "good.csv": GOOD}))
    assert found.bodies == ["Your code is 481516."]
    assert {one.log: one.readable for one in found.accounts}["log/good.csv"]


def test_attachments_of_an_export_are_passed_over(read_text, fixtures):
    found = read_text((fixtures / "sms_import_export" / "story.zip").read_bytes())
    assert found.whats == []
    assert found.account.log == "log"


def test_archives_nested_without_end_are_no_logs(read_text):
    data = GOOD.encode()
    for _ in range(6):
        data = zipped(log=data)
    assert read_text(data).whats == ["not_a_log"]


def test_standard_input_is_read(read, monkeypatch, story):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(story.read_bytes())))
    found = read("-")
    assert found.account.log == "standard input"
    assert len(found.messages) == 8


def test_what_a_command_writes_into_a_pipe_is_read(tmp_path, read, story):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_bytes, args=(story.read_bytes(),))
    writing.start()
    found = read(pipe)
    writing.join()
    assert (found.account.log, len(found.messages)) == ("pipe", 8)


def test_zero_bytes_in_a_table_are_replaced_and_counted(read_text):
    found = read_text(GOOD.replace("code is", "code\x00is"))
    assert found.bodies == ["Your code\ufffdis 481516."]
    assert found.whats == ["characters_replaced"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_a_table_is_read_in_any_unicode_encoding(encoding, read_text):
    assert read_text(GOOD.encode(encoding)).bodies == ["Your code is 481516."]


@pytest.mark.parametrize("header", ["时间,号码,内容", "時間,號碼,內容", "接收时间，发件人，正文"])
def test_chinese_headers_of_either_script_are_known(header, read_text):
    mark = "，" if "，" in header else ","
    row = mark.join(("2026-01-01 08:01:30", "106900000000", "您的验证码 481516"))
    assert read_text(f"{header}\n{row}\n").bodies == ["您的验证码 481516"]


def test_damaged_packings_give_no_exception_and_a_plain_sentence(fixtures, read_text, story):
    chance = random.Random(1)
    packed = (fixtures / "sms_import_export" / "story.zip").read_bytes()
    for data in (packed, gzip.compress(story.read_bytes())):
        for _ in range(60):
            damaged = bytearray(data)
            for _ in range(chance.choice((1, 2, 8))):
                damaged[chance.randrange(len(data))] = chance.randrange(256)
            cut = bytes(damaged[: chance.choice((len(data), chance.randrange(len(data))))])
            found = read_text(cut)
            assert all(one.balanced for one in found.accounts)
            assert all(sentences(found))


def test_a_file_without_permission_is_named(tmp_path, read, story, monkeypatch):
    locked = tmp_path / "locked.xml"
    locked.write_text(GOOD)
    opened = Path.open

    def refused(path, *args, **kwargs):  # as root may read everything
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refused)
    found = read(locked, story)
    assert found.whats == ["no_permission"]
    assert len(found.messages) == 8


def test_two_readers_that_claim_one_log_are_both_named(read_text, monkeypatch):
    claiming = [reader for reader in registry.readers() if reader.name in ("qksms", "fossify")]
    always = [SimpleNamespace(name=reader.name, sniff=lambda _: True) for reader in claiming]
    monkeypatch.setattr(registry, "readers", lambda: always)
    found = read_text(GOOD)
    assert sentences(found) == ["log: two readers claim this log: fossify, qksms."]
    assert found.account.format is None


def test_an_unknown_time_zone_is_an_error_of_the_caller():
    with pytest.raises(UnknownZoneError):
        ingest([], IngestOptions(tz="Mars/Olympus"))


def test_folders_are_read_by_name_without_hidden_files_and_without_following_loops(tmp_path, read):
    for place in ("b/log.csv", "a/log.csv", ".hidden/log.csv", "a/.log.csv"):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(GOOD.replace("4815", str(len(place))))
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    found = read(tmp_path)
    assert [one.log for one in found.accounts] == ["a/log.csv", "b/log.csv", "broken"]
    assert sentences(found) == ["broken: the link leads nowhere."]


def test_what_is_no_file_is_said_to_be_none_and_not_waited_for(tmp_path, read, story):
    os.mkfifo(tmp_path / "pipe")  # nobody writes into it
    (tmp_path / "story.xml").write_bytes(story.read_bytes())
    (tmp_path / "notes.txt").write_text("nothing to see\n")
    found = read(tmp_path)
    assert found.whats == ["not_a_log", "no_file"]
    assert len(found.messages) == 8
    assert read("/dev/null").whats == ["no_file"]


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\x1b[31mred"])
def test_a_name_that_no_file_can_have_is_a_missing_file(name, read):
    assert read(name).whats == ["missing_file"]


def test_logs_of_one_name_keep_names_of_their_own(tmp_path, read):
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "log.csv").write_text(GOOD)
    found = read(tmp_path / "first", tmp_path / "second", tmp_path / "first" / "log.csv")
    assert [one.log for one in found.accounts] == ["log.csv", "log.csv (2)", "log.csv (3)"]
    assert [one.duplicates for one in found.accounts] == [0, 1, 1]


def test_folders_are_phones_only_if_asked(tmp_path, read):
    for folder in ("north", "south"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "log.csv").write_text(GOOD)
    assert read(tmp_path).column("device") == ["phone"]
    assert read(tmp_path, device="mine").column("device") == ["mine"]
    assert read(tmp_path, device_from_folder=True).column("device") == ["north", "south"]


def test_progress_reaches_the_sum_of_the_files(story):
    told = []
    ingest([(story, Role.MESSAGES)], progress=lambda *news: told.append(news))
    assert told[-1] == ("story.xml", story.stat().st_size, story.stat().st_size)
