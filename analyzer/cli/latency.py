"""sms-analyzer latency."""

from __future__ import annotations

import click

from analyzer.cli.grouped import FORMATS, by_option, grouped
from analyzer.cli.options import Asked, shared_options


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer latency sms.xml --by carrier\n"
    "  sms-analyzer latency exports/ --by sender,carrier --format csv"
)
@by_option
@shared_options(*FORMATS)
def latency(asked: Asked, by: tuple[str, ...]) -> None:
    """Show how long code messages took from the service center to the inbox."""
    from analyzer.report.tables import latency_table

    grouped(asked, by, lambda log: log.latency(by), latency_table, "latency_note")
