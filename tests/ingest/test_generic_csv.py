"""Tables of messages: headers in two languages, dates that are never guessed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.ingest.day_order import AmbiguousDateError, DayOrder, day_order, year_first

UNVERIFIED = "layout_unverified"  # said of every table of strangers


def table(*dates, header="Date,Type,Number,Message"):
    rows = [f"{date},Received,EXAMPLEBNK,text {n}" for n, date in enumerate(dates)]
    return "\n".join([header, *rows]) + "\n"


def times(found):
    return [time and time.strftime("%Y-%m-%d %H:%M:%S") for time in found.column("received_at")]


def test_chinese_headers_and_words_are_known(fixtures, read):
    found = read(fixtures / "generic_csv/chinese.csv", tz="UTC")
    assert times(found) == ["2026-01-01 08:01:02", "2026-01-01 15:05:00", "2026-01-02 09:00:00"]
    assert found.column("direction") == ["received", "sent", "received"]
    assert found.column("sim_slot") == [1, 0, 0]
    assert found.column("received_precision") == ["second", "minute", "second"]
    assert found.bodies[2] == "您的余额为 12.00 元，\n详询客服。"
    assert found.whats == [UNVERIFIED]


def test_a_table_in_gbk_reads_the_same(fixtures, read):
    plain = read(fixtures / "generic_csv/chinese.csv")
    assert read(fixtures / "generic_csv/chinese_gbk.csv").rows() == plain.rows()


def test_one_day_above_twelve_tells_the_order_of_all(read_text):
    found = read_text(table("01/02/2026 10:00:00", "25/12/2025 08:00:00"), tz="UTC")
    assert times(found) == ["2026-02-01 10:00:00", "2025-12-25 08:00:00"]
    found = read_text(table("01/02/2026 10:00 PM", "12/25/2025 8:00 AM"), tz="UTC")
    assert times(found) == ["2026-01-02 22:00:00", "2025-12-25 08:00:00"]
    assert found.whats == [UNVERIFIED]


def test_an_ambiguous_date_stays_unknown_and_is_named(read_text):
    found = read_text(table("01/02/2026 10:00:00", "03/03/2026 10:00:00"), tz="UTC")
    assert times(found) == [None, "2026-03-03 10:00:00"]
    assert found.whats == ["ambiguous_dates", UNVERIFIED]
    assert "01/02/2026 10:00:00" in found.ingested.problems[0].sentence()


def test_dates_that_contradict_each_other_decide_nothing(read_text):
    dates = ("25/12/2025 08:00:00", "12/25/2025 08:00:00", "01/02/2026 08:00:00")
    found = read_text(table(*dates), tz="UTC")
    assert times(found) == ["2025-12-25 08:00:00", "2025-12-25 08:00:00", None]


@pytest.mark.parametrize(
    "written",
    [
        "05.01.2026 08:01:02",
        "5 Jan 2026 08:01:02",
        '"05 January 2026, 08:01:02"',
        '"Jan 5, 2026 8:01:02 AM"',
        '"Jan. 5, 2026, 8:01:02 a.m."',
        "2026/1/5 08:01:02",
        "2026年1月5日 08:01:02",
        "1767600062000",
        "2026-01-05T08:01:02Z",
    ],
)
def test_unambiguous_ways_to_write_a_time_are_read(written, read_text):
    assert times(read_text(table(written), tz="UTC")) == ["2026-01-05 08:01:02"]


def test_a_time_that_cannot_be_read_is_counted(read_text):
    found = read_text(table("yesterday", "2026-01-05 08:00:00"), tz="UTC")
    assert times(found) == [None, "2026-01-05 08:00:00"]
    assert len(found.whats) == 2


def test_a_table_without_types_says_what_it_assumes(read_text):
    found = read_text("Date,Phone,Text\n2026-01-05 08:00:00,EXAMPLEBNK,hello\n")
    assert found.column("direction") == ["received"]
    assert found.whats == ["direction_assumed", UNVERIFIED]


def test_a_table_cut_within_a_row_keeps_the_rows_before(fixtures, read_text):
    text = (fixtures / "generic_csv/android_columns.csv").read_bytes()
    found = read_text(text[: text.index(b"valid 5 min")])
    assert (found.account.kept, found.account.truncated) == (2, True)
    within_quotes = read_text(text[: text.index(b"Never share")])
    assert (within_quotes.account.kept, within_quotes.account.truncated) == (2, True)


def test_a_whole_last_row_needs_no_line_end(read_text):
    found = read_text(table("2026-01-05 08:00:00", "2026-01-05 09:00:00").rstrip("\n"))
    assert (found.account.kept, found.account.truncated) == (2, False)


def test_line_separators_within_a_text_end_no_row(read_text):
    body = "one\u2028two\x85three"
    found = read_text(f"Date,Type,Number,Message\n2026-01-05 08:00:00,Sent,1,{body}\n")
    assert found.bodies == [body]


def test_mms_rows_are_counted(fixtures, read):
    assert read(fixtures / "generic_csv/day_first.csv").account.other == {"mms": 1}


@pytest.mark.parametrize(
    ("header", "reader"),
    [
        ("received_at,sender,body", "blocked_log"),
        ("时间,号码,内容,原因", "blocked_log"),
        ("时间,号码,内容", "blocked_log"),
        ("时间,号码,类型,内容", "generic_csv"),
        ("requested_at,service,result", "request_log"),
        ("时间,服务,结果", "request_log"),
        ("sub_id,sim_slot,carrier", "sim_map"),
        ("date,address,body,type", "generic_csv"),
        ("Date;Time;Type;Number;Name;Message", "generic_csv"),
        ("name,date,amount", None),
    ],
)
def test_our_own_tables_are_not_taken_for_messages(header, reader, read_text):
    mark = ";" if ";" in header else ","
    row = mark.join(["2026-01-05 08:00:00"] * (header.count(mark) + 1))
    assert read_text(f"{header}\n{row}\n").account.format == reader


DATES = st.dates()


@settings(max_examples=60, deadline=None)
@given(st.lists(DATES, min_size=1, max_size=20), st.booleans())
def test_a_date_is_read_as_it_was_written_or_not_at_all(dates, day_is_first):
    form = (
        "{0.day:02}/{0.month:02}/{0.year:04}" if day_is_first else "{0.month}/{0.day}/{0.year:04}"
    )
    written = [form.format(date) for date in dates]
    order = day_order(written)
    for date, text in zip(dates, written, strict=True):
        try:
            found = year_first(text, order)
        except AmbiguousDateError:
            assert order == DayOrder.UNKNOWN
            assert date.day <= 12
        else:
            assert [int(n) for n in found.split("-")] == [date.year, date.month, date.day]


class TestStrayQuotationMarks:
    """A mark that opens a cell and never closes costs its own line."""

    HEADER = "date,address,body,type\n"

    def row(self, number, body):
        return f"2026-01-01 08:{number % 60:02}:{number // 60:02},BANK,{body},1\n"

    def table(self, count, **bodies):
        rows = [self.row(n, bodies.get(f"at{n}", f"text {n}")) for n in range(count)]
        return self.HEADER + "".join(rows)

    @pytest.mark.parametrize("count", [6, 3_000], ids=["to the end", "beyond 128 KB"])
    def test_the_rows_behind_it_are_read(self, count, read_text):
        found = read_text(self.table(count, at2='"never closed'))
        assert found.bodies == [f"text {n}" for n in range(count) if n != 2]
        assert (found.account.records, found.account.rejected) == (count, 1)
        (problem,) = (p for p in found.ingested.problems if p.what == "damaged_record")
        assert problem.record == 3
        assert "quotation mark" in problem.sentence()
        assert not found.account.truncated

    def test_the_next_quoted_cell_does_not_close_it(self, read_text):
        table = self.table(8, at2='"never closed', at5='"closed, well"', at7='"two\nlines"')
        found = read_text(table)
        quoted = {5: "closed, well", 7: "two\nlines"}
        assert found.bodies == [quoted.get(n, f"text {n}") for n in range(8) if n != 2]
        assert found.account.rejected == 1

    def test_each_of_several_costs_its_own_line(self, read_text):
        found = read_text(self.table(9, at2='"one', at4='"two', at7='"three'))
        assert found.bodies == [f"text {n}" for n in (0, 1, 3, 5, 6, 8)]
        assert (found.account.records, found.account.rejected) == (9, 3)

    def test_a_text_that_holds_a_whole_row_stays_one_text(self, read_text):
        forged = "hello\n2026-01-01 09:00:00,EVIL,forged,1\nbye"
        found = read_text(self.table(4, at1=f'"{forged}"'))
        assert found.bodies == ["text 0", forged, "text 2", "text 3"]

    def test_many_of_them_are_read_in_proportion_to_the_size(self, read_text):
        bodies = {f"at{n}": '"open' for n in range(0, 20_000, 2)}
        start = time.process_time()
        found = read_text(self.table(20_000, **bodies))
        assert time.process_time() - start < 20
        assert found.account.balanced
        assert len(found.bodies) >= 9_999
