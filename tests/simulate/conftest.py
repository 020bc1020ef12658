"""Small simulations that several tests read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.simulate import simulate
from analyzer.simulate.scenario import scenarios
from analyzer.simulate.story import Story, tell


@pytest.fixture
def story():
    """Return a function that tells a named phone's story."""

    def told(scenario: str, name: str = "phone-0001", days: int = 20, seed: int = 1) -> Story:
        return tell(name, scenarios()[scenario], days, seed)

    return told


@pytest.fixture
def simulated(tmp_path: Path):
    """Return a function that writes phones and gives their folders with their lines of truth."""

    def written(scenario: str, devices: int = 3, days: int = 12, seed: int = 1):
        folder = tmp_path / f"{scenario}-{devices}-{days}-{seed}"
        simulate(folder, scenario, devices=devices, days=days, seed=seed)
        lines: list[dict[str, Any]] = [
            json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()
        ]
        return {
            device: (folder / "logs" / device, [m for m in lines if m["device"] == device])
            for device in sorted({line["device"] for line in lines})
        }

    return written
