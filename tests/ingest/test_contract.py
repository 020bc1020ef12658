"""One contract for all readers, held over every fixture: claimed once, cut and packed at will."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

from analyzer.ingest.registry import readers
from analyzer.ingest.source import plain


def test_every_reader_has_a_fixture(fixture_logs):
    assert {reader.name for reader in readers()} == {log.parent.name for log in fixture_logs}


def test_exactly_its_own_reader_claims_a_log(log, data, tmp_path):
    bare = tmp_path / "log"
    bare.write_bytes(data)
    head = plain(bare, "log").head()
    assert [reader.name for reader in readers() if reader.sniff(head)] == [log.parent.name]


def test_a_log_reads_as_expected(log, expected, read, write_expected):
    found = read(log).as_json()
    if write_expected:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


def test_every_record_is_accounted_for(log, read):
    found = read(log)
    assert all(one.balanced for one in found.accounts)
    assert sum(one.kept for one in found.accounts) == len(found.rows())


def test_a_cut_log_gives_no_exception_and_invents_no_message(log, data, read, read_text):
    whole = {row["message_id"] for row in read(log).messages}
    for cut in sorted({len(data) * share // 21 for share in range(1, 21)}):
        found = read_text(data[:cut])
        assert found.account.balanced
        last = max((row["record"] for row in found.messages), default=0)
        invented = [row for row in found.messages if row["message_id"] not in whole]
        assert all(row["record"] == last for row in invented), cut


def test_flipped_bytes_give_no_exception_and_every_record_is_accounted_for(data, read_text):
    chance = random.Random(len(data))
    for flips in (1, 1, 1, 2, 4, 8, 16, 32, 64, 128):
        damaged = bytearray(data)
        for _ in range(flips):
            damaged[chance.randrange(len(data))] = chance.randrange(256)
        assert all(one.balanced for one in read_text(bytes(damaged)).accounts)


def test_plain_gzip_and_zip_read_the_same(data, read_text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/log", data)
    plain_rows = read_text(data).rows()
    assert read_text(gzip.compress(data)).rows() == plain_rows
    assert read_text(packed.getvalue()).rows() == plain_rows
    assert read_text(gzip.compress(packed.getvalue())).rows() == plain_rows


def test_a_log_read_twice_adds_only_duplicates(log, read):
    once, twice = read(log), read(log, log)
    first, second = twice.accounts
    assert [row for row in twice.messages if row["log"] == log.name] == once.messages
    assert twice.messages == once.messages
    assert first.kept == once.account.kept
    if once.messages:
        assert second.kept == 0
        assert second.duplicates == once.account.kept + once.account.duplicates
