"""What became of every record of a log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from analyzer.ingest.records import Problem, ProblemKind


@dataclass
class LogAccount:
    """The account of one log: records = kept + duplicates + other kinds + rejected.

    `format` is None where no reader claimed the log. `announced` is the number of records that
    the log itself declares; `first` and `last` are the times (UTC) of the earliest and the latest
    message received or request, `inbox_first` and `inbox_last` those of the messages received that
    lie in the inbox; `covered_until` is when the log says it was made: until then it would show
    what came. `zone` names the time zone in which times without an offset were
    read, where there were any.
    """

    log: str
    path: str
    role: str
    device: str
    format: str | None = None
    evidence: str | None = None
    sha256: str | None = None
    records: int = 0
    kept: int = 0
    duplicates: int = 0
    other: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    truncated: bool = False
    announced: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    inbox_first: datetime | None = None
    inbox_last: datetime | None = None
    covered_until: datetime | None = None
    zone: str | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        """Whether a reader claimed the log and could read it."""
        unreadable = any(problem.kind == ProblemKind.UNREADABLE for problem in self.problems)
        return self.format is not None and not unreadable

    @property
    def balanced(self) -> bool:
        """Whether every record is accounted for."""
        found = self.kept + self.duplicates + sum(self.other.values()) + self.rejected
        return self.records == found
