"""Each cause on small logs: what supports it, what contradicts it, what is never claimed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import analyzer

DAY = 86_400
# 2026-03-01 08:00 in China.
START = 1_772_323_200
ABROAD = {"address": "+447700900123", "service_center": "+447785016005"}


class Phone:
    """A phone's messages and requests, written as its exports; times are seconds from START."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.messages: list[dict[str, str]] = []
        self.requests: list[dict[str, str]] = []
        self.files: list[Path] = []

    def sms(self, at: float, body: str, took: float = 4.2, **changes: str) -> None:
        number = len(self.messages)
        row = {
            "_id": str(number),
            "thread_id": "1",
            "date": str(round((START + at + took) * 1000) + number % 7),
            "date_sent": str(int(START + at) * 1000),
            "type": "1",
            "address": "10690000100288",
            "service_center": "+8613800210500",
            "sub_id": "1",
            "body": body,
        }
        self.messages.append(row | changes)

    def code(self, at: float, service: str = "银行", took: float = 4.2, **changes: str) -> None:
        self.sms(
            at, f"【{service}】验证码{100_000 + len(self.messages)}，5分钟内有效。", took, **changes
        )

    def ask(self, at: float, service: str, result: str = "sent", tail: str = "") -> None:
        from datetime import UTC, datetime

        moment = datetime.fromtimestamp(START + at, UTC).isoformat()
        row = {"requested_at": moment, "service": service, "result": result, "number_tail": tail}
        self.requests.append(row)

    def answered(
        self, days: range, service: str = "银行", hour: float = 2, tail: str = "", **changes: str
    ) -> None:
        """Ask once a day and get the code."""
        for day in days:
            at = day * DAY + hour * 3600
            self.ask(at, service, tail=tail)
            self.code(at + 2, service, **changes)

    def unanswered(self, days: range, service: str, hour: float = 5, tail: str = "") -> None:
        """Ask once a day and get nothing."""
        for day in days:
            self.ask(day * DAY + hour * 3600, service, tail=tail)

    def file(self, name: str, text: str) -> None:
        self.files.append(self.folder / name)
        self.files[-1].write_text(text)

    def findings(self) -> Any:
        return self.log().findings

    def log(self) -> analyzer.Log:
        lines = [json.dumps(row, ensure_ascii=False) for row in self.messages]
        self.file("messages.ndjson", "\n".join(lines) + "\n")
        if self.requests:
            self.files.append(self.folder / "requests.csv")
            with self.files[-1].open("w", newline="") as out:
                writer = csv.DictWriter(out, list(self.requests[0]))
                writer.writeheader()
                writer.writerows(sorted(self.requests, key=lambda row: row["requested_at"]))
        return analyzer.load(*self.files)


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    return Phone(tmp_path)


def named(findings: Any) -> set[str]:
    return set(findings.index[findings.verdict.isin(["shown", "consistent"])])


def test_a_healthy_phone_has_no_cause_at_all(phone: Phone) -> None:
    phone.answered(range(20))
    phone.answered(range(20), "币安", 9)
    phone.answered(range(20), "Example", 11, **ABROAD)
    assert named(phone.findings()) == set()
    assert phone.log().document["next_steps"] == []


def test_one_code_lost_among_many_has_no_cause(phone: Phone) -> None:
    phone.answered(range(20))
    phone.unanswered(range(10, 11), "银行", 8)
    assert named(phone.findings()) == set()


def test_a_service_that_never_delivers_names_rivals_and_no_single_cause(phone: Phone) -> None:
    phone.answered(range(12))
    phone.unanswered(range(2, 8), "币安")
    found = phone.findings()
    for cause, rival in (
        ("regional_restriction", "international_block"),
        ("international_block", "regional_restriction"),
    ):
        assert found.verdict[cause] == "consistent"
        assert rival in found.rivals[cause]
        assert (found.explains[cause], found.failed[cause]) == (6, 6)


def test_two_unanswered_attempts_are_too_few(phone: Phone) -> None:
    phone.answered(range(12))
    phone.unanswered(range(2, 4), "币安")
    assert named(phone.findings()) == set()


def test_one_message_from_abroad_contradicts_the_block(phone: Phone) -> None:
    phone.answered(range(12))
    phone.unanswered(range(2, 8), "币安")
    phone.code(9 * DAY, "Example", **ABROAD)
    found = phone.findings()
    assert found.verdict["international_block"] == "contradicted"
    assert found.verdict["regional_restriction"] == "consistent"
    assert "international_block" not in found.rivals["regional_restriction"]


def test_a_106_message_of_an_overseas_brand_says_nothing_of_the_path(phone: Phone) -> None:
    phone.answered(range(12), "币安")
    assert phone.findings().verdict["international_block"] == "no_evidence"


def test_the_text_that_closes_overseas_sms_shows_the_block_once_confirmed(phone: Phone) -> None:
    phone.answered(range(5))
    phone.sms(6 * DAY, "gbgjdx", 0, type="2", address="10010")
    found = phone.findings()
    assert found.verdict["international_block"] == "consistent"
    phone.sms(6 * DAY + 60, "您已成功关闭国际及港澳台短信接收功能。", address="10010")
    found = phone.findings()
    assert found.verdict["international_block"] == "shown"
    assert any("10010" in step for step in found.advice["international_block"])


def test_a_refused_or_reversed_opt_out_shows_nothing(phone: Phone) -> None:
    phone.sms(6 * DAY, "GBGJDX", 0, type="2", address="10010")
    phone.sms(6 * DAY + 60, "关闭境外短信失败，指令错误。", address="10010")
    phone.code(7 * DAY, "Example", **ABROAD)
    assert phone.findings().verdict["international_block"] == "contradicted"


SIMS = "sub_id,sim_slot,carrier,mcc,mnc,number_prefix,mvno\n1,0,{},460,{},{},\n"


def test_a_virtual_number_at_which_platforms_never_deliver_fits(phone: Phone) -> None:
    phone.file("sims.csv", SIMS.format("China Mobile", "00", "1703512"))
    phone.answered(range(12))
    phone.unanswered(range(2, 8), "币安")
    phone.unanswered(range(2, 8), "Example", 7)
    found = phone.findings()
    assert found.verdict["number_segment"] == "consistent"
    assert found.explains["number_segment"] == 12


def test_an_ordinary_segment_contradicts_it(phone: Phone) -> None:
    phone.file("sims.csv", SIMS.format("China Mobile", "00", "1380013"))
    phone.answered(range(12))
    phone.unanswered(range(2, 8), "币安")
    found = phone.findings()
    assert found.verdict["number_segment"] == "contradicted"
    assert found.verdict["ported_number"] == "contradicted"


def test_a_ported_number_counts_only_if_services_fail(phone: Phone) -> None:
    phone.file("sims.csv", SIMS.format("China Unicom", "01", "1380013"))
    phone.answered(range(12))
    assert phone.findings().verdict["ported_number"] == "no_evidence"
    phone.unanswered(range(2, 8), "币安")
    assert phone.findings().verdict["ported_number"] == "consistent"


def held_back(phone: Phone, **changes: str) -> None:
    """Three codes of an afternoon, let go together in the evening."""
    for minute in (10, 70, 130):
        at = 10 * DAY + 6 * 3600 + minute * 60
        phone.code(at, f"平台{minute}", took=(240 - minute) * 60, **changes)


def test_held_back_messages_fit_carrier_phone_and_storage_alike(phone: Phone) -> None:
    phone.answered(range(20))
    held_back(phone)
    found = phone.findings()
    for cause in ("carrier_outage", "phone_unreachable", "storage_full"):
        assert found.verdict[cause] == "consistent"
        assert len(found.rivals[cause]) == 2
        assert len(found.messages[cause]) == 3


def test_another_sim_that_received_leaves_the_carrier(phone: Phone) -> None:
    phone.answered(range(20))
    held_back(phone)
    phone.code(10 * DAY + 8 * 3600, sub_id="2")
    found = phone.findings()
    assert found.verdict["carrier_outage"] == "consistent"
    assert list(found.rivals["carrier_outage"]) == []
    assert found.verdict["phone_unreachable"] == "contradicted"
    assert found.verdict["storage_full"] == "contradicted"


def test_both_sims_at_once_are_no_carriers_outage(phone: Phone) -> None:
    phone.answered(range(20))
    phone.answered(range(20), hour=3, sub_id="2")
    held_back(phone)
    held_back(phone, sub_id="2")
    found = phone.findings()
    assert found.verdict["carrier_outage"] == "contradicted"
    assert found.verdict["phone_unreachable"] == "consistent"


def test_a_message_sent_meanwhile_contradicts_an_unreachable_phone(phone: Phone) -> None:
    phone.answered(range(20))
    held_back(phone)
    phone.sms(10 * DAY + 8 * 3600, "到了", 0, type="2", address="13800138000")
    found = phone.findings()
    assert found.verdict["phone_unreachable"] == "contradicted"
    assert found.verdict["storage_full"] == "consistent"


def test_a_notice_of_maintenance_is_told_and_proves_nothing(phone: Phone) -> None:
    phone.answered(range(20))
    held_back(phone)
    phone.sms(9 * DAY, "尊敬的客户，我公司将于今晚进行网络割接。", address="10086")
    found = phone.findings()
    assert found.verdict["carrier_outage"] == "consistent"
    assert any("Notices" in sentence for sentence in found.evidence["carrier_outage"])


def test_a_service_that_fails_for_days_while_others_deliver(phone: Phone) -> None:
    phone.answered(range(30))
    phone.answered(range(12), "币安", 5)
    phone.unanswered(range(12, 17), "币安")
    phone.answered(range(17, 30), "币安", 5)
    found = phone.findings()
    assert found.verdict["platform_outage"] == "consistent"
    assert found.explains["platform_outage"] == 5
    assert "over: 1" in found.evidence["platform_outage"][0]
    assert list(found.rivals["platform_outage"]) == []
    assert found.verdict["regional_restriction"] == "contradicted"


def test_every_code_received_contradicts_an_outage(phone: Phone) -> None:
    phone.answered(range(10))
    assert phone.findings().verdict["platform_outage"] == "contradicted"


def test_without_requests_nothing_is_said_of_what_never_came(phone: Phone) -> None:
    for day in range(10):
        phone.code(day * DAY)
    found = phone.findings()
    for cause in ("platform_outage", "regional_restriction", "rate_limit", "international_block"):
        assert found.verdict[cause] == "no_evidence"
        assert (
            "no request log" in found.evidence[cause][0]
            or "without a request log" in found.evidence[cause][0]
        )


def test_a_refusal_within_an_attempt_shows_a_rate_limit(phone: Phone) -> None:
    phone.answered(range(5))
    phone.ask(2 * DAY + 2 * 3600 + 20, "银行", "操作频繁")
    assert phone.findings().verdict["rate_limit"] == "shown"


def test_asking_again_because_no_code_came_is_no_rate_limit(phone: Phone) -> None:
    phone.answered(range(20))
    for place in range(12):
        phone.ask(10 * DAY + 4 * 3600 + place * 660, "银行")
    assert phone.findings().verdict["rate_limit"] == "no_evidence"


def test_codes_that_stop_after_ten_a_day_fit_a_limit(phone: Phone) -> None:
    for day in (1, 3, 5):
        for place in range(14):
            at = day * DAY + place * 3600
            phone.ask(at, "银行")
            if place < 10:
                phone.code(at + 2)
    phone.answered(range(7, 12))
    found = phone.findings()
    assert found.verdict["rate_limit"] == "consistent"
    assert found.explains["rate_limit"] == 12


def test_other_last_digits_fit_a_number_bound_elsewhere(phone: Phone) -> None:
    phone.answered(range(12), tail="8000")
    phone.unanswered(range(2, 8), "币安", tail="1234")
    found = phone.findings()
    assert found.verdict["number_changed"] == "consistent"
    assert found.explains["number_changed"] == 6


def test_fewer_digits_of_the_same_number_are_no_other_number(phone: Phone) -> None:
    phone.answered(range(12), tail="8000")
    phone.unanswered(range(2, 8), "币安", tail="00")
    assert phone.findings().verdict["number_changed"] == "no_evidence"


def test_services_at_the_old_digits_after_the_number_was_replaced(phone: Phone) -> None:
    phone.answered(range(8), tail="8000")
    phone.answered(range(8), "币安", 5, tail="8000")
    phone.answered(range(9, 20), tail="4455", sub_id="2")
    phone.unanswered(range(9, 20), "币安", tail="8000")
    found = phone.findings()
    assert found.verdict["number_changed"] == "consistent"
    assert any("new SIM" in sentence for sentence in found.evidence["number_changed"])


def test_a_sim_that_falls_silent_warns_of_a_swap(phone: Phone) -> None:
    for day in range(40):
        for hour in range(10):
            if day < 30:
                phone.sms(day * DAY + hour * 3600, "通知", address="10086")
            if hour == 0:
                phone.sms(day * DAY + 60, "通知", address="10010", sub_id="2")
    found = phone.findings()
    assert found.verdict["number_changed"] == "consistent"
    assert "swap" in found.advice["number_changed"][0]


def test_silence_after_links_appeared_fits_a_content_filter_weakly(phone: Phone) -> None:
    phone.answered(range(30))
    phone.answered(range(10), "币安", 5)
    for day in (10, 11):
        phone.ask(day * DAY + 5 * 3600, "币安")
        phone.sms(day * DAY + 5 * 3600 + 2, "【币安】验证码123456，或打开 https://a.example/x")
    phone.unanswered(range(12, 24), "币安")
    found = phone.findings()
    assert found.verdict["content_filter"] == "consistent"
    assert {"platform_outage", "number_changed"} <= set(found.rivals["content_filter"])


def test_an_old_code_beside_a_good_one_is_no_contradiction(phone: Phone) -> None:
    phone.answered(range(5))
    phone.ask(6 * DAY, "银行")
    phone.code(6 * DAY + 2, took=500)
    phone.ask(6 * DAY + 400, "银行")
    phone.code(6 * DAY + 402)
    found = phone.findings()
    assert found.verdict["expired_on_arrival"] == "shown"
    assert "1 (1 state" in found.evidence["expired_on_arrival"][0]


def test_a_message_without_a_time_is_no_clock_fault(phone: Phone) -> None:
    phone.answered(range(5))
    phone.code(6 * DAY, date="0")
    found = phone.findings()
    assert found.verdict["clock_fault"] == "no_evidence"
    assert found.verdict["export_incomplete"] == "consistent"


def test_a_stray_file_is_no_incomplete_export(phone: Phone) -> None:
    phone.answered(range(5))
    phone.file("notes.txt", "milk, bread\n")
    assert phone.findings().verdict["export_incomplete"] == "no_evidence"


def test_no_service_messages_at_all_fit_a_missing_permission(phone: Phone) -> None:
    for number in range(60):
        phone.sms(number * 3600, "在吗", address="13800138000")
    found = phone.findings()
    assert found.verdict["export_incomplete"] == "consistent"
    assert "permission" in found.evidence["export_incomplete"][0]


def test_ten_rows_of_termux_are_its_default(phone: Phone) -> None:
    rows = [
        {
            "threadid": 1,
            "type": "inbox",
            "read": True,
            "address": "10690000100288",
            "number": "10690000100288",
            "received": f"2026-03-01 08:{n:02}:00",
            "body": f"【银行】验证码{100_000 + n}，5分钟内有效。",
            "_id": n,
        }
        for n in range(10)
    ]
    phone.file("termux.json", json.dumps(rows))
    found = analyzer.load(*phone.files).findings
    assert any("exactly 10" in text for text in found.evidence["export_incomplete"])


def test_attempts_before_the_export_begins_are_told(phone: Phone) -> None:
    phone.unanswered(range(4), "银行")
    phone.answered(range(10, 15))
    found = phone.findings()
    assert found.verdict["export_incomplete"] == "consistent"
    assert "4 of 9" in found.evidence["export_incomplete"][0]


def test_the_cause_that_explains_most_comes_first(phone: Phone) -> None:
    phone.answered(range(20))
    phone.unanswered(range(2, 12), "币安")
    phone.ask(15 * DAY, "示例", "操作频繁")
    found = phone.findings()
    order = [cause for cause in found.index if cause in named(found)]
    assert order[-1] == "rate_limit"
    assert list(found.explains[order]) == sorted(found.explains[order], reverse=True)


def test_narrowing_to_a_service_keeps_what_else_the_sim_received(phone: Phone) -> None:
    from analyzer.analysis import AnalysisOptions, analyze
    from analyzer.ingest import IngestOptions, ingest
    from analyzer.ingest.records import Role

    phone.answered(range(20))
    held_back(phone)
    phone.code(10 * DAY + 8 * 3600)
    phone.log()
    ingested = ingest([(path, Role.MESSAGES) for path in phone.files], IngestOptions())
    narrowed = analyze(ingested, AnalysisOptions(services=("平台10", "平台70")))
    verdicts = {finding.cause: finding.verdict for finding in narrowed.findings}
    assert verdicts["phone_unreachable"] == "no_evidence"
