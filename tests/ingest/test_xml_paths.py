"""The two paths of reading an XML log, in columns and tag by tag, give the same."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from unittest.mock import patch
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.ingest import xml_items as paths
from analyzer.ingest.account import LogAccount
from analyzer.ingest.readers.sms_backup_restore import READER, interpreted
from analyzer.ingest.reading import LogReading
from analyzer.ingest.records import Block
from analyzer.ingest.source import Source
from analyzer.ingest.times import LocalTime
from analyzer.ingest.xml_cells import Utf8Chunks
from analyzer.ingest.xml_layout import layout_of, unescaped

LAW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LEGAL = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
REFERENCES = (
    "&amp;",
    "&lt;",
    "&quot;",
    "&#10;",
    "&#9;",
    "&#128512;",
    "&#x1F600;",
    "&#55357;&#56832;",
    "&#xD83D;&#xDE00;",
)
DIRT = (
    *("\x00", "\x0b", "\ufffe", "\uffff", "\ufffd", "\n", "\r\n", "\t", "<", ">", '"', "'", "&"),
    *("&#0;", "&#55357;", "&#56832;", "&#55357;a&#56832;", "&#xFFFF;", "&#X41;", "&#1114112;"),
    *("&foo;", "&#;", "&amp", "&#000000065;", "<sms address=", "]]>", "/>", " />\n  <sms "),
)
TEXT = st.lists(
    st.one_of(LEGAL.map(lambda c: quoteattr(c)[1:-1]), st.sampled_from(REFERENCES)), max_size=6
).map("".join)
DIRTY_TEXT = st.lists(st.one_of(LEGAL, st.sampled_from(DIRT + REFERENCES)), max_size=6).map("".join)
REGULAR = (
    '  <sms protocol="0" address="{address}" date="{date}" type="{type}" body="{body}" '
    'service_center="{center}" read="1" date_sent="{sent}" sub_id="{sub}" contact="{body}" />\n'
)
FIELDS = ("address", "date", "type", "body", "center", "sent", "sub")
OTHERS = (
    '  <sms protocol="0" address="1" date="1700000000000" type="1" body=\'say "{body}"\' />\n',
    '  <sms date="1700000000001" address="1" body="{body}" type="1" creator="app" />\n',
    '  <sms address="1" date="1700000000002" type="1" body="{body}>\n',
    '  <sms address="1" date="1700000000003" type="1" body="{body} />\n',
    '  <sms address="1" address="2" date="1700000000004" type="1" body="{body}"/>\n',
    '  <sms address="1" date="1700000000005" body="{body}" block_type="4" mx_status="1" />\n',
    '  <mms tr_id="proto:{body}"><parts><part text="{body}" data="QUJD"/>',
    '<sms address="no" date="1700000000006" type="1" body="{body}" /></parts></mms>\n',
    '  <mms date="1"><parts/></mms>\n',
    '  <call number="1" date="1700000000007" type="1" duration="0" />\n',
    REGULAR.format(**dict.fromkeys(FIELDS, "{body}")).replace("address", "adress"),
    REGULAR.format(**dict.fromkeys(FIELDS, "7")).replace('read="1"', "read='1'"),
    REGULAR.format(**dict.fromkeys(FIELDS, "7")).replace("/>", ">{body}</sms>"),
    REGULAR.format(**dict.fromkeys(FIELDS, "7")).replace('" read', '"  read'),
    REGULAR.format(**dict.fromkeys(FIELDS, "{body}")).replace("date=", "dute="),
    REGULAR.format(**dict.fromkeys(FIELDS, "{body}")).replace("<sms ", "<smz "),
    "</mms>",
    '<smses count="5">',
    "{body}",
)
# What can change how a parser takes the regular records that follow.
STATES = ("  <!-- {body} ", " --> ", "  <![CDATA[", "]]>", "  <?note {body}?>\n", "</smses>\n")
ROW = st.fixed_dictionaries(
    {
        "address": st.sampled_from(("10690000100288", "+15550100001", "BANK", "微信", "null", "")),
        "date": st.sampled_from((1_700_000_000_000, 1_700_000_123_456, 0, "null", "x")),
        "type": st.sampled_from((1, 2, 9, "null")),
        "body": st.one_of(TEXT, TEXT, TEXT, TEXT, DIRTY_TEXT),
        "center": st.sampled_from(("null", "+8613800210500")),
        "sent": st.sampled_from((0, 1_700_000_000_000)),
        "sub": st.sampled_from((-1, 1, 2)),
    }
)
PLAIN = [
    {"address": "BANK", "date": 1_700_000_000_000 + n, "type": 1, "body": f"{n}", "center": "null"}
    | {"sent": 0, "sub": 1}
    for n in range(4)
]


def others(texts):
    """Return rows that are not regular, those that change a parser's state seldom among them."""
    return st.builds(
        lambda other, body: other.replace("{body}", body),
        st.sampled_from(OTHERS * 4 + STATES),
        texts,
    )


# Regular rows before each, so that there is a layout to learn and to depart from.
ROWS = st.lists(
    st.one_of(ROW.map(lambda row: REGULAR.format(**row)), others(st.one_of(TEXT, DIRTY_TEXT))).map(
        lambda row: "".join(REGULAR.format(**plain) for plain in PLAIN) + row
    ),
    min_size=1,
    max_size=12,
)


def run(data, regular, size):
    """Read a log along one path; return its rows, its account, and what came in blocks."""
    account = LogAccount("log", "log", "messages", "phone")
    blocks = []

    def read(source):
        items = READER.read(source) if regular else paths.xml_items(source, interpreted, "parts")
        for item in items:
            blocks.extend([item] * isinstance(item, Block))
            yield item

    source = Source("log", lambda: BytesIO(data))
    with (
        patch.object(paths, "Utf8Chunks", partial(Utf8Chunks, size=size)),
        patch.object(paths, "_FEWEST", 1),
    ):
        reading = LogReading(replace(READER, read=read), source, account, LocalTime("UTC"))
        rows = [row for table in reading.tables() for row in table.to_pylist()]
        reading.close()
    account.problems.sort(key=str)
    account.other = dict(account.other)
    return rows, account, blocks


def same_on_both_paths(data, size):
    rows, account, blocks = run(data, True, size)
    slow_rows, slow_account, none = run(data, False, size)
    assert not none
    assert rows == slow_rows
    assert account == slow_account
    assert len(rows) + account.rejected + sum(account.other.values()) == account.records
    return blocks


@LAW
@given(
    rows=ROWS,
    copies=st.integers(1, 3),
    size=st.integers(1_000, 40_000),
    cut=st.one_of(st.just(1.0), st.floats(0, 1)),
    closed=st.booleans(),
)
def test_columns_and_tags_say_the_same(rows, copies, size, cut, closed):
    text = '<?xml version="1.0"?>\n<smses count="7">\n' + copies * "".join(rows)
    data = (text + "</smses>\n" * closed).encode("utf-8", "surrogatepass")
    same_on_both_paths(data[: int(len(data) * cut)], size)


@LAW
@given(
    rows=ROWS,
    damage=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6),
    size=st.integers(1_000, 40_000),
)
def test_damaged_bytes_are_read_the_same_on_both_paths(rows, damage, size):
    data = bytearray(('<smses count="7">\n' + 2 * "".join(rows) + "</smses>\n").encode())
    for share, byte in damage:
        data[int(len(data) * share)] = byte
    same_on_both_paths(bytes(data), size)


def test_every_fixture_reads_the_same_on_both_paths(fixtures):
    logs = sorted((fixtures / "sms_backup_restore").glob("*.xml"))
    assert len(logs) > 20
    for log in logs:
        start, *rows = log.read_bytes().partition(b"<sms ")
        many = start + 40 * b"".join(rows).replace(b"</smses>", b"") + b"</smses>\n"
        for data in (log.read_bytes(), many):
            same_on_both_paths(data, 5_000)


def clean_log(count, body="text {n} &amp; more"):
    rows = [
        REGULAR.format(
            address="BANK",
            date=1_700_000_000_000 + 1000 * n,
            type=1,
            body=body.format(n=n),
            center="null",
            sent=0,
            sub=1,
        )
        for n in range(count)
    ]
    return f"<smses count='{count}'>\n{''.join(rows)}</smses>\n".encode()


def test_a_clean_log_comes_in_blocks_throughout():
    blocks = same_on_both_paths(clean_log(500), 20_000)
    assert sum(len(block.ordinals) for block in blocks) == 500
    assert sum(len(block.whole) for block in blocks) < 20


def test_two_layouts_in_one_log_are_both_learned():
    other = clean_log(300).replace(b'protocol="0" ', b"").replace(b'sub_id="1"', b'creator="a"')
    rows = [
        line
        for pair in zip(clean_log(300).splitlines(True), other.splitlines(True), strict=True)
        for line in pair
    ]
    blocks = same_on_both_paths(b"".join(rows[1:-1]), 20_000)
    assert sum(len(block.whole) for block in blocks) < 30
    assert sum(len(block.ordinals) for block in blocks) > 550


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings_come_in_blocks_too(encoding):
    data = clean_log(200, "短信 {n}").decode().encode(encoding)
    assert same_on_both_paths(data, 5_000)


@LAW
@given(text=st.one_of(TEXT, DIRTY_TEXT))
def test_a_text_is_unescaped_as_the_parser_does_or_left_to_it(text):
    cell = f'<sms body="{text}" />'
    meant = unescaped(text.encode("utf-8", "surrogatepass"))
    if meant is not None and not set(text) & set('<"\x00\x0b\r\n\t\ufffe\uffff'):
        items = run(f"<smses>{cell}<sms a='1'/></smses>".encode(), False, 1000)[0]
        assert (items[0]["body"] or "") in (meant, "")


def test_a_layout_is_only_that_of_a_whole_well_formed_element():
    assert layout_of(b'<sms a="1" b="" />\n', "sms").names == ("a", "b")
    for cell in (
        b'<sms a="1">\n',
        b'<sms a="1" a="2"/>',
        b"<sms a='1'/>",
        b"<sms />",
        b"<smsx a='1'/>",
    ):
        assert layout_of(cell, "sms") is None
