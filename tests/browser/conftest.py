"""One headless Chromium for all tests of the page: that of the system, as no other is needed."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import analyzer
from analyzer.report.html import report_page

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
HOSTILE = "\"'><img src=x onerror=pwned=1><script>pwned=1</script><svg onload=pwned=1>"
HOSTILE_NAME = "<img src=x onerror=pwned=1>"


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Return the browser. Skips where there is none."""
    named = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    path = next((found for name in named if name and (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def sample_page(sample_logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of the sample logs."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    log = analyzer.load(sample_logs, tz="Asia/Shanghai")
    path.write_text(report_page(log), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of logs whose names, senders and texts try to run a script."""
    folder = tmp_path_factory.mktemp("hostile")
    blocked, requests = folder / f"{HOSTILE_NAME}.csv", folder / "requests.csv"
    with blocked.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(("received_at", "sent_at", "sender", "body", "reason", "matched_rule"))
        for day in range(1, 5):
            at = f"2026-03-0{day} 10:00:0"
            body = f"【{HOSTILE}】您的验证码是 482913，5分钟内有效。"
            rows.writerow((f"{at}3", f"{at}0", HOSTILE, body, HOSTILE, HOSTILE))
    with requests.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(("requested_at", "service", "result", "note"))
        rows.writerows((f"2026-03-0{day} 11:00:00", HOSTILE, "sent", HOSTILE) for day in (1, 2))
    log = analyzer.load(blocked=blocked, requests=requests, tz="Asia/Shanghai")
    path = folder / "report.html"
    path.write_text(report_page(log), encoding="utf-8")
    return path
