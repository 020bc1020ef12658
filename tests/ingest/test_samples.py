"""Exports kept outside the project (folder SMS_ANALYZER_SAMPLES): all accounted for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer.ingest import ingest
from analyzer.ingest.records import Role

FOLDER = os.environ.get("SMS_ANALYZER_SAMPLES")
pytestmark = [
    pytest.mark.needs_folder("SMS_ANALYZER_SAMPLES"),
    pytest.mark.skipif(not FOLDER, reason="SMS_ANALYZER_SAMPLES is not set"),
]
# What in the folder is no log: how it was made, what is in it, an empty file.
NO_LOGS = {"README.md", "make_synthetic.py", "empty_file.xml"}


def samples() -> list[Path]:
    return sorted(path for path in Path(FOLDER or "nowhere").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_every_sample_is_read_and_accounted_for(path: Path) -> None:
    (account,) = ingest([(path, Role.MESSAGES)]).accounts
    assert account.balanced
    assert account.readable == (path.name not in NO_LOGS), account.problems


def test_the_samples_together_give_each_message_of_the_story_once() -> None:
    # The one log without times (32-bit wrapped) cannot be matched with the others.
    story = [
        path
        for path in samples()
        if path.name.startswith("synthetic") and "wrapped" not in path.name
    ]
    alone = ingest([(Path(FOLDER or "") / "mmssms_db/synthetic_aosp_v69.db", Role.MESSAGES)])
    together = ingest([(path, Role.MESSAGES) for path in story])
    ids = together.messages["message_id"].to_pylist()
    assert len(ids) == len(set(ids))
    assert set(alone.messages["message_id"].to_pylist()) <= set(ids)
    assert all(account.balanced for account in together.accounts)
