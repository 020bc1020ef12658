"""A huge value in a log of any format: memory stays below the value, the other records are read.

fuzz/huge.py measures the same with values of 64 MB, in processes of their own.
"""

from __future__ import annotations

import runpy
import time
import tracemalloc
from pathlib import Path

import pytest

from analyzer.ingest import json_records
from analyzer.ingest.mails import MAX_MAIL
from analyzer.ingest.xml_cells import MAX_TAG

HUGE = runpy.run_path(str(Path(__file__).parents[2] / "fuzz" / "huge.py"))
MEBIBYTE = 1 << 20
SIZE = 20 * MEBIBYTE
# These formats hold a record as large as their limit in several forms at once.
LARGER = {"sms_backup_restore": 8 * MAX_TAG, "sms_backup_plus": 4 * MAX_MAIL}


@pytest.fixture(autouse=True)
def _small_json_records(monkeypatch):
    """Lower the limit that makes room for pictures, so that a small value is beyond it."""
    monkeypatch.setattr(json_records, "MAX_RECORD", MEBIBYTE)


@pytest.mark.parametrize("place", ["first", "later"])
@pytest.mark.parametrize("case", HUGE["CASES"], ids=lambda case: case.fixture)
def test_a_huge_value_costs_one_record_and_little_memory(case, place, tmp_path, read):
    whole = read(HUGE["untouched"](case, tmp_path)).account
    path = HUGE["log_with"](case, place == "first", SIZE, tmp_path)
    start = time.process_time()
    tracemalloc.start()
    try:
        found = read(path).account
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.readable
    assert found.balanced
    assert not found.truncated
    assert found.records == whole.records
    assert whole.kept - found.kept <= 1
    assert found.rejected <= whole.rejected + 1
    assert peak < LARGER.get(found.format, SIZE)
    assert time.process_time() - start < 20
