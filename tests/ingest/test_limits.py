"""Huge and hostile content: bounded memory, time in proportion to the size, a plain rejection."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest

from analyzer.ingest import json_records
from analyzer.ingest.json_records import EACH, JsonDamage, JsonRecords
from analyzer.ingest.records import Problem
from analyzer.ingest.xml_cells import MAX_TAG
from analyzer.ingest.xml_tags import Tag

MEBIBYTE = 1 << 20
SMS = '<sms address="BANK" date="1767225662310" type="1" body="{}" />\n'


def with_attribute(before, mebibytes, after):
    """Yield a log with one attribute of many MiB, chunk by chunk as it would be read."""
    yield "<smses count='2'>\n" + SMS.format("first") + before
    piece = "A" * (MEBIBYTE // 4)
    for _ in range(4 * mebibytes):
        yield piece
    yield after + SMS.format("last") + "</smses>\n"


def parts_of(mebibytes):
    return with_attribute('<mms date="1"><parts><part data="', mebibytes, '" /></parts></mms>\n')


def peak_of(work):
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bodies(items):
    return [
        item.attributes["body"] for item in items if isinstance(item, Tag) and item.name == "sms"
    ]


def test_a_video_among_the_parts_of_an_mms_is_passed_over_in_constant_memory(xml_tags):
    found = []
    peak = peak_of(lambda: found.extend(xml_tags(parts_of(64))))
    assert bodies(found) == ["first", "last"]
    assert not [item for item in found if isinstance(item, Problem)]
    assert peak < 8 * MEBIBYTE


def test_a_text_of_many_mebibytes_is_rejected_and_the_next_message_read(xml_tags):
    found = []
    log = with_attribute('<sms address="BANK" body="', 64, '" />\n')
    start = time.process_time()
    peak = peak_of(lambda: found.extend(xml_tags(log)))
    assert time.process_time() - start < 20
    assert bodies(found) == ["first", "last"]
    assert [item.what for item in found if isinstance(item, Problem)] == ["huge_record"]
    assert peak < 8 * MAX_TAG


def test_a_huge_record_is_counted_as_rejected(read_text):
    body = "A" * (MAX_TAG + MEBIBYTE)
    rows = SMS.format("first") + SMS.format(body) + SMS.format("last")
    found = read_text(f"<smses count='3'>\n{rows}</smses>\n")
    assert found.bodies == ["first", "last"]
    assert (found.account.records, found.account.rejected) == (3, 1)
    assert found.ingested.problems[0].sentence() == (
        "log: record 2, byte 84: the record is larger than 4 MB and was left out."
    )


@pytest.mark.parametrize("deep", [70, 5_000, 300_000])
def test_deep_nesting_ends_with_a_rejection(deep, read_text):
    good = {"backupType": "sms", "address": "BANK", "date": 1767225662310, "type": 1, "body": "ok"}
    for nested in ("[" * deep, '{"a":' * deep):
        text = "[" + json.dumps(good) + "," + nested
        found = read_text(text)
        assert found.bodies == ["ok"]
        assert found.account.balanced
        assert found.account.rejected or found.account.truncated


def test_a_json_text_without_an_end_is_given_up_in_bounded_memory():
    def endless():
        yield '[{"backupType": "sms", "body": "'
        for _ in range(200):
            yield "A" * (MEBIBYTE // 4)

    found = []
    peak = peak_of(lambda: found.extend(JsonRecords(endless(), {(EACH,)})))
    assert [type(item) for item in found] == [JsonDamage]
    assert peak < 150 * MEBIBYTE


def test_entities_are_never_expanded(read_text):
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    log = f"<!DOCTYPE smses [<!ENTITY a0 'lol'>{bomb}]>\n<smses count='2'>\n"
    found = read_text(log + SMS.format("&a11;") + SMS.format("ok") + "</smses>\n")
    assert found.bodies == ["ok"]
    assert found.whats == ["doctype", "damaged_record"]


def test_an_external_entity_is_never_fetched(tmp_path, read_text):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    log = f'<!DOCTYPE smses [<!ENTITY x SYSTEM "{secret.as_uri()}">]><smses count="1">'
    found = read_text(log + SMS.format("&x;") + "</smses>")
    assert not found.messages
    assert "secret" not in "".join(p.sentence() for p in found.ingested.problems)


def test_forged_columns_in_one_text_do_not_move_those_of_the_other_rows(read_text):
    rows = [
        f"Row: {n} _id={n}, address=BANK, date=176722566{n:04}, type=1, body=text {n}, seen=1\n"
        for n in range(9)
    ]
    rows[4] = rows[4].replace("text 4", "x, date=5, type=2\nRow: 5 _id=9, address=EVIL, foo=1")
    found = read_text("".join(rows))
    honest = [row for row in found.messages if row.get("body", "").startswith("text")]
    assert len(honest) >= 7
    assert {row["sender"] for row in honest} == {"BANK"}
    assert all(row["seen"] for row in honest)


@pytest.mark.parametrize("form", ["{}\n{}\n{}\n", "[{},{},{}]"])
def test_an_mms_whose_pictures_are_too_large_counts_as_mms(form, read_text, monkeypatch):
    monkeypatch.setattr(json_records, "MAX_RECORD", MEBIBYTE)
    texts = [
        {"_id": str(n), "thread_id": "1", "address": "1", "date": "1700000000000", "type": "1"}
        | {"body": f'say "m_type": {n}'}
        for n in range(2)
    ]
    picture = [{"_id": "9", "ct": "image/jpeg", "binary_data": "QUJD" * MEBIBYTE}]
    mms = {"_id": "7", "thread_id": "1", "date": "1700000000", "msg_box": "1", "__parts": picture}
    found = read_text(form.format(*map(json.dumps, (texts[0], texts[1], mms))))
    assert found.bodies == ['say "m_type": 0', 'say "m_type": 1']
    assert found.account.other == {"mms": 1}
    assert (found.account.records, found.account.rejected) == (3, 0)
    body = texts[0] | {"body": ', "m_type": ' + "A" * 6 * MEBIBYTE}
    found = read_text(form.format(*map(json.dumps, (texts[0], texts[1], body))))
    assert (found.account.rejected, found.account.other) == (1, {})
