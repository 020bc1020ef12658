"""The HTML page as a file: what it may load, what it says, what strangers' texts can do in it."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import re
from html.parser import HTMLParser
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from click.testing import CliRunner

import analyzer
from analyzer.cli import main
from analyzer.report.html import page as html_page
from analyzer.report.html import report_page
from analyzer.report.html.attempts import MOST_ATTEMPTS
from analyzer.report.html.bilingual import Both

ROOT = Path(__file__).resolve().parents[2]
ZONE = "Asia/Shanghai"
HOSTILE = "\"><img src=x onerror='pwned=1'><script>pwned=1</script>{{7*7}}</style>"
VOID = {"meta", "link", "input", "br", "path", "rect", "use"}


class Page(HTMLParser):
    """What is in a page: elements with their attributes, styles, scripts and visible text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.text: list[str] = []
        self._inside: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        where = self._inside[-1] if self._inside else ""
        self.raw.get(where, self.text).append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def many_messages():
    spec = spec_from_file_location("many_messages", Path(__file__).with_name("many_messages.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def source(request: pytest.FixtureRequest) -> str:
    return report_page(analyzer.load(request.getfixturevalue("sample_logs"), tz=ZONE))


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def policy(page: Page) -> str:
    return next(
        meta["content"] for meta in page.of("meta") if "http-equiv" in meta and meta["content"]
    )


def test_the_page_allows_its_own_style_and_script_and_nothing_else(page: Page) -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in policy(page).split(";"))
    assert rules["default-src"] == "'none'"
    for tag in ("style", "script"):
        assert len(page.of(tag)) == 1
        text = "".join(page.raw[tag])
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


def test_nothing_in_the_page_points_outside(page: Page, source: str) -> None:
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "src", "srcset", "action", "formaction"), (tag, name)
            if name in ("href", "xlink:href"):
                assert value.startswith(("#", "data:")), (tag, value)
    style = "".join(page.raw["style"])
    assert not re.search(r"@import|url\((?!data:font/woff)", style)
    assert "http://" not in source.replace("http://www.w3.org", "")
    assert "https://" not in source


def test_every_id_is_there_once_and_every_link_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        targets = (attributes.get("aria-labelledby") or "").split()
        if (attributes.get("href") or "").startswith("#"):
            targets.append(attributes["href"][1:])
        assert set(targets) <= set(ids)


def test_both_languages_are_in_the_page_text_for_text(page: Page) -> None:
    spans = [a["lang"] for tag, a in page.elements if tag == "span" and a.get("lang")]
    assert spans.count("en") == spans.count("zh-Hans") > 300
    svgs = [a["lang"] for tag, a in page.elements if tag == "div" and a.get("lang")]
    assert svgs.count("en") == svgs.count("zh-Hans") == len(page.of("figure"))


def test_the_language_of_the_log_is_shown_first(sample_logs: Path) -> None:
    chinese = Page(report_page(analyzer.load(sample_logs, tz=ZONE, lang="zh")))
    root = chinese.of("html")[0]
    assert (root["lang"], root["data-language"]) == ("zh-Hans", "zh")
    assert root["data-title-en"] == "SMS reception report"


def test_the_answer_comes_first_and_agrees_with_the_document(
    source: str, sample_logs: Path
) -> None:
    doc = analyzer.load(sample_logs, tz=ZONE).document
    outcomes = doc["codes"]["outcomes"]
    headline = f"{outcomes['in_time']} of {doc['codes']['attempts']} attempts got their code"
    order = ['id="answer"', 'id="causes"', 'id="charts"', 'id="tables"', 'id="every-attempt"']
    places = [source.index(mark) for mark in (*order, 'id="method"')]
    assert places == sorted(places)
    assert places[0] < source.index(headline) < places[1]
    named = [row for row in doc["diagnosis"] if row["verdict"] in ("shown", "consistent")]
    cards = source[places[1] : places[2]]
    for row in named:
        assert row["title"] in cards
        for step in row["advice"]:
            assert step.split("(")[0] in cards
    for log in doc["logs"]:
        assert log["sha256"] in source


def test_steps_for_any_cause_and_what_a_cause_explains_are_shown(sample_logs: Path) -> None:
    logs = {lang: analyzer.load(sample_logs, tz=ZONE, lang=lang) for lang in ("en", "zh")}
    documents = {lang: log.document for lang, log in logs.items()}
    for lang, doc in documents.items():
        doc["next_steps"] = [f"step one {lang}", f"step two {lang}"]
        for row in doc["diagnosis"]:
            row["explains"] = 9 if row["cause"] == "rate_limit" else 1
    source = html_page(documents, [], Both(logs["en"].words, logs["zh"].words))
    assert source.index("step one en") < source.index("step two zh")
    causes = re.findall(r'<h3 id="cause-(\w+)"', source)
    assert causes[0] == "rate_limit"


def test_every_chart_has_a_name_a_description_and_its_numbers(page: Page) -> None:
    charts = [a for a in page.of("svg") if a.get("role") == "img"]
    assert len(charts) == 2 * len(page.of("figure")) >= 16
    assert all(len(a["aria-labelledby"].split()) == 2 for a in charts)


def test_numbers_of_people_and_codes_are_not_in_the_page(page: Page) -> None:
    spec = spec_from_file_location("test_masking", Path(__file__).with_name("test_masking.py"))
    masking = module_from_spec(spec)
    spec.loader.exec_module(masking)
    words = re.findall(r"\w+", re.sub(r"\b[0-9a-f]{64}\b", "", "\n".join(page.text)))
    assert masking.SECRETS
    assert not masking.SECRETS & set(words)


def test_the_same_logs_give_the_same_bytes(sample_logs: Path, source: str) -> None:
    assert report_page(analyzer.load(sample_logs, tz=ZONE)) == source


def test_without_a_chinese_font_the_page_relies_on_that_of_the_reader(
    sample_logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.report.plots.fonts.chinese_family", lambda: None)
    monkeypatch.setattr("analyzer.report.html.font.packaged_font", lambda: None)
    source = report_page(analyzer.load(sample_logs, tz=ZONE))
    assert "data:font" not in source
    assert "48 次尝试中有 32 次及时收到验证码。" in source


def test_texts_of_strangers_are_text(tmp_path: Path) -> None:
    log = tmp_path / "<img src=x onerror=pwned=1>.csv"
    rows = [("received_at", "sent_at", "sender", "body", "reason")]
    rows += [
        (f"2026-03-0{day} 10:00:03", f"2026-03-0{day} 10:00:00", HOSTILE, body, HOSTILE)
        for day in (1, 2, 3)
        for body in (f"【{HOSTILE}】验证码 482913",)
    ]
    with log.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    source = report_page(analyzer.load(blocked=log, tz=ZONE))
    page = Page(source)
    assert page.of("img") == []
    assert len(page.of("script")) == len(page.of("style")) == 1
    assert not [name for _, attributes in page.elements for name in attributes if name[:2] == "on"]
    assert "onerror" in "".join(page.text)
    assert "49" not in re.findall(r"pwned=1.{0,40}?(\d+)", "".join(page.text))


def test_a_log_without_codes_makes_a_page_that_says_so(tmp_path: Path) -> None:
    log = tmp_path / "blocked.csv"
    log.write_text("received_at,sender,body\n2026-03-01 10:00:00,SHOP,Sale today\n")
    source = report_page(analyzer.load(blocked=log, tz=ZONE))
    assert "No attempt to get a code was found in these logs." in source
    assert "<figure" not in source


def test_a_log_that_is_cut_is_said_on_the_first_screen(sample_logs: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.xml"
    cut.write_bytes((sample_logs / "sms-20260314110000.xml").read_bytes()[:4000])
    log = analyzer.load(cut, tz=ZONE)
    source = report_page(log)
    answer = source[source.index('id="answer"') : source.index('id="causes"')]
    assert "Not everything could be read" in answer
    for problem in log.problems.itertuples():
        assert html.escape(problem.sentence) in source
        assert html.escape(problem.remedy) in source


def test_a_page_of_very_many_messages_stays_small_and_says_what_it_leaves_out() -> None:
    log = many_messages().log_of(60_000)
    source = report_page(log)
    assert len(source.encode()) < 5_000_000
    table = source[source.index('<table id="attempts"') :]
    rows = table[: table.index("</table>")].count("<tr>") - 1
    assert rows == MOST_ATTEMPTS
    left_out = len(log.attempts) - MOST_ATTEMPTS
    assert f"{left_out:,} are left out; sms-analyzer codes" in source
    assert "more rows are left out; sms-analyzer latency --by sender" in source


def test_the_suffix_makes_a_page(sample_logs: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    arguments = ["report", str(sample_logs), "--tz", ZONE, "-o", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_text().startswith("<!doctype html>")
    chinese = CliRunner().invoke(main, [*arguments[:-2], "--format", "html", "--lang", "zh"])
    assert chinese.stdout.startswith("<!doctype html>")
    assert '<html lang="zh-Hans"' in chinese.stdout


def test_every_text_of_the_page_is_used_and_every_text_used_is_there() -> None:
    folder = ROOT / "analyzer" / "report" / "html"
    code = "\n".join(
        path.read_text() for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".html")
    )
    said = set(re.findall(r'both\(\s*"(\w+)"', code))
    lines = files("analyzer.report.data").joinpath("page.csv").read_text().splitlines()
    own = {line.split(",", 1)[0] for line in lines[2:]}
    report = files("analyzer.report.data").joinpath("texts.csv").read_text()
    known = own | {line.split(",", 1)[0] for line in report.splitlines()}
    assert said <= known
    built = ("term_", "means_", "role_", "by_", "latency_by", "blocking_by")
    unused = {name for name in own if f'"{name}"' not in code and not name.startswith(built)}
    assert unused == set()
