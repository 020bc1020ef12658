"""The first screen: how the attempts ended, the figures that count, the causes and what to do."""

from __future__ import annotations

from typing import Any, NamedTuple

from analyzer.report.html.bilingual import Both, Documents, pair
from analyzer.texts import Text

Row = dict[str, Any]
_NAMED = ("shown", "consistent")
# Causes that lie in the logs and not in the reception: said after the others.
_OF_THE_LOGS = ("clock_fault", "export_incomplete")
_BAR_WIDTH = 1000


class Part(NamedTuple):
    """One outcome: its count, words, and place in the bar (0 to 1000)."""

    outcome: str
    n: int
    name: Text
    meaning: Text
    left: float
    width: float


class Fact(NamedTuple):
    """One figure with what it is and what it rests on."""

    value: Text
    label: Text
    basis: Text


class Cause(NamedTuple):
    """One cause as a card: why it is named, and what to do."""

    id: str
    title: Text
    verdict: str
    verdict_name: Text
    evidence: list[Text]
    advice: list[Text]
    rivals: Text | None
    decided_by: Text | None


def headline(codes: Row, both: Both) -> Text:
    """Return how many attempts got their code in time, as a sentence."""
    attempts, in_time = codes["attempts"], codes["outcomes"]["in_time"]
    if not attempts:
        return both("no_attempts")
    what = "all_in_time" if in_time == attempts else "some_in_time" if in_time else "none_in_time"
    return both(what, attempts=attempts, in_time=in_time)


def parts(doc: Row, both: Both) -> list[Part]:
    """Return the outcomes that occur, as a bar in proportion to their counts."""
    total, left = doc["codes"]["attempts"], 0.0
    found = []
    for outcome, n in doc["codes"]["outcomes"].items():
        if n:
            width = _BAR_WIDTH * n / total
            meaning = both(f"{outcome}.meaning", late_after=doc["late_after"])
            found.append(Part(outcome, n, both(outcome), meaning, round(left, 2), round(width, 2)))
            left += width
    return found


def facts(doc: Row, both: Both) -> list[Fact]:
    """Return the figures that count, those that are known."""
    found = [_latency(doc, both), _waited(doc, both), _blocking(doc, both), _missing(doc, both)]
    return [fact for fact in found if fact]


def named_causes(documents: Documents, both: Both) -> list[Cause]:
    """Return the causes that are shown or consistent, most useful first."""
    rows = [rows for rows in _findings(documents) if rows[0]["verdict"] in _NAMED]
    rows.sort(key=lambda pair_of: _usefulness(pair_of[0]))
    titles = {en["cause"]: (en["title"], zh["title"]) for en, zh in _findings(documents)}
    return [_cause(en, zh, titles, both) for en, zh in rows]


def next_steps(documents: Documents) -> list[Text]:
    """Return what helps whatever the cause is, where the document says it."""
    steps = zip(*(documents[name].get("next_steps", []) for name in ("en", "zh")), strict=True)
    return [pair(en, zh) for en, zh in steps]


def other_causes(documents: Documents, both: Both) -> list[tuple[Text, Text, Text]]:
    """Return title, verdict and reason of the causes that were looked for and are not named."""
    return [
        (pair(en["title"], zh["title"]), both(en["verdict"]), _reason(en, zh))
        for en, zh in _findings(documents)
        if en["verdict"] not in _NAMED
    ]


def _reason(en: Row, zh: Row) -> Text:
    """Return why a cause is not named."""
    return pair(" ".join(en["evidence"]), "".join(zh["evidence"]))


def _findings(documents: Documents) -> list[tuple[Row, Row]]:
    return list(zip(documents["en"]["diagnosis"], documents["zh"]["diagnosis"], strict=True))


def _usefulness(row: Row) -> tuple[int, bool, int]:
    """Return what causes are ordered by: how sure, of what use, how much it explains."""
    explains = row.get("explains", len(row["messages"]))
    return _NAMED.index(row["verdict"]), row["cause"] in _OF_THE_LOGS, -explains


def _cause(en: Row, zh: Row, titles: dict[str, tuple[str, str]], both: Both) -> Cause:
    rivals = [titles[rival] for rival in en["rivals"] if rival in titles]
    unsure = en["verdict"] == "consistent"
    return Cause(
        id=en["cause"],
        title=pair(en["title"], zh["title"]),
        verdict=en["verdict"],
        verdict_name=both(en["verdict"]),
        evidence=[pair(*texts) for texts in zip(en["evidence"], zh["evidence"], strict=True)],
        advice=[pair(*texts) for texts in zip(en["advice"], zh["advice"], strict=True)],
        rivals=pair("; ".join(e for e, _ in rivals), "；".join(z for _, z in rivals))
        if rivals
        else None,
        decided_by=pair(en["decided_by"], zh["decided_by"]) if unsure else None,
    )


def _overall(rows: list[Row]) -> Row | None:
    whole = (
        row for row in rows if all(row.get(k) is None for k in ("sender", "carrier", "service"))
    )
    return next(whole, None)


def _latency(doc: Row, both: Both) -> Fact | None:
    row = _overall(doc["latency"])
    if row is None or row["p50"] is None:
        return None
    what = "fact_latency_n" if row["p95"] is None else "fact_latency_95"
    basis = both(what, n=row["n"], unknown=row["unknown"], p95=row["p95"])
    return Fact(both("seconds", value=row["p50"]), both("fact_latency"), basis)


def _waited(doc: Row, both: Both) -> Fact | None:
    row = _overall(doc["request_latency"])
    if row is None or row["median_of_all"] is None:
        return None
    basis = both("fact_waited_n", n=row["n"], missing=row["missing"])
    value = both("seconds", value=f"{row['median_of_all']:,.0f}")
    return Fact(value, both("fact_waited"), basis)


def _blocking(doc: Row, both: Both) -> Fact | None:
    row = _overall(doc["blocking"])
    if row is None or not row["n"]:
        return None
    low, high = (f"{100 * row[name]:.1f}" for name in ("rate_low", "rate_high"))
    basis = both("fact_blocking_n", n=row["n"], blocked=row["blocked"], low=low, high=high)
    return Fact(both.each(lambda words: words.percent(row["rate"])), both("fact_blocking"), basis)


def _missing(doc: Row, both: Both) -> Fact | None:
    missing = doc["codes"]["outcomes"]["missing"]
    if not missing:
        return None
    value = both.each(lambda _: f"{missing:,}")
    return Fact(value, both("fact_missing"), both("fact_missing_n"))
