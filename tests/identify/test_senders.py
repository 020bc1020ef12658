from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyzer.identify import is_person, sender_route
from analyzer.schema import Route

bounded = settings(max_examples=200, deadline=None)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
ports = st.from_regex(r"106[0-9]{5,17}", fullmatch=True).filter(
    lambda number: not (number.startswith("1064") and len(number) == 13)
)


@pytest.mark.parametrize(
    ("sender", "route", "key"),
    [
        ("10690123456789", Route.PORT_106, "10690123"),
        ("10086", Route.CARRIER_SERVICE, "10086"),
        ("1008611", Route.CARRIER_SERVICE, "1008611"),
        ("+8610010", Route.CARRIER_SERVICE, "10010"),
        ("10000", Route.CARRIER_SERVICE, "10000"),
        ("10001", Route.CARRIER_SERVICE, "10001"),
        ("10099", Route.CARRIER_SERVICE, "10099"),
        ("95588", Route.SERVICE_95, "95588"),
        ("8695588", Route.SERVICE_95, "95588"),
        ("+95588", Route.SERVICE_95, "95588"),
        ("96110", Route.SERVICE_96, "96110"),
        ("12306", Route.SERVICE_12, "12306"),
        ("12381", Route.SERVICE_12, "12381"),
        ("11183", Route.SHORT_CODE, "11183"),
        ("13800138000", Route.MOBILE_CN, "+8613800138000"),
        ("+86 138-0013-8000", Route.MOBILE_CN, "+8613800138000"),
        ("008613800138000", Route.MOBILE_CN, "+8613800138000"),
        ("１３８００１３８０００", Route.MOBILE_CN, "+8613800138000"),
        ("1440012345678", Route.IOT_CN, "+861440012345678"),
        ("1064812345678", Route.IOT_CN, "+861064812345678"),
        ("0551-63000000", Route.FIXED_CN, "+8655163000000"),
        ("+8675583000000", Route.FIXED_CN, "+8675583000000"),
        ("+869516100000", Route.FIXED_CN, "+869516100000"),
        ("+8695105105", Route.SERVICE_95, "+8695105105"),
        ("+868001234567", Route.FIXED_CN, "+868001234567"),
        ("4001234567", Route.FIXED_CN, "4001234567"),
        ("Google", Route.ALPHANUMERIC, "GOOGLE"),
        ("AX-HDFCBK", Route.ALPHANUMERIC, "AX-HDFCBK"),
        ("someone@example.com", Route.ALPHANUMERIC, "SOMEONE@EXAMPLE.COM"),
        ("22395", Route.SHORT_CODE, "22395"),
        ("72345", Route.SHORT_CODE, "72345"),
        ("7535", Route.SHORT_CODE, "7535"),
        (None, Route.HIDDEN, None),
        ("  ", Route.HIDDEN, None),
        ("-1", Route.HIDDEN, None),
        ("Unknown", Route.HIDDEN, None),
        ("未知号码", Route.HIDDEN, None),
    ],
)
def test_route_and_key_of_an_address(sender, route, key):
    found = sender_route(sender)
    assert (found.route, found.key) == (route, key)


@pytest.mark.parametrize(
    ("sender", "country"),
    [
        ("+15550100001", "US"),
        ("+14165550123", "CA"),
        ("+13125550100", "US"),
        ("0013125550100", "US"),
        ("+85261234567", "HK"),
        ("+0085261234567", "HK"),
        ("+886912345678", "TW"),
        ("+447700900123", "GB"),
        ("+639171234567", "PH"),
        ("+77012345678", "KZ"),
        ("+883510012345", None),
    ],
)
def test_a_number_with_a_foreign_code_names_its_country(sender, country):
    found = sender_route(sender)
    assert (found.route, found.country) == (Route.INTERNATIONAL, country)


@pytest.mark.parametrize(
    "sender",
    ["2125550100", "85261234567", "07700900123", "9512345678", "95123456", "8675351234567", "~"],
)
def test_a_foreign_number_in_national_form_is_not_guessed(sender):
    found = sender_route(sender)
    assert found.route is None
    assert found.country is None
    assert found.key == sender


def test_a_short_106_number_is_no_landline_in_beijing():
    for sender in ("1069095588", "+861069095588", "861069095588", "+1069095588"):
        found = sender_route(sender)
        assert found.route is Route.PORT_106
        assert found.key == "10690955"


def test_a_landline_in_beijing_written_with_its_trunk_zero_is_one():
    assert sender_route("01069095588").route is Route.FIXED_CN


def test_a_fetion_sender_is_the_person_behind_it():
    found = sender_route("12520138001380000")
    assert (found.route, found.key) == (Route.MOBILE_CN, "+8613800138000")
    assert is_person(found.route)


@pytest.mark.parametrize(
    ("sender", "stem", "carrier"),
    [
        ("106550200495559012", "106550200495", "China Unicom"),
        ("1065750200495559", "106575020049", "China Mobile"),
        ("10659020049555", "106590200495", "China Telecom"),
        ("+861065840001", "10658400", "China Mobile"),
        ("106212345678", "10621234", None),
        ("106612345678", "10661234", None),
        ("106912345678", "10691234", None),
    ],
)
def test_106_numbers_give_stem_and_whose_lines_they_use(sender, stem, carrier):
    found = sender_route(sender)
    assert (found.stem, found.route_carrier) == (stem, carrier)


def test_service_numbers_name_their_carrier():
    assert sender_route("10086").route_carrier == "China Mobile"
    assert sender_route("10010").route_carrier == "China Unicom"
    assert sender_route("10001").route_carrier == "China Telecom"
    assert sender_route("10099").route_carrier == "China Broadnet"
    assert sender_route("10050").route_carrier is None


def test_only_numbers_of_subscribers_are_people():
    people = {route for route in Route if is_person(route)}
    assert people == {Route.MOBILE_CN, Route.IOT_CN, Route.FIXED_CN, Route.INTERNATIONAL}
    assert is_person(None)
    assert is_person("mobile_cn")


@bounded
@given(st.text(max_size=24) | st.from_regex(r"\+?[0-9 -]{0,22}", fullmatch=True))
def test_any_text_has_an_answer(sender):
    found = sender_route(sender)
    assert (found.key is None) == (found.route is Route.HIDDEN)
    assert (found.stem is not None) == (found.route is Route.PORT_106)
    assert found.country is None or found.route is Route.INTERNATIONAL


@bounded
@given(mobiles, st.sampled_from(["", "+86", "86", "0086", "+86 ", "+86-"]))
def test_a_mobile_number_is_one_sender_however_it_is_written(mobile, prefix):
    found = sender_route(prefix + mobile)
    assert (found.route, found.key) == (Route.MOBILE_CN, f"+86{mobile}")


@bounded
@given(ports, st.sampled_from(["", "+86", "86", "0086", "+"]))
def test_a_106_number_is_one_sender_however_it_is_written(port, prefix):
    found = sender_route(prefix + port)
    assert found.route is Route.PORT_106
    assert found.stem is not None
    assert port.startswith(found.stem)
    assert 8 <= len(found.stem) <= 12
    assert found == sender_route(port)


@bounded
@given(st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True))
def test_a_key_is_its_own_key(sender):
    found = sender_route(sender)
    # In E.164 a landline in Beijing and a 106 number look the same; the trunk 0 told them apart.
    assume(not (found.key or "").startswith("+86106"))
    if found.key is not None:
        again = sender_route(found.key)
        assert (again.route, again.key) == (found.route, found.key)
