"""Which reader reads a log: the one that claims it, unless the user states role or columns."""

from __future__ import annotations

from typing import NamedTuple

from analyzer.ingest.column_map import KNOWN, ColumnMap
from analyzer.ingest.records import Problem, ProblemKind, Reader, Role
from analyzer.ingest.registry import claimant, readers
from analyzer.ingest.source import Head
from analyzer.ingest.written_table import header_columns, header_words

_ROLE_READER = {Role.BLOCKED: "blocked_log", Role.REQUESTS: "request_log", Role.SIMS: "sim_map"}
_MAPPED_READER, _MAPPED_TABLE = "generic_csv", "messages"
_WITH_COLUMNS = (Role.MESSAGES, Role.BLOCKED)
_TIMES = frozenset(("received_at", "date", "time"))
_SHOWN = 160


class Choice(NamedTuple):
    """A reader and the columns it is told, or why there is none (both None: nobody's log)."""

    reader: Reader | None = None
    columns: ColumnMap | None = None
    problem: Problem | None = None


def reader_choice(head: Head, role: Role, said: ColumnMap | None = None) -> Choice:
    """Return the reader of a log that starts with `head`.

    `said` is what the user says of the columns of tables: where a table has all of them, they
    decide. Raises AmbiguousLogError if several readers claim the log.
    """
    words = header_words(head) if said is not None and role in _WITH_COLUMNS else []
    if said is None or len(words) <= 1:  # one column is no table
        return Choice(_stated(claimant(head), role))
    fits = not said.missing(words)
    if fits and not said.by_number and head.json is None:
        return _mapped(head, said)
    claimed = claimant(head)
    if claimed is not None and (claimed.name != _MAPPED_READER or not fits):
        return Choice(claimed)
    return _mapped(head, said) if fits else Choice(problem=_not_found(said, words))


def _stated(claimed: Reader | None, role: Role) -> Reader | None:
    if claimed is None and role in _ROLE_READER:
        return _named(_ROLE_READER[role])
    return claimed


def _named(name: str) -> Reader:
    return next(reader for reader in readers() if reader.name == name)


def _mapped(head: Head, said: ColumnMap) -> Choice:
    present = header_columns(head, _MAPPED_TABLE, said)
    lacking = [] if "sender" in present else ["sender"]
    if present.isdisjoint(_TIMES):
        lacking.insert(0, "received_at")
    if lacking:
        error = _failure("columns_incomplete", columns=", ".join(lacking))
        return Choice(problem=error)
    return Choice(_named(_MAPPED_READER), said)


def _not_found(said: ColumnMap, words: list[str]) -> Problem:
    missing = ", ".join(said.missing(words))
    return _failure("columns_not_found", columns=missing, header=", ".join(words)[:_SHOWN])


def _failure(what: str, **details: object) -> Problem:
    details["known"] = ", ".join(KNOWN)
    return Problem(what, ProblemKind.UNREADABLE, details=details)
