"""sms-analyzer report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options import Asked, shared_options

if TYPE_CHECKING:
    from analyzer.log import Log

_FORMATS = ("text", "html", "json", "csv", "parquet")


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer report sms-20260101.xml\n"
    "  sms-analyzer report exports/ --requests requests.csv\n"
    "  sms-analyzer report exports/ -o report.html\n"
    "  sms-analyzer report exports/ -o report.json\n"
    "  sms-analyzer report exports/ --format csv -o tables/"
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the report as text, HTML, JSON and CSV tables into FOLDER too.",
)
@shared_options(*_FORMATS)
def report(asked: Asked, save: Path | None) -> None:
    """Print the whole report: what was read, codes, latency, blocking, causes, next steps.

    With --format html, the report is one page that works offline, with charts, in English and
    Chinese. With --format csv or parquet, -o names a folder for the tables.
    """
    from analyzer.cli.output import chosen_format, emit, show
    from analyzer.cli.session import finish, opened

    form = chosen_format(asked, _FORMATS)
    if form in ("csv", "parquet") and not asked.output:
        raise click.UsageError(f"--format {form} writes several tables: name a folder with -o.")
    if form == "html" and not asked.output and sys.stdout.isatty():
        raise click.UsageError("--format html writes a page: name a file with -o report.html.")
    # What is saved beside holds JSON, too.
    log = opened(asked, for_people=form in ("text", "html") and not save)
    if form == "html":
        from analyzer.report.html import report_page

        emit(report_page(log), asked)
    elif form == "json":
        emit(log.document_json(), asked)
    elif form == "text":
        from analyzer.report import text
        from analyzer.report.words import Words

        listed = log.excerpt(text.troubled(log.analysis.attempts))
        show(text.report(listed, Words(asked.lang, asked.tz)), asked)
    elif asked.output:
        _write_tables(log.document, asked.output, form)
    if save:
        _save(log, save, asked)
    finish(log, asked, told=form == "text" and asked.output is None)


def _save(log: Log, folder: Path, asked: Asked) -> None:
    from analyzer.cli.output import write_output
    from analyzer.report import text
    from analyzer.report.html import report_page
    from analyzer.report.words import Words

    document, words = log.document, Words(asked.lang, asked.tz)
    write_output(folder / "report.html", report_page(log).encode())
    write_output(folder / "report.txt", text.rendered(text.report(document, words)).encode())
    write_output(folder / "report.json", log.document_json())
    _write_tables(document, folder / "tables", "csv")


def _write_tables(document: dict[str, Any], folder: Path, form: str) -> None:
    from analyzer.report.files import write_tables

    try:
        write_tables(document, folder, form)
    except OSError as error:
        click.echo(f"{folder}: cannot be written ({error.strerror}).", err=True)
        sys.exit(2)
