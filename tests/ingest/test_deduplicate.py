"""One row a message, whatever the order, precision, folder and format of its copies."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.ingest.deduplicate import deduplicate

AT = 1_767_225_600_000  # 2026-01-01 08:00:00 in China
LAW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "address": st.sampled_from(("BANK", "+8613800138000", "13800138000", "SHOP")),
            "date": st.sampled_from((AT, AT + 1, AT + 999, AT + 1000)),
            "date_sent": st.sampled_from((0, AT - 2000)),
            "type": st.sampled_from((1, 2)),
            "body": st.sampled_from(("code 1", "code  1", "code 2")),
        }
    ),
    min_size=1,
    max_size=6,
)


def sms(address="BANK", date=AT + 27_412, body="code 481516", **others):
    return {"address": address, "date": date, "date_sent": 0, "type": 1, "body": body} | others


def lines(rows):
    given = ({"_id": "1", "thread_id": "1"} | row for row in rows)
    return "".join(json.dumps(row) + "\n" for row in given)


@pytest.fixture
def read_logs(tmp_path, read):
    """Read logs given as {name: rows of provider columns, or text}, in this order."""

    def read_logs(**logs):
        for name, rows in logs.items():
            (tmp_path / name).write_text(rows if isinstance(rows, str) else lines(rows))
        return read(*(tmp_path / name for name in logs))

    return read_logs


def blocked_log(*rows):
    out = io.StringIO()
    csv.writer(out).writerows([("received_at", "sender", "body", "reason"), *rows])
    return out.getvalue()


def ids(found):
    return {row["message_id"] for row in found.messages}


@LAW
@given(first=ROWS, second=ROWS)
def test_the_order_of_logs_does_not_change_which_messages_there_are(first, second, read_logs):
    forward = read_logs(a=first, b=second)
    backward = read_logs(b=second, a=first)
    assert ids(forward) == ids(backward)
    assert sum(one.kept for one in forward.accounts) == len(forward.messages)
    assert all(one.balanced for one in (*forward.accounts, *backward.accounts))


@LAW
@given(rows=ROWS)
def test_deduplicating_again_changes_nothing(rows, read_logs):
    once = read_logs(a=rows, b=rows[::-1]).ingested.messages
    again = deduplicate(once)
    assert again.messages.equals(once)
    assert not again.duplicates


def test_two_senders_in_one_millisecond_are_two_messages(read_logs):
    assert len(read_logs(a=[sms("BANK"), sms("SHOP")]).messages) == 2


def test_two_texts_in_one_second_are_two_messages(read_logs):
    assert len(read_logs(a=[sms(body="code 1"), sms(body="code 2")]).messages) == 2


def test_the_country_code_and_the_fraction_of_a_second_do_not_make_two(read_logs):
    found = read_logs(
        a=[sms("+86 138 0013 8000")], b=[sms("13800138000", date=(AT + 27_412) // 1000)]
    )
    assert [one.duplicates for one in found.accounts] == [0, 1]
    assert found.column("received_precision") == ["millisecond"]


def test_the_row_that_knows_more_completes_the_row_read_first(read_logs):
    poor = [sms(sub_id=-1)]
    rich = [sms(date_sent=AT + 25_000, sub_id=2, service_center="+8613800210500")]
    (row,) = read_logs(poor=poor, rich=rich).messages
    assert (row["log"], row["sub_id"], row["service_center"]) == ("poor", 2, "+8613800210500")
    assert row["sent_at"].timestamp() * 1000 == AT + 25_000


def test_a_stamp_that_copies_the_time_of_receipt_gives_way_to_a_genuine_one(read_logs):
    copied, genuine = sms(date_sent=AT + 27_412), sms(date_sent=AT + 25_000)
    for logs in ({"a": [copied], "b": [genuine]}, {"b": [genuine], "a": [copied]}):
        (row,) = read_logs(**logs).messages
        assert row["sent_at"].timestamp() * 1000 == AT + 25_000


def test_a_copied_stamp_stays_where_no_copy_knows_better(read_logs):
    copied = sms(date_sent=AT + 27_412)
    (row,) = read_logs(a=[copied], b=[copied]).messages
    assert row["sent_at"] == row["received_at"]


@pytest.mark.parametrize("body", ["code 481516", ""])
@pytest.mark.parametrize("when", ["2026-01-01 08:00", "2026-01-01"])
def test_a_blocked_message_typed_to_the_minute_is_the_exact_one_of_the_inbox(body, when, read_logs):
    found = read_logs(inbox=[sms()], blocked=blocked_log((when, "BANK", body, "keyword")))
    (row,) = found.messages
    assert (row["folder"], row["restored"], row["block_reason"]) == ("blocked", True, "keyword")
    assert row["received_at"].timestamp() * 1000 == AT + 27_412
    assert row["body"] == "code 481516"


@pytest.mark.parametrize(
    "row",
    [
        ("2026-01-01 08:01", "BANK", "code 481516", ""),
        ("2026-01-01 08:00", "SHOP", "code 481516", ""),
        ("2026-01-01 08:00", "BANK", "another text", ""),
    ],
)
def test_a_blocked_message_of_another_minute_sender_or_text_is_another(row, read_logs):
    assert len(read_logs(inbox=[sms()], blocked=blocked_log(row)).messages) == 2


def test_a_coarse_row_that_fits_two_messages_joins_neither(read_logs):
    two = [sms(body="code 1"), sms(body="code 2", date=AT + 40_000)]
    assert (
        len(
            read_logs(inbox=two, blocked=blocked_log(("2026-01-01 08:00", "BANK", "", ""))).messages
        )
        == 3
    )


def test_lines_of_a_typed_list_without_texts_are_messages_of_their_own(read_logs):
    line = ("2026-01-01", "BANK", "", "keyword")
    two, three = blocked_log(line, line), blocked_log(line, line, line)
    assert len(read_logs(a=two).messages) == 2
    together = read_logs(a=two, b=three)
    assert [(one.kept, one.duplicates) for one in together.accounts] == [(2, 0), (1, 2)]
    assert len(ids(together)) == 3


def test_two_lines_of_a_typed_list_do_not_share_one_message(read_logs):
    line = ("2026-01-01 08:00", "BANK", "", "keyword")
    found = read_logs(inbox=[sms()], blocked=blocked_log(line, line))
    assert [row.get("restored") for row in found.messages] == [True, None]


def test_an_empty_run_gives_empty_tables(read):
    found = read()
    assert (found.messages, found.requests, found.sims, found.accounts) == ([], [], [], [])


def test_the_identity_of_a_message_does_not_depend_on_which_log_is_read_first(read_logs):
    typed = blocked_log(("2026-01-01 08:00", "BANK", "code 481516", "keyword"))
    first = read_logs(exact=[sms()], typed=typed).messages
    then = read_logs(typed=typed, exact=[sms()]).messages
    assert len(first) == len(then) == 1
    (exact,) = read_logs(exact=[sms()]).messages
    assert first[0]["message_id"] == then[0]["message_id"] == exact["message_id"]
    assert first[0]["received_at"] == then[0]["received_at"] == exact["received_at"]
