"""How fast logs are read and reported, as ratios to a bare XML parser over the same messages.

Usage: python bench/compare.py [--runs N] [MESSAGES ...]    (default 3 runs; 20000 200000)

For each number of messages the same invented messages are written as XML, lines of JSON and a
database. Every figure is a process of its own: its CPU seconds (user and system, the smallest of
the runs, which go round in turns so that a busy moment meets them all), less those of a process
that only imports the same, and its peak memory. The unit of the ratios is expat without handlers.
Peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from generator import write_database, write_json_lines, write_xml

_EXPAT = """
from xml.parsers import expat
def work(path):
    with open(path, "rb") as stream:
        expat.ParserCreate().ParseFile(stream)
"""
_ITERPARSE = """
from lxml import etree
def work(path):
    for _, element in etree.iterparse(path, tag="sms", huge_tree=True):
        dict(element.attrib)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
"""
_PANDAS = """
import pandas
def work(path):
    pandas.read_xml(path, xpath="./sms", parser="lxml")
"""
_INGEST = """
from analyzer.ingest import ingest
from analyzer.ingest.records import Role
from analyzer.ingest.registry import readers
readers()
def work(path):
    ingest([(path, Role.MESSAGES)])
"""
_REPORT = """
import sys
def work(path):
    from analyzer.cli import main
    sys.argv = ["sms-analyzer", "report", "--format", "json", "-o", path + ".json", path]
    main()
"""


class Measure(NamedTuple):
    """A row of the table: what is run on which file, and the module without which it cannot."""

    name: str
    code: str
    ending: str
    needs: str = "pyarrow"


MEASURES = (
    Measure("expat, no handlers", _EXPAT, "xml"),
    Measure("XML to the message table", _INGEST, "xml"),
    Measure("lines of JSON to the message table", _INGEST, "ndjson"),
    Measure("mmssms.db to the message table", _INGEST, "db"),
    Measure("report --format json of the XML", _REPORT, "xml"),
    Measure("lxml.etree.iterparse, attributes read", _ITERPARSE, "xml", "lxml"),
    Measure("pandas.read_xml", _PANDAS, "xml", "lxml"),
)
WRITERS = {"xml": write_xml, "ndjson": write_json_lines, "db": write_database}


class Cost(NamedTuple):
    """What a process used: CPU seconds and peak MiB."""

    seconds: float
    mebibytes: float


def cost_of(code: str, path: Path | None) -> Cost:
    """Run code in a process of its own; with no path, only its imports."""
    call = f"\nwork({str(path)!r})\n" if path else ""
    command = [sys.executable, "-c", code + call]
    silent = os.open(os.devnull, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, silent, fd) for fd in (1, 2)]
    process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
    _, _, used = os.wait4(process, 0)
    os.close(silent)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def costs(folder: Path, runs: int) -> dict[str, Cost]:
    """Return the least cost of each measure that can be taken, imports taken off the seconds."""
    found: dict[str, Cost] = {}
    imports: dict[str, float] = {}
    for _ in range(runs):
        for measure in MEASURES:
            if importlib.util.find_spec(measure.needs) is None:
                continue
            idle = cost_of(measure.code, None).seconds
            imports[measure.code] = min(imports.get(measure.code, idle), idle)
            now = cost_of(measure.code, folder / f"log.{measure.ending}")
            found[measure.name] = Cost(*map(min, now, found.get(measure.name, now)))
    return {
        measure.name: found[measure.name]._replace(
            seconds=found[measure.name].seconds - imports[measure.code]
        )
        for measure in MEASURES
        if measure.name in found
    }


def main() -> None:
    """Measure each size and print a table for it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("messages", nargs="*", type=int, default=[20_000, 200_000])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    for messages in given.messages:
        with tempfile.TemporaryDirectory() as name:
            for ending, write in WRITERS.items():
                write(Path(name) / f"log.{ending}", messages)
            found = costs(Path(name), given.runs)
        bare = found[MEASURES[0].name].seconds
        print(f"\n{messages:,} messages; CPU of expat: {bare:.2f} s\n")
        print("| what | CPU against expat | microseconds a message | peak MiB |")
        print("|---|---|---|---|")
        for what, cost in found.items():
            each = 1e6 * cost.seconds / messages
            print(f"| {what} | {cost.seconds / bare:.2f} | {each:.1f} | {cost.mebibytes:.0f} |")


if __name__ == "__main__":
    main()
