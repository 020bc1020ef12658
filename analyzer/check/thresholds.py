"""What a threshold says: which figure, of whom, at most or at least how much."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

KEYS = ("sender", "carrier", "service", "device")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*(s|sec|m|min|h)?", re.IGNORECASE)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%)?")
_FACTORS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class Measure(StrEnum):
    """A figure that can have a threshold: latencies in seconds, the others shares."""

    P50 = "p50"
    P90 = "p90"
    P95 = "p95"
    P99 = "p99"
    BLOCKED = "blocked"
    LATE = "late"
    EXPIRED = "expired"
    GARBLED = "garbled"
    MISSING = "missing"
    IN_TIME = "in_time"

    @property
    def in_seconds(self) -> bool:
        """Whether the figure is a latency."""
        return self in (Measure.P50, Measure.P90, Measure.P95, Measure.P99)

    @property
    def is_least(self) -> bool:
        """Whether its threshold is the least that is allowed, not the most."""
        return self is Measure.IN_TIME


class ThresholdError(ValueError):
    """A threshold that cannot be understood; the text says which and what is expected."""


class Threshold(NamedTuple):
    """A limit (seconds, or a share of one) of a measure.

    `only` names the group it holds for (a key of KEYS and its value); `each` is a key: it holds
    for every group of it. Fewer than `min_n` cases are too few to decide.
    """

    measure: Measure
    limit: float
    only: tuple[tuple[str, str], ...] = ()
    each: str | None = None
    min_n: int = 1


def limit_of(measure: Measure, written: str | float) -> float:
    """Return a limit as written ("60s", "2m", "1 %", 0.01). Raises ThresholdError."""
    text = str(written).strip()
    if measure.in_seconds:
        found = _SECONDS.fullmatch(text)
        if found:
            return float(found[1]) * _FACTORS[(found[2] or "s").lower()]
        raise ThresholdError(f"{measure}: '{text}' is no time; write one like 60s, 2m or 1h.")
    found = _SHARE.fullmatch(text)
    share = float(found[1]) / (100 if found[2] else 1) if found else None
    if share is None or share > 1:
        raise ThresholdError(f"{measure}: '{text}' is no share; write one like 1% or 0.01.")
    return share


def from_toml(path: Path) -> list[Threshold]:
    """Return the thresholds of a TOML file. Raises ThresholdError naming file and entry."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThresholdError(f"{path}: cannot be read as TOML ({error}).") from error
    entries = said.get("threshold")
    if not isinstance(entries, list) or not entries:
        raise ThresholdError(f"{path}: holds no [[threshold]].")
    thresholds = []
    for number, entry in enumerate(entries, start=1):
        try:
            thresholds.append(_entry(entry))
        except ThresholdError as error:
            raise ThresholdError(f"{path}, threshold {number}: {error}") from error
    return thresholds


def _entry(entry: Mapping[str, Any]) -> Threshold:
    known = {"measure", "max", "min", "each", "min_n", *KEYS}
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ThresholdError(
            f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(known))}."
        )
    try:
        measure = Measure(str(entry.get("measure")))
    except ValueError as error:
        names = ", ".join(Measure)
        raise ThresholdError(f"measure is one of {names}.") from error
    word = "min" if measure.is_least else "max"
    if word not in entry or ({"min", "max"} - {word}) & set(entry):
        raise ThresholdError(f"{measure} takes {word}.")
    if entry.get("each") not in (None, *KEYS):
        raise ThresholdError(f"each is one of {', '.join(KEYS)}.")
    min_n = entry.get("min_n", 1)
    if not isinstance(min_n, int) or min_n < 1:
        raise ThresholdError("min_n is a whole number from 1 on.")
    only = tuple((key, str(entry[key])) for key in KEYS if key in entry)
    return Threshold(measure, limit_of(measure, entry[word]), only, entry.get("each"), min_n)
