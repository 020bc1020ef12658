"""Accounts of logs as a store keeps them: JSON, with the order in which logs were imported."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, NamedTuple

from analyzer.ingest.account import LogAccount
from analyzer.ingest.records import Problem, ProblemKind

_TIMES = [field.name for field in fields(LogAccount) if "datetime" in str(field.type)]


class StoredLog(NamedTuple):
    """A log of a store: its account, the import that brought it, and its place among all."""

    account: LogAccount
    import_id: str
    order: tuple[str, int]


def account_text(account: LogAccount, started: datetime, ordinal: int, private: bool) -> str:
    """Return an account as JSON; `started` and `ordinal` order it among all imports."""
    said = dict(vars(account))
    for name in _TIMES:
        if said.get(name) is not None:
            said[name] = said[name].astimezone(UTC).isoformat()
    problems = (problem._replace(raw=None) if private else problem for problem in account.problems)
    said["problems"] = [problem._asdict() for problem in problems]
    order = [started.astimezone(UTC).isoformat(), ordinal]
    return json.dumps({"order": order, "account": said}, ensure_ascii=False, default=str)


def stored_log(text: str, import_id: str) -> StoredLog:
    """Return the log that an account's JSON tells of."""
    said: dict[str, Any] = json.loads(text)
    known = {
        name: value
        for name, value in said["account"].items()
        if name in LogAccount.__dataclass_fields__
    }
    for name in _TIMES:
        if known.get(name) is not None:
            known[name] = datetime.fromisoformat(known[name])
    known["other"] = Counter(known["other"])
    known["problems"] = [
        Problem(**(problem | {"kind": ProblemKind(problem["kind"])}))
        for problem in known["problems"]
    ]
    started, ordinal = said["order"]
    return StoredLog(LogAccount(**known), import_id, (started, ordinal))
