"""The advice: every question people have is answered, in both languages, with its source."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from analyzer.diagnose.advice import DATA, GENERAL, advice
from analyzer.texts import rows

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = {row["id"]: row for row in rows(DATA, "advice.csv")}
CAUSES = {row["id"] for row in rows(DATA, "causes.csv")}
SYSTEMS = {"miui", "coloros", "huawei", "honor", "vivo", "samsung", "android", "spamblocker", "ios"}
CARRIERS = {
    "China Mobile": "10086",
    "China Unicom": "10010",
    "China Telecom": "10000",
    "China Broadnet": "10099",
}

# What people ask or are told to try, and the rows that answer it.
TOPICS = {
    "where are blocked messages": "open_blocked",
    "security apps that filter": "security_apps",
    "filter of MIUI": "filter_miui filter_miui_rules",
    "filter of ColorOS": "filter_coloros",
    "filter of HarmonyOS": "filter_huawei",
    "filter of OriginOS": "filter_vivo",
    "filter of One UI": "filter_samsung",
    "block list of Android": "filter_android",
    "unknown senders of an iPhone": "iphone_filter",
    "does my number get international SMS": "intl_check",
    "China Mobile: hotline, app, added services, Fetion": "intl_mobile",
    "China Mobile: status by text, varies by province": "intl_mobile_text",
    "China Unicom: hotline, app, lists, smart blocking": "intl_unicom intl_unicom_text",
    "China Telecom: plan, activation, Tianyi app, CDMA": "intl_telecom",
    "China Broadnet": "intl_broadnet",
    "does another carrier's SIM get it": "intl_other_sim",
    "virtual and machine numbers": "segment_ask",
    "service left my region": "region_ask",
    "carrier maintenance": "delay_10086 delay_10010 delay_10000 delay_10099",
    "service maintenance": "platform_status",
    "poor signal, airplane mode": "airplane_toggle",
    "poor contact of the SIM": "sim_contact",
    "storage is full": "storage_clean",
    "number suspended or unpaid": "sim_swap_check",
    "someone took over my number": "sim_swap",
    "another way to verify": "any_method other_method",
    "how long to wait, may I press resend": "any_wait newest_code stop_resend",
    "how often may I ask": "stop_resend",
    "code expired, how long is one valid": "validity",
    "text is garbled": "restart_garbled garbled_export",
    "old number after a change": "check_number rebind recycled",
    "another or an overseas number": "another_number",
    "trade or withdrawal is pending": "any_pending",
    "no way to verify works, how long does review take": "any_support",
    "what to set up for the next time, test it": "any_backup",
    "is SMS less safe, shared receiving numbers": "any_secret any_backup",
    "is the authenticator's time right": "any_method",
}
SAYS = {
    "any_wait": ("15 to 30 minutes", "15 到 30 分钟"),
    "validity": ("30 seconds to 10 minutes", "30 秒到 10 分钟"),
    "any_pending": ("not carried out", "不会执行"),
    "any_support": ("3 to 7 working days", "3 到 7 个工作日"),
    "intl_mobile_text": ("vary by province", "各省指令不同"),
    "sim_swap": ("SIM swap", "SIM 卡劫持"),
    "filter_samsung": ("unverified", "未验证"),
    "any_backup": ("Test", "定期测试"),
}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_question_is_answered(topic: str) -> None:
    for name in TOPICS[topic].split():
        assert ROWS[name]["en"], topic
        assert ROWS[name]["zh"], topic


@pytest.mark.parametrize("name", SAYS)
def test_the_answers_name_times_and_limits(name: str) -> None:
    en, zh = SAYS[name]
    assert en in ROWS[name]["en"]
    assert zh in ROWS[name]["zh"]


def test_every_row_is_whole_and_belongs_to_a_cause() -> None:
    assert len(ROWS) == len(rows(DATA, "advice.csv"))
    for name, row in ROWS.items():
        assert all(row[column] for column in ("causes", "en", "zh", "source", "date")), name
        assert set(row["causes"].split()) <= CAUSES | {GENERAL}, name
        kind, _, value = row["when"].partition(":")
        known = {"": {""}, "system": SYSTEMS, "carrier": CARRIERS, "situation": {"sim_silent"}}
        assert value in known[kind], name
        assert any("\u4e00" <= character <= "\u9fff" for character in row["zh"]), name


@pytest.mark.parametrize("carrier", CARRIERS)
def test_each_carrier_has_its_hotline_and_no_other(carrier: str) -> None:
    steps = advice("international_block", carriers=[carrier])
    joined = " ".join(step.en for step in steps)
    assert CARRIERS[carrier] in joined
    assert not any(number in joined for name, number in CARRIERS.items() if name != carrier)


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause_has_a_step_for_everyone(cause: str) -> None:
    assert advice(cause)


def test_every_cause_says_what_speaks_for_and_against_it() -> None:
    assert {row["id"] for row in rows(DATA, "evidence.csv")} == CAUSES


def test_the_page_of_causes_is_what_the_tables_say() -> None:
    path = ROOT / "tests" / "write_causes.py"
    spec = importlib.util.spec_from_file_location("write_causes", path)
    assert spec
    assert spec.loader
    write_causes = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(write_causes)
    assert write_causes.page() == write_causes.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", ["advice", "causes", "evidence", "opt_outs", "request_limits"])
def test_tables_have_as_many_cells_as_columns(file: str) -> None:
    for row in rows(DATA, f"{file}.csv"):
        assert None not in row
        assert None not in row.values()
