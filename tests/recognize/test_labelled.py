"""Our own invented messages, each with what must be recognized in it (labelled.csv).

An empty cell is not checked; "-" stands for null.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analyzer.recognize import recognize_text

ROWS = list(
    csv.DictReader((Path(__file__).parent / "labelled.csv").read_text(encoding="utf-8").split("\n"))
)


@pytest.mark.parametrize("row", ROWS, ids=[row["why"] for row in ROWS])
def test_a_labelled_message_is_read_as_labelled(row):
    text = row["text"].replace("\\n", "\n").replace("\\r", "\r")
    found = recognize_text(text)
    assert found.is_code == (row["is_code"] == "1")
    if found.code_start is None:
        assert row["code"] == ""
    else:
        end = found.code_start + found.code_length
        assert text[found.code_start : end] == row["code"]
    for field in ("service", "valid_for", "language", "decoy", "garbled_kind", "purpose"):
        if row[field]:
            value = getattr(found, field)
            assert ("-" if value is None else str(value)) == row[field], field


def test_there_are_enough_messages_of_every_kind():
    assert len(ROWS) >= 1000
    assert len({row["decoy"] for row in ROWS}) >= 10
    assert len({row["garbled_kind"] for row in ROWS}) >= 8
