"""Every attempt as a row, as many as a page can carry."""

from __future__ import annotations

from typing import Any

from analyzer.report.html.bilingual import Both, Documents, pair
from analyzer.report.html.tables import Cell, Column, Table, moment, number, word
from analyzer.texts import Text

Row = dict[str, Any]
MOST_ATTEMPTS = 1000
_COMMAND = "sms-analyzer codes --format csv"
_HEADINGS = ("started", "service", "sender", "carrier", "outcome")
_FIGURES = ("latency_s", "request_latency_s", "requests_n", "code_messages_n")


def attempts_table(documents: Documents, both: Both) -> Table:
    """Return the attempts, newest first; where there are too many, those in trouble first."""
    chosen = _chosen(documents["en"]["attempts"])
    english, chinese = documents["en"]["attempts"], documents["zh"]["attempts"]
    left_out = len(english) - len(chosen)
    columns = [Column(both(name)) for name in _HEADINGS]
    columns += [Column(_on_one_line(both(name)), number=True) for name in _FIGURES]
    rows = [_row(english[place], chinese[place], both) for place in chosen]
    caption = both("attempts_some" if left_out else "attempts")
    return Table("attempts", caption, columns, rows, left_out, _COMMAND)


def _chosen(rows: list[Row]) -> list[int]:
    """Return the places of the attempts to show, newest first."""
    newest = range(len(rows) - 1, -1, -1)
    if len(rows) <= MOST_ATTEMPTS:
        return list(newest)
    troubled = [place for place in newest if rows[place]["outcome"] != "in_time"][:MOST_ATTEMPTS]
    others = (place for place in newest if rows[place]["outcome"] == "in_time")
    room = MOST_ATTEMPTS - len(troubled)
    return sorted([*troubled, *(place for _, place in zip(range(room), others, strict=False))])[
        ::-1
    ]


def _row(en: Row, zh: Row, both: Both) -> list[Cell]:
    sender = _sender(en, zh)
    return [
        moment(en["started_at"], both),
        *(_named(en[key], zh[key]) for key in ("service",)),
        _named(*sender),
        _named(en["carrier"], zh["carrier"]),
        Cell(_ending(en, both), en["outcome"], f"outcome {en['outcome']}"),
        number(en["latency"]),
        number(en["request_latency"]),
        number(en["requests"]),
        number(en["codes"]),
    ]


def _named(en: str | None, zh: str | None) -> Cell:
    return word(pair(en, zh)) if en else Cell(Text("–", "–"), None, "none")


def _sender(en: Row, zh: Row) -> tuple[str | None, str | None]:
    """Return the sender without the name of the service, which has its own column."""
    one, other = (
        row["sender"].removesuffix(f" {row['service']}") if row["sender"] else None
        for row in (en, zh)
    )
    return one, other


def _ending(row: Row, both: Both) -> Text:
    """Return the outcome in words, with the reason where one is known."""
    name = both(row["outcome"])
    if row["outcome"] == "blocked" and row["block_reason"]:
        why = both.each(lambda words: words.reason(row["block_reason"]))
    elif row["outcome"] == "undecided" and row["why"]:
        why = both.each(lambda words: words.why(row["why"]))
    else:
        return name
    return pair(f"{name.en} ({why.en})", f"{name.zh}（{why.zh}）")


def _on_one_line(text: Text) -> Text:
    return Text(text.en.replace("\n", ", "), text.zh.replace("\n", "，"))
