"""Logs that once broke a reader, found by fuzzing (fuzz/readers.py): they stay read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from analyzer.ingest.account import LogAccount
from analyzer.ingest.reading import LogReading
from analyzer.ingest.registry import readers
from analyzer.ingest.source import Source
from analyzer.ingest.times import LocalTime

CORPUS = sorted(Path(__file__).with_name("corpus").iterdir())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_what_once_broke_a_reader_is_accounted_for(path: Path) -> None:
    name = path.name.split("-")[0]
    reader = next(reader for reader in readers() if reader.name == name)
    source = Source(path.name, lambda: io.BytesIO(path.read_bytes()))
    account = LogAccount(path.name, str(path), reader.role.value, "phone")
    reading = LogReading(reader, source, account, LocalTime("UTC"))
    kept = sum(table.num_rows for table in reading.tables())
    reading.close()
    assert account.balanced
    assert kept >= account.kept
    for problem in account.problems:
        assert problem.sentence("en")
        assert problem.remedy("zh")
