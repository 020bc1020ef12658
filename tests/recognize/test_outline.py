from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.recognize.finding import Table
from analyzer.recognize.folding import fold_word
from analyzer.recognize.lexicon import alternation, beginnings, phrases
from analyzer.recognize.outline import outline, outlines
from analyzer.recognize.table import recognize_text

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


@settings(max_examples=80, deadline=None)
@given(templates())
def test_an_outline_is_its_own_outline_and_never_longer(template):
    drawn = outline(template)
    assert len(drawn) <= len(template)
    assert outline(drawn) == drawn


@settings(max_examples=40, deadline=None)
@given(st.lists(templates(), max_size=5))
def test_an_outline_does_not_depend_on_the_texts_beside_it(several):
    assert outlines(several).texts == [outline(template) for template in several]


@settings(max_examples=80, deadline=None)
@given(st.lists(templates(), min_size=1, max_size=3))
def test_what_is_shown_of_a_template_is_found_in_it_again(several):
    drawn = outlines(several)
    for row, (text, template) in enumerate(zip(drawn.texts, several, strict=True)):
        for place, character in enumerate(text):
            starts, lengths = drawn.spans(*(np.array([n]) for n in (row, place, 1)))
            found = template[starts[0]]
            assert lengths[0] == 1
            assert found == character or character in "Jj0龘"
        if text:
            starts, lengths = drawn.spans(*(np.array([n]) for n in (row, 0, len(text))))
            assert (starts[0], lengths[0]) == (0, len(template))


@pytest.mark.parametrize(
    ("template", "drawn"),
    [
        ("Dear Jordan, your code is 000000", "Dear Jjjj, your code is 000000"),
        ("您已使用流量46GB，剩余3.82GB", "您已使用流量00GB，龘龘0.00GB"),
        ("验证码000000，5分钟内有效", "验证码000000，5分钟内有效"),
        (
            "verification code 000000 expires in 10 min",
            "verification code 000000 expires in 10 min",
        ),
        ("mail jordan@jordan.example", "mail jordan@jordan.example"),
        ("code for Jordan or Tarvil: 000000", "code for Jjjj or Jjjj: 000000"),
        ("【晨曦岚枫科技】霖枫您好", "【龘龘】龘龘您龘"),
        ("【招商银行】霖枫您好", "【招商银行】龘龘您龘"),
        ("Mã sẽ hết hạn trong 10 phút", "Mã sẽ hết hạn trong 10 phút"),
        ("ZQWYTRNKLVB: 000000", "JJJJJJJJJJJ: 000000"),
    ],
)
def test_names_and_small_numbers_are_blotted_out_and_nothing_that_counts(template, drawn):
    assert outline(template) == drawn


def test_a_name_is_read_the_same_whatever_its_length():
    texts = [f"{name}: your code is 482913" for name in ("Tarvil", "Tarvilon", "Zelbroka")]
    found = [recognize_text(text) for text in texts]
    assert len({one.confidence for one in found}) == 1
    assert [one.service for one in found] == ["Tarvil", "Tarvilon", "Zelbroka"]
    assert {one.code for one in found} == {"482913"}


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
    found = Table({kind: beginnings(chosen)}).hits(text)[kind]
    assert [(hit.start, hit.end) for hit in found] == expected
