"""sms-analyzer codes."""

from __future__ import annotations

import click

from analyzer.cli.options import Asked, shared_options

_FORMATS = ("text", "json", "csv")


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer codes sms.xml\n"
    "  sms-analyzer codes exports/ --service Binance --since 2026-01-01"
)
@shared_options(*_FORMATS)
def codes(asked: Asked) -> None:
    """List the attempts to get a code, one line each."""
    from analyzer.cli.output import as_json, chosen_format, emit, show
    from analyzer.cli.session import finish, opened
    from analyzer.report.files import csv_text
    from analyzer.report.tables import AttemptsTable
    from analyzer.report.text import paragraph
    from analyzer.report.words import Words

    form = chosen_format(asked, _FORMATS)
    log = opened(asked)
    rows = log.document["attempts"]
    words = Words(asked.lang, asked.tz)
    if form == "json":
        emit(as_json(rows), asked)
    elif form == "csv":
        emit(csv_text(rows), asked)
    else:
        show([AttemptsTable(rows, words) if rows else paragraph(words(asked.no_codes))], asked)
    finish(log, asked)
