"""sms-analyzer report."""

from __future__ import annotations

import sys

import click

from analyzer.cli.options import Request, shared_options

_FORMATS = ("text", "json", "csv", "parquet")


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer report sms-20260101.xml\n"
    "  sms-analyzer report exports/ --requests requests.csv\n"
    "  sms-analyzer report exports/ -o report.json\n"
    "  sms-analyzer report exports/ --format csv -o tables/"
)
@shared_options(*_FORMATS)
def report(request: Request) -> None:
    """Print the whole report: what was read, codes, latency, blocking, causes, next steps.

    With --format csv or parquet, -o names a folder for the tables.
    """
    from analyzer.cli.output import as_json, chosen_format, emit, show
    from analyzer.cli.session import finish, opened
    from analyzer.report import text
    from analyzer.report.words import Words

    form = chosen_format(request, _FORMATS)
    if form in ("csv", "parquet") and not request.output:
        raise click.UsageError(f"--format {form} writes several tables: name a folder with -o.")
    log = opened(request)
    if form == "json":
        emit(as_json(log.document), request)
    elif form == "text":
        show(text.report(log.document, Words(request.lang, request.tz)), request)
    else:
        _write_tables(log.document, request, form)
    finish(log, request, told=form == "text" and request.output is None)


def _write_tables(document: dict[str, object], request: Request, form: str) -> None:
    from analyzer.report.files import write_tables

    folder = request.output
    if folder is None:
        return
    try:
        written = write_tables(document, folder, form)
    except OSError as error:
        click.echo(f"{folder}: cannot be written ({error.strerror}).", err=True)
        sys.exit(2)
    for path in written:
        click.echo(str(path), err=True)
