"""What all tests share: where the samples are, and no surprise from the machine's settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: examples are bounded by number, not by time.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_LOGS = ROOT / "sample_logs"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-expected",
        action="store_true",
        help="write expected results anew, to be reviewed in the diff",
    )


@pytest.fixture(scope="session")
def sample_logs() -> Path:
    return SAMPLE_LOGS


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests speak English and see no terminal, whatever the machine does."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the machine promises everything a test needs, a skip is a failure."""
    if not os.environ.get("SMS_ANALYZER_MUST_RUN"):
        return
    for item in items:
        item.add_marker("must_run")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.skipped and item.get_closest_marker("must_run") and not hasattr(report, "wasxfail"):
        needs_folder = item.get_closest_marker("needs_folder")
        if needs_folder and not os.environ.get(needs_folder.args[0]):
            return report  # given only where the collections lie beside the project
        report.outcome = "failed"
        report.longrepr = f"must run, but was skipped: {report.longrepr}"
    return report
