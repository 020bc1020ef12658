"""Coverage-guided fuzzing of every reader, with atheris.

    make fuzz                                  every reader, one minute each
    python fuzz/readers.py qksms -max_total_time=600
    python fuzz/readers.py --all 60            every reader, 60 seconds each
    python fuzz/readers.py --all 60 qksms termux  these readers

It prints cases tried, seconds, crashes, hangs and the largest memory of each reader. The corpus
is the reader's fixtures and what once broke it. What is held for any bytes whatsoever: no
exception, no case slower than ten seconds, memory below 1 GB, and an account that adds up.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import atheris

with atheris.instrument_imports(include=["analyzer.ingest"]):
    from analyzer.ingest.account import LogAccount
    from analyzer.ingest.reading import LogReading
    from analyzer.ingest.records import Role
    from analyzer.ingest.registry import readers
    from analyzer.ingest.source import Source
    from analyzer.ingest.times import LocalTime

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "ingest" / "fixtures"
CORPUS = FIXTURES.with_name("corpus")
FOUND = Path(__file__).with_name("found")
SLOWEST_SECONDS, LARGEST_MB = 10, 1024
_STATISTICS = ("-print_final_stats=1",)


def read_bytes(name: str, data: bytes) -> LogAccount:
    """Read bytes as a log of a format, whatever they are; return the account."""
    reader = next(reader for reader in readers() if reader.name == name)
    source = Source("fuzzed", lambda: cast("BinaryIO", io.BytesIO(data)))
    account = LogAccount("fuzzed", "fuzzed", reader.role.value, "phone")
    claimed = reader.sniff(source.head())  # a stated role makes a reader read what it claims not
    if not claimed and reader.role == Role.MESSAGES:
        return account
    reading = LogReading(reader, source, account, LocalTime("UTC"))
    for _ in reading.tables():
        continue
    reading.close()
    if not account.balanced:
        raise AssertionError(f"the account of {name} does not add up: {account}")
    for problem in account.problems:
        problem.sentence("en"), problem.remedy("zh")
    return account


def fuzz(name: str, options: list[str]) -> None:
    """Fuzz one reader until the options of libFuzzer say stop."""
    with tempfile.TemporaryDirectory() as found:
        for seed in (*FIXTURES.glob(f"{name}/*"), *CORPUS.glob(f"{name}-*")):
            if not seed.name.endswith(".expected.json"):
                shutil.copy(seed, found)
        limits = [
            f"-timeout={SLOWEST_SECONDS}",
            f"-rss_limit_mb={LARGEST_MB}",
            f"-artifact_prefix={FOUND}/{name}-",
            "-max_len=65536",
        ]
        FOUND.mkdir(exist_ok=True)
        atheris.Setup(
            [sys.argv[0], *limits, *options, found],
            lambda data: read_bytes(name, data) and None,
        )
        atheris.Fuzz()


class Figures(NamedTuple):
    """What fuzzing one reader came to: cases tried, seconds, how it ended, largest memory."""

    reader: str
    cases: int
    seconds: float
    crashes: int
    hangs: int
    peak_mb: int

    def line(self) -> str:
        """Return the figures as one line of a table."""
        return (
            f"{self.reader:24} {self.cases:>10,} {self.seconds:>8.0f} "
            f"{self.crashes:>8} {self.hangs:>6} {self.peak_mb:>8}"
        )


def fuzz_all(seconds: int, names: list[str]) -> int:
    """Fuzz readers, each in a process of its own; print the figures, return how many failed."""
    print(f"{'reader':24} {'cases':>10} {'seconds':>8} {'crashes':>8} {'hangs':>6} {'peak MB':>8}")
    figures = []
    for name in names or [reader.name for reader in readers()]:
        figures.append(_fuzzed_apart(name, seconds))
        print(figures[-1].line(), flush=True)
    total = Figures(
        f"all {len(figures)}",
        sum(one.cases for one in figures),
        sum(one.seconds for one in figures),
        sum(one.crashes for one in figures),
        sum(one.hangs for one in figures),
        max(one.peak_mb for one in figures),
    )
    print(total.line())
    return total.crashes + total.hangs


def _fuzzed_apart(name: str, seconds: int) -> Figures:
    command = [sys.executable, __file__, name, f"-max_total_time={seconds}", *_STATISTICS]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    took = time.monotonic() - start
    told = done.stderr
    is_hang = "ALARM: working on the last Unit" in told or "libFuzzer: timeout" in told
    if done.returncode:
        print("\n".join(told.strip().splitlines()[-30:]))
    memory = [int(size) for size in re.findall(r"(?:rss: |peak_rss_mb:\s*)(\d+)", told)]
    cases = [int(count) for count in re.findall(r"(?m)^(?:#|stat::\w+units:\s+)(\d+)", told)]
    return Figures(
        name,
        max(cases, default=0),
        took,
        int(done.returncode != 0 and not is_hang),
        int(is_hang),
        max(memory, default=0),
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--all"]:
        sys.exit(min(1, fuzz_all(int(sys.argv[2]), sys.argv[3:])))
    fuzz(sys.argv[1], sys.argv[2:])
