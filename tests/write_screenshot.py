"""Writes docs/report.png: the page of the sample logs, wide and light, narrow and dark.

Run it after a change of the page: python tests/write_screenshot.py [CHROMIUM]. It needs a Chromium,
by default /usr/bin/chromium.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

import analyzer
from analyzer.report.html import report_page

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "report.png"
HEIGHT, GAP = 1080, 24
# Width, color scheme, language.
VIEWS = ((1180, "light", "en"), (400, "dark", "zh"))


def view(browser: Browser, page: Path, width: int, scheme: str, language: str) -> Image.Image:
    """Return what a window of a width shows of the page."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(page.as_uri())
    tab.locator(f"[data-choose={language}]").click()
    tab.wait_for_function("document.documentElement.classList.contains('font-ready')")
    tab.wait_for_timeout(200)
    picture = Image.open(io.BytesIO(tab.screenshot()))
    context.close()
    return picture.convert("RGB")


def screenshot(chromium: str) -> Image.Image:
    """Return the views of the page side by side."""
    log = analyzer.load(ROOT / "sample_logs", tz="Asia/Shanghai")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "report.html"
        page.write_text(report_page(log), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        pictures = [view(browser, page, *shown) for shown in VIEWS]
        browser.close()
    width = sum(picture.width for picture in pictures) + GAP * (len(pictures) - 1)
    whole = Image.new("RGB", (width, HEIGHT), "#c9d1d9")
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, 0))
        left += picture.width + GAP
    return whole


if __name__ == "__main__":
    screenshot(sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium").save(
        PICTURE, optimize=True
    )
