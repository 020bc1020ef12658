"""Imports that are killed or run side by side: the store stays whole, nothing counts twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from analyzer.analysis import AnalysisOptions, analyze
from analyzer.fleet import fleet_analysis
from analyzer.ingest import IngestOptions, ingest
from analyzer.ingest.records import Role
from analyzer.log import Log
from analyzer.store import Selection, Store

KILLS = 4
BY_FOLDER = IngestOptions(device_from_folder=True)


def importer(fleet: Path, address: Path) -> subprocess.Popen[bytes]:
    """Start an import in a process of its own."""
    command = [sys.executable, "-m", "analyzer", "ingest", str(fleet), "--device-from-folder"]
    return subprocess.Popen(
        [*command, "--store", str(address)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def of_files(fleet: Path) -> str:
    analysis = analyze(ingest([(fleet, Role.MESSAGES)], BY_FOLDER))
    return json.dumps(Log(analysis).document, sort_keys=True)


def of_store(address: Path) -> str:
    analysis = fleet_analysis(Store.open(address), Selection(), AnalysisOptions())
    return json.dumps(Log(analysis).document, sort_keys=True)


def test_an_import_killed_at_any_moment_leaves_the_store_as_it_was(
    tmp_path: Path, fleet: Path
) -> None:
    address = tmp_path / "store"
    started = time.monotonic()
    whole = importer(fleet, tmp_path / "timed")
    assert whole.wait(timeout=120) == 0
    lasts = time.monotonic() - started
    Store.open_or_create(address)
    delays = random.Random(7)
    for _ in range(KILLS):
        process = importer(fleet, address)
        time.sleep(lasts * delays.uniform(0.5, 1.0))
        process.kill()
        process.wait()
        rows = Store.open(address).dataset().count_rows()
        assert rows in (0, Store.open(tmp_path / "timed").dataset().count_rows())
    assert importer(fleet, address).wait(timeout=120) == 0
    assert of_store(address) == of_files(fleet)


def test_two_importers_at_once_count_nothing_twice(tmp_path: Path, fleet: Path) -> None:
    address = tmp_path / "store"
    both = [importer(fleet, address) for _ in range(2)]
    for process in both:
        assert process.wait(timeout=120) == 0
    assert of_store(address) == of_files(fleet)
