"""Laws that hold for any text: what must not change the reading, and how long reading may take."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.recognize import normalized_code, recognize_text
from analyzer.recognize.reading import LONGEST

CODES = [
    row["text"].replace("\\n", "\n")
    for row in csv.DictReader(
        (Path(__file__).parent / "labelled.csv").read_text(encoding="utf-8").split("\n")
    )
    if row["code"].isascii() and row["code"].isdigit() and not row["garbled_kind"]
]
# "@host #code" must be ASCII; elsewhere digits of any width mean the same.
PLAIN = [text for text in CODES if "#" not in text and "http" not in text]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_and_its_code_lies_in_it(text):
    found = recognize_text(text)
    assert 0 <= found.confidence <= 1
    if found.code_start is not None:
        assert 0 <= found.code_start < found.code_start + found.code_length <= len(text)
        assert found.is_code
    assert found.is_code or found.code is None
    assert not (found.is_code and found.decoy)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PLAIN))
def test_full_width_digits_are_read_like_plain_ones(text):
    plain = recognize_text(text)
    wide = text.translate({48 + n: 0xFF10 + n for n in range(10)})
    found = recognize_text(wide)
    assert normalized_code(found.code or "") == normalized_code(plain.code or "")
    assert found.code_start == plain.code_start


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PLAIN), st.sampled_from("\u200b\u200d\ufeff\u2060"))
def test_invisible_characters_inside_a_code_change_nothing(text, invisible):
    plain = recognize_text(text)
    found = recognize_text(text.replace(plain.code, invisible.join(plain.code)))
    assert normalized_code(found.code or "") == plain.code
    # A code of four digits that could be a year is told less surely than one that could not.
    changed = {"code": None, "code_length": None, "parts": None, "confidence": 0.5}
    assert found.but(**changed) == plain.but(**changed)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PLAIN), st.sampled_from(["\u00a0", "\u2007", "\u3000"]))
def test_a_space_is_a_space_whatever_its_width(text, space):
    plain, found = recognize_text(text), recognize_text(text.replace(" ", space))
    assert (found.is_code, found.code_start, found.code) == (True, plain.code_start, plain.code)


@pytest.mark.parametrize(
    "piece",
    ["a", "A", "1", "1 ", "12-", "-", "验", "é", "銆", "\ufffd", "?1", "code ", "code 604815 ",
     "&#39564;", "%E9%AA", "=E9", "5DE5", "1\n", "@a.", "[", "x.com/", "*", "\u200b", "kod"],
)  # fmt: skip
def test_a_long_text_takes_no_longer_than_its_length_asks_for(piece):
    # In pairs, so that a slow machine slows both: 16 times the text, at most 40 times the time.
    short = "code " + piece * (4_000 // len(piece))
    long = "code " + piece * (64_000 // len(piece))
    recognize_text(short + " ")
    taken = []
    for text in (short, long):
        start = time.process_time()
        recognize_text(text)
        taken.append(time.process_time() - start)
    assert taken[1] <= 40 * taken[0] + 0.5


def test_what_stands_after_the_part_that_is_read_is_not_found():
    assert recognize_text("x " * LONGEST + "Your code is 604815").code is None
    assert recognize_text("Your code is 604815 " + "x " * LONGEST).code == "604815"
