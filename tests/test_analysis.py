"""What the options of an analysis select: carriers by any of their names, slots of the SIM map."""

from __future__ import annotations

import pytest

from analyzer.analysis import AnalysisOptions, analyze
from analyzer.ingest import ingest
from analyzer.ingest.records import Role

LOG = """<?xml version='1.0' encoding='UTF-8'?>
<smses count="3">
{messages}</smses>
"""
MESSAGE = (
    '<sms address="Google" date="{date}" date_sent="{sent}" type="1" sub_id="{sub_id}" '
    'body="G-{code} is your Google verification code." service_center="{center}" />\n'
)
SIMS = "sub_id,sim_slot,carrier\n3,0,中国移动\n4,1,CUCC\n"


@pytest.fixture
def ingested(tmp_path):
    """Three code messages: of China Mobile, of China Unicom, and of a SIM that is in no map."""
    rows = [
        MESSAGE.format(
            date=1_770_000_003_123 + n * 10**8,
            sent=1_770_000_000_000 + n * 10**8,
            sub_id=3 + n,
            code=318_205 + n,
            center="null",
        )
        for n in range(3)
    ]
    (tmp_path / "sms.xml").write_text(LOG.format(messages="".join(rows)), encoding="utf-8")
    (tmp_path / "sims.csv").write_text(SIMS, encoding="utf-8")
    return ingest([(tmp_path / name, Role.MESSAGES) for name in ("sms.xml", "sims.csv")])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("中国移动",), ["China Mobile"]),
        (("cmcc", "China Unicom"), ["China Mobile", "China Unicom"]),
        (("unknown",), [None]),
        (("未知", "联通"), ["China Unicom", None]),
        (("China Telecom",), []),
        ((), ["China Mobile", "China Unicom", None]),
    ],
)
def test_carriers_are_selected_by_any_of_their_names(ingested, asked, found):
    analysis = analyze(ingested, AnalysisOptions(carriers=asked))
    assert analysis.table["carrier"].to_pylist() == found
    assert sorted(analysis.attempts["carrier"].to_pylist(), key=str) == sorted(found, key=str)


def test_slots_come_from_the_sim_map(ingested):
    analysis = analyze(ingested)
    assert analysis.table["sim_slot"].to_pylist() == [None, None, None]
    assert analysis.table["receiving_slot"].to_pylist() == [0, 1, None]
    assert analysis.attempts["sim_slot"].to_pylist() == [0, 1, None]
