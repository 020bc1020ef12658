from __future__ import annotations

import pytest

from analyzer.identify import (
    SegmentKind,
    canonical_carrier,
    carrier_display,
    carrier_from_plmn,
    carrier_from_segment,
    carrier_from_service_center,
)
from analyzer.identify.facts import table
from analyzer.schema import Route

TABLES = (
    "area_codes",
    "carrier_aliases",
    "carriers",
    "iccid_prefixes",
    "mobile_countries",
    "number_segments",
    "placeholders",
    "plmn",
    "port_numbers",
    "service_centers",
    "service_numbers",
    "unicom_service_center_regions",
)


@pytest.mark.parametrize("name", TABLES)
def test_every_fact_has_source_and_date(name):
    for row in table(name):
        assert row["source"], row
        assert row["date"][:2] == "20", row
        assert row.get("status") in (None, "confirmed", "unconfirmed"), row


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("plmn", ("mcc", "mnc")),
        ("number_segments", ("prefix",)),
        ("iccid_prefixes", ("prefix",)),
        ("port_numbers", ("prefix",)),
        ("service_numbers", ("prefix",)),
        ("carrier_aliases", ("alias",)),
        ("carriers", ("carrier",)),
        ("area_codes", ("area_code",)),
    ],
)
def test_no_fact_is_stated_twice(name, key):
    keys = [tuple(row[column] for column in key) for row in table(name)]
    assert len(keys) == len(set(keys))


def test_service_numbers_lead_to_known_routes():
    for row in table("service_numbers"):
        assert Route(row["route"])


@pytest.mark.parametrize(
    ("mnc", "carrier"),
    [
        *[(mnc, "China Mobile") for mnc in ("00", "02", "04", "07", "08", "13")],
        *[(mnc, "China Unicom") for mnc in ("01", "06", "09")],
        *[(mnc, "China Telecom") for mnc in ("03", "05", "11")],
        ("15", "China Broadnet"),
        ("20", "China Tietong"),
        ("99", None),
    ],
)
def test_chinese_network_codes(mnc, carrier):
    assert carrier_from_plmn("460", mnc) == carrier


def test_network_codes_that_lost_their_zeros_are_understood():
    assert carrier_from_plmn(460, 0) == "China Mobile"
    assert carrier_from_plmn("460", "1") == "China Unicom"
    assert carrier_from_plmn("460", "001") == "China Unicom"
    assert carrier_from_plmn("001", "01") is None
    assert carrier_from_plmn(None, "01") is None
    assert carrier_from_plmn("460", "") is None


@pytest.mark.parametrize(
    ("segments", "carrier", "kind"),
    [
        ("134 135 139 147 150 152 157 159 172 178 182 184 187 188 195 197 198", "China Mobile", 0),
        ("165 1703 1705 1706", "China Mobile", SegmentKind.MVNO),
        ("1440 1441 148", "China Mobile", SegmentKind.IOT),
        ("130 132 145 155 156 166 175 176 185 186 196", "China Unicom", 0),
        ("167 1704 1707 1708 1709 171", "China Unicom", SegmentKind.MVNO),
        ("146", "China Unicom", SegmentKind.IOT),
        ("133 149 153 173 17400 17405 177 180 181 189 190 191 193 199", "China Telecom", 0),
        ("162 1700 1701 1702", "China Telecom", SegmentKind.MVNO),
        ("1410", "China Telecom", SegmentKind.IOT),
        ("1349", "China Telecom", SegmentKind.SATELLITE),
        ("192", "China Broadnet", 0),
        ("1749", "Inmarsat", SegmentKind.SATELLITE),
        ("17406 17412", None, SegmentKind.EMERGENCY),
    ],
)
def test_number_segments(segments, carrier, kind):
    for segment in segments.split():
        found = carrier_from_segment(segment.ljust(7, "0"))
        assert found == (carrier, kind or SegmentKind.MAINSTREAM), segment


def test_a_segment_needs_seven_digits_of_a_chinese_mobile_number():
    assert carrier_from_segment("+86 138 0013 8000") == ("China Mobile", SegmentKind.MAINSTREAM)
    for number in (None, "", "138", "1540000", "+15550100001", "abcdefg"):
        assert carrier_from_segment(number) is None


@pytest.mark.parametrize(
    ("address", "carrier", "region"),
    [
        ("+8613800210500", "China Mobile", "Shanghai"),
        ("13800100500", "China Mobile", "Beijing"),
        ("8613800551500", "China Mobile", "Hefei, Anhui"),
        ("+86 138 0028 0500", "China Mobile", "Chengdu/Ziyang/Meishan, Sichuan"),
        ("+8613800000500", "China Mobile", None),
        ("+8613010314500", "China Unicom", "Shanghai"),
        ("+8613010811500", "China Unicom", "Sichuan"),
        ("+8613010377500", "China Unicom", "Zhejiang"),
        ("+8613010999500", "China Unicom", None),
        ("+8618950000321", None, None),
    ],
)
def test_chinese_service_centers(address, carrier, region):
    assert carrier_from_service_center(address) == (carrier, region, False, 86)


def test_a_foreign_service_center_is_international():
    assert carrier_from_service_center("+14054720056") == (None, None, True, 1)
    assert carrier_from_service_center("0085290000000") == (None, None, True, 852)


@pytest.mark.parametrize("address", [None, "", "null", "14054720056", "12345", "SMSC"])
def test_a_service_center_that_tells_no_country_is_unknown(address):
    assert carrier_from_service_center(address) == (None, None, None, None)


@pytest.mark.parametrize(
    "name",
    ["中国移动", "CMCC", "CHINA MOBILE", "China Mobile", "中国移动 5G", "cmcc-VoLTE", "中國移動"],
)
def test_a_carrier_has_one_name(name):
    assert canonical_carrier(name) == "China Mobile"


def test_other_carriers_names():
    assert canonical_carrier("CHN-UNICOM") == "China Unicom"
    assert canonical_carrier("中国电信") == "China Telecom"
    assert canonical_carrier("中国广电") == "China Broadnet"
    assert canonical_carrier(" Example Mobile ") == "Example Mobile"


def test_carriers_are_shown_in_the_readers_language():
    assert carrier_display("China Mobile", "zh") == "中国移动"
    assert carrier_display("China Telecom", "zh_CN") == "中国电信"
    assert carrier_display("中国联通", "en") == "China Unicom"
    assert carrier_display("Example Mobile", "zh") == "Example Mobile"


def test_every_alias_leads_to_a_carrier_with_a_chinese_name():
    carriers = {row["carrier"]: row["name_zh"] for row in table("carriers")}
    for row in table("carrier_aliases"):
        assert carriers[row["carrier"]]
        assert canonical_carrier(row["alias"]) == row["carrier"], row
