"""Small logs written by hand, judged by a human reading of what logs can show.

The simulator is not the judge of itself: here neither messages nor expectations are made by a
program. Each folder of `cases/` holds the logs of one phone and `expected.json`:

about               the reading, in a sentence or two
outcomes            outcome to number of attempts
attempts            [service, outcome] of every attempt, in any order
verdicts            cause to the verdict, or the verdicts, that are right
others              the verdicts that are right for every other cause
never               verdicts that are right for no cause beyond those of `verdicts`
requests, codes     numbers of requests and of codes, by attempt
restored            whether the attempt's code was restored, by attempt
latency_at_most     seconds that no code may exceed
international_path  what the codes of services may say of their path
has_requests, code_messages, duplicates   as in the report
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis, analyze
from analyzer.ingest import IngestOptions, ingest
from analyzer.ingest.records import Role

CASES = sorted((Path(__file__).parent / "cases").iterdir())
LOGS = (".csv", ".xml", ".json")


@cache
def analyzed(case: Path) -> Analysis:
    logs = sorted(
        path for path in case.iterdir() if path.suffix in LOGS and path.name != "expected.json"
    )
    options = IngestOptions(tz="Asia/Shanghai", device="phone")
    return analyze(ingest([(path, Role.MESSAGES) for path in logs], options))


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def expected(case: Path) -> dict[str, Any]:
    return json.loads((case / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def analysis(case: Path) -> Analysis:
    return analyzed(case)


def column(analysis: Analysis, name: str) -> list[Any]:
    return analysis.attempts.sort_by([("started_at", "ascending")])[name].to_pylist()


def test_every_attempt_ends_as_a_person_reads_it(analysis: Analysis, expected) -> None:
    outcomes = column(analysis, "outcome")
    if "outcomes" in expected:
        assert dict(Counter(outcomes)) == expected["outcomes"]
    if "attempts" in expected:
        found = list(zip(column(analysis, "service"), outcomes, strict=True))
        assert sorted(found) == sorted(map(tuple, expected["attempts"]))
    for name in ("requests", "codes", "restored"):
        if name in expected:
            assert column(analysis, name) == expected[name], name


def test_every_verdict_is_one_that_a_person_would_give(analysis: Analysis, expected) -> None:
    wrong = []
    for finding in analysis.findings:
        given = expected["verdicts"].get(finding.cause)
        verdict = finding.verdict.value
        if given is not None:
            fine = verdict in ([given] if isinstance(given, str) else given)
        else:
            fine = verdict not in expected.get("never", ())
            fine = fine and verdict in expected.get("others", [verdict])
        if not fine:
            wrong.append((finding.cause, verdict, [text.en for text in finding.evidence]))
    assert not wrong, expected["about"]


def test_the_figures_are_those_of_the_logs(analysis: Analysis, expected) -> None:
    if "has_requests" in expected:
        assert analysis.has_requests == expected["has_requests"]
    if "code_messages" in expected:
        assert analysis.codes.num_rows == expected["code_messages"]
    if "duplicates" in expected:
        assert sum(a.duplicates for a in analysis.accounts) == expected["duplicates"]
    if "latency_at_most" in expected:
        latencies = analysis.codes["latency"].to_pylist()
        assert max(latencies) <= expected["latency_at_most"]
    if "international_path" in expected:
        paths = set(analysis.codes["international_path"].to_pylist())
        assert paths <= set(expected["international_path"])


def test_every_log_is_read_whole(analysis: Analysis) -> None:
    for account in analysis.accounts:
        assert account.readable, account.log
        assert not account.rejected, account.log
        assert not account.truncated, account.log
