"""JSON written from columns is what the same rows give, byte for byte."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyzer
from analyzer.report.attempts import attempt_rows
from analyzer.report.json_text import readable, table_json
from analyzer.report.plain import plain

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
ROW = st.fixed_dictionaries(
    {
        "word": st.none() | TEXTS,
        "text": st.none() | TEXTS,
        "whole": st.none() | st.integers(-(2**31), 2**31 - 1),
        "seconds": st.none() | st.floats(width=64),
        "truth": st.none() | st.booleans(),
        "texts": st.none() | st.lists(TEXTS, max_size=3),
        "never": st.none(),
    }
)
SCHEMA = pa.schema(
    {
        "word": pa.dictionary(pa.int32(), pa.string()),
        "text": pa.string(),
        "whole": pa.int32(),
        "seconds": pa.float64(),
        "truth": pa.bool_(),
        "texts": pa.list_(pa.string()),
        "never": pa.string(),
    }
)


@given(st.lists(ROW, max_size=8), st.integers(0, 3))
def test_rows_written_from_columns_are_the_rows(rows, skipped):
    table = pa.Table.from_pylist(rows, SCHEMA).slice(skipped)
    whole = b"".join(table_json(table))
    expected = [{name: plain(row[name]) for name in SCHEMA.names} for row in rows[skipped:]]
    assert whole == readable(expected)


def test_rows_inside_an_object_are_indented_as_it_is():
    table = pa.table({"a": [1, 2], "b": [["x"], []]})
    inside = b'{\n "rows": ' + b"".join(table_json(table, depth=1)) + b"\n}"
    assert inside == readable({"rows": table.to_pylist()})


def test_long_tables_are_written_in_pieces():
    table = pa.table({"a": range(50_001)})
    pieces = list(table_json(table))
    assert max(map(len, pieces)) < 1_000_000
    assert json.loads(b"".join(pieces)) == table.to_pylist()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("reveal", [False, True])
def test_the_json_report_is_the_document(sample_logs, lang, reveal):
    log = analyzer.load(sample_logs, lang=lang, reveal=reveal)
    assert b"".join(log.document_json()) == readable(log.document) + b"\n"
    assert log.document["attempts"]


def test_attempts_without_any_are_an_empty_list(sample_logs):
    log = analyzer.load(sample_logs / "siminfo.txt")
    assert json.loads(b"".join(log.document_json()))["attempts"] == []
    assert attempt_rows(log.analysis.attempts) == []
