"""How reading an SMS Backup & Restore log compares with the bare XML parser over the same file.

Usage: python bench/reading.py [MESSAGES ...]    (default 10000 200000)

For each number of messages an invented log is written to a temporary folder. Printed are the CPU
seconds of a bare expat pass without handlers, of reading the log batch by batch, and of the whole
ingest with duplicates removed, as ratios to the bare pass, the smallest of three runs each; and
the peak memory that reading adds (nothing kept: flat, whatever the size of the log), measured in
a process of its own (Linux only). Times of two machines do not compare; the ratios roughly do.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

START_MS = 1_735_689_600_000  # 2025-01-01
SENDERS = [f"1069{n:010}" for n in range(40)] + [f"+86138{n:08}" for n in range(200)] + ["BANK"]
TEXTS = (
    "【示例科技】验证码：{code}，5分钟内有效，请勿泄露给他人。",
    "Your Example code is {code}. Do not share it. Valid for 10 minutes.",
    "See you at eight? Bring {code} cakes &amp; &quot;tea&quot; &#128512;&#10;Ann",
)
ROW = (
    '  <sms protocol="0" address="{sender}" date="{received}" type="1" subject="null" '
    'body="{body}" toa="null" sc_toa="null" service_center="+8613800210500" read="1" '
    'status="-1" locked="0" date_sent="{sent}" sub_id="{sub_id}" '
    'readable_date="Jan 1, 2025 12:00:00 AM" '
    'contact_name="(Unknown)" />\n'
)


def write_log(path: Path, messages: int) -> None:
    """Write an invented log; the same number of messages gives the same log."""
    chance = random.Random(messages)
    at = START_MS
    with path.open("w", encoding="utf-8") as out:
        out.write(f"<?xml version='1.0' encoding='UTF-8'?>\n<smses count=\"{messages}\">\n")
        for _ in range(messages):
            at += chance.randrange(1_000, 600_000)
            body = chance.choice(TEXTS).format(code=chance.randrange(100_000, 1_000_000))
            sent = (at - chance.randrange(1_000, 9_000)) // 1000 * 1000
            sender, sub_id = chance.choice(SENDERS), chance.randrange(1, 3)
            out.write(ROW.format(sender=sender, received=at, body=body, sent=sent, sub_id=sub_id))
        out.write("</smses>\n")


def bare_parse(path: Path) -> None:
    """Parse the file and do nothing with it."""
    with path.open("rb") as stream:
        expat.ParserCreate().ParseFile(stream)


def read_batches(path: Path) -> int:
    """Read the log batch by batch, keep nothing; return the number of messages."""
    from analyzer.ingest.account import LogAccount
    from analyzer.ingest.reading import LogReading
    from analyzer.ingest.registry import claimant
    from analyzer.ingest.source import plain
    from analyzer.ingest.times import LocalTime

    source = plain(path, path.name)
    reader = claimant(source.head())
    if reader is None:
        raise SystemExit(f"{path}: no reader claims it")
    account = LogAccount(path.name, str(path), "messages", "phone")
    return sum(
        rows.num_rows for rows in LogReading(reader, source, account, LocalTime("UTC")).tables()
    )


def whole_ingest(path: Path) -> None:
    """Read the log as a report does."""
    from analyzer.ingest import ingest
    from analyzer.ingest.records import Role

    ingest([(path, Role.MESSAGES)])


def cpu_seconds(work: Callable[[Path], object], path: Path) -> float:
    """Return the CPU seconds of the fastest of three runs."""
    runs = []
    for _ in range(3):
        start = time.process_time()
        work(path)
        runs.append(time.process_time() - start)
    return min(runs)


def added_memory(path: Path) -> float:
    """Return the MiB by which reading raises the peak memory of a fresh process."""
    command = [sys.executable, __file__, "--memory", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _print_added_memory(path: Path) -> None:
    import analyzer.ingest.pipeline  # noqa: F401 (its memory is not what reading adds)

    before = _peak_kib()
    read_batches(path)
    print((_peak_kib() - before) / 1024)


def _peak_kib() -> int:
    """Return this process's own peak (Linux); ru_maxrss would count the parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def main(sizes: list[int]) -> None:
    """Measure each size and print a line for it."""
    print(f"{'messages':>9} {'MB':>6} {'bare':>7} {'read':>14} {'ingest':>14} {'added MiB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for messages in sizes:
            path = Path(folder) / f"sms-{messages}.xml"
            write_log(path, messages)
            bare = cpu_seconds(bare_parse, path)
            read = cpu_seconds(read_batches, path)
            ingested = cpu_seconds(whole_ingest, path)
            print(
                f"{messages:9} {path.stat().st_size / 1e6:6.1f} {bare:6.2f}s"
                f" {read:6.2f}s ({read / bare:3.1f}x) {ingested:6.2f}s ({ingested / bare:3.1f}x)"
                f" {added_memory(path):9.1f}"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        _print_added_memory(Path(sys.argv[2]))
    else:
        main([int(size) for size in sys.argv[1:]] or [10_000, 200_000])
