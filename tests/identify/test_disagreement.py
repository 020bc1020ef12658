from __future__ import annotations

import pytest

from analyzer.identify import carrier_disagreements


@pytest.mark.parametrize(
    ("sim", "expected"),
    [
        (
            {"mcc": "460", "mnc": "01", "number_prefix": "1380013"},
            ("China Unicom", "China Mobile", "ported"),
        ),
        (
            {"carrier": "京东通信", "number_prefix": "1380013"},
            ("JD Mobile", "China Mobile", "virtual"),
        ),
        (
            {"carrier": "CMCC", "number_prefix": "1704000"},
            ("China Mobile", "China Unicom", "virtual"),
        ),
        ({"carrier": "CMCC", "number_prefix": "1380013"}, None),
        ({"carrier": "CMCC", "number_prefix": "1650000"}, None),
        ({"carrier": "CMCC"}, None),
        ({"number_prefix": "1380013"}, None),
        ({"carrier": "Example Mobile", "number_prefix": "1380013"}, None),
        ({"carrier": "CMCC", "number_prefix": "1540000"}, None),
    ],
)
def test_sims_whose_number_was_allocated_to_another_carrier(build, sim, expected):
    found = carrier_disagreements(build.sims([{"sub_id": 1, "sim_slot": 0} | sim]))
    assert [(one.carrier, one.allocated, one.kind) for one in found] == [expected] * bool(expected)


def test_a_sim_listed_in_two_maps_disagrees_once(build):
    sim = {"sub_id": 1, "carrier": "CUCC", "number_prefix": "1380013"}
    other = sim | {"device": "other"}
    found = carrier_disagreements(build.sims([sim, sim, other]))
    assert [one.device for one in found] == ["phone", "other"]


def test_no_map_no_disagreement():
    assert carrier_disagreements(None) == []
