"""The report as one document of plain values: JSON schema 1, from which every renderer reads.

Unknown is null; times are UTC in ISO 8601; latencies are seconds, rates shares of one. In the
groupings, a null sender or carrier means all, "unknown" an unknown one.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.analysis import Analysis
from analyzer.diagnose import Finding
from analyzer.ingest import LogAccount
from analyzer.measure import blocking_groupings, latency_groupings, request_latency_table
from analyzer.report.masking import Masker
from analyzer.report.words import Words
from analyzer.schema import Outcome

Document = dict[str, Any]

SCHEMA = 1
_ATTEMPT_FIELDS = (
    *("device", "service", "sender", "carrier", "started_at", "outcome", "latency"),
    *("request_latency", "block_reason", "attempt_id", "sim_slot", "received_at"),
    *("latency_basis", "upstream_latency", "requests", "codes", "valid_for", "validity_assumed"),
    *("blocked_by", "restored", "message_ids", "why"),
)


def document(
    analysis: Analysis, words: Words, masker: Masker, listed: pa.Table | None = None
) -> Document:
    """Return the whole report; of the attempts only those `listed`, where given."""
    shown = masker.keys(analysis.table)
    late_after = analysis.options.late_after
    logs = [account.log for account in analysis.accounts]
    named = shown | masker.hidden_names(analysis.table, logs)
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
        "attempts": attempt_rows(analysis.attempts if listed is None else listed, words, shown),
        "latency": _localized(
            plain_rows(latency_groupings(analysis.codes, late_after=late_after)), words, shown
        ),
        "request_latency": _request_latency(analysis, words, shown),
        "blocking": _localized(plain_rows(blocking_groupings(analysis.codes)), words, shown),
        "diagnosis": [finding_row(one, words, masker, named) for one in analysis.findings],
        "next_steps": [step.get(words.language) for step in analysis.next_steps],
    }
    for table in ("logs", "attempts", "latency", "request_latency", "blocking"):
        doc[table] = [masker.names(row) for row in doc[table]]
    return doc


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


def attempt_rows(attempts: pa.Table, words: Words, shown: dict[str, str]) -> list[Document]:
    """Return attempts in the order in which they started."""
    by_start = attempts.sort_by([("started_at", "ascending"), ("attempt_id", "ascending")])
    columns = [_plain_column(by_start[name]) for name in _ATTEMPT_FIELDS]
    rows = [
        dict(zip(_ATTEMPT_FIELDS, values, strict=True)) for values in zip(*columns, strict=True)
    ]
    return _localized(rows, words, shown)


def _plain_column(column: pa.ChunkedArray) -> list[Any]:
    """Return a column's values as JSON has them, as plain() does one by one."""
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    values: list[Any] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [None if value is None else plain(value) for value in values]
    return values


def finding_row(finding: Finding, words: Words, masker: Masker, shown: dict[str, str]) -> Document:
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


def plain_rows(frame: pd.DataFrame) -> list[Document]:
    """Return a table as plain values, row by row."""
    return [
        {str(name): plain(value) for name, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def plain(value: object) -> Any:  # noqa: ANN401
    """Return a table's value as JSON has it: no NaN, no NumPy scalars, times as text."""
    if isinstance(value, datetime):
        return None if pd.isna(value) else iso(value)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else round(value, 6)
    return value


def iso(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC with milliseconds; null stays null."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
    for value in analysis.attempts["outcome"].to_pylist():
        counts[value] += 1
    return counts


def _request_latency(analysis: Analysis, words: Words, shown: dict[str, str]) -> list[Document]:
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


def _localized(rows: list[Document], words: Words, shown: dict[str, str]) -> list[Document]:
    """Put carriers in the report's language and people's numbers behind their pseudonyms."""
    for row in rows:
        if row.get("carrier") not in (None, "unknown"):
            row["carrier"] = words.carrier(row["carrier"])
        if "sender" in row:
            row["sender"] = shown.get(row["sender"], row["sender"])
    return rows
