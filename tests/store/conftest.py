"""What the tests of the store share: a small fleet, and its report from files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

PHONES = 5


@pytest.fixture
def fleet(tmp_path: Path, sample_logs: Path) -> Path:
    """A folder of phones, each with the sample logs; the last has one log only."""
    folder = tmp_path / "fleet"
    for number in range(PHONES):
        shutil.copytree(sample_logs, folder / f"phone{number}")
    for path in sorted((folder / f"phone{PHONES - 1}").iterdir())[1:]:
        path.unlink()
    return folder
