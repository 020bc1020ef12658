from __future__ import annotations

import csv
import re

import pyarrow as pa
import pytest

from analyzer.recognize import normalized_code, recognize_text, service_name
from analyzer.recognize.folding import DATA, fold
from analyzer.recognize.lexicon import phrases, words
from analyzer.recognize.prefilter import worth_reading
from analyzer.recognize.validity import validity


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.stem)
def test_every_row_of_data_has_a_source_and_a_date(path):
    for row in rows(path.name):
        assert row["source"], row
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["date"]), row


def test_no_code_word_is_lost_by_the_prefilter():
    named = [row["phrase"].strip("*") for row in rows("keywords.csv") if row["kind"] == "strong"]
    bodies = pa.array([f"X {word} 604815" for word in named])
    kept = worth_reading(bodies).to_pylist()
    assert [word for word, keep in zip(named, kept, strict=True) if not keep] == []


def test_every_code_word_is_found_in_a_text():
    missed = [
        phrase.text
        for phrase in phrases()
        if phrase.kind == "strong" and not words(f"{phrase.text.replace('*', '')} 604815")
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("币安", "BINANCE"), ("幣安", "Binance"), ("微信", "WeChat"), (" binance ", "币安")],
)
def test_one_service_has_one_name(one, other):
    assert service_name(one) == service_name(other)


def test_an_unknown_service_keeps_its_name():
    assert service_name("  Northwind Traders ") == "Northwind Traders"


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("G-123456", "123456"),
        ("805 991", "805991"),
        ("8-3-2-9", "8329"),
        ("１２３４", "1234"),
        ("٤٥٦٧", "4567"),
        ("x7jH98mx", "X7JH98MX"),
        ("RKJ-YP6", "RKJYP6"),
        ("12\u200b34", "1234"),
        ("QJL - 123456", "123456"),
    ],
)
def test_a_code_is_normalized(code, plain):
    assert normalized_code(code) == plain


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("五分钟内有效", 300),
        ("請於十五分鐘內輸入", 900),
        ("有效期为半小时", 1800),
        ("60秒内有效", 60),
        ("valid for 10 mins", 600),
        ("expires in 90 seconds", 90),
        ("valid for five minutes", 300),
        ("caduca en 5 minutos", 300),
        ("действителен 10 минут", 600),
        ("有効期限は10分間", 600),
        ("10분 동안 유효", 600),
        ("รหัสมีอายุ 15 นาที", 900),
        ("expires at 11:44", None),
        ("call us 24 hours", None),
        ("5分钟前有人登录", None),
    ],
)
def test_a_validity_is_read_only_where_it_is_stated(text, seconds):
    assert validity(fold(text).lower) == seconds


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("【青禾】您正在登录，验证码604815", "login"),
        ("【青禾】注册验证码604815", "registration"),
        ("【青禾】验证码604815，用于重置密码", "password_reset"),
        ("【青禾】提现验证码604815", "transaction"),
        ("604815 is your code to sign in", "login"),
        ("Use 604815 to reset your password", "password_reset"),
        ("OTP for payment of Rs 500 is 604815", "transaction"),
        ("Your code is 604815", "unknown"),
    ],
)
def test_the_purpose_is_read_from_the_words(text, purpose):
    assert recognize_text(text).purpose == purpose


def test_what_decided_is_told():
    found = recognize_text("【青禾】您的验证码是604815")
    assert found.rule == "code_word_then_code"
    assert found.words == ("验证码",)


def test_parts_follow_the_alphabet_of_the_text():
    assert recognize_text("a" * 160).parts == 1
    assert recognize_text("a" * 161).parts == 2
    assert recognize_text("€" * 80).parts == 1
    assert recognize_text("€" * 81).parts == 2
    assert recognize_text("验" * 70).parts == 1
    assert recognize_text("验" * 71).parts == 2
    assert recognize_text("😀" * 36).parts == 2


def test_a_lone_surrogate_does_no_harm():
    assert recognize_text("Your code is 604815 \ud83d").code == "604815"


@pytest.mark.parametrize(
    ("text", "code", "service"),
    [
        ("<#> 805 991 is your Example code\nFA+9qCX9VSu", "805 991", "Example"),
        ("Your Example Bank code is 481516. Do not share it.", "481516", "Example Bank"),
        ("【示例科技】验证码：739201，5分钟内有效。", "739201", "示例科技"),
        ("【Example】Code: 903-441, valid 10 min", "903-441", "Example"),
        ("Your Example verification code is 482913. Do not share it.", "482913", "Example"),
    ],
)
def test_the_example_story_is_read(text, code, service):
    found = recognize_text(text)
    assert (found.code, found.service) == (code, service)


def test_importing_reads_no_data_file():
    import subprocess
    import sys

    program = (
        "import analyzer.recognize as r, analyzer.recognize.lexicon as x;"
        "assert x.phrases.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "text",
    [
        "Example msg: Your registration code is: XXXXXXXX.",
        "验证码：XXXXXX，5分钟内有效【示例】",
    ],
)
def test_a_code_hidden_behind_letters_x_is_a_code_message_without_a_readable_code(text):
    found = recognize_text(text)
    assert found.is_code
    assert found.code_start is None


def test_an_account_hidden_behind_letters_x_is_none():
    assert not recognize_text("Acct XXXXXX debited. Never share your OTP.").is_code
