from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.identify import identify, sender_route
from analyzer.schema import IDENTIFIED, arrow_schema

MOBILE_CENTER, UNICOM_CENTER = "+8613800210500", "+8613010314500"
FOREIGN_CENTER = "+14054720056"
PORT = "106912345678"
SENDERS = (PORT, "+8613800138000", "+15550100001", "Google", "22395", "95588", None, "2125550100")
CENTERS = (MOBILE_CENTER, UNICOM_CENTER, FOREIGN_CENTER, None)


def carrier_of(row):
    return row["carrier"], row["carrier_basis"]


def test_the_result_has_exactly_the_columns_of_the_schema(build):
    for count in (0, 3):
        rows = [{"sender": PORT}] * count
        found = identify(build.messages(rows), build.recognized([None] * count))
        assert found.schema.equals(arrow_schema(IDENTIFIED))
        assert found.num_rows == count


def test_customers_of_one_106_number_are_parted_by_signature(identified):
    rows = identified(
        [{"sender": PORT}, {"sender": PORT + "99"}, {"sender": PORT}, {"sender": "95588"}],
        services=["Binance", "Binance", None, "ICBC"],
    )
    keys = [row["sender_key"] for row in rows]
    assert keys == ["10691234 Binance", "10691234 Binance", "10691234", "95588"]


def test_a_hidden_sender_has_no_key(identified):
    (row,) = identified([{"sender": None}], services=["Binance"])
    assert (row["route"], row["sender_key"]) == ("hidden", None)


@pytest.mark.parametrize(
    ("sender", "center", "expected"),
    [
        ("+15550100001", None, True),
        ("+15550100001", MOBILE_CENTER, True),
        ("+85261234567", None, True),
        ("Google", FOREIGN_CENTER, True),
        (PORT, FOREIGN_CENTER, True),
        ("22395", FOREIGN_CENTER, True),
        (PORT, None, False),
        (PORT, MOBILE_CENTER, False),
        ("10086", None, False),
        ("95588", None, False),
        ("96110", None, False),
        ("12306", None, False),
        ("+8613800138000", MOBILE_CENTER, False),
        ("+8613800138000", None, None),
        ("Google", None, None),
        ("Google", MOBILE_CENTER, None),
        ("22395", None, None),
        ("2125550100", None, None),
        (None, None, None),
    ],
)
def test_an_international_path_is_claimed_only_when_proved(identified, sender, center, expected):
    (row,) = identified([{"sender": sender, "service_center": center}])
    assert row["international_path"] is expected


def test_a_message_the_phone_sent_has_no_path(identified):
    (row,) = identified([{"sender": "+15550100001", "direction": "sent"}])
    assert row["international_path"] is None


def test_on_a_foreign_sim_its_own_country_is_not_international(identified):
    rows = identified(
        [{"sender": "+14165550123", "sub_id": 1}, {"sender": "+447700900123", "sub_id": 1}],
        sims=[{"sub_id": 1, "mcc": "310", "mnc": "260", "carrier": "Example Mobile"}],
    )
    assert [row["international_path"] for row in rows] == [None, True]
    assert carrier_of(rows[0]) == ("Example Mobile", "siminfo")


def test_a_phone_that_shows_no_sign_of_china_proves_nothing_by_its_own_country(identified):
    abroad = [{"sender": "22395", "service_center": FOREIGN_CENTER}] * 5
    assert {row["international_path"] for row in identified(abroad)} == {None}
    mixed = identified([*abroad, {"sender": PORT}])
    assert [row["international_path"] for row in mixed] == [True] * 5 + [False]


def test_network_codes_go_before_names(identified):
    (row,) = identified(
        [{"sender": PORT, "sub_id": 3}],
        sims=[{"sub_id": 3, "mcc": "460", "mnc": "11", "carrier": "CMCC"}],
    )
    assert carrier_of(row) == ("China Telecom", "siminfo")


@pytest.mark.parametrize(
    ("sim", "carrier"),
    [
        ({"mcc": "001", "mnc": "01", "carrier": "Example Mobile"}, "Example Mobile"),
        ({"carrier": "CHN-UNICOM"}, "China Unicom"),
        ({"carrier": "无服务", "display_name": "中国移动"}, "China Mobile"),
        ({"carrier": "SIM 1", "display_name": "Work"}, None),
        ({"carrier": "emergency calls only"}, None),
        ({"mcc": "460", "mnc": "00", "mvno": "京东通信"}, "JD Mobile"),
        ({"mcc": "460", "mnc": "00", "mvno": "no"}, "China Mobile"),
        ({"mcc": "460", "mnc": "01", "carrier": "小米移动"}, "Xiaomi Mobile"),
        ({"mcc": "204", "mnc": "04", "carrier": "中国电信"}, "China Telecom"),
        ({"mcc": "454", "mnc": "06"}, "SmarTone"),
        ({"iccid_prefix": "898601"}, "China Unicom"),
        ({"mcc": "460"}, None),
    ],
)
def test_what_a_sim_map_says_of_the_carrier(identified, sim, carrier):
    (row,) = identified([{"sender": "Google", "sub_id": 1}], sims=[{"sub_id": 1} | sim])
    assert carrier_of(row) == (carrier, "siminfo" if carrier else None)


TWO_SIMS = [
    {"sub_id": 1, "sim_slot": 0, "carrier": "CMCC"},
    {"sub_id": 2, "sim_slot": 1, "carrier": "CUCC"},
]


@pytest.mark.parametrize(
    ("message", "sims", "carrier"),
    [
        ({"sub_id": 2}, TWO_SIMS, "China Unicom"),
        ({"sub_id": 2, "sim_slot": 0}, TWO_SIMS, "China Unicom"),
        ({"sim_slot": 0}, TWO_SIMS, "China Mobile"),
        ({}, TWO_SIMS, None),
        ({"sub_id": 9}, TWO_SIMS, None),
        ({"sub_id": 9, "sim_slot": 0}, TWO_SIMS, None),
        ({}, TWO_SIMS[:1], "China Mobile"),
        ({"sim_slot": 1}, TWO_SIMS[:1], None),
        ({"sub_id": 9}, TWO_SIMS[:1], None),
        ({"sub_id": 9, "sim_slot": 1}, [{"sim_slot": 1, "carrier": "CUCC"}], "China Unicom"),
        ({"sub_id": 9}, [{"carrier": "CUCC"}], "China Unicom"),
        ({}, [{"carrier": "CUCC", "device": "other"}], None),
    ],
)
def test_which_sim_of_the_map_received_a_message(identified, message, sims, carrier):
    (row,) = identified([{"sender": "Google"} | message], sims=sims)
    assert row["carrier"] == carrier


@pytest.mark.parametrize(
    ("message", "sims", "slot"),
    [
        ({"sub_id": 2}, TWO_SIMS, 1),
        ({"sub_id": 2, "sim_slot": 0}, TWO_SIMS, 0),
        ({"sim_slot": 0}, None, 0),
        ({"sub_id": 2}, None, None),
        ({}, TWO_SIMS, None),
        ({"sub_id": 2}, [*TWO_SIMS, {"sub_id": 2, "sim_slot": 0}], None),
        ({}, TWO_SIMS[1:], 1),
    ],
)
def test_the_slot_is_the_messages_else_the_maps(identified, message, sims, slot):
    (row,) = identified([{"sender": "Google"} | message], sims=sims)
    assert row["receiving_slot"] == slot


def test_one_sim_in_two_maps_is_still_one(identified):
    (row,) = identified([{"sender": "Google"}], sims=[TWO_SIMS[0], TWO_SIMS[0]])
    assert row["carrier"] == "China Mobile"


def test_most_service_centers_of_port_numbers_tell_the_carrier(identified):
    rows = identified(
        [
            {"sender": PORT, "service_center": MOBILE_CENTER, "sub_id": 1},
            {"sender": "10086", "service_center": MOBILE_CENTER, "sub_id": 1},
            {"sender": PORT, "service_center": UNICOM_CENTER, "sub_id": 1},
            {"sender": "Google", "sub_id": 1},
            {"sender": PORT, "service_center": UNICOM_CENTER, "sub_id": 2},
        ]
    )
    mobile, unicom = ("China Mobile", "service_center"), ("China Unicom", "service_center")
    assert [carrier_of(row) for row in rows] == [mobile] * 4 + [unicom]


def test_service_centers_of_people_tell_nothing_of_the_receiver(identified):
    rows = identified(
        [{"sender": "+8613800138000", "service_center": MOBILE_CENTER, "sub_id": 1}] * 3
    )
    assert {carrier_of(row) for row in rows} == {(None, None)}


def test_centers_without_a_known_pattern_count_against_a_majority(identified):
    telecom = {"sender": PORT, "service_center": "+8618950000321", "sub_id": 1}
    rows = identified([telecom, telecom, telecom | {"service_center": MOBILE_CENTER}])
    assert {row["carrier"] for row in rows} == {None}


def test_unmarked_messages_of_two_sims_have_no_common_carrier(identified):
    mobile = {"sender": PORT, "service_center": MOBILE_CENTER}
    unicom = {"sender": PORT, "service_center": UNICOM_CENTER}
    assert {row["carrier"] for row in identified([mobile] * 6 + [unicom] * 4)} == {None}
    assert {row["carrier"] for row in identified([mobile] * 9 + [unicom])} == {"China Mobile"}


def test_the_own_number_tells_to_whom_it_was_allocated(identified):
    (row,) = identified(
        [{"sender": "Google", "sub_id": 1}], sims=[{"sub_id": 1, "number_prefix": "1330013"}]
    )
    assert carrier_of(row) == ("China Telecom", "number_segment")


def test_precedence_of_what_is_known(identified):
    message = {"sender": PORT, "service_center": MOBILE_CENTER, "sub_id": 1}
    named = [{"sub_id": 1, "carrier": "CUCC", "number_prefix": "1330013"}]
    numbered = [{"sub_id": 1, "number_prefix": "1330013"}]
    cases = [
        (named, "中国广电", ("China Unicom", "siminfo")),
        (numbered, "中国广电", ("China Broadnet", "given")),
        (numbered, None, ("China Mobile", "service_center")),
        (None, "Example Mobile", ("Example Mobile", "given")),
        (None, "  ", ("China Mobile", "service_center")),
    ]
    for known, given_name, expected in cases:
        (row,) = identified([message], sims=known, carrier=given_name)
        assert carrier_of(row) == expected


def test_a_table_in_many_pieces_with_unused_words_gives_the_same(build):
    rows = [
        {"sender": sender, "service_center": center} for sender in SENDERS for center in CENTERS
    ]
    whole, services = build.messages(rows), build.recognized(["A", None, "B", None] * len(SENDERS))
    pieces = [whole.slice(start, 3) for start in range(0, len(rows), 3)]
    expected = identify(whole, services)
    assert identify(pa.concat_tables(pieces), services).to_pylist() == expected.to_pylist()
    alone = identify(whole.slice(5, 1), services.slice(5, 1)).to_pylist()
    assert alone[0]["sender_key"] == expected["sender_key"][5].as_py()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(SENDERS),
            st.sampled_from(CENTERS),
            st.sampled_from([None, 1, 2]),
            st.sampled_from(["a", "b"]),
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_order_of_messages_does_not_matter(build, found, random):
    rows = [
        dict(zip(("sender", "service_center", "sub_id", "device"), one, strict=True))
        for one in found
    ]
    order = random.sample(range(len(rows)), len(rows))
    services = build.recognized([None] * len(rows))
    straight = identify(build.messages(rows), services).to_pylist()
    shuffled = identify(build.messages([rows[i] for i in order]), services).to_pylist()
    assert shuffled == [straight[i] for i in order]
    assert [row["route"] for row in straight] == [sender_route(r["sender"]).route for r in rows]
