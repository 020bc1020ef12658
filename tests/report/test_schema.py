"""The JSON report keeps its published schema."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import analyzer
from analyzer.log import Log

SCHEMA = json.loads(
    files("analyzer.report.data").joinpath("report-1.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)


def faults(log: Log) -> list[str]:
    document = json.loads(json.dumps(log.document, allow_nan=False))
    return [f"{fault.json_path}: {fault.message}" for fault in VALIDATOR.iter_errors(document)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sample_report_keeps_it(sample_logs: Path, lang: str) -> None:
    assert not faults(analyzer.load(sample_logs, lang=lang))


def test_a_report_of_nothing_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "no-log.txt").write_text("hello", encoding="utf-8")
    assert not faults(analyzer.load(tmp_path))


def test_every_field_of_the_report_is_in_it(sample_logs: Path) -> None:
    """A field that is added is described, too."""
    document = analyzer.load(sample_logs).document
    assert set(document) == set(SCHEMA["properties"])
    for name in ("logs", "attempts", "latency", "request_latency", "blocking", "diagnosis"):
        said = SCHEMA["properties"][name]["items"]["properties"]
        assert set(document[name][0]) <= set(said), name
