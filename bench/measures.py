"""What bench/compare.py measures: readers, stages and commands of this program, and other programs.

Every measure is a piece of Python that defines `work(path)`. Its module level does what is not
measured (imports); programs of others run in an interpreter of their own (`peer`), as they ask for
other versions of the same packages.
"""

from __future__ import annotations

from typing import NamedTuple


class Measure(NamedTuple):
    """A row of the table: what is run on the log with which ending; `peer` names its package."""

    name: str
    code: str
    ending: str
    peer: str | None = None


_EXPAT = """
from xml.parsers import expat
def work(path):
    with open(path, "rb") as stream:
        expat.ParserCreate().ParseFile(stream)
"""
_INGEST = """
from analyzer.ingest import ingest
from analyzer.ingest.records import Role
from analyzer.ingest.registry import readers
readers()
def work(path):
    assert ingest([(path, Role.MESSAGES)]).messages.num_rows
"""
_REPORT = """
import sys
def work(path):
    from analyzer.cli import main
    sys.argv = ["sms-analyzer", "report", "--format", "json", "-o", path + ".json", path]
    main()
"""
_STORE = """
import sys, tempfile
def work(path):
    from analyzer.cli import main
    with tempfile.TemporaryDirectory() as folder:
        sys.argv = ["sms-analyzer", "ingest", path, "--store", folder + "/store"]
        main()
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
# HPI reads SMS Backup & Restore: message by message, as named tuples, numbers and times converted.
_HPI = """
from pathlib import Path
from my import smscalls
def work(path):
    for message in smscalls._extract_messages(Path(path)):
        if isinstance(message, Exception):
            raise message
"""
# MVT reads the messages of an adb backup: dictionaries, with the links in their texts.
_MVT = """
from pathlib import Path
from mvt.android.parsers.backup import parse_sms_file
def work(path):
    parse_sms_file(Path(path).read_bytes())
"""

MEASURES = (
    Measure("expat, no handlers", _EXPAT, "xml"),
    Measure("XML to the message table", _INGEST, "xml"),
    Measure("lines of JSON to the message table", _INGEST, "ndjson"),
    Measure("mmssms.db to the message table", _INGEST, "db"),
    Measure("content query to the message table", _INGEST, "txt"),
    Measure("CSV to the message table", _INGEST, "csv"),
    Measure("messages of an adb backup to the message table", _INGEST, "sms_backup"),
    Measure("command: report --format json of the XML", _REPORT, "xml"),
    Measure("command: ingest --store of the XML", _STORE, "xml"),
    Measure("lxml.etree.iterparse of the XML, attributes read", _ITERPARSE, "xml", "lxml"),
    Measure("pandas.read_xml of the XML", _PANDAS, "xml", "pandas"),
    Measure("HPI my.smscalls of the XML", _HPI, "xml", "HPI"),
    Measure("MVT of the messages of an adb backup", _MVT, "sms_backup", "mvt"),
)

# The stages of a report, one after the other in one process; each prints its CPU seconds.
STAGES = """
import sys, time
from analyzer import analysis
from analyzer.ingest import ingest
from analyzer.ingest.records import Role
from analyzer.log import Log
spent = {}
def timed(name, work):
    def run(*given, **named):
        start = time.process_time()
        found = work(*given, **named)
        spent[name] = spent.get(name, 0.0) + time.process_time() - start
        return found
    return run
for stage, function in (
    ("recognition", "_recognized"),
    ("senders and carriers", "identify"),
    ("clocks and latency", "read_clock"),
    ("attempts", "attempts"),
    ("causes", "findings_by_phone"),
):
    setattr(analysis, function, timed(stage, getattr(analysis, function)))
def work(path):
    read = timed("reading", ingest)([(path, Role.MESSAGES)])
    log = Log(analysis.analyze(read))
    timed("document, JSON", lambda: sum(map(len, log.document_json())))()
    for stage, seconds in spent.items():
        print(stage, seconds, sep="\\t")
"""
