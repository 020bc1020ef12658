"""The tables of the page: rows of cells in both languages, sortable by plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from analyzer.report.html.bilingual import Both, Documents, name_pair, same
from analyzer.report.text import groupings
from analyzer.texts import Text

Row = dict[str, Any]
MOST_ROWS = 200
_DASH = Text("–", "–")


@dataclass(frozen=True)
class Cell:
    """What a cell says, and by what it is sorted (None: last); `kind` is a class of the style."""

    text: Text
    value: str | float | None = None
    kind: str = ""


@dataclass(frozen=True)
class Column:
    """A column's heading, and whether its values are numbers."""

    heading: Text
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A table: `left_out` rows are not in it, and `command` lists them."""

    id: str
    caption: Text
    columns: list[Column]
    rows: list[list[Cell]] = field(default_factory=list)
    left_out: int = 0
    command: str = ""


def number(value: float | None, digits: int = 0) -> Cell:
    """Return a number's cell; unknown is a dash and sorts last."""
    if value is None or value != value:
        return Cell(_DASH, None, "none")
    return Cell(same(f"{value:,.{digits}f}"), round(float(value), 6))


def percent(share: float | None, both: Both) -> Cell:
    """Return a share's cell as percent."""
    if share is None:
        return Cell(_DASH, None, "none")
    return Cell(both.each(lambda words: words.percent(share)), share)


def word(text: Text, kind: str = "") -> Cell:
    """Return a word's cell."""
    return Cell(text, text.en, kind)


def moment(written: str | None, both: Both) -> Cell:
    """Return the cell of a moment (ISO 8601), to the minute in the zone of the report."""
    if not written:
        return Cell(_DASH, None, "none")
    at = datetime.fromisoformat(written)
    return Cell(same(both.en.short_time(at)), written, "time")


def figure_tables(documents: Documents, both: Both) -> list[Table]:
    """Return latency, blocking and waiting, by carrier, by sender and by both."""
    tables = [
        make(f"{name}_by_{_BY[by]}", by, rows, both)
        for name, make in (("latency", _latency), ("blocking", _blocking))
        for by, rows in _grouped(documents, name)
        if by
    ]
    waited = [
        (en, zh)
        for en, zh in _zipped(documents, "request_latency")
        if en["service"] is not None and en["carrier"] is None
    ]
    if waited:
        tables.append(_waited(waited, both))
    return tables


def table_of(
    name: str,
    headings: Iterable[tuple[str, bool]],
    rows: list[list[Cell]],
    both: Both,
    command: str,
) -> Table:
    """Return a table with the first rows and a count of the others."""
    columns = [Column(both(heading), is_number) for heading, is_number in headings]
    left_out = max(len(rows) - MOST_ROWS, 0)
    return Table(name.replace("_", "-"), both(name), columns, rows[:MOST_ROWS], left_out, command)


_BY = {("carrier",): "carrier", ("sender",): "sender", ("sender", "carrier"): "both"}
Pairs = list[tuple[Row, Row]]


def _zipped(documents: Documents, name: str) -> Pairs:
    return list(zip(documents["en"][name], documents["zh"][name], strict=True))


def _grouped(documents: Documents, name: str) -> list[tuple[tuple[str, ...], Pairs]]:
    rows = documents["en"][name]
    if not any(row["n"] for row in rows):
        return []
    other = {id(en): zh for en, zh in _zipped(documents, name)}
    return [(by, [(row, other[id(row)]) for row in group]) for by, group in groupings(rows)]


def _keys(by: Sequence[str], en: Row, zh: Row, both: Both) -> list[Cell]:
    return [
        word(both("unknown") if en[key] == "unknown" else name_pair(en[key], zh[key])) for key in by
    ]


def _latency(name: str, by: tuple[str, ...], pairs: Pairs, both: Both) -> Table:
    figures = ("p50", "p90", "p95", "p99", "max")
    headings = [*((key, False) for key in by), ("n", True), ("unknown_n", True)]
    headings += [("p50", True), ("interval_p50", True)]
    headings += [*((key, True) for key in figures[1:]), ("late_n", True)]
    rows = []
    for en, zh in pairs:
        low, high = en["p50_low"], en["p50_high"]
        interval = Cell(same(f"{low:,}–{high:,}"), low) if low is not None else number(None)
        cells = [*_keys(by, en, zh, both), number(en["n"]), number(en["unknown"])]
        cells += [number(en["p50"]), interval, *(number(en[key]) for key in figures[1:])]
        rows.append([*cells, number(en["late"])])
    return table_of(name, headings, rows, both, f"sms-analyzer latency --by {','.join(by)}")


def _blocking(name: str, by: tuple[str, ...], pairs: Pairs, both: Both) -> Table:
    headings = [*((key, False) for key in by), *((key, True) for key in ("n", "blocked", "rate"))]
    headings += [("interval", True), ("reasons", False)]
    rows = []
    for en, zh in pairs:
        low, high = en["rate_low"], en["rate_high"]
        interval = number(None)
        if low is not None:
            interval = Cell(same(f"{100 * low:.0f}–{100 * high:.0f} %"), low)
        reasons = en["reasons"] or {}
        cells = [*_keys(by, en, zh, both), number(en["n"]), number(en["blocked"])]
        cells += [percent(en["rate"], both), interval]
        rows.append([*cells, word(_counted(reasons, both))])
    return table_of(name, headings, rows, both, f"sms-analyzer blocking --by {','.join(by)}")


def _counted(reasons: dict[str, int], both: Both) -> Text:
    return both.each(lambda words: words.counted("reason", reasons))


def _waited(pairs: Pairs, both: Both) -> Table:
    figures = ("p50", "p90", "max")
    headings = [("service", False), ("n", True), ("missing_n", True)]
    headings += [*((key, True) for key in figures), ("within_60", True)]
    rows = [
        [
            *_keys(("service",), en, zh, both),
            number(en["n"]),
            number(en["missing"]),
            *(number(en[key]) for key in figures),
            percent(en["arrived_60"], both),
        ]
        for en, zh in pairs
    ]
    return table_of("waited_by_service", headings, rows, both, "sms-analyzer report --format csv")
