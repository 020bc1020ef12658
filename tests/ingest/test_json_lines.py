"""Lines of JSON decoded many at a time give the same as one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.ingest import json_lines
from analyzer.ingest.account import LogAccount
from analyzer.ingest.json_items import json_items
from analyzer.ingest.readers import sms_import_export
from analyzer.ingest.reading import LogReading
from analyzer.ingest.records import Block
from analyzer.ingest.source import Source
from analyzer.ingest.times import LocalTime

LAW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.text(max_size=6)
PLAIN = [{"_id": str(n), "address": "BANK", "date": str(1_700_000_000_000 + n)} for n in range(6)]
ESCAPED = ('"', "\\", 'a\\"', "\n", "\\\\", "\ufffe", "\x00", "\U0001f600")
# Rows of texts alone, so that columns are taken from the bytes: exporters write the same keys.
TEXTS = st.fixed_dictionaries(
    {
        "_id": st.sampled_from(("1", "23")),
        "address": st.sampled_from(("BANK", "+8613800000000", "null", "")),
        "body": st.one_of(
            TEXT, st.sampled_from(('"', "\\", 'a\\"', "\n", "\\\\", "\ufffe", "\x00", "\U0001f600"))
        ),
        "date": st.sampled_from(("1700000000000", "x", "null")),
    },
    optional={"service_center": st.sampled_from(("+8613800210500", "null"))},
)
TEXT_LINE = st.builds(
    lambda row, plain: json.dumps(row, ensure_ascii=not plain), TEXTS, st.booleans()
)
ROW = st.fixed_dictionaries(
    {"date": st.sampled_from(("1700000000000", 1_700_000_000_000, "null", None, 1.5e12, True))},
    optional={
        "address": st.sampled_from(("BANK", "+8613800000000", None)),
        "body": TEXT,
        "type": st.sampled_from(("1", 2, "9")),
        "sub_id": st.sampled_from(("-1", 1, 2**70)),
        "thread_id": st.one_of(TEXT, st.just([{"a": 1}])),
    },
).map(json.dumps)
STRANGE = st.sampled_from(
    (
        *('{"msg_box": null, "date": "1"}', '{"msg_box": "1", "__parts": []}', "", "  ", "[]", "7"),
        *('{"original_number": "1"}', '{"block_type": "4", "date": "1700000000000"}', '{"a":', "}"),
        *(
            '{"body": "a',
            '{"body": "\\ud83d"}',
            '{"body": "\\ud83d\\ude00", "date": 5}',
            "{}{}",
            ",",
        ),
        *(
            '{"date": "1", "date": "1700000000000"}',
            '{"body": "a\tb"}',
            '{\n"date": "5"\n}',
            "\x00",
        ),
        *('{"date": NaN}', '{"body": ' + "[" * 70 + "]" * 70 + "}", '{"address": {"a": 1}}'),
    )
)
LINES = st.lists(st.one_of(ROW, TEXT_LINE, TEXT_LINE, TEXT_LINE, TEXT_LINE, STRANGE), max_size=12)


def run(data, at_once):
    account = LogAccount("log", "log", "messages", "phone")
    blocks = []

    def read(source):
        if at_once:
            items = sms_import_export.read(source)
        else:
            items = json_items(source, {()}, sms_import_export._record)
        for item in items:
            blocks.extend([item] * isinstance(item, Block))
            yield item

    source = Source("log", lambda: BytesIO(data))
    reader = replace(sms_import_export.READER, read=read)
    with patch.object(json_lines, "CHUNK", 300), patch.object(json_lines, "_FEWEST", 1):
        reading = LogReading(reader, source, account, LocalTime("UTC"))
        rows = [row for table in reading.tables() for row in table.to_pylist()]
        reading.close()
    # How much of a damaged place is quoted depends on where chunks end.
    account.problems = [problem._replace(raw=None) for problem in account.problems]
    return rows, account, blocks


@LAW
@given(
    lines=LINES,
    plain=st.integers(0, 2),
    damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=2),
    cut=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_lines_say_the_same_at_once_and_one_by_one(lines, plain, damage, cut):
    first = [json.dumps(row) for row in plain * PLAIN]
    data = bytearray(
        "".join(line + "\n" for line in first + lines).encode("utf-8", "surrogatepass")
    )
    for share, byte in damage if data else ():
        data[int(len(data) * share)] = byte
    data = bytes(data)[: int(len(data) * cut)]
    rows, account, _ = run(data, True)
    slow_rows, slow_account, none = run(data, False)
    assert not none
    assert rows == slow_rows
    assert account == slow_account
    assert account.balanced


def test_plain_lines_come_in_blocks_up_to_the_first_that_is_not():
    lines = [json.dumps(row) for row in PLAIN * 10]
    text = "\n".join([*lines, '{"msg_box": "1"}', *lines]) + "\n"
    rows, account, blocks = run(text.encode(), True)
    assert (len(rows), account.other) == (120, {"mms": 1})
    assert 50 <= sum(block.records for block in blocks) <= 60
