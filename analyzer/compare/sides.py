"""The two sides of a comparison, cut from one analysis or taken from two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.analysis import Analysis
from analyzer.identify import canonical_carrier
from analyzer.recognize import service_name

# What can be told apart: column of the message table, column of the attempt table.
KEYS = {
    "carrier": ("carrier", "carrier"),
    "sender": ("sender_key", "sender"),
    "service": ("service", "service"),
    "device": ("device", "device"),
    "sim": ("sim_slot", "sim_slot"),
}


class NothingToCompareError(ValueError):
    """A side without any code message or attempt; `side` is its name, `known` what there is."""

    def __init__(self, side: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(side)
        self.side = side
        self.known = known


@dataclass(frozen=True)
class Side:
    """One side: its name, its code messages and its attempts (columns of the analysis)."""

    name: str
    codes: pa.Table
    attempts: pa.Table


def side_of(analysis: Analysis, name: str) -> Side:
    """Return a whole analysis as one side."""
    return _side(name, analysis.codes, analysis.attempts)


def before_after(analysis: Analysis, moment: datetime, names: tuple[str, str]) -> tuple[Side, Side]:
    """Return what lies before a moment, and what from it on.

    Messages count by when they were received, attempts by when they started. Raises
    NothingToCompareError if one of the two is empty.
    """
    codes, attempts = analysis.codes, analysis.attempts
    parts = []
    for name, compare in zip(names, (pc.less, pc.greater_equal), strict=True):
        cut = [
            table.filter(compare(table[column], pa.scalar(moment, table[column].type)))
            for table, column in ((codes, "received_at"), (attempts, "started_at"))
        ]
        parts.append(_side(name, *cut))
    return parts[0], parts[1]


def between(analysis: Analysis, key: str, first: str, second: str) -> tuple[Side, Side]:
    """Return two values of a key (one of KEYS) as sides; a SIM is called 1 or 2, as people do.

    Raises NothingToCompareError, naming the values there are, if one of them has no data.
    """
    known = _values(analysis, key)
    sides = []
    for named in (first, second):
        wanted = canonical(key, named)
        found = next((value for value in known if value.lower() == wanted.lower()), wanted)
        codes, attempts = (
            table.filter(pc.equal(_words(key, table[column]), found))
            for table, column in zip((analysis.codes, analysis.attempts), KEYS[key], strict=True)
        )
        name = f"SIM {named}" if key == "sim" else named
        sides.append(_side(name, codes, attempts, known))
    return sides[0], sides[1]


def _side(name: str, codes: pa.Table, attempts: pa.Table, known: tuple[str, ...] = ()) -> Side:
    if not codes.num_rows and not attempts.num_rows:
        raise NothingToCompareError(name, known)
    return Side(name, codes, attempts)


def _values(analysis: Analysis, key: str) -> tuple[str, ...]:
    """Return the values of a key that occur, the most frequent first."""
    counts = _words(key, analysis.codes[KEYS[key][0]]).value_counts().to_pylist()
    counts.sort(key=lambda row: (-row["counts"], str(row["values"])))
    asked = _words(key, analysis.attempts[KEYS[key][1]]).unique().to_pylist()
    return tuple(dict.fromkeys(v for v in (*(row["values"] for row in counts), *asked) if v))


def _words(key: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    if key == "sim":
        column = pc.add(column, pa.scalar(1, pa.int8()))
    return column.cast(pa.string())


def canonical(key: str, value: str) -> str:
    """Return a value of a key under the name that the tables use."""
    if key == "carrier":
        return canonical_carrier(value)
    return service_name(value) if key == "service" else value
