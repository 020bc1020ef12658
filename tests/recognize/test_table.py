from __future__ import annotations

import csv
import random
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer import schema
from analyzer.recognize import recognize, recognize_text

TEXTS = [
    row["text"].replace("\\n", "\n")
    for row in csv.DictReader(
        (Path(__file__).parent / "labelled.csv").read_text(encoding="utf-8").split("\n")
    )
]
FIELDS = [column.name for column in schema.RECOGNIZED]


def table(bodies, senders=None, directions=None):
    return pa.table(
        {
            "body": pa.array(bodies, pa.string()),
            "sender": pa.array(senders or [None] * len(bodies), pa.string()).dictionary_encode(),
            "direction": pa.array(
                directions or ["received"] * len(bodies), pa.string()
            ).dictionary_encode(),
        }
    )


def expected(text, sender=None):
    found = recognize_text(text, sender)
    row = {name: getattr(found, name) for name in FIELDS}
    row["confidence"] = round(row["confidence"], 5)
    return {name: value if value is None else str(value) for name, value in row.items()}


def got(result):
    rows = result.to_pylist()
    for row in rows:
        row["confidence"] = round(row["confidence"], 5)
    return [
        {name: value if value is None else str(value) for name, value in row.items()}
        for row in rows
    ]


def same(rows, texts, senders=None):
    for row, text, sender in zip(rows, texts, senders or [None] * len(texts), strict=True):
        wanted = expected(text, sender)
        assert abs(float(row.pop("confidence")) - float(wanted.pop("confidence"))) < 1e-4
        assert row == wanted, text


def test_a_table_and_single_texts_are_read_alike():
    senders = random.Random(7).choices(["NORTHWIND", "10690001", None, "VM-HDFCBK-S"], k=len(TEXTS))
    same(got(recognize(table(TEXTS, senders))), TEXTS, senders)


PIECES = st.sampled_from(
    [
        *"0123456789",
        "604815",
        "12306",
        "2025",
        "13800138000",
        " ",
        "-",
        ",",
        "：",
        "\n",
        "【星河】",
        "【1024社区】",
        "验证码",
        "您的验证码是",
        "5分钟内有效",
        "code",
        "Your Northwind verification code is ",
        "OTP",
        " is your ",
        "x7jH98mx",
        "k7Rm2",
        "Rs.",
        "1,250.00",
        "card ending ",
        "กรหัส OTP ",
        "ссылка код ",
        "\u200b",
        "６０",
        "٤٥",
        "éªŒ",
        "\ufffd",
        "??",
        "😀",
        "%E9%AA%8C",
        "&#39564;",
        "https://example.com/123456",
        "@example.com #123456",
        "***",
        "取件码",
        "Ref:KXQA",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=6)).map(str), max_size=9).map("".join))
def test_any_text_is_read_alike_alone_and_in_a_table(text):
    text = text.encode("utf-8", "replace").decode()
    around = ["Your code is 123456", text, "晚上见", text]
    same(got(recognize(table(around))), around)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False))
def test_other_digits_change_the_code_and_nothing_else(text, rng):
    found = recognize_text(text)
    if found.garbled or found.code is None or not found.code.isascii() or not found.code.isdigit():
        return
    if len(found.code) != 6:
        return
    other = "".join(rng.choice("123456789") for _ in found.code)
    changed = recognize_text(text.replace(found.code, other))
    assert (changed.code, changed.code_start) == (other, found.code_start)
    assert changed.but(code=None) == found.but(code=None)


def test_columns_are_those_of_the_schema_in_order_with_their_types():
    result = recognize(table(TEXTS[:5]))
    assert result.schema == schema.arrow_schema(schema.RECOGNIZED)


def test_an_empty_table_stays_empty():
    result = recognize(table([]))
    assert result.num_rows == 0
    assert result.column_names == FIELDS


def test_chunks_and_slices_make_no_difference():
    whole = recognize(table(TEXTS))
    pieces = pa.concat_tables([table(TEXTS[:40]), table(TEXTS[40:])])
    assert recognize(pieces).to_pylist() == whole.to_pylist()
    assert recognize(table(TEXTS).slice(30, 20)).to_pylist() == whole.slice(30, 20).to_pylist()


def test_batches_make_no_difference(monkeypatch):
    whole = recognize(table(TEXTS))
    monkeypatch.setattr("analyzer.recognize.table._BATCH", 7)
    batched = recognize(table(TEXTS))
    assert batched.schema == whole.schema
    assert batched.to_pylist() == whole.to_pylist()


def test_only_received_messages_are_read_and_an_unknown_direction_counts_as_received():
    text = "Your Northwind code is 604815"
    rows = recognize(table([text] * 3, directions=["sent", "received", None])).to_pylist()
    assert [row["is_code"] for row in rows] == [False, True, True]
    assert {name: value for name, value in rows[0].items() if value is not None} == {
        "is_code": False,
        "garbled": False,
    }


def test_a_message_without_a_body_is_no_code_message():
    row = recognize(table([None])).to_pylist()[0]
    assert row["is_code"] is False
    assert row["code_start"] is None
    assert row["parts"] is None


def test_a_sender_name_gives_the_service_where_the_text_names_none():
    rows = recognize(
        table(["Your code is 604815"] * 3, ["BINANCE", "+447700900123", "AX-HDFCBK-S"])
    )
    assert rows["service"].to_pylist() == ["Binance", None, "HDFC Bank"]


def test_plain_string_columns_are_read_as_well():
    plain = pa.table({name: ["Your code is 604815"] for name in ("body", "sender", "direction")})
    plain = plain.set_column(2, "direction", pa.array(["received"]))
    assert recognize(plain)["is_code"].to_pylist() == [True]
