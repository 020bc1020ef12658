"""sms-analyzer compare."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import TIMES, Asked, shared_options

if TYPE_CHECKING:
    from analyzer.compare import NothingToCompareError, Side
    from analyzer.log import Log
    from analyzer.report.words import Words

_FORMATS = ("text", "json", "csv")
_KEYS = ("carrier", "sender", "service", "device", "sim")


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer compare before.xml after.xml\n"
    "  sms-analyzer compare exports/ --at 2026-03-02\n"
    '  sms-analyzer compare exports/ --between carrier "China Mobile" "China Unicom"\n'
    "  sms-analyzer compare exports/ --between sim 1 2"
)
@click.option(
    "--at",
    type=click.DateTime(TIMES),
    metavar="TIME",
    help="Compare what lies before this time with what follows.",
)
@click.option(
    "--between",
    type=(click.Choice(_KEYS), str, str),
    metavar="KEY A B",
    help=f"Compare two values of {', '.join(_KEYS)}.",
)
@shared_options(*_FORMATS)
def compare(asked: Asked, at: datetime | None, between: tuple[str, str, str] | None) -> None:
    """Compare two logs, or two parts of the logs, and say whether a difference may be chance.

    Without --at or --between, name two logs or folders.
    """
    from analyzer.cli.output import as_json, chosen_format, emit, show
    from analyzer.cli.session import finish
    from analyzer.compare import NothingToCompareError, compared
    from analyzer.report.comparison import comparison_rows, comparison_text
    from analyzer.report.files import csv_text
    from analyzer.report.words import Words

    words = Words(asked.lang, asked.tz)
    try:
        log, first, second = _sides(asked, at, between, words)
    except NothingToCompareError as error:
        click.echo(_empty(error, words), err=True)
        sys.exit(2)
    found = compared(first, second)
    form = chosen_format(asked, _FORMATS)
    if form == "text":
        show(comparison_text(found, first, second, words, in_time=at is not None), asked)
    else:
        rows = comparison_rows(found, first, second)
        emit(as_json(rows) if form == "json" else csv_text(rows), asked)
    finish(log, asked)


def _sides(
    asked: Asked, at: datetime | None, between: tuple[str, str, str] | None, words: Words
) -> tuple[Log, Side, Side]:
    from analyzer.cli.session import opened, zoned
    from analyzer.compare import before_after, side_of
    from analyzer.compare import between as cut_between

    if at and between:
        raise click.UsageError("Use --at or --between, not both.")
    if between:
        log = opened(asked)
        return log, *cut_between(log.analysis, *between)
    if at:
        moment = zoned(at, asked.tz)
        log = opened(asked)
        return log, *before_after(log.analysis, moment, _names(moment, words))
    if len(asked.paths) != 2 or asked.store:
        raise click.UsageError("Name two logs or folders, or use --at or --between.")
    logs = [opened(replace(asked, paths=(path,))) for path in asked.paths]
    first, second = (
        side_of(log.analysis, path) for log, path in zip(logs, asked.paths, strict=True)
    )
    return logs[1], first, second


def _names(moment: datetime, words: Words) -> tuple[str, str]:
    shown = words.time(moment).removesuffix(" 00:00:00")
    before, after = (
        words.of("comparisons.csv", name, moment=shown) for name in ("before", "after")
    )
    return before, after


def _empty(error: NothingToCompareError, words: Words) -> str:
    """Return which side is empty, and what there is to choose from; longer numbers masked."""
    from analyzer.report.masking import masked_text, printable

    told = words.of("comparisons.csv", "empty_side", side=error.side)
    if error.known:
        named = "; ".join(map(masked_text, error.known[:10]))
        told += " " + words.of("comparisons.csv", "known", known=named)
    return printable(told)
