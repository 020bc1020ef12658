from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.recognize.finding import Table
from analyzer.recognize.folding import fold_word
from analyzer.recognize.lexicon import alternation, beginnings, phrases
from analyzer.recognize.outline import outline
from analyzer.recognize.reading import read

NAMES = [
    "Jordan",
    "Wilsam Corporation",
    "GFB",
    "Gliven",
    "霖枫",
    "周澜霖",
    "郭嘉曦小区",
    "Ilvla",
    "ut",
]
FRAMES = [
    "【{}银行】{}您好，您的验证码是000000，{}分钟内有效，请勿泄露。",
    "Hi {}, your {} verification code is 000000. Valid for {} minutes.",
    "{}: use 000000 to sign in, {}. {}",
    "{}：{}的包裹已到{}栋，取件码0-0-0000",
    "您尾号0000的账户{}月{}日支出{}.00元",
    "{} code {} for {} is 000-000",
]
PIECES = [*NAMES, *"0123456789", "17", "360", "46GB", "3.82", " ", "-", ".", "\xa0", "，", "'", "é"]


@st.composite
def templates(draw):
    filling = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
    return draw(st.sampled_from(FRAMES)).format(*(draw(filling) for _ in range(3)))


@settings(max_examples=100, deadline=None)
@given(templates())
def test_an_outline_is_read_like_its_template(template):
    assert read(outline(template), False) == read(template, False)


@settings(max_examples=80, deadline=None)
@given(templates())
def test_an_outline_keeps_length_and_is_its_own_outline(template):
    drawn = outline(template)
    assert len(drawn) == len(template)
    assert outline(drawn) == drawn


@pytest.mark.parametrize(
    ("template", "drawn"),
    [
        ("Dear Jordan, your code is 000000", "Dear Jjjjjj, your code is 000000"),
        ("您已使用流量46GB，剩余3.82GB", "您已使用流量00GB，龘龘0.00GB"),
        ("验证码000000，5分钟内有效", "验证码000000，5分钟内有效"),
        (
            "verification code 000000 expires in 10 min",
            "verification code 000000 expires in 10 min",
        ),
        ("mail jordan@jordan.example", "mail jordan@jordan.example"),
        ("code for Jordan or Morgan: 000000", "code for Jjjjjj or Morgan: 000000"),
    ],
)
def test_names_and_small_numbers_are_blotted_out_and_nothing_that_counts(template, drawn):
    assert outline(template) == drawn


def test_two_texts_that_differ_in_names_alone_have_one_outline():
    one, other = ("【{}科技】{}您好，验证码000000".format(*names) for names in ("晨曦", "岚枫"))
    assert outline(one) == outline(other)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_table_finds_what_one_expression_of_all_phrases_finds(data):
    kind = data.draw(st.sampled_from(["is", "promo", "notice", "weak"]))
    chosen = [phrase.text for phrase in phrases() if phrase.kind == kind][:120]
    pieces = st.sampled_from([*chosen, " ", "x", "，", "-", "码", "a"])
    text = fold_word("".join(data.draw(st.lists(pieces, max_size=8))).replace("*", ""))
    expected = [match.span() for match in re.finditer(alternation(chosen), text)]
    found = Table({kind: beginnings(chosen)}).places(text)
    assert [match.span() for match, _ in found.matches(kind)] == expected
    first = found.first(kind)
    assert (first.span() if first else None) == (expected[0] if expected else None)
