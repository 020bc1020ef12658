"""sms-analyzer codes."""

from __future__ import annotations

import click

from analyzer.cli.options import Request, shared_options

_FORMATS = ("text", "json", "csv")


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer codes sms.xml\n"
    "  sms-analyzer codes exports/ --service Binance --since 2026-01-01"
)
@shared_options(*_FORMATS)
def codes(request: Request) -> None:
    """List the attempts to get a code, one line each."""
    from analyzer.cli.output import as_json, chosen_format, emit, show
    from analyzer.cli.session import finish, opened
    from analyzer.report.files import csv_text
    from analyzer.report.tables import AttemptsTable
    from analyzer.report.text import paragraph
    from analyzer.report.words import Words

    form = chosen_format(request, _FORMATS)
    log = opened(request)
    rows = log.document["attempts"]
    words = Words(request.lang, request.tz)
    if form == "json":
        emit(as_json(rows), request)
    elif form == "csv":
        emit(csv_text(rows), request)
    else:
        show([AttemptsTable(rows, words) if rows else paragraph(words(request.no_codes))], request)
    finish(log, request)
