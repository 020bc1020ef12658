"""The tables of facts beside this code, and the longest-prefix look-up that number plans need."""

from __future__ import annotations

from functools import cache

from analyzer.texts import rows

Row = dict[str, str]


def table(name: str) -> tuple[Row, ...]:
    """Return the rows of one of the CSV tables in `data`."""
    return rows("analyzer.identify", f"data/{name}.csv")


@cache
def by_prefix(name: str) -> dict[str, Row]:
    """Return the rows of a table that has a `prefix` column, by prefix."""
    return {row["prefix"]: row for row in table(name)}


def longest_prefix(name: str, digits: str) -> Row | None:
    """Return the row of table `name` with the longest prefix of `digits`, None without one."""
    plan = by_prefix(name)
    for length in range(min(len(digits), _longest(name)), 0, -1):
        row = plan.get(digits[:length])
        if row is not None:
            return row
    return None


@cache
def _longest(name: str) -> int:
    return max(map(len, by_prefix(name)))
