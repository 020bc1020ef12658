"""sms-analyzer watch."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from analyzer.cli.options import Asked, shared_options

# An export is copied in pieces: the folder must rest this long before it is read.
_REST_MS = 1600


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer watch exports/\n"
    "  sms-analyzer watch exports/ --save report/ --requests requests.csv"
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write each report as text, JSON and CSV tables into FOLDER too.",
)
@shared_options("text")
def watch(asked: Asked, save: Path | None) -> None:
    """Report on a folder, and again whenever an export arrives in it, until Ctrl+C.

    For a regular test of reception: export from the phone into the folder (or let an app sync it
    there), and see at once whether the newest codes came in time.
    """
    from watchfiles import watch as changes

    if len(asked.paths) != 1 or not Path(asked.paths[0]).is_dir():
        raise click.UsageError("Name one folder to watch.")
    if save and save.resolve().is_relative_to(Path(asked.paths[0]).resolve()):
        raise click.UsageError("--save FOLDER must not lie in the folder that is watched.")
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    _report(asked, save)
    try:
        for changed in changes(asked.paths[0], debounce=_REST_MS, raise_interrupt=False):
            names = ", ".join(sorted({Path(path).name for _, path in changed}))
            click.echo(f"\n{_now(asked)}: {names}", err=True)
            _report(asked, save)
    except KeyboardInterrupt:
        sys.exit(0)


def _report(asked: Asked, save: Path | None) -> None:
    """Print the report; what cannot be read yet is told and waited for."""
    from analyzer.cli.report import report

    try:
        report.callback(**_arguments(asked), save=save)  # type: ignore[misc]
    except SystemExit:
        return


def _arguments(asked: Asked) -> dict[str, object]:
    return {**vars(asked), "format": None}


def _now(asked: Asked) -> str:
    from datetime import UTC, datetime

    from analyzer.report.words import Words

    return Words(asked.lang, asked.tz).time(datetime.now(UTC))
