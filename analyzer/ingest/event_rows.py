"""One row an event, where several logs of one phone tell of it.

A logcat and a dump taken minutes apart overlap. Two rows of different logs are one event if device
and time agree, within a second, and they say the same; or if one says only that a message came.
Rows of one log stay apart: a log does not repeat itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from datetime import datetime
from typing import Any

import pyarrow as pa

from analyzer.schema import EVENT_SCHEMA, EventKind

_SAME_MS = 1000
Row = dict[str, Any]


def distinct_events(events: pa.Table) -> pa.Table:
    """Return each event once, in the order in which it was first read."""
    rows = events.to_pylist()
    if len({row["log"] for row in rows}) < 2:
        return events
    kept: list[Row] = []
    for of_one_log in _by_log(rows):
        known = _Known(kept)
        for row in of_one_log:
            same = known.match(row)
            if same is None:
                kept.append(row)
            else:
                _complete(same, row)
    return pa.Table.from_pylist(kept, EVENT_SCHEMA)


def _by_log(rows: list[Row]) -> list[list[Row]]:
    logs: dict[str, list[Row]] = {}
    for row in rows:
        logs.setdefault(row["log"], []).append(row)
    return list(logs.values())


class _Known:
    """The rows of the logs before, each to be matched once; those without a time match exactly."""

    def __init__(self, rows: list[Row]) -> None:
        self._timed: dict[str, list[tuple[int, int, Row]]] = defaultdict(list)
        self._untimed: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for index, row in enumerate(rows):
            if row["at"] is None:
                self._untimed[_exact(row)].append(row)
            else:
                self._timed[row["device"]].append((_millis(row), index, row))
        for timed in self._timed.values():
            timed.sort(key=lambda entry: entry[:2])
        self._matched: set[int] = set()

    def match(self, row: Row) -> Row | None:
        """Return the row that tells of the same event, or None; it will not be given again."""
        if row["at"] is None:
            same = self._untimed.get(_exact(row))
            return same.pop(0) if same else None
        timed = self._timed.get(row["device"], [])
        at = _millis(row)
        for millis, index, known in timed[bisect_left(timed, (at - _SAME_MS,)) :][:64]:
            if millis > at + _SAME_MS:
                break
            if index not in self._matched and _same(row, known):
                self._matched.add(index)
                return known
        return None


def _millis(row: Row) -> int:
    at: datetime = row["at"]
    return round(at.timestamp() * 1000)


def _exact(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("device", "sim_slot", "event", "sender", "detail"))


def _same(row: Row, known: Row) -> bool:
    agree = all(
        row[name] is None or known[name] is None or row[name] == known[name]
        for name in ("sim_slot", "sender")
    )
    return agree and (row["event"] == known["event"] or _only_came(row) or _only_came(known))


def _only_came(row: Row) -> bool:
    return bool(row["event"] == EventKind.RECEIVED)


def _complete(known: Row, other: Row) -> None:
    """Add what only the other row tells."""
    if _only_came(known) and not _only_came(other):
        known["event"], known["detail"] = other["event"], other["detail"]
    for name in ("sim_slot", "sender", "detail"):
        if known[name] is None:
            known[name] = other[name]
