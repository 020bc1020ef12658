"""What the latency and blocking commands share: --by, and a table in every format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options import Asked

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from analyzer.log import Log
    from analyzer.report.words import Words

FORMATS = ("text", "json", "csv")
COLUMNS = (
    "sender",
    "carrier",
    "service",
    "route",
    "sim_slot",
    "device",
    "hour",
    "weekday",
    "month",
)


def _columns(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    named = tuple(word.strip() for word in value.split(",") if word.strip())
    for word in named:
        if word not in COLUMNS:
            from difflib import get_close_matches

            near = get_close_matches(word, COLUMNS, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.BadParameter(f"{word}: choose from {', '.join(COLUMNS)}.{hint}")
    return named


by_option = click.option(
    "--by",
    default="sender",
    show_default=True,
    callback=_columns,
    metavar="COLUMN,...",
    help=f"Group by one or more of {', '.join(COLUMNS)}.",
)


def grouped(
    asked: Asked,
    by: Sequence[str],
    figures: Callable[[Log], pd.DataFrame],
    table: Callable[[list[dict[str, Any]], Sequence[str], Words], Table],
    note: str,
) -> None:
    """Show a grouped table of code messages, masked and in the user's language."""
    from analyzer.cli.output import as_json, chosen_format, emit, show
    from analyzer.cli.session import finish, opened
    from analyzer.report.files import csv_text
    from analyzer.report.plain import plain_rows
    from analyzer.report.text import paragraph
    from analyzer.report.words import Words

    form = chosen_format(asked, FORMATS)
    log = opened(asked)
    words = Words(asked.lang, asked.tz)
    rows = plain_rows(figures(log))
    for row in rows:
        if row.get("carrier") not in (None, "unknown"):
            row["carrier"] = words.carrier(row["carrier"])
    if form == "json":
        emit(as_json(rows), asked)
    elif form == "csv":
        emit(csv_text(rows), asked)
    elif not any(row["n"] for row in rows):
        show([paragraph(words(asked.no_codes))], asked)
    else:
        show([table(rows, by, words), paragraph(words(note, late_after=asked.late_after))], asked)
    finish(log, asked)
