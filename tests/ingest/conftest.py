"""The fixtures folder, one small log a quirk, and what the tests say about logs that were read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from analyzer.ingest import IngestOptions, ingest
from analyzer.ingest.records import Problem, Role
from analyzer.ingest.xml_cells import whole_cells, without_doctype
from analyzer.ingest.xml_tags import TagParser

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = ".expected.json"


class Read:
    """What one run read, in the plain values that tests compare."""

    def __init__(self, ingested):
        self.ingested = ingested
        self.accounts = ingested.accounts
        self.messages = _known(ingested.messages)
        self.requests = _known(ingested.requests)
        self.sims = _known(ingested.sims)

    @property
    def account(self):
        (only,) = self.accounts
        return only

    @property
    def whats(self):
        return [problem.what for problem in self.ingested.problems]

    @property
    def bodies(self):
        return [row.get("body") for row in self.messages]

    def column(self, name):
        return self.ingested.messages[name].to_pylist()

    def rows(self, *without):
        """Return all rows without the columns that tell where they were read."""
        return [
            {name: value for name, value in row.items() if name not in ("log", *without)}
            for table in (self.messages, self.requests, self.sims)
            for row in table
        ]

    def as_json(self):
        """Return everything as JSON text with a line for each row."""
        rows = [*self.messages, *self.requests, *self.sims]
        lines = [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
        accounts = [_account(one) for one in self.accounts]
        head = json.dumps(accounts, ensure_ascii=False, indent=1)
        return f'{{"accounts": {head},\n"rows": [\n' + ",\n".join(lines) + "\n]}\n"


def _known(table):
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]


def _account(one):
    counts = ("records", "kept", "duplicates", "rejected", "truncated", "announced")
    return {
        **{name: getattr(one, name) for name in ("format", "role", *counts, "zone")},
        "other": dict(one.other),
        "first": one.first and str(one.first),
        "last": one.last and str(one.last),
        "problems": [f"{p.kind.value}: {p.sentence()} {p.remedy()}" for p in one.problems],
    }


def _tags_of(chunks):
    """Return the start tags and problems of an XML text, given in pieces."""
    parser = TagParser()
    pieces = whole_cells((chunk.encode() for chunk in chunks), "parts")
    found = []
    for piece in without_doctype(pieces):
        found += [piece] if isinstance(piece, Problem) else parser.fed(piece)
    return found + parser.ended()


def _fixture_logs():
    logs = sorted(FIXTURES.glob("*/*"))
    return [log for log in logs if not log.name.endswith(EXPECTED)]


def pytest_generate_tests(metafunc):
    """Run a test that asks for `log` over every fixture."""
    if "log" in metafunc.fixturenames:
        logs = _fixture_logs()
        ids = [f"{log.parent.name}/{log.name}" for log in logs]
        metafunc.parametrize("log", logs, ids=ids, indirect=True)


@pytest.fixture(scope="session")
def xml_tags():
    """Read the start tags of an XML text tag by tag."""
    return _tags_of


@pytest.fixture
def log(request):
    return request.param


@pytest.fixture
def fixtures():
    return FIXTURES


@pytest.fixture
def fixture_logs():
    return _fixture_logs()


@pytest.fixture
def write_expected(request):
    return request.config.getoption("--write-expected", default=False)


@pytest.fixture
def expected(log):
    """The file that says what a fixture gives; made by --write-expected, reviewed as a diff."""
    return log.with_name(log.name + EXPECTED)


@pytest.fixture
def data(log):
    """The bytes of a fixture's log, out of its archive if it lies in one."""
    if log.suffix != ".zip":
        return log.read_bytes()
    with zipfile.ZipFile(log) as archive:
        (member,) = [name for name in archive.namelist() if not name.startswith("data/")]
        return archive.read(member)


@pytest.fixture
def read():
    """Read files or folders in one run."""

    def read(*paths, role=Role.MESSAGES, **options):
        options.setdefault("tz", "Asia/Shanghai")
        return Read(ingest([(path, role) for path in paths], IngestOptions(**options)))

    return read


@pytest.fixture
def read_text(tmp_path, read):
    """Read one log given as text or bytes, under a name that tells nothing of its format."""

    def read_text(content, role=Role.MESSAGES, name="log", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, role=role, **options)

    return read_text
