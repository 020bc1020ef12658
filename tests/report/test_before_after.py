"""The chart of a change: drawn where codes became slower or faster, left out where they did not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import analyzer

START = datetime(2026, 3, 1, tzinfo=UTC)


def phone(path: Path, seconds: list[int]) -> analyzer.Log:
    """Write a log of one code an hour with these latencies, and load it."""
    rows = ["date,date_sent,address,type,body,service_center"]
    for hour, latency in enumerate(seconds):
        sent = int((START + timedelta(hours=hour)).timestamp())
        body = f"【示例科技】验证码：{100000 + hour}，5分钟内有效"
        received = 1000 * (sent + latency) + 137 * (hour % 7) + 1
        rows.append(f"{received},{1000 * sent},1069000011,1,{body},+8613800210500")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return analyzer.load(path)


def test_a_change_is_drawn_with_both_sides(tmp_path: Path) -> None:
    log = phone(
        tmp_path / "sms.csv", [3 + n % 4 for n in range(60)] + [40 + n % 9 for n in range(60)]
    )
    lines = [line for line in log.plot.before_after().lines if "n = " in str(line.get_label())]
    assert len(lines) == 2
    assert all("(n = 60)" in line.get_label() for line in lines)


def test_without_a_change_nothing_is_drawn(tmp_path: Path) -> None:
    log = phone(tmp_path / "sms.csv", [3 + n % 4 for n in range(120)])
    assert not log.plot.before_after().lines


def test_a_moment_can_be_given(tmp_path: Path) -> None:
    log = phone(tmp_path / "sms.csv", [3 + n % 4 for n in range(48)])
    axes = log.plot.before_after(at=START + timedelta(hours=12))
    labels = [str(line.get_label()) for line in axes.lines]
    assert sum("(n = 12)" in label for label in labels) == 1
    assert sum("(n = 36)" in label for label in labels) == 1


def test_times_without_reception_are_shaded(sample_logs: Path) -> None:
    log = analyzer.load(sample_logs)
    assert len(log.analysis.outages) == 1
    assert len(log.plot.timeline().patches) == 1
    assert not log.plot.timeline(outages=()).patches
