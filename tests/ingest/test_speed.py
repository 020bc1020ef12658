"""Reading keeps its pace, as a ratio to a bare XML parser over the same messages."""

from __future__ import annotations

import runpy
import time
from pathlib import Path
from xml.parsers import expat

import pytest

from analyzer.ingest import ingest
from analyzer.ingest.records import Role

MESSAGES = 20_000
RUNS = 4
GENERATOR = runpy.run_path(str(Path(__file__).parents[2] / "bench" / "generator.py"))
WRITERS = {
    "xml": GENERATOR["write_xml"],
    "ndjson": GENERATOR["write_json_lines"],
    "db": GENERATOR["write_database"],
}
# About twice what a quiet machine measures, so that noise does not fail it; record by record it is
# several times as much.
MOST = {"xml": 3.0, "ndjson": 3.2, "db": 3.0}


@pytest.fixture(scope="module")
def ratios(tmp_path_factory):
    """Return for each format the least CPU of reading against that of a bare parser."""
    folder = tmp_path_factory.mktemp("speed")
    logs = {ending: folder / f"log.{ending}" for ending in MOST}
    for ending, log in logs.items():
        WRITERS[ending](log, MESSAGES)
    bare, reading = [], {ending: [] for ending in MOST}
    for _ in range(RUNS):  # in turns, so that a busy moment meets all
        start = time.process_time()
        expat.ParserCreate().Parse(logs["xml"].read_bytes(), True)
        bare.append(time.process_time() - start)
        for ending, log in logs.items():
            start = time.process_time()
            assert ingest([(log, Role.MESSAGES)]).messages.num_rows == MESSAGES
            reading[ending].append(time.process_time() - start)
    return {ending: min(each) / min(bare) for ending, each in reading.items()}


@pytest.mark.parametrize("ending", MOST)
def test_reading_costs_little_more_than_a_bare_parser(ending, ratios):
    assert ratios[ending] < MOST[ending]
