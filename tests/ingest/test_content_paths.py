"""Rows of a content query taken apart in one step and together give what they give one by one."""

from __future__ import annotations

import re
from io import BytesIO
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.ingest import content_rows
from analyzer.ingest.account import LogAccount
from analyzer.ingest.readers.content_query import READER
from analyzer.ingest.reading import LogReading
from analyzer.ingest.source import Source
from analyzer.ingest.times import LocalTime

PIECES = (
    *("a", "NULL", ",", ", ", "\n", "\r\n", ", type=1", ", date=5", "Row: 2 address=1", "=", "码"),
    *("\nRow: 3 address=1, date=1700000000000, type=1, body=x", "\nRow: 1 address=", "\ufffd"),
)
TEXT = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
TIME = st.sampled_from(("1700000000000", "1700000000001", "0", "NULL", "-5", "123456", "x", ""))
ROW = st.fixed_dictionaries(
    {
        "address": st.sampled_from(("BANK", "+8613800000000", "NULL", "", "a, b", "x, date=1")),
        "date": TIME,
        "type": st.sampled_from(("1", "2", "NULL")),
        "body": TEXT,
        "date_sent": TIME,
    }
)
ORDERS = (
    ("address", "date", "type", "body", "date_sent"),
    ("address", "date", "date_sent", "type", "body"),
    ("body", "address", "date", "type"),
    ("address", "date", "type"),
    ("address", "date", "body", "block_type"),
)
NEVER = re.compile("(?!)")


def run(data):
    account = LogAccount("log", "log", "messages", "phone")
    reading = LogReading(READER, Source("log", lambda: BytesIO(data)), account, LocalTime("UTC"))
    rows = [row for table in reading.tables() for row in table.to_pylist()]
    reading.close()
    return rows, account


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=8),
    order=st.sampled_from(ORDERS),
    usual=st.integers(0, 3),
    broken=st.one_of(st.none(), st.integers(0, 8)),
    cut=st.one_of(st.just(1.0), st.floats(0.5, 1)),
    together=st.integers(1, 4),
)
def test_rows_say_the_same_together_and_one_by_one(rows, order, usual, broken, cut, together):
    plain = {"address": "BANK", "date": "1700000000000", "type": "1", "body": "a"}
    plain |= {"date_sent": "0", "block_type": "0"}
    lines = [
        f"Row: {number + (number == broken)} "
        + ", ".join(f"{name}={(plain | row)[name]}" for name in order)
        for number, row in enumerate(usual * [plain] + rows + usual * [plain])
    ]
    data = "\n".join([*lines, ""]).encode()
    data = data[: int(len(data) * cut)]
    with patch.object(content_rows, "_TOGETHER", together):
        found = run(data)
        with patch.object(content_rows, "_usual_line", lambda _: NEVER):
            assert found == run(data)
    assert found[1].balanced
