"""Laws: no code is lost or counted twice, and neither order nor chunks of the rows matter."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.measure import attempts, blocking_groupings, latency, latency_groupings
from analyzer.schema import ATTEMPT_SCHEMA

bounded = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

rows = st.lists(
    st.fixed_dictionaries(
        {
            "sent": st.integers(0, 40_000).map(float) | st.none(),
            "took": st.integers(-4_000_000, 90_000_000).map(lambda value: value / 1000),
            "service": st.sampled_from(["Binance", "OKX", None]),
            "device": st.sampled_from(["phone", "other"]),
            "folder": st.sampled_from(["inbox", "blocked"]),
            "is_code": st.booleans(),
            "garbled": st.booleans(),
            "code_start": st.sampled_from([None, 3]),
            "received_precision": st.sampled_from(["millisecond", "second", "minute", "day"]),
        }
    ),
    max_size=12,
)
asked = st.lists(
    st.fixed_dictionaries(
        {
            "when": st.integers(0, 40_000).map(float),
            "service": st.sampled_from(["Binance", "OKX"]),
            "device": st.sampled_from(["phone", "other", None]),
            "channel": st.sampled_from(["sms", "voice", None]),
            "result": st.sampled_from(["sent", "rate_limited", None]),
        }
    ),
    max_size=8,
)


@bounded
@given(rows=rows, asked=asked)
def test_every_code_and_request_is_in_exactly_one_attempt(measured, requests_table, rows, asked):
    table = measured(*rows)
    found = attempts(table, requests_table(*asked))
    assert found.schema == ATTEMPT_SCHEMA
    ids = [one for row in found.column("message_ids").to_pylist() for one in row]
    wanted = [r["message_id"] for r in table.to_pylist() if r["is_code"]]
    assert sorted(ids) == sorted(wanted)
    assert found.column("codes").to_pylist() == [
        len(row) for row in found.column("message_ids").to_pylist()
    ]
    awaited = [r for r in asked if r["channel"] in ("sms", None)]
    assert sum(found.column("requests").to_pylist()) == len(awaited)
    assert len(set(found.column("attempt_id").to_pylist())) == found.num_rows
    for row in found.to_pylist():
        assert (row["why"] is not None) == (row["outcome"] == "undecided")
        assert row["outcome"] not in ("missing", "refused") or row["requests"]


@bounded
@given(rows=rows, asked=asked, data=st.data())
def test_the_order_of_the_rows_does_not_matter(measured, requests_table, rows, asked, data):
    table, requests = measured(*rows), requests_table(*asked)
    order = data.draw(st.permutations(range(table.num_rows)))
    shuffled = table.take(pa.array(order, pa.int64()))
    again = latency(shuffled)
    assert again.column("latency").to_pylist() == shuffled.column("latency").to_pylist()

    def outcomes(found):
        return sorted(
            (row["attempt_id"], row["outcome"], row["why"] or "", row["codes"])
            for row in found.to_pylist()
        )

    assert outcomes(attempts(shuffled, requests)) == outcomes(attempts(table, requests))


@bounded
@given(rows=rows, asked=asked)
def test_an_unrelated_service_on_a_phone_of_its_own_changes_nothing(
    measured, requests_table, rows, asked
):
    def unrelated(row):
        return {**row, "service": "Alipay", "device": "third"}

    def found(messages, requests):
        table = attempts(measured(*messages), requests_table(*requests))
        columns = [name for name in ATTEMPT_SCHEMA.names if name != "message_ids"]
        rows = [row for row in table.select(columns).to_pylist() if row["device"] != "third"]
        return sorted(rows, key=lambda row: row["attempt_id"])

    asked = [{**request, "device": request["device"] or "phone"} for request in asked]
    # Rows with a time, so that the identity of an attempt does not rest on the message's number.
    rows = [row for row in rows if row["sent"] is not None]
    alone = found(rows, asked)
    more = found([*rows, *map(unrelated, rows)], [*asked, *map(unrelated, asked)])
    assert more == alone


@bounded
@given(rows=rows, asked=asked)
def test_a_code_of_another_service_changes_no_attempt_of_this_one(
    measured, requests_table, rows, asked
):
    def told(messages):
        found = attempts(measured(*messages), requests_table(*asked)).to_pylist()
        return sorted(
            (row["attempt_id"], row["outcome"], row["codes"], row["requests"])
            for row in found
            if row["service"] != "Alipay"
        )

    # Stamps of a log are judged together; a new message through another center is judged alone.
    rows = [{**row, "service": row["service"] or "OKX"} for row in rows if row["sent"] is not None]
    other = {
        "sent": 20_000.0,
        "took": 3.4,
        "service": "Alipay",
        "log": "other.xml",
        "service_center": "+8613010314500",
        "sub_id": 7,
    }
    rows.append({**other, "service": "OKX", "sent": 39_000.0})
    rows.append({**other, "service": "OKX", "sent": -1000.0})
    assert told([*rows, other]) == told(rows)


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_chunks_with_words_of_their_own_are_read_alike(measured, cut):
    first = [{"sent": n * 1000.0, "took": 2.5, "service": f"s{n}"} for n in range(cut)]
    second = [{"sent": n * 1000.0, "took": 3.5, "carrier": f"c{n}"} for n in range(3 - cut)]
    whole = measured(*first, *second)
    parts = pa.concat_tables([measured(*first), measured(*second)])
    assert parts.column("service").num_chunks != 1 or cut in (0, 3)
    for figures in (latency_groupings, blocking_groupings):
        assert figures(parts).to_dict("records") == figures(whole).to_dict("records")
    columns = ["service", "carrier", "outcome", "latency"]
    assert (
        attempts(parts).select(columns).to_pylist() == attempts(whole).select(columns).to_pylist()
    )
    assert latency(parts).equals(latency(whole))


def test_a_filtered_table_has_only_the_devices_left_in_it(measured, requests_table):
    table = measured({"sent": 4, "took": 2.5}, {"sent": 9, "took": 2.5, "device": "other"})
    requests = requests_table({"when": 0, "device": None})
    (attempt,) = attempts(table.slice(0, 1), requests).to_pylist()
    assert (attempt["device"], attempt["requests"], attempt["codes"]) == ("phone", 1, 1)
