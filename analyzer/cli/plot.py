"""sms-analyzer plot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import Request, shared_options

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The plots by name, what each shows, and whether it is drawn by group.
_KINDS = {
    "latency-ecdf": ("share of the codes that had arrived after so many seconds", True),
    "latency-percentiles": ("how long half, 90 % and 95 % of the codes took", True),
    "hour-profile": ("how long codes took by the hour of the day", False),
    "delay-over-time": ("the latency of each code against when it came", True),
    "before-after": ("how fast codes arrived before and after the clearest change", False),
    "timeline": ("when attempts were made, and how each ended", False),
    "outcomes": ("how many attempts ended how", True),
    "blocking": ("which share of the codes the phone blocked", True),
    "block-reasons": ("why the phone blocked codes", False),
}
_SUFFIXES = (".svg", ".png", ".pdf")
_LIST = "\n".join(f"  {kind:<20} {what}" for kind, (what, _) in _KINDS.items())
_DEFAULT_BY = {"outcomes": "sender", "blocking": "sender"}


@click.command(
    epilog=f"Kinds:\n\n\b\n{_LIST}\n\nExamples:\n\n\b\n"
    "  sms-analyzer plot latency-ecdf sms.xml -o latency.svg\n"
    "  sms-analyzer plot blocking exports/ --by carrier -o blocking.png\n"
    "  sms-analyzer plot timeline exports/ --requests requests.csv --lang zh -o timeline.pdf"
)
@click.argument("kind", type=click.Choice(tuple(_KINDS)), metavar="KIND")
@click.option(
    "--by",
    metavar="COLUMN",
    help="Group by sender, carrier, service, ...; default: as it suits the kind.",
)
@shared_options("svg", "png", "pdf")
def plot(request: Request, kind: str, by: str | None) -> None:
    """Draw one picture of the codes and save it as SVG, PNG or PDF, by the suffix of -o.

    Senders are masked, units are on the axes, and every group has its n.
    """
    form = request.format or (request.output.suffix.lower().lstrip(".") if request.output else "")
    if request.output is None or f".{form}" not in _SUFFIXES:
        raise click.UsageError("Name the picture with -o: x.svg, x.png or x.pdf.")
    if by and not _KINDS[kind][1]:
        raise click.UsageError(f"{kind} is not drawn by group: leave out --by.")
    _draw(request, request.output, form, kind, by or _DEFAULT_BY.get(kind, "carrier"))


def _draw(request: Request, path: Path, form: str, kind: str, by: str) -> None:
    from analyzer.cli.output import write_output
    from analyzer.cli.session import finish, opened
    from analyzer.report.plots import picture

    log = opened(request)
    draw = getattr(log.plot, kind.replace("-", "_"))
    try:
        axes: Axes = draw(by=by) if _KINDS[kind][1] else draw()
    except ValueError as error:
        click.echo(f"--by {by}: {error}.", err=True)
        sys.exit(2)
    write_output(path, picture(axes, form))
    finish(log, request)
