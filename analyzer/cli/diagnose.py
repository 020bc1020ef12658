"""sms-analyzer diagnose."""

from __future__ import annotations

import click

from analyzer.cli.options import Asked, shared_options

_FORMATS = ("text", "json", "csv")


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer diagnose sms.xml --blocked blocked.csv\n"
    "  sms-analyzer diagnose exports/ --lang zh"
)
@shared_options(*_FORMATS)
def diagnose(asked: Asked) -> None:
    """Say of every cause what the logs show, and what to do next."""
    from analyzer.cli.output import as_json, chosen_format, emit, show
    from analyzer.cli.session import finish, opened
    from analyzer.report import text
    from analyzer.report.files import csv_text
    from analyzer.report.words import Words

    form = chosen_format(asked, _FORMATS)
    log = opened(asked, for_people=form == "text")
    rows = log.summary["diagnosis"]
    if form == "json":
        emit(as_json(rows), asked)
    elif form == "csv":
        emit(csv_text(rows), asked)
    else:
        show(text.diagnosis(log.summary, Words(asked.lang, asked.tz)), asked)
    finish(log, asked)
