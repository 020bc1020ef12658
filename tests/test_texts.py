"""The catalogs of texts: each id once, each text in both languages."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

ANALYZER = Path(__file__).resolve().parents[1] / "analyzer"


def _rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


CATALOGS = {
    str(path.relative_to(ANALYZER)): rows
    for path in sorted(ANALYZER.rglob("*.csv"))
    if (rows := _rows(path)) and {"id", "en", "zh"} <= rows[0].keys()
}


@pytest.mark.parametrize("file", CATALOGS)
def test_a_catalog_names_each_text_once_and_in_both_languages(file: str) -> None:
    rows = CATALOGS[file]
    assert [name for name, n in Counter(row["id"] for row in rows).items() if n > 1] == []
    assert [row["id"] for row in rows if not (row["en"] and row["zh"])] == []
