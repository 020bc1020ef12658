from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.recognize import normalized_code, recognize_text
from analyzer.recognize.damage import damage
from analyzer.recognize.damaging import damaged
from analyzer.recognize.remains import with_words

TEXT = "【星河支付】您的验证码是604815，5分钟内有效，请勿泄露。"
REVERSIBLE = {
    "utf-8 as latin-1",
    "gb18030 as latin-1",
    "ucs-2 hex",
    "quoted-printable",
    "html entities",
    "percent",
}


@pytest.mark.parametrize("way", sorted(damaged(TEXT, "604815")))
def test_a_damaged_message_is_still_a_code_message(way):
    text = damaged(TEXT, "604815")[way]
    found = recognize_text(text)
    assert found.is_code
    readable = found.repaired_body or text
    assert normalized_code("604815") in normalized_code(readable) or "604815" in readable


@pytest.mark.parametrize("way", sorted(REVERSIBLE))
def test_a_reversible_damage_is_undone(way):
    found = recognize_text(damaged(TEXT, "604815")[way])
    assert found.repaired_body == TEXT
    assert (found.code, found.service, found.valid_for) == ("604815", "星河支付", 300)


@pytest.mark.parametrize(
    "text",
    [
        "What??? Really???",
        "see you at 8?????",
        "Café à Paris, déjà vu",
        "https://example.com/?q=%E4%BD%A0%E5%A5%BD",
        "R&amp;B tonight",
        "今晚七点见，别忘了带伞",
        "DEADBEEF",
        "好的 😀😀",
        "Größe: 5 m², Preis 12,50 €",
        "ありがとうございます",
        "감사합니다",
    ],
)
def test_an_undamaged_text_is_left_alone(text):
    assert damage(text) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_repair(text):
    found = recognize_text(text)
    if found.code_start is not None:
        assert 0 <= found.code_start < found.code_start + found.code_length <= len(text)


def test_a_code_word_is_known_by_what_gb18030_leaves_of_it_in_utf_8():
    text = "【星河】尾号2093的客户，验证码：5528，15分钟内有效"
    lost = text.encode("gb18030").decode("utf-8", "replace")
    assert "验证码" not in lost
    assert "验证码" in with_words(lost)
    assert len(with_words(lost)) == len(lost)
    assert recognize_text(lost).code == "5528"
