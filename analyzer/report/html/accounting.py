"""What was read: a row for every log, its fingerprint, and what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analyzer.report.html.bilingual import Both, Documents, pair, same
from analyzer.report.html.tables import Cell, Column, Table, moment, number, word
from analyzer.report.masking import printable
from analyzer.texts import Text

Row = dict[str, Any]
MOST_LOGS, MOST_PROBLEMS = 200, 8


@dataclass(frozen=True)
class Trouble:
    """What was wrong with one log: sentences with their remedies, and how many are not said."""

    log: str
    problems: list[tuple[Text, Text]]
    more: int


@dataclass(frozen=True)
class Accounting:
    """The logs, their fingerprints and their problems; `warning` if something was not read."""

    table: Table
    hashes: list[tuple[str, str]]
    troubles: list[Trouble]
    warning: Text | None


def accounting(documents: Documents, both: Both) -> Accounting:
    """Return what became of every record of every log."""
    logs = documents["en"]["logs"]
    return Accounting(
        table=_logs_table(logs, both),
        hashes=[(printable(row["log"]), row["sha256"] or "") for row in logs[:MOST_LOGS]],
        troubles=[
            _trouble(en, zh)
            for en, zh in zip(logs, documents["zh"]["logs"], strict=True)
            if en["problems"]
        ][:MOST_LOGS],
        warning=_warning(logs, both),
    )


def _logs_table(logs: list[Row], both: Both) -> Table:
    counts = ("records", "kept", "duplicates", "other", "rejected")
    columns = [Column(both(name)) for name in ("log", "format", "role")]
    columns += [Column(both(name), number=True) for name in counts]
    columns += [Column(both("first")), Column(both("last"))]
    rows = [_log(row, both) for row in logs[:MOST_LOGS]]
    left_out = max(len(logs) - MOST_LOGS, 0)
    command = "sms-analyzer report --format csv"
    return Table("logs", both("accounting"), columns, rows, left_out, command)


def _log(row: Row, both: Both) -> list[Cell]:
    numbers = (row["records"], row["kept"], row["duplicates"])
    return [
        word(same(row["log"]), "name"),
        word(same(row["format"] or "–")),
        word(both(f"role_{row['role']}") if row["role"] in _ROLES else same(row["role"] or "–")),
        *(number(n) for n in numbers),
        number(sum(row["other"].values())),
        number(row["rejected"]),
        moment(row["first"], both),
        moment(row["last"], both),
    ]


_ROLES = ("messages", "blocked", "requests", "sims", "events")


def _trouble(en: Row, zh: Row) -> Trouble:
    both = zip(en["problems"][:MOST_PROBLEMS], zh["problems"][:MOST_PROBLEMS], strict=True)
    said = [
        (pair(one["sentence"], other["sentence"]), pair(one["remedy"], other["remedy"]))
        for one, other in both
    ]
    return Trouble(printable(en["log"]), said, max(len(en["problems"]) - MOST_PROBLEMS, 0))


def _warning(logs: list[Row], both: Both) -> Text | None:
    rejected = sum(row["rejected"] for row in logs)
    cut = sum(bool(row["truncated"]) or not row["format"] for row in logs)
    return both("trouble_read", rejected=rejected, truncated=cut) if rejected or cut else None
