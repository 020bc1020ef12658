"""sms-analyzer blocking."""

from __future__ import annotations

import click

from analyzer.cli.grouped import FORMATS, by_option, grouped
from analyzer.cli.options import Asked, shared_options


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer blocking mmssms.db --by sender\n"
    "  sms-analyzer blocking sms.xml --blocked blocked.csv --by carrier"
)
@by_option
@shared_options(*FORMATS)
def blocking(asked: Asked, by: tuple[str, ...]) -> None:
    """Show the share of code messages that the phone put in the blocked folder."""
    from analyzer.report.tables import blocking_table

    grouped(asked, by, lambda log: log.blocking(by), blocking_table, "blocking_note")
