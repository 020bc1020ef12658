"""Laws of reading: what a writer wrote comes back, however the bytes are dealt out."""

from __future__ import annotations

import json
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.ingest.content_rows import ContentRow, content_columns, content_rows
from analyzer.ingest.json_records import EACH, JsonRecord, JsonRecords
from analyzer.ingest.xml_tags import Tag

LAW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What strangers put into texts to be taken for something else.
TRAPS = (
    *("\nRow: 1 _id=2, address=FAKE", "\nRow: 0 _id=1", ", type=1", ", date=5", "body=", "NULL"),
    *(
        "]]>",
        "<sms address=",
        "</smses>",
        "<!DOCTYPE x>",
        "<!--",
        "&amp;",
        "&#0;",
        "&lt;",
        "<parts>",
    ),
    *(
        '"',
        "'",
        "\\",
        "\r\n",
        "\n",
        "\t",
        ",",
        "},{",
        "}\n{",
        "null",
        "😀",
        "验证码",
        "\u2028",
        "\u0085",
    ),
)
LEGAL = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
BODIES = st.lists(st.one_of(LEGAL, st.sampled_from(TRAPS)), min_size=1, max_size=12).map("".join)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "address": st.sampled_from(("10690000100288", "+15550100001", "BANK", "微信")),
            "date": st.integers(1_600_000_000_000, 1_800_000_000_000),
            "date_sent": st.sampled_from((0, 1_700_000_000_000)),
            "type": st.integers(1, 6),
            "body": BODIES,
        }
    ),
    max_size=8,
)
SIZES = st.integers(1, 50)
NULLS = ("", "null", "NULL", "None", "nan")


def pieces(text, size):
    return [text[start : start + size] for start in range(0, len(text), size)]


def as_xml(messages):
    """Write attributes as a writer that knows XML: line ends and tabs as references."""
    rows = []
    for row in messages:
        values = {
            name: quoteattr(str(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
            for name, value in row.items()
        }
        rows.append("<sms " + " ".join(f"{k}={v}" for k, v in values.items()) + " />\n")
    return f'<?xml version="1.0"?>\n<smses count="{len(rows)}">\n{"".join(rows)}</smses>\n'


def as_json_lines(messages):
    rows = [{"_id": "1", "thread_id": "2"} | row for row in messages]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_array(messages):
    rows = [{"backupType": "sms", **row} for row in messages]
    return json.dumps(rows, indent=1)


# Nothing is escaped in this output, so that columns are learned from what most rows have.
ORDINARY = [
    {"address": "BANK", "date": 1_500_000_000_000 + n, "date_sent": 0, "type": 1, "body": "text"}
    for n in range(0, 90_000, 2_000)
]


def as_content_rows(messages):
    """Write the rows as Android's content command does: nothing is escaped."""
    return "".join(
        f"Row: {n} _id={n + 1}, "
        + ", ".join(f"{name}={row[name]}" for name in ORDINARY[0])
        + ", service_center=NULL\n"
        for n, row in enumerate(messages)
    )


WRITERS = [as_xml, as_json_lines, as_array, as_content_rows]


def told(messages):
    bodies = [None if row["body"] in NULLS else row["body"] for row in messages]
    return [(row["address"], row["date"], body) for row, body in zip(messages, bodies, strict=True)]


def unlike(messages):
    """Return the messages without those that are one message by sender, second, type and text."""
    seen = {
        (row["address"], row["date"] // 1000, row["type"], " ".join(row["body"].split())): row
        for row in reversed(messages)
    }
    return [row for row in messages if any(row is one for one in seen.values())]


@pytest.mark.parametrize("write", WRITERS)
@LAW
@given(messages=MESSAGES)
def test_what_was_written_comes_back(write, messages, read_text):
    messages = unlike(messages)
    if write is as_content_rows:
        # A row that ends in a line end, or begins with one, cannot be told from a line of output.
        bodies = ["text " + row["body"].replace("\r", "") + "." for row in messages]
        strange = [row | {"body": body} for row, body in zip(messages, bodies, strict=True)]
        messages = ORDINARY + strange
    found = read_text(write(messages))
    rows = zip(
        found.column("sender"), found.column("received_at"), found.column("body"), strict=True
    )
    read = [(sender, round(at.timestamp() * 1000), body) for sender, at, body in rows]
    assert read == told(messages)
    assert all(one.balanced for one in found.accounts)
    assert found.account.kept == len(messages)


@pytest.mark.parametrize("write", WRITERS)
@LAW
@given(messages=MESSAGES.filter(bool), share=st.floats(0, 1))
def test_a_cut_log_gives_only_messages_that_were_written(write, messages, share, read_text):
    text = write(messages).encode()
    found = read_text(text[: int(len(text) * share)])
    assert found.account.balanced
    written = set(told(messages))
    whole = found.messages[:-1]
    if write is not as_content_rows:  # where a cut text and a whole one look the same
        read = {
            (r["sender"], round(r["received_at"].timestamp() * 1000), r.get("body")) for r in whole
        }
        assert read <= written


@pytest.mark.parametrize("write", WRITERS)
@LAW
@given(
    messages=MESSAGES.filter(bool),
    damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=9),
)
def test_records_are_kept_or_duplicates_or_other_or_rejected(write, messages, damage, read_text):
    data = bytearray(write(messages).encode())
    for share, byte in damage:
        data[int(len(data) * share)] = byte
    assert read_text(bytes(data)).account.balanced


@LAW
@given(messages=MESSAGES, size=SIZES)
def test_xml_reads_the_same_in_chunks_of_any_size(messages, size, xml_tags):
    text = as_xml(messages).replace(
        "</smses>", "<mms><parts><part data='eA=='/></parts></mms></smses>"
    )
    whole = xml_tags([text])
    assert xml_tags(pieces(text, size)) == whole
    assert [tag.name for tag in whole if isinstance(tag, Tag)].count("part") == 0
    damaged = text.replace("type=", "type", 1)
    assert (xml_tags(pieces(damaged, size))) == xml_tags([damaged])


@LAW
@given(messages=MESSAGES, size=SIZES, cut=st.floats(0, 1))
def test_json_reads_the_same_in_chunks_of_any_size(messages, size, cut):
    for text, path in ((as_array(messages), (EACH,)), (as_json_lines(messages), ())):
        whole = list(JsonRecords([text], {path}))
        assert list(JsonRecords(pieces(text, size), {path})) == whole
        cut_text = text[: int(len(text) * cut)]
        records = [
            one
            for one in JsonRecords(pieces(cut_text, size), {path})
            if isinstance(one, JsonRecord)
        ]
        assert records == whole[: len(records)]


@LAW
@given(messages=MESSAGES.filter(bool), size=SIZES)
def test_content_rows_read_the_same_in_chunks_of_any_size(messages, size):
    text = as_content_rows(ORDINARY + messages)
    columns = content_columns(text)
    whole = list(content_rows([text], columns))
    assert list(content_rows(pieces(text, size), columns)) == whole
    assert all(isinstance(row, ContentRow) for row in whole)
