"""What the user says of a table's columns: which of them are ours, by name or by number."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analyzer.ingest.records import Problem, ProblemKind

# Columns of a table of messages; date and time of day may stand apart.
KNOWN = (
    *("received_at", "sender", "body", "sent_at", "direction", "type", "date", "time"),
    *("sub_id", "sim_slot", "sim", "service_center", "read", "seen", "creator"),
)


class ColumnMapError(ValueError):
    """A statement about columns that cannot be understood; `problem` says why in both languages."""

    def __init__(self, what: str, **details: object) -> None:
        details["known"] = ", ".join(KNOWN)
        self.problem = Problem(what, ProblemKind.UNREADABLE, details=details)
        super().__init__(f"{self.problem.sentence()} {self.problem.remedy()}")


_NUMBER = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True)
class ColumnMap:
    """Our column for each named column of a table.

    `ours` has the table's names in lower case as keys, in tables without a header row the numbers
    of the columns, from "1".
    """

    ours: Mapping[str, str]

    @property
    def by_number(self) -> bool:
        """Whether all columns are named by number."""
        return all(_NUMBER.fullmatch(name) for name in self.ours)

    def is_headerless(self, header: Iterable[str]) -> bool:
        """Tell whether numbers name the columns of a table whose first row is `header`."""
        return self.by_number and set(header).isdisjoint(self.ours)

    def missing(self, header: list[str]) -> list[str]:
        """Return the named columns that a table with this first row has not."""
        if self.is_headerless(header):
            return [name for name in self.ours if not 1 <= int(name) <= len(header)]
        return [name for name in self.ours if name not in header]


def column_map(given: str | Mapping[str, str | int] | None) -> ColumnMap | None:
    """Return the map that `given` states; None if it states none.

    `given` is text such as "received_at=Zeit,sender=Von" or "1=sender,2=received_at" (a name with
    a comma stands in quotation marks), or a mapping from our columns to the table's names or
    numbers. Raises ColumnMapError, whose text is one sentence.
    """
    if not given:
        return None
    pairs = _written(given) if isinstance(given, str) else _stated(given)
    ours: dict[str, str] = {}
    for column, theirs in pairs:
        if column in ours.values():
            raise ColumnMapError("columns_twice", column=column)
        if theirs in ours:
            raise ColumnMapError("columns_twice", column=theirs)
        ours[theirs] = column
    return ColumnMap(ours)


def _written(text: str) -> Iterable[tuple[str, str]]:
    for piece in next(csv.reader([text], skipinitialspace=True), []):
        left, equals, right = (part.strip() for part in piece.partition("="))
        if not (equals and left and right):
            raise ColumnMapError("columns_malformed", text=piece)
        if left.lower() in KNOWN:
            yield left.lower(), right.lower()
        elif right.lower() in KNOWN:
            yield right.lower(), left.lower()
        else:
            raise ColumnMapError("columns_unknown", column=left)


def _stated(given: Mapping[str, str | int]) -> Iterable[tuple[str, str]]:
    for column, theirs in given.items():
        if column not in KNOWN:
            raise ColumnMapError("columns_unknown", column=column)
        if not str(theirs).strip():
            raise ColumnMapError("columns_malformed", text=column)
        yield column, str(theirs).strip().lower()
