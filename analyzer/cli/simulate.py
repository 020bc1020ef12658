"""sms-analyzer simulate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import locale_language

if TYPE_CHECKING:
    from analyzer.report.words import Words

_DEFAULT = "random"


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer simulate phones --devices 20\n"
    "  sms-analyzer simulate phones --scenario outage --days 14 --seed 7\n"
    "  sms-analyzer report phones/logs --device-from-folder --tz Asia/Shanghai"
)
@click.argument(
    "folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="DIR"
)
@click.option("--list", "listed", is_flag=True, help="List the scenarios: what goes wrong in each.")
@click.option(
    "--scenario",
    default=_DEFAULT,
    show_default=True,
    metavar="NAME",
    help="What goes wrong; see --list.",
)
@click.option(
    "--devices",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    metavar="N",
    help="How many phones.",
)
@click.option(
    "--days",
    type=click.IntRange(3, 3650),
    default=30,
    show_default=True,
    metavar="N",
    help="How many days each record covers.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    metavar="N",
    help="The same seed gives the same phones.",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language; default: the locale's.")
def simulate(
    folder: Path | None,
    listed: bool,
    scenario: str,
    devices: int,
    days: int,
    seed: int,
    lang: str | None,
) -> None:
    """Write invented logs with known faults into DIR, and the truth about them.

    DIR/logs holds a folder a phone, in the formats that real exporters write; DIR/truth.jsonl says
    how every attempt really ended and what was wrong.
    """
    from analyzer.report.words import Words
    from analyzer.simulate import scenarios

    words = Words("zh" if lang == "zh" else "en" if lang else locale_language())
    if listed:
        for known in scenarios().values():
            click.echo(f"{known.name:15} {known.title.get(words.language)}")
        return
    if folder is None:
        raise click.UsageError(words("simulation_needs_folder"))
    if scenario not in scenarios():
        names = ", ".join(scenarios())
        raise click.BadParameter(words("no_such_scenario", known=names), param_hint="--scenario")
    click.echo(_written(folder, scenario, devices, days, seed, words))


def _written(folder: Path, scenario: str, devices: int, days: int, seed: int, words: Words) -> str:
    """Write the phones and return what was written, in words. Exits with 2 if that fails."""
    from analyzer.simulate import simulate as write

    try:
        done = write(folder, scenario, devices=devices, days=days, seed=seed)
    except FileExistsError:
        click.echo(words("simulation_exists", folder=str(folder)), err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(words("cannot_write", folder=str(folder), reason=error.strerror), err=True)
        sys.exit(2)
    return words(
        "simulated", devices=done.devices, files=done.files, logs=done.logs, truth=done.truth
    )
