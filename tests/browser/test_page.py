"""The page in a real browser: what a person does with it, and what it must never do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Open = Callable[..., Any]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
SERIOUS = {"serious", "critical"}


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """Return what opens a page; it fails the test if the page asks for anything or complains."""
    contexts, troubles = [], []

    def open_page(path: Path, size: dict[str, int] = WIDE, **settings: Any) -> Any:
        context = browser.new_context(viewport=size, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("request", lambda request: asked.append(request.url))
        asked: list[str] = []
        page.goto(path.as_uri())
        page.wait_for_function("document.documentElement.classList.contains('font-ready')")
        outside = [url for url in asked if not url.startswith(("data:", path.as_uri()))]
        troubles.extend(f"request: {url}" for url in outside)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def column(page: Any, table: str, place: int) -> list[str]:
    """Return what a column shows, row by row."""
    cells = page.locator(f"#{table} tbody tr:visible > :nth-child({place})")
    return [text.strip() for text in cells.all_inner_texts()]


def heading(page: Any, table: str, name: str) -> Any:
    return page.locator(f"#{table} thead").get_by_role("button", name=name, exact=True)


def numbers(texts: list[str]) -> list[int]:
    return [int(text.replace(",", "")) for text in texts if text != "–"]


def test_the_page_opens_without_a_request_or_a_complaint(visit: Open, sample_page: Path) -> None:
    page = visit(sample_page)
    assert page.title() == "SMS reception report"
    assert "32 of 48 attempts" in page.locator("#headline").inner_text()
    assert page.locator("#charts svg:visible").count() >= 8


def test_a_table_is_sorted_by_mouse(visit: Open, sample_page: Path) -> None:
    page = visit(sample_page)
    button = heading(page, "latency-by-sender", "max")
    button.click()
    largest = numbers(column(page, "latency-by-sender", 9))
    assert largest == sorted(largest, reverse=True)
    th = page.locator("#latency-by-sender th[aria-sort=descending]")
    assert th.inner_text().strip() == "max"
    button.click()
    smallest = numbers(column(page, "latency-by-sender", 9))
    assert smallest == sorted(largest)
    assert page.locator("#latency-by-sender th[aria-sort=ascending]").count() == 1


def test_a_table_is_sorted_by_keyboard(visit: Open, sample_page: Path) -> None:
    page = visit(sample_page)
    heading(page, "attempts", "Service").focus()
    page.keyboard.press("Enter")
    services = column(page, "attempts", 2)
    assert services[:7] == sorted(services)[:7]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("#attempts th[aria-sort=ascending]").inner_text().strip() == "Outcome"


def test_unknown_values_are_sorted_last_both_ways(visit: Open, sample_page: Path) -> None:
    page = visit(sample_page)
    for _ in range(2):
        heading(page, "attempts", "Latency, s").click()
        latencies = column(page, "attempts", 6)
        known = numbers(latencies)
        assert "–" not in latencies[: len(known)]
        assert 0 < len(known) < len(latencies)


def test_rows_are_filtered_by_text_and_by_outcome(visit: Open, sample_page: Path) -> None:
    page = visit(sample_page)
    form = page.locator("form[data-filters=attempts]")
    form.locator("input").fill("telegram")
    assert set(column(page, "attempts", 2)) == {"Telegram"}
    assert "9 of 48 rows" in form.locator("output").inner_text()
    form.locator("select").select_option("late")
    assert set(column(page, "attempts", 5)) == {"late"}
    assert "4 of 48 rows" in form.locator("output").inner_text()
    form.locator("input").fill("")
    form.locator("select").select_option("!in_time")
    assert len(column(page, "attempts", 5)) == 16
    assert "in time" not in column(page, "attempts", 5)


def test_the_language_is_switched_everywhere(visit: Open, sample_page: Path) -> None:
    page = visit(sample_page)
    page.get_by_role("button", name="中文").click()
    assert page.title() == "短信接收报告"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.locator("[data-choose=zh]").get_attribute("aria-pressed") == "true"
    assert page.locator("[lang=en]:not(button):visible").count() == 0
    shown = page.locator("main").inner_text()
    for word in ("次尝试中有 32 次", "手机拦截", "中国移动", "48 行中的 48 行", "智能拦截"):
        assert word in shown
    for word in ("attempts", "missing", "China Mobile", "Latency", "in time"):
        assert word not in shown
    page.get_by_role("button", name="English").click()
    assert page.locator("main [lang=zh-Hans]:visible").count() == 0
    assert "China Mobile" in page.locator("main").inner_text()


def test_charts_speak_the_language_of_the_page(visit: Open, sample_page: Path) -> None:
    page = visit(sample_page)
    english = " ".join(page.locator("#chart-timeline svg:visible text").all_text_contents())
    page.get_by_role("button", name="中文").click()
    chinese = " ".join(page.locator("#chart-timeline svg:visible text").all_text_contents())
    assert "in time (n = 32)" in english
    assert "及时（n = 32）" in chinese
    named = page.locator("#chart-timeline").get_by_role("img", name="何时请求或收到验证码")
    assert named.count() == 1


def test_texts_of_strangers_run_nothing(visit: Open, hostile_page: Path) -> None:
    page = visit(hostile_page)
    page.get_by_role("button", name="中文").click()
    for button in page.locator("th button:visible").all():
        button.click()
    assert page.evaluate("window.pwned") is None
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert "<img src=x" in page.locator("#logs").inner_text()
    assert "482913" not in page.content()


def test_the_policy_stops_a_script_that_got_in(browser: Any, sample_page: Path) -> None:
    page = browser.new_page()
    page.goto(sample_page.as_uri())
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.pwned = 1'}))"
    )
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=pwned=1>')")
    assert page.evaluate("window.pwned") is None
    assert not page.evaluate("fetch('https://example.org').then(() => true, () => false)")
    page.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_accessible(
    visit: Open, sample_page: Path, size: dict[str, int], scheme: str, language: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(sample_page, size, color_scheme=scheme)
    page.locator(f"[data-choose={language}]").click()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    bad = [
        (rule["id"], [node["target"] for node in rule["nodes"]][:5])
        for rule in found
        if rule["impact"] in SERIOUS
    ]
    assert bad == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_no_width_needs_scrolling_sideways(visit: Open, sample_page: Path, width: int) -> None:
    page = visit(sample_page, {"width": width, "height": 800})
    for language in ("zh", "en"):
        page.locator(f"[data-choose={language}]").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_light_and_dark_follow_the_system(visit: Open, sample_page: Path) -> None:
    colors = {}
    for scheme in ("light", "dark"):
        page = visit(sample_page, color_scheme=scheme)
        style = "getComputedStyle(document.documentElement).backgroundColor"
        text = "getComputedStyle(document.querySelector('.chart svg text')).fill"
        colors[scheme] = (page.evaluate(style), page.evaluate(text))
    assert set(colors["light"]).isdisjoint(colors["dark"])


def test_the_keyboard_reaches_the_answer_first_and_shows_where_it_is(
    visit: Open, sample_page: Path
) -> None:
    page = visit(sample_page)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert "Skip to the answer" in skip.inner_text()
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "answer"
    heading(page, "attempts", "Time").focus()
    page.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"


def test_printing_opens_what_is_folded_and_leaves_out_what_cannot_be_used(
    visit: Open, sample_page: Path
) -> None:
    page = visit(sample_page, color_scheme="dark")
    page.evaluate(
        "addEventListener('beforeprint', () => {"
        " window.folded = document.querySelectorAll('details:not([open])').length; })"
    )
    paper = page.pdf(format="A4", print_background=True)
    assert paper.startswith(b"%PDF")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 20
    assert page.evaluate("window.folded") == 0
    assert page.locator("details[open]").count() == 0  # folded again afterwards
    page.emulate_media(media="print")
    assert page.locator("nav, .filter, .languages").locator("visible=true").count() == 0
    white = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert white == "rgb(255, 255, 255)"


def test_without_scripts_the_page_is_whole(browser: Any, sample_page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(sample_page.as_uri())
    assert page.locator("#attempts tbody tr").count() == 48
    assert page.locator("form, .languages").locator("visible=true").count() == 0
    context.close()
