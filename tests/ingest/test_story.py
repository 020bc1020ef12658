"""One story, told in every format: the same messages, as far as the format carries them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

START = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = ("received_at", "sender", "body", "direction", "sent_at", "sub_id", "service_center")


def at(milliseconds):
    return START + timedelta(milliseconds=milliseconds)


def told(received, sender, body, direction, sent=None, sub_id=None, service_center=None):
    sent_at = at(sent) if sent is not None else None
    values = (at(received), sender, body, direction, sent_at, sub_id, service_center)
    return dict(zip(COLUMNS, values, strict=True))


FIRST_CENTER, SECOND_CENTER, CHINA_CENTER = "+15550109999", "+15550109998", "+8613800000500"
BANK = "EXAMPLEBNK"
STORY = [
    told(1_742, "+15550100001", "Lunch at noon?", "received", 0, 1, FIRST_CENTER),
    told(
        *(62_310, BANK, "Your Example Bank code is 481516. Do not share it."),
        *("received", 60_000, 1, FIRST_CENTER),
    ),
    told(
        *(1_024_900, BANK, "Your Example Bank code is 234200, valid 5 min, ref=A1, type=1\n"),
        *("received", 120_000, 2, SECOND_CENTER),
    ),
    told(
        *(3_902_100, "106900000001", "【示例科技】验证码：739201，5分钟内有效。"),
        *("received", 300_000, 2, CHINA_CENTER),
    ),
    told(400_555, "+15550100001", 'On my way 😀, bring "tea" & <cake>', "sent", None, 1),
    told(500_000, "+15550100002", "will fail", "failed", None, 2),
    told(
        *(600_250, "72345", "<#> 805 991 is your Example code\nFA+9qCX9VSu"),
        *("received", 601_000),
    ),
    told(700_000, None, None, "draft"),
]
STORY[2]["body"] += "Row: 7 _id=99, address=FAKE\nNever share it."

TELLERS = [
    "content_query/story.txt",
    "content_query/story_body_last.txt",
    "content_query/emui.txt",
    "content_query/powershell_utf16.txt",
    "content_query/windows_line_ends.txt",
    "content_query/times_cut_to_32_bits.txt",
    "fossify/story.json",
    "mmssms_db/story.db",
    "qksms/story.json",
    "qksms/appended_twice.json",
    "simple_sms_messenger/story.json",
    "sms_backup_restore/silence.xml",
    "sms_backup_restore/story.xml",
    "sms_backup_restore/story_compressed.zip",
    "sms_backup_restore/story_utf16.xml",
    "sms_backup_restore/story_utf8_bom.xml",
    "sms_import_export/story.zip",
    "sms_import_export_v1/story.json",
]
# What a format leaves unknown. Fossify stores no stamp for what it received itself: one message.
NOT_CARRIED = {
    "content_query/times_cut_to_32_bits.txt": ("received_at", "sent_at"),
    "qksms": ("service_center",),
    "sms_backup_restore/silence.xml": ("sent_at", "sub_id"),
}
RECEIVED_BY_FOSSIFY = {"sent_at": None, "service_center": None}


@pytest.mark.parametrize("teller", TELLERS)
def test_every_format_tells_the_same_story(teller, fixtures, read):
    unknown = NOT_CARRIED.get(teller, NOT_CARRIED.get(teller.split("/")[0], ()))
    expected = [row | dict.fromkeys(unknown) for row in STORY]
    if teller.startswith("fossify"):
        expected[0] |= RECEIVED_BY_FOSSIFY
    found = read(fixtures / teller).ingested.messages.select(COLUMNS).to_pylist()
    in_time_order = sorted(found, key=lambda row: [e["body"] for e in STORY].index(row["body"]))
    assert in_time_order == expected


def test_all_formats_together_are_one_story_with_every_stamp(fixtures, read):
    whole = [teller for teller in TELLERS if "32_bits" not in teller]
    found = read(*(fixtures / teller for teller in whole))
    rows = found.ingested.messages.select(COLUMNS).to_pylist()
    assert sorted(rows, key=str) == sorted(STORY, key=str)
    assert found.accounts[0].kept == len(STORY)
    assert all(one.kept == 0 for one in found.accounts[1:])
