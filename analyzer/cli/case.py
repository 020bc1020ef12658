"""sms-analyzer case."""

from __future__ import annotations

import click

from analyzer.cli.options import Asked, shared_options


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer case sms.xml --requests requests.csv\n"
    "  sms-analyzer case exports/ --for service --service Binance\n"
    "  sms-analyzer case exports/ --for vendor --lang zh -o case.txt"
)
@click.option(
    "--for",
    "addressee",
    type=click.Choice(["carrier", "service", "vendor"]),
    default="carrier",
    show_default=True,
    help="Who reads it: the carrier, the service that sends codes, or the phone's maker.",
)
@shared_options("text")
def case(asked: Asked, addressee: str) -> None:
    """Write a short masked text to paste into a support request.

    Times are in your zone (--tz). It says what happened, what the logs show and do not show, and
    what to look into.
    """
    from analyzer.cli.output import emit
    from analyzer.cli.session import finish, opened
    from analyzer.report.case import Addressee, support_case
    from analyzer.report.words import Words

    log = opened(asked, for_people=True)
    words = Words(asked.lang, asked.tz)
    emit(support_case(log.document, Addressee(addressee), words, asked.service), asked)
    finish(log, asked)
