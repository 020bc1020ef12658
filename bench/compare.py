"""How fast logs are read and reported, as ratios to a bare XML parser over the same messages.

Usage: python bench/compare.py [--runs N] [--peers PYTHON] [--no-peers] [--only WORD] [MESSAGES ...]
       (default 3 runs; 20000 200000; --only XML takes the rows with that word, and expat)

For each number of messages the same invented messages are written in every format. Every figure is
a process of its own: its CPU seconds (user and system, the smallest of the runs, which go round in
turns so that a busy moment meets them all), less those of a process that only imports the same; its
seconds by the clock; and its peak memory. The unit of the ratios is expat without handlers.

Other programs run in the interpreter PYTHON, in which bench/peers.txt is installed (`make bench`
does that); those that are not there are left out.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generator import (
    write_adb_payload,
    write_content_rows,
    write_database,
    write_json_lines,
    write_table,
    write_xml,
)
from measures import MEASURES, STAGES, Measure

WRITERS: dict[str, Callable[[Path, int], None]] = {
    "xml": write_xml,
    "ndjson": write_json_lines,
    "db": write_database,
    "txt": write_content_rows,
    "csv": write_table,
    "sms_backup": write_adb_payload,
}
PEERS = Path(__file__).parents[1] / ".venv-peers" / "bin" / "python"


class Cost(NamedTuple):
    """What a process used: CPU seconds, seconds by the clock, peak MiB."""

    cpu: float
    seconds: float
    mebibytes: float


def cost_of(python: str, code: str, path: Path | None) -> Cost:
    """Run code in a process of its own; with no path, only its imports."""
    call = f"\nwork({str(path)!r})\n" if path else ""
    command = [python, "-c", code + call]
    silent = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, silent, fd) for fd in (1, 2)]
    start = time.monotonic()
    process = os.posix_spawn(python, command, os.environ, file_actions=actions)
    _, status, used = os.wait4(process, 0)
    seconds = time.monotonic() - start
    os.close(silent)
    if status:
        raise RuntimeError(f"failed: {code}{call}")
    return Cost(used.ru_utime + used.ru_stime, seconds, used.ru_maxrss / 1024)


def runnable(peers: str | None) -> dict[Measure, str]:
    """Return the measures that can be taken with the interpreter of each, versions in the names."""
    found: dict[Measure, str] = {}
    for measure in MEASURES:
        if measure.peer is None:
            found[measure] = sys.executable
        elif peers and (version := _version(peers, measure.peer)):
            found[measure._replace(name=f"{measure.name} ({measure.peer} {version})")] = peers
    return found


def _version(python: str, package: str) -> str | None:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    asked = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or None


def costs(folder: Path, runs: int, measures: dict[Measure, str]) -> dict[str, Cost]:
    """Return the least cost of each measure, imports taken off the CPU seconds."""
    found: dict[str, Cost] = {}
    imports: dict[tuple[str, str], float] = {}
    for _ in range(runs):
        for measure, python in measures.items():
            idle = cost_of(python, measure.code, None).cpu
            key = (python, measure.code)
            imports[key] = min(imports.get(key, idle), idle)
            now = cost_of(python, measure.code, folder / f"log.{measure.ending}")
            found[measure.name] = Cost(*map(min, now, found.get(measure.name, now)))
    return {
        measure.name: found[measure.name]._replace(
            cpu=found[measure.name].cpu - imports[python, measure.code]
        )
        for measure, python in measures.items()
    }


def stages(path: Path, runs: int) -> dict[str, float]:
    """Return the least CPU seconds of each stage of a report."""
    code = f"{STAGES}\nwork({str(path)!r})\n"
    found: dict[str, float] = {}
    for _ in range(runs):
        said = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
        for line in said.stdout.decode().splitlines():
            stage, seconds = line.split("\t")
            found[stage] = min(found.get(stage, float(seconds)), float(seconds))
    return found


def print_tables(messages: int, found: dict[str, Cost], of_stages: dict[str, float]) -> None:
    """Print what was measured for a number of messages as Markdown."""
    bare = found[MEASURES[0].name].cpu
    print(f"\n{messages:,} messages; CPU of expat: {bare:.2f} s\n")
    print("| what | CPU against expat | microseconds a message | seconds | peak MiB |")
    print("|---|---|---|---|---|")
    for what, cost in found.items():
        each = f"{cost.cpu / bare:.2f} | {1e6 * cost.cpu / messages:.1f}"
        print(f"| {what} | {each} | {cost.seconds:.1f} | {cost.mebibytes:.0f} |")
    print("\n| stage of the report | CPU against expat | microseconds a message |")
    print("|---|---|---|")
    for stage, seconds in of_stages.items():
        print(f"| {stage} | {seconds / bare:.2f} | {1e6 * seconds / messages:.1f} |")


def main() -> None:
    """Measure each size and print tables for it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("messages", nargs="*", type=int, default=[20_000, 200_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=PEERS)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    peers = str(given.peers) if given.peers.exists() and not given.no_peers else None
    measures = {
        measure: python
        for measure, python in runnable(peers).items()
        if given.only in measure.name or measure.name == MEASURES[0].name
    }
    for messages in given.messages:
        with tempfile.TemporaryDirectory() as name:
            for ending in {measure.ending for measure in measures}:
                WRITERS[ending](Path(name) / f"log.{ending}", messages)
            found = costs(Path(name), given.runs, measures)
            of_stages = stages(Path(name) / "log.xml", given.runs)
        print_tables(messages, found, of_stages)


if __name__ == "__main__":
    main()
