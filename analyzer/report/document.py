"""The report as one document of plain values: JSON schema 1, from which every renderer reads.

Unknown is null; times are UTC in ISO 8601; latencies are seconds, rates shares of one. In the
groupings, a null sender or carrier means all, "unknown" an unknown one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.analysis import Analysis
from analyzer.diagnose import Finding
from analyzer.ingest import LogAccount
from analyzer.measure import blocking_groupings, latency_groupings, request_latency_table
from analyzer.report.attempts import attempt_rows, shown_attempts
from analyzer.report.json_text import indented, readable, table_json
from analyzer.report.masking import Masker
from analyzer.report.plain import iso, plain_rows
from analyzer.report.words import Words
from analyzer.schema import Outcome

Document = dict[str, Any]

SCHEMA = 1


def document(
    analysis: Analysis,
    words: Words,
    masker: Masker,
    shown: Mapping[str, str],
    listed: pa.Table | None = None,
) -> Document:
    """Return the whole report; of the attempts only those `listed`, where given.

    `shown` has what stands for people's numbers, as Masker.keys() gives it.
    """
    late_after = analysis.options.late_after
    logs = [account.log for account in analysis.accounts]
    attempts = analysis.attempts if listed is None else listed
    named = {**shown, **masker.hidden_names(analysis.table, logs)}
    doc: Document = {
        "schema": SCHEMA,
        "analyzer": version("sms-reception-analyzer"),
        "language": words.language,
        "masked": not masker.reveal,
        "late_after": late_after,
        "logs": [log_row(account, words, masker) for account in analysis.accounts],
        "messages": _messages(analysis),
        "codes": {
            "messages": analysis.codes.num_rows,
            "attempts": analysis.attempts.num_rows,
            "outcomes": _outcomes(analysis),
            "has_requests": analysis.has_requests,
        },
        "events": _events(analysis),
        "attempts": attempt_rows(shown_attempts(attempts, words, masker, shown)),
        "latency": _localized(
            plain_rows(latency_groupings(analysis.codes, late_after=late_after)), words, shown
        ),
        "request_latency": _request_latency(analysis, words, shown),
        "blocking": _localized(plain_rows(blocking_groupings(analysis.codes)), words, shown),
        "diagnosis": [finding_row(one, words, masker, named) for one in analysis.findings],
        "next_steps": [step.get(words.language) for step in analysis.next_steps],
    }
    for table in ("logs", "latency", "request_latency", "blocking"):
        doc[table] = [masker.names(row) for row in doc[table]]
    return doc


def document_json(
    analysis: Analysis, words: Words, masker: Masker, shown: Mapping[str, str]
) -> Iterator[bytes]:
    """Yield the whole report as readable JSON, in pieces.

    It is what document() gives, but the attempts, of which there may be millions, are written from
    their columns and never become Python values.
    """
    doc = document(analysis, words, masker, shown, analysis.attempts.slice(0, 0))
    attempts = shown_attempts(analysis.attempts, words, masker, shown)
    before = "{\n"
    for name, value in doc.items():
        yield f'{before} "{name}": '.encode()
        before = ",\n"
        if name == "attempts":
            yield from table_json(attempts, depth=1)
        else:
            yield indented(readable(value))
    yield b"\n}\n"


def log_row(account: LogAccount, words: Words, masker: Masker) -> Document:
    """Return what became of one log, its problems in words."""
    return {
        "log": account.log,
        "format": account.format,
        "role": account.role,
        "device": account.device,
        "evidence": account.evidence,
        "sha256": account.sha256,
        "records": account.records,
        "kept": account.kept,
        "duplicates": account.duplicates,
        "other": dict(account.other),
        "rejected": account.rejected,
        "truncated": account.truncated,
        "announced": account.announced,
        "first": iso(account.first),
        "last": iso(account.last),
        "covered_until": iso(account.covered_until),
        "zone": account.zone,
        "problems": [
            {
                "what": problem.what,
                "kind": problem.kind.value,
                "record": problem.record,
                "byte": problem.byte,
                "field": problem.field,
                "sentence": problem.sentence(words.language),
                "remedy": problem.remedy(words.language),
            }
            for problem in map(masker.problem, account.problems)
        ],
    }


def finding_row(
    finding: Finding, words: Words, masker: Masker, shown: Mapping[str, str]
) -> Document:
    """Return one cause with its verdict."""
    language = words.language
    return {
        "cause": finding.cause,
        "title": finding.title.get(language),
        "verdict": finding.verdict.value,
        "evidence": [masker.evidence(text.get(language), shown) for text in finding.evidence],
        "messages": list(finding.messages),
        "rivals": list(finding.rivals),
        "advice": [text.get(language) for text in finding.advice],
        "decided_by": finding.decided_by.get(language),
        "best_verdict": finding.best.value,
        "explains": finding.explains,
        "failed": finding.failed,
    }


def _messages(analysis: Analysis) -> Document:
    totals = analysis.totals
    return {
        "total": totals.total,
        "received": totals.received,
        "blocked": totals.blocked,
        "first": iso(totals.first),
        "last": iso(totals.last),
    }


def _events(analysis: Analysis) -> dict[str, int]:
    """Return how often the phone's own logs say what became of an arriving message."""
    return dict(Counter(analysis.events["event"].to_pylist()).most_common())


def _outcomes(analysis: Analysis) -> dict[str, int]:
    counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    found = pc.value_counts(analysis.attempts["outcome"].cast(pa.string())).to_pylist()
    return counts | {one["values"]: one["counts"] for one in found}


def _request_latency(analysis: Analysis, words: Words, shown: Mapping[str, str]) -> list[Document]:
    """Return what users waited: over all, by service, by carrier; none without a request log."""
    if not analysis.has_requests:
        return []
    rows: list[Document] = []
    for by in ((), ("service",), ("carrier",)):
        found = plain_rows(
            request_latency_table(analysis.attempts, by, late_after=analysis.options.late_after)
        )
        rows.extend({"service": None, "carrier": None} | row for row in found)
    return _localized(rows, words, shown)


def _localized(rows: list[Document], words: Words, shown: Mapping[str, str]) -> list[Document]:
    """Put carriers in the report's language and people's numbers behind their pseudonyms."""
    for row in rows:
        if row.get("carrier") not in (None, "unknown"):
            row["carrier"] = words.carrier(row["carrier"])
        if "sender" in row:
            row["sender"] = shown.get(row["sender"], row["sender"])
    return rows
