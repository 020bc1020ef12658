"""Every attempt as a row, as many as a page can carry."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.report.html.bilingual import Both, Documents, name_pair, pair
from analyzer.report.html.tables import Cell, Column, Table, moment, number, word
from analyzer.schema import Outcome
from analyzer.texts import Text

Row = dict[str, Any]
MOST_ATTEMPTS = 1000
_COMMAND = "sms-analyzer codes --format csv"
_HEADINGS = ("started", "service", "sender", "carrier", "outcome")
_FIGURES = ("latency_s", "request_latency_s", "requests_n", "code_messages_n")


def listed_attempts(attempts: pa.Table) -> pa.Table:
    """Return the attempts a page lists: the newest; where they are too many, trouble first."""
    if attempts.num_rows <= MOST_ATTEMPTS:
        return attempts
    newest = attempts.sort_by([("started_at", "descending"), ("attempt_id", "descending")])
    in_time = pc.equal(newest["outcome"].cast(pa.string()), Outcome.IN_TIME.value)
    troubled = newest.filter(pc.invert(in_time)).slice(0, MOST_ATTEMPTS)
    others = newest.filter(in_time).slice(0, MOST_ATTEMPTS - troubled.num_rows)
    return pa.concat_tables([troubled, others])


def attempts_table(documents: Documents, both: Both) -> Table:
    """Return the attempts of the documents, newest first."""
    pairs = zip(documents["en"]["attempts"], documents["zh"]["attempts"], strict=True)
    rows = [_row(en, zh, both) for en, zh in pairs][::-1]
    left_out = documents["en"]["codes"]["attempts"] - len(rows)
    columns = [Column(both(name)) for name in _HEADINGS]
    columns += [Column(_on_one_line(both(name)), number=True) for name in _FIGURES]
    caption = both("attempts_some" if left_out else "attempts")
    return Table("attempts", caption, columns, rows, left_out, _COMMAND)


def _row(en: Row, zh: Row, both: Both) -> list[Cell]:
    return [
        moment(en["started_at"], both),
        _named(en["service"], zh["service"]),
        _named(*_sender(en, zh)),
        _named(en["carrier"], zh["carrier"]),
        Cell(_ending(en, both), en["outcome"], f"outcome {en['outcome']}"),
        number(en["latency"]),
        number(en["request_latency"]),
        number(en["requests"]),
        number(en["codes"]),
    ]


def _named(en: str | None, zh: str | None) -> Cell:
    return word(name_pair(en, zh)) if en and zh else Cell(Text("–", "–"), None, "none")


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
