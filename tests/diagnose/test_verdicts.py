"""What the logs prove, fit, contradict, or say nothing about: cause by cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import analyzer

START = 1_772_300_000_000
HOUR = 3_600_000
CODE = "【示例】验证码{}，5分钟内有效。"


def sms(number: int, seconds: float = 2.345, **changes: Any) -> dict[str, str]:
    """Return a message as SMS Import / Export writes it; None leaves a column out."""
    sent = START + number * HOUR
    row = {
        "_id": str(number),
        "thread_id": "1",
        "date": str(sent + round(seconds * 1000) + number),
        "date_sent": str(sent),
        "type": "1",
        "address": "10690000100288",
        "service_center": "+8613800210500",
        "sub_id": "1",
        "body": CODE.format(100_000 + number * 7),
    }
    row |= changes
    return {name: value for name, value in row.items() if value is not None}


def finding(tmp_path: Path, cause: str, rows: list[dict[str, str]], *more: Path) -> Any:
    log = tmp_path / "messages.ndjson"
    log.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return analyzer.load(log, *more).findings.loc[cause]


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


MIUI = {"block_type": "7", "deleted": "1", "advanced_seen": "0", "fake_cell_type": "0"}


def test_a_blocked_code_shows_the_filter_and_addresses_its_system(tmp_path: Path) -> None:
    found = finding(tmp_path, "phone_filter", [sms(1), sms(2, **MIUI)])
    assert found.verdict == "shown"
    assert len(found.messages) == 1
    assert "1 of 2" in found.evidence[0]
    assert any("MIUI" in advice for advice in found.advice)
    assert not any("ColorOS" in advice for advice in found.advice)


def test_a_blocked_advertisement_does_not_show_that_codes_are_filtered(tmp_path: Path) -> None:
    advertisement = sms(2, body="全场八折，回T退订。", **MIUI)
    assert finding(tmp_path, "phone_filter", [sms(1), advertisement]).verdict == "no_evidence"


def test_an_empty_blocked_log_proves_nothing(tmp_path: Path) -> None:
    blocked = written(tmp_path / "blocked.csv", "received_at,sender\n")
    found = finding(tmp_path, "phone_filter", [sms(1)], blocked)
    assert found.verdict == "no_evidence"
    assert "proves nothing" in found.evidence[0]


def test_a_log_that_cannot_hold_blocked_messages_says_so(tmp_path: Path) -> None:
    backup = {"messageCount": 1, "messages": [{"type": 1, "address": "X", "date": START}]}
    log = written(tmp_path / "backup.json", json.dumps(backup))
    found = analyzer.load(log).findings.loc["phone_filter"]
    assert found.verdict == "no_evidence"
    assert "None of the logs can hold blocked messages" in found.evidence[0]


def test_a_code_older_than_its_stated_validity_is_shown_expired(tmp_path: Path) -> None:
    found = finding(tmp_path, "expired_on_arrival", [sms(n) for n in range(9)] + [sms(9, 905)])
    assert found.verdict == "shown"
    assert "1 of 10" in found.evidence[0]
    assert set(found.rivals) == {"carrier_outage", "phone_unreachable", "storage_full"}


def test_without_a_stated_validity_expiry_is_only_consistent(tmp_path: Path) -> None:
    late = sms(9, 905, body="【示例】验证码771204，请勿泄露。")
    found = finding(tmp_path, "expired_on_arrival", [*(sms(n) for n in range(9)), late])
    assert found.verdict == "consistent"
    assert "assumed" in found.evidence[0]


def test_codes_in_time_contradict_expiry(tmp_path: Path) -> None:
    found = finding(tmp_path, "expired_on_arrival", [sms(n) for n in range(5)])
    assert found.verdict == "contradicted"
    assert len(found.advice) == 0


def test_damaged_text_is_shown_and_who_did_it_stays_open(tmp_path: Path) -> None:
    wrong = CODE.format(284916).encode().decode("latin-1")
    found = finding(tmp_path, "garbled_text", [sms(1), sms(2, body=wrong)])
    assert found.verdict == "shown"
    assert "1 of 2" in found.evidence[0]
    assert any("do not tell" in sentence for sentence in found.evidence)


def test_missing_stamps_fit_an_incomplete_export_and_no_clock_fault(tmp_path: Path) -> None:
    rows = [sms(n, date_sent="0") for n in range(5)]
    found = finding(tmp_path, "export_incomplete", rows)
    assert found.verdict == "consistent"
    assert "5 of 5" in found.evidence[0]
    assert finding(tmp_path, "clock_fault", rows).verdict == "no_evidence"


def test_a_cut_log_shows_an_incomplete_export(tmp_path: Path, sample_logs: Path) -> None:
    cut = tmp_path / "cut.xml"
    cut.write_bytes((sample_logs / "sms-20260314110000.xml").read_bytes()[:5000])
    found = analyzer.load(cut).findings.loc["export_incomplete"]
    assert found.verdict == "shown"
    assert "cut off" in found.evidence[0]


def test_many_service_messages_without_a_code_fit_a_refused_permission(tmp_path: Path) -> None:
    rows = [sms(n, body=f"【示例】您的账单已出，本月消费{n}元。") for n in range(25)]
    found = finding(tmp_path, "export_incomplete", rows)
    assert found.verdict == "consistent"
    assert "none carries a code" in found.evidence[0]


def test_a_group_off_by_hours_shows_a_clock_fault(tmp_path: Path) -> None:
    rows = [sms(n, 2.345 + n / 3 - 8 * 3600) for n in range(8)]
    found = finding(tmp_path, "clock_fault", rows)
    assert found.verdict == "shown"
    assert analyzer.load(tmp_path / "messages.ndjson").attempts["outcome"].eq("in_time").all()


def test_refusals_in_the_request_log_show_a_rate_limit(tmp_path: Path) -> None:
    requests = written(
        tmp_path / "requests.csv",
        "requested_at,service,result\n2026-03-01 09:00:00+08:00,示例,操作频繁\n",
    )
    assert finding(tmp_path, "rate_limit", [sms(1)], requests).verdict == "shown"
    assert finding(tmp_path, "rate_limit", [sms(1)]).verdict == "no_evidence"


def test_every_cause_is_listed_once_and_within_its_ceiling(sample_logs: Path) -> None:
    findings = analyzer.load(sample_logs).findings
    assert len(findings) == 16
    assert findings.index.is_unique
    rank = {"shown": 2, "consistent": 1, "contradicted": 0, "no_evidence": 0}
    for cause, row in findings.iterrows():
        assert rank[row.verdict] <= rank[row.best_verdict], cause
        assert row.decided_by, cause
        assert len(row.evidence), cause
        named = row.verdict in ("shown", "consistent")
        assert bool(len(row.advice)) == named, cause
        assert set(row.rivals) <= set(findings.index), cause


@pytest.mark.parametrize("column", ["evidence", "advice", "decided_by", "title"])
def test_findings_speak_chinese(column: str, sample_logs: Path) -> None:
    findings = analyzer.load(sample_logs, lang="zh").findings
    for value in findings[column]:
        for text in [value] if isinstance(value, str) else value:
            assert any("\u4e00" <= character <= "\u9fff" for character in text), text
