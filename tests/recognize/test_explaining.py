from __future__ import annotations

import pytest

from analyzer.recognize import Decoy, GarbledKind, recognize_text
from analyzer.recognize.explaining import explanation
from analyzer.texts import catalog

TEXTS = catalog("analyzer.recognize", "explanations.csv")


def explained(text: str, language: str = "en") -> str:
    return " ".join(explanation(recognize_text(text), language))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("【青禾】您的验证码是604815", 'after "验证码"'),
        ("Your parcel is ready, pickup code 4471", '"pickup code" names a code to pick'),
        ("Your code has expired. Request a new one.", '"code has expired" speaks about codes'),
        ("Your verification code is 4*****. Open the app.", "hidden in the text"),
        ("lunch at noon?", "no word and no form"),
        ("604815", "No word names the code"),
        ("&#39564;&#35777;&#30721;&#65306;604815", "was repaired"),
        ("��������604815��5������", "cannot be repaired"),
    ],
)
def test_the_rule_and_its_words_are_told_in_sentences(text, said):
    assert said in explained(text)


def test_a_chinese_reader_is_told_in_chinese():
    assert "“取件码”指的是取件" in explained("【兔喜】取件码 4-4-8821", "zh")


def test_every_reason_has_its_sentence():
    needed = {str(decoy) for decoy in Decoy} | {str(kind) for kind in GarbledKind}
    assert needed <= set(TEXTS)
    assert all(text.en and text.zh for text in TEXTS.values())
