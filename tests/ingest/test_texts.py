"""Every problem that code can name has a text in both languages, and no text lies unused."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import analyzer.ingest
from analyzer.ingest.records import Kind, Problem
from analyzer.texts import LANGUAGES, catalog, rows

PACKAGE = Path(analyzer.ingest.__file__).parent
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py")))
TEXTS = catalog("analyzer.ingest.data", "problems.csv")
NAMES = [name for name in TEXTS if not name.endswith(".remedy")]


def test_every_problem_has_a_text_and_a_remedy_in_both_languages():
    assert sorted(TEXTS) == sorted([*NAMES, *(f"{name}.remedy" for name in NAMES)])
    assert all(text.en and text.zh for text in TEXTS.values())


def test_no_text_stands_twice():
    ids = [row["id"] for row in rows("analyzer.ingest.data", "problems.csv")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_used(name):
    assert f'"{name}"' in CODE


def test_every_problem_named_in_code_has_a_text():
    named = re.findall(r'(?:Problem|_failure)\(\s*(?:[\w.]+, )?"(\w+)"', CODE)
    counted = re.findall(r'self\.counts\["(\w+)"\]', CODE)
    assert named
    assert counted
    assert {*named, *counted} <= set(NAMES)


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_fill_the_same_places(name):
    text = TEXTS[name]
    places = [
        {field for _, field, _, _ in string.Formatter().parse(words) if field}
        for words in (text.en, text.zh)
    ]
    assert places[0] == places[1]


@pytest.mark.parametrize("name", NAMES)
def test_counts_read_well_for_one_and_for_many(name):
    """A count stands behind a colon, so that no word must agree with it."""
    assert not re.search(r"(?<!exactly )(?<! of )\{(?:count|found)\} [a-z]{3}", TEXTS[name].en)


def test_every_kind_of_record_has_a_name():
    kinds = catalog("analyzer.ingest.data", "kinds.csv")
    assert set(kinds) == {kind.value for kind in Kind}
    problem = Problem("no_messages", details={"kinds": {"call": 1200, "mms": 1}})
    assert problem.sentence() == "the log holds no SMS (calls: 1,200, MMS: 1)."
    assert all(problem.sentence(language) for language in LANGUAGES)
