"""Coverage-guided fuzzing of every reader, with atheris.

    make fuzz                                  every reader, one minute each
    python fuzz/readers.py qksms -max_total_time=600
    python fuzz/readers.py --all 60            every reader, 60 seconds each

The corpus is the reader's fixtures. What is held for any bytes whatsoever: no exception, no case
slower than ten seconds, memory below 1 GB, and an account that adds up.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

import atheris

with atheris.instrument_imports(include=["analyzer.ingest"]):
    from analyzer.ingest.account import LogAccount
    from analyzer.ingest.reading import LogReading
    from analyzer.ingest.records import Role
    from analyzer.ingest.registry import readers
    from analyzer.ingest.source import Source
    from analyzer.ingest.times import LocalTime

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "ingest" / "fixtures"
FOUND = Path(__file__).with_name("found")
SLOWEST_SECONDS, LARGEST_MB = 10, 1024


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
        seeds = [str(FIXTURES / name)] if (FIXTURES / name).is_dir() else []
        limits = [
            f"-timeout={SLOWEST_SECONDS}",
            f"-rss_limit_mb={LARGEST_MB}",
            f"-artifact_prefix={FOUND}/{name}-",
            "-max_len=65536",
        ]
        FOUND.mkdir(exist_ok=True)
        atheris.Setup(
            [sys.argv[0], *limits, *options, found, *seeds],
            lambda data: read_bytes(name, data) and None,
        )
        atheris.Fuzz()


def fuzz_all(seconds: int) -> int:
    """Fuzz every reader in a process of its own; return how many failed."""
    failed = 0
    for reader in readers():
        command = [sys.executable, __file__, reader.name, f"-max_total_time={seconds}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = done.stderr.strip().splitlines()
        last = next((line for line in reversed(lines) if line.startswith("Done")), lines[-1:])
        stats = next((line for line in reversed(lines) if "rss:" in line), "")
        print(f"{reader.name}: exit {done.returncode}; {last}; {stats.split('exec/s')[-1]}")
        if done.returncode:
            failed += 1
            print("\n".join(lines[-30:]))
    return failed


if __name__ == "__main__":
    if sys.argv[1:2] == ["--all"]:
        sys.exit(min(1, fuzz_all(int(sys.argv[2]))))
    fuzz(sys.argv[1], sys.argv[2:])
