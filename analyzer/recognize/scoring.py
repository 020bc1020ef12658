"""Scoring: how well answers agree with labels.

Codes are compared after removing spaces and dashes, folding digits, upper-casing and dropping a
letter prefix. A strict hit is one with the exact code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import pyarrow as pa

from analyzer.recognize.codes import normalized_code
from analyzer.recognize.damaging import DECODED_WRONGLY, damaged, undamaged_code
from analyzer.recognize.labelled import Case
from analyzer.recognize.table import recognize

_DAMAGED_CASES = 120  # Chinese messages whose damage is undone
_BINS = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)

Pair = tuple[Case, dict[str, Any]]


class Score(NamedTuple):
    """Shares of one set, 0 to 1; `false_alarms` per 1,000 other messages."""

    positives: int
    negatives: int
    precision: float
    recall: float
    f1: float
    exact: float
    strict_f1: float
    false_alarms: float


class Bin(NamedTuple):
    """Messages whose probability of carrying a code is alike: how many, said, and seen."""

    low: float
    high: float
    messages: int
    predicted: float
    observed: float


class Undone(NamedTuple):
    """One way of damage: messages, shares whose exact code is found and whose damage is named."""

    messages: int
    exact: float
    named: float


def answers(texts: list[str]) -> list[dict[str, Any]]:
    """Return what is recognized in texts, with the code as written under "code"."""
    nothing = pa.array([None] * len(texts), pa.string())
    table = pa.table(
        {"body": pa.array(texts, pa.string()), "sender": nothing, "direction": nothing}
    )
    rows: list[dict[str, Any]] = recognize(table).to_pylist()
    for text, row in zip(texts, rows, strict=True):
        start, length = row["code_start"], row["code_length"]
        row["code"] = None if start is None else text[start : start + length]
    return rows


def right(code: str | None, expected: str | None) -> bool:
    """Tell whether a code is the expected one; where none is known, any answer will do."""
    if expected is None:
        return True
    return code is not None and normalized_code(code) == normalized_code(expected)


def score(pairs: Iterable[Pair]) -> Score:
    """Return the shares of labelled messages and answers."""
    counts: Counter[str] = Counter()
    for case, answer in pairs:
        found, exact = answer["is_code"], right(answer["code"], case.code)
        counts["found"] += found
        counts["positive" if case.is_code else "negative"] += 1
        counts["false"] += found and not case.is_code
        counts["hit"] += found and case.is_code
        counts["strict"] += found and case.is_code and exact
        counts["coded"] += case.is_code and case.code is not None
        counts["exact"] += case.is_code and case.code is not None and found and exact
    precision, recall = _share(counts, "hit", "found"), _share(counts, "hit", "positive")
    strict = _f1(_share(counts, "strict", "found"), _share(counts, "strict", "positive"))
    return Score(counts["positive"], counts["negative"], precision, recall,
                 _f1(precision, recall), _share(counts, "exact", "coded"), strict,
                 1000 * _share(counts, "false", "negative"))  # fmt: skip


def _share(counts: Counter[str], part: str, whole: str) -> float:
    return counts[part] / counts[whole] if counts[whole] else float("nan")


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def reliability(pairs: Iterable[Pair]) -> list[Bin]:
    """Return for each range of the stated probability how often a code message it was.

    The confidence of an answer "no code message" is turned to the probability of the contrary.
    """
    found: list[list[tuple[float, bool]]] = [[] for _ in _BINS[1:]]
    for case, answer in pairs:
        sureness = answer["confidence"]
        likely = sureness if answer["is_code"] else 1 - sureness
        place = sum(likely >= edge for edge in _BINS[1:-1])
        found[place].append((likely, case.is_code))
    return [
        Bin(
            low, high, len(bin_), _mean(likely for likely, _ in bin_), _mean(is_ for _, is_ in bin_)
        )
        for low, high, bin_ in zip(_BINS, _BINS[1:], found, strict=False)
    ]


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else float("nan")


def damage_scores(chosen: Iterable[Case]) -> dict[str, Undone]:
    """Return for each way of damage what is still read of the first 120 Chinese messages."""
    hits: Counter[str] = Counter()
    named: Counter[str] = Counter()
    kept = [c for c in chosen if "zh" in c.sets and c.code and c.text.count(c.code) == 1]
    kept = kept[:_DAMAGED_CASES]
    for case in kept:
        code = case.code or ""
        ways = damaged(case.text, code)
        for way, answer in zip(ways, answers(list(ways.values())), strict=True):
            found = answer["code"] and undamaged_code(answer["code"], way)
            hits[way] += right(found, code)
            named[way] += answer["garbled"]
    names = damaged("1234", "1234")
    count = max(len(kept), 1)
    return {
        way: Undone(
            len(kept),
            hits[way] / count,
            named[way] / count if way in DECODED_WRONGLY else float("nan"),
        )
        for way in names
    }
