"""The report over sample_logs/: a golden document, both languages, honest words."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main
from analyzer.ingest.registry import readers

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("sample_logs.report.json")


def report_of(folder: Path, *args: str) -> dict:
    result = CliRunner().invoke(main, ["report", str(folder), "--format", "json", *args])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_sample_logs_are_what_their_maker_writes(sample_logs: Path) -> None:
    path = ROOT / "tests" / "make_sample_logs.py"
    spec = importlib.util.spec_from_file_location("make_sample_logs", path)
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    assert {p.name: p.read_bytes() for p in sample_logs.iterdir()} == make.sample_logs()


def test_the_report_of_the_sample_logs_is_the_reviewed_one(
    sample_logs: Path, request: pytest.FixtureRequest
) -> None:
    """After a change that is meant: pytest tests/report --write-expected, then read the diff."""
    found = report_of(sample_logs)
    if request.config.getoption("--write-expected"):
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    assert found == json.loads(GOLDEN.read_text())


def test_schema_1_has_every_promised_field(sample_logs: Path) -> None:
    doc = report_of(sample_logs)
    promised = {
        "logs": "log format records kept duplicates other rejected truncated",
        "attempts": "device service sender carrier started_at outcome latency request_latency "
        "block_reason",
        "latency": "sender carrier n unknown p50 p90 p95 p99 max late",
        "blocking": "sender carrier n blocked rate rate_low rate_high reasons",
        "diagnosis": "cause verdict evidence messages rivals advice",
    }
    assert doc["schema"] == 1
    assert set(doc["messages"]) >= {"total", "received", "blocked", "first", "last"}
    assert len(doc["codes"]["outcomes"]) == 8
    for table, fields in promised.items():
        assert doc[table], table
        for row in doc[table]:
            assert set(fields.split()) <= set(row), table
    assert len(doc["diagnosis"]) == 16


def test_figures_agree_with_each_other(sample_logs: Path) -> None:
    doc = report_of(sample_logs)
    assert sum(doc["codes"]["outcomes"].values()) == doc["codes"]["attempts"]
    assert len(doc["attempts"]) == doc["codes"]["attempts"]
    for table in ("latency", "blocking"):
        overall = [r for r in doc[table] if r["sender"] is None and r["carrier"] is None]
        assert len(overall) == 1
        for key, other in (("sender", "carrier"), ("carrier", "sender")):
            parts = [r for r in doc[table] if r[key] is not None and r[other] is None]
            assert sum(r["n"] for r in parts) == overall[0]["n"]
    for log in doc["logs"]:
        other = sum(log["other"].values())
        assert log["records"] == log["kept"] + log["duplicates"] + other + log["rejected"]
    kept = sum(log["kept"] for log in doc["logs"] if log["role"] in ("messages", "blocked"))
    assert kept == doc["messages"]["total"]


def test_every_section_of_the_sample_report_has_something_to_say(sample_logs: Path) -> None:
    doc = report_of(sample_logs)
    outcomes = doc["codes"]["outcomes"]
    expected = ("in_time", "late", "expired", "garbled", "blocked", "missing", "refused")
    assert all(outcomes[name] for name in expected), outcomes
    assert doc["request_latency"]
    shown = {row["cause"] for row in doc["diagnosis"] if row["verdict"] == "shown"}
    assert {"phone_filter", "expired_on_arrival", "garbled_text", "rate_limit"} <= shown
    assert any(row["restored"] for row in doc["attempts"])


def test_the_zone_of_the_machine_changes_nothing(
    sample_logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    found = []
    for zone in ("UTC", "America/St_Johns", "Asia/Shanghai"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        doc = report_of(sample_logs)
        for log in doc["logs"]:
            log.pop("zone")
        found.append(doc)
    monkeypatch.delenv("TZ")
    time.tzset()
    assert found[0] == found[1] == found[2]


def test_without_a_request_log_nothing_is_missing_and_the_report_says_so(
    sample_logs: Path,
) -> None:
    log = sample_logs / "sms-20260314110000.xml"
    assert report_of(log)["codes"]["outcomes"]["missing"] == 0
    text = CliRunner().invoke(main, ["report", str(log)]).stdout
    assert "no loss rate" in text


def test_a_healthy_phone_gets_no_cause(tmp_path: Path) -> None:
    rows = [
        {
            "_id": str(number),
            "thread_id": "1",
            "date": str(1772300002345 + number * 3_600_000 + number * 37),
            "date_sent": str(1772300000000 + number * 3_600_000),
            "type": "1",
            "address": "10690000100288",
            "service_center": "+8613800210500",
            "sub_id": "1",
            "body": f"【示例】验证码{100000 + number * 7}，5分钟内有效。",
        }
        for number in range(30)
    ]
    log = tmp_path / "messages.ndjson"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows))
    doc = report_of(log)
    verdicts = {row["verdict"] for row in doc["diagnosis"]}
    assert verdicts <= {"no_evidence", "contradicted"}
    assert doc["codes"]["outcomes"]["in_time"] == 30


def test_chinese_carriers_are_named_in_chinese(sample_logs: Path) -> None:
    doc = report_of(sample_logs, "--lang", "zh")
    carriers = {row["carrier"] for row in doc["latency"]}
    assert {"中国移动", "中国联通"} <= carriers


def _catalogs() -> list[Path]:
    return [
        path for path in (ROOT / "analyzer").rglob("*.csv") if {"en", "zh"} <= set(_header(path))
    ]


def _header(path: Path) -> list[str]:
    lines = (line for line in path.read_text().splitlines() if not line.startswith("#"))
    return next(csv.reader(lines))


@pytest.mark.parametrize("path", _catalogs(), ids=lambda path: path.stem)
def test_every_text_is_there_in_both_languages_with_the_same_placeholders(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines(keepends=True) if line[0] != "#"]
    for row in csv.DictReader(lines, strict=True):
        assert row["en"].strip(), row
        assert row["zh"].strip(), row
        placeholders = [
            {name for _, name, _, _ in Formatter().parse(row[lang]) if name}
            for lang in ("en", "zh")
        ]
        assert placeholders[0] == placeholders[1], row


def test_every_reader_tells_how_to_export_in_both_languages() -> None:
    for reader in readers():
        assert reader.export.en
        assert reader.export.zh
        assert reader.evidence.kind in ("device", "source", "documented")


def test_the_public_face(sample_logs: Path) -> None:
    log = analyzer.load(str(sample_logs))
    assert len(log.messages) > len(log.codes) > 0
    assert len(log.attempts) > 0
    assert list(log.latency(by="carrier").columns[:2]) == ["carrier", "n"]
    assert "rate_low" in log.blocking(by=["sender", "carrier"])
    assert "verdict" in log.findings
    assert str(log.messages["received_at"].dtype).startswith("datetime64")
    assert "kept" in log.logs
    assert "script" not in log._repr_html_()
    assert len(log._repr_html_()) < 20_000
