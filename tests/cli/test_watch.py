"""Watching a folder: a report at once, and another when an export arrives."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from click.testing import CliRunner

from analyzer.cli import main


def reports(out: Path) -> int:
    return out.read_text(encoding="utf-8").count("SMS reception report")


def until(happened, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_a_new_export_is_reported_on(tmp_path: Path, sample_logs: Path) -> None:
    folder, out = tmp_path / "exports", tmp_path / "out.txt"
    folder.mkdir()
    shutil.copy(sample_logs / "blocked.csv", folder)
    command = [sys.executable, "-u", "-m", "analyzer", "watch", str(folder), "--lang", "en"]
    with out.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.DEVNULL)
        try:
            until(lambda: reports(out) == 1)
            time.sleep(1)  # the watcher starts after the first report
            shutil.copy(sample_logs / "sms-20260314110000.xml", folder)
            until(lambda: reports(out) == 2)
            assert "sms-20260314110" in out.read_text(encoding="utf-8")
        finally:
            os.kill(process.pid, signal.SIGINT)
            assert process.wait(timeout=30) == 0


def test_what_is_no_folder_cannot_be_watched(sample_logs: Path) -> None:
    done = CliRunner().invoke(main, ["watch", str(sample_logs / "blocked.csv")])
    assert done.exit_code == 2
    assert "Name one folder" in done.output


def test_reports_are_not_saved_where_they_would_be_watched(sample_logs: Path) -> None:
    done = CliRunner().invoke(main, ["watch", str(sample_logs), "--save", str(sample_logs / "x")])
    assert done.exit_code == 2
    assert "must not lie" in done.output
