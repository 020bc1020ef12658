"""The figures against those of an earlier report: what became worse, beyond chance.

A latency is worse if its 95 % interval lies wholly above the earlier one's; a blocking rate if the
exact test says so. Groups that either report has too few cases of are passed over.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from analyzer.measure import compare_rates, holm

_LEVEL = 0.05
_PERCENTILES = ("p50", "p95")


class BaselineError(ValueError):
    """A file that is no report of this program; the text says which."""


class Worse(NamedTuple):
    """A figure that was compared: of which group, before and now, and whether it became worse."""

    measure: str
    sender: str | None
    carrier: str | None
    before: float
    now: float
    n: int
    worse: bool


def against_baseline(path: Path, document: dict[str, Any]) -> list[Worse]:
    """Return every figure of both reports that can be compared. Raises BaselineError."""
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
        if earlier["schema"] != document["schema"]:
            raise BaselineError(
                f"{path}: schema {earlier['schema']}, expected {document['schema']}."
            )
        before = {name: _by_group(earlier[name]) for name in ("latency", "blocking")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, BaselineError):
            raise
        raise BaselineError(
            f"{path}: no JSON report of this program; make one with report -o FILE.json."
        ) from error
    now = {name: _by_group(document[name]) for name in ("latency", "blocking")}
    return [
        *_latencies(before["latency"], now["latency"]),
        *_rates(before["blocking"], now["blocking"]),
    ]


Rows = dict[tuple[str | None, str | None], dict[str, Any]]


def _by_group(rows: list[dict[str, Any]]) -> Rows:
    return {(row["sender"], row["carrier"]): row for row in rows}


def _latencies(before: Rows, now: Rows) -> list[Worse]:
    found = []
    for group, row in now.items():
        earlier = before.get(group)
        for name in _PERCENTILES if earlier else ():
            high, low = (earlier or {}).get(f"{name}_high"), row.get(f"{name}_low")
            if high is not None and low is not None and earlier:
                found.append(Worse(name, *group, earlier[name], row[name], row["n"], low > high))
    return found


def _rates(before: Rows, now: Rows) -> list[Worse]:
    groups = [group for group in now if group in before]
    compared = [
        compare_rates(
            before[group]["blocked"], before[group]["n"], now[group]["blocked"], now[group]["n"]
        )
        for group in groups
    ]
    corrected = holm([one.p if one.decidable else float("nan") for one in compared])
    return [
        Worse(
            "blocked",
            *group,
            before[group]["rate"],
            now[group]["rate"],
            now[group]["n"],
            bool(p < _LEVEL and one.difference > 0),
        )
        for group, one, p in zip(groups, compared, corrected, strict=True)
        if one.decidable
    ]
