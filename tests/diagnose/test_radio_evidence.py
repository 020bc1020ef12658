"""What the phone's own logs add to the causes, and what they do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import analyzer

NEW = "RILJ    : [UNSL]< UNSOL_RESPONSE_NEW_SMS [PHONE0]"
ROW = "GsmInboundSmsHandler: addTrackerToRawTable: URI of new row: content://sms/raw/7, "
FULL = "RILJ    : [0044]> SMS_ACKNOWLEDGE success = false cause = 211 [PHONE0]"
BLOCKED = (
    "GsmInboundSmsHandler: processMessagePart: returning false as the phone number is blocked, "
)
FILTERED = "GsmInboundSmsHandler: onFilterComplete: result is 1, "
DELIVERED = "GsmInboundSmsHandler: Delivering SMS to: com.example.messages com.example.Receiver, "
MIUI = "SecurityManagerService: This sms is intercepted by AntiSpam"


def findings(tmp_path: Path, *messages: list[str], history: str | None = None) -> Any:
    """Return the findings of a radio log with a message a minute, each told by some lines."""
    text = "--------- beginning of radio\n"
    for number, lines in enumerate(messages):
        for line in lines:
            told = f"{line}{{x-message-id:{number}}}" if line.endswith(", ") else line
            text += f"2026-03-01 08:{number:02}:00.000 +0800  1453  1902 D {told}\n"
    radio = tmp_path / "radio.txt"
    radio.write_text(text)
    logs = [radio]
    if history:
        logs.append(tmp_path / "history.json")
        logs[-1].write_text(history)
    return analyzer.load(*logs).findings


def test_a_dropped_message_shows_the_filter_and_addresses_the_block_list(tmp_path: Path) -> None:
    found = findings(tmp_path, [NEW, ROW, BLOCKED], [NEW, ROW, DELIVERED]).loc["phone_filter"]
    assert found.verdict == "shown"
    assert "dropped" in found.evidence[0]
    assert "1 as the number is on the block list" in found.evidence[0]
    assert any("Android's block list" in advice for advice in found.advice)


def test_a_message_that_the_system_took_shows_the_filter(tmp_path: Path) -> None:
    found = findings(tmp_path, [MIUI]).loc["phone_filter"]
    assert found.verdict == "shown"
    assert any("MIUI" in advice for advice in found.advice)


def test_a_message_that_came_and_was_seen_no_more_only_fits_a_filter(tmp_path: Path) -> None:
    found = findings(tmp_path, [NEW, ROW], [NEW, ROW, DELIVERED]).loc["phone_filter"]
    assert found.verdict == "consistent"
    assert "without a delivery in its log: 1" in found.evidence[0]


def test_a_phone_that_prints_no_deliveries_proves_nothing(tmp_path: Path) -> None:
    found = findings(tmp_path, [NEW, ROW], [NEW, ROW]).loc["phone_filter"]
    assert found.verdict == "no_evidence"


def test_a_refusal_for_lack_of_space_shows_a_full_storage(tmp_path: Path) -> None:
    found = findings(tmp_path, [NEW, FULL]).loc["storage_full"]
    assert found.verdict == "shown"
    assert found.advice


def test_a_radio_log_without_a_refusal_says_nothing_of_the_storage(tmp_path: Path) -> None:
    found = findings(tmp_path, [NEW, ROW, DELIVERED]).loc["storage_full"]
    assert found.verdict == "no_evidence"
    assert "no refusal" in found.evidence[0]


def test_a_carriers_filter_on_the_phone_is_consistent_with_a_content_filter(tmp_path: Path) -> None:
    found = findings(tmp_path, [NEW, ROW, FILTERED]).loc["content_filter"]
    assert found.verdict == "consistent"
    assert "phone_filter" in found.rivals


def test_a_silenced_code_is_consistent_with_a_filter_and_not_blocked(tmp_path: Path) -> None:
    text = {
        "peer": "EXAMPLE",
        "time": 1_772_300_000_000,
        "result": 11,
        "extraInfo": "[Example] Your verification code is 482913.",
        "isTest": False,
    }
    history = json.dumps({"historyLogs": {"calls": [], "texts": [text]}})
    found = findings(tmp_path, [NEW, ROW, DELIVERED], history=history).loc["phone_filter"]
    assert found.verdict == "consistent"
    assert "notification" in found.evidence[0]
    assert not any("blocked folder" in text for text in found.evidence)


def test_a_period_leaves_out_what_the_phone_logged_outside_it(tmp_path: Path) -> None:
    radio = tmp_path / "radio.txt"
    radio.write_text(f"2026-03-01 08:00:00.000 +0800  1453  1902 D {NEW}\n")
    whole = analyzer.load(radio).analysis.events.num_rows
    later = analyzer.load(radio, since="2026-03-02").analysis.events.num_rows
    assert (whole, later) == (1, 0)
