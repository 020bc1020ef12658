"""Options that the commands share, and what they mean together."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from analyzer.texts import Language

TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


@dataclass(frozen=True)
class Asked:
    """What the user asked for: the inputs, how to read them, what to look at, how to show it."""

    paths: tuple[str, ...]
    blocked: tuple[str, ...]
    requests: tuple[str, ...]
    sims: tuple[str, ...]
    device: str | None
    device_from_folder: bool
    tz: str | None
    columns: str | None
    since: datetime | None
    until: datetime | None
    service: tuple[str, ...]
    sender: tuple[str, ...]
    carrier: tuple[str, ...]
    my_carrier: str | None
    late_after: int
    lang: Language
    reveal: bool
    key: str | None
    strict: bool
    rejects: Path | None
    store: str | None
    cluster: str | None
    format: str | None
    output: Path | None
    no_color: bool

    @property
    def has_inputs(self) -> bool:
        """Whether logs were named, not a store alone."""
        return bool(self.paths or self.blocked or self.requests or self.sims)

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of the messages were asked for."""
        of_store = self.device if self.store else None
        named = (self.since, self.until, self.service, self.sender, self.carrier, of_store)
        return any(named)

    @property
    def no_codes(self) -> str:
        """The text for a result without codes: none was read, or the filters left none."""
        return "no_codes_chosen" if self.is_narrowed else "no_codes"


_INPUT = click.Path(dir_okay=True, allow_dash=True)

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("paths", nargs=-1, type=_INPUT, metavar="PATH..."),
    click.option(
        "--blocked", multiple=True, type=_INPUT, metavar="FILE", help="A log of blocked messages."
    ),
    click.option("--requests", multiple=True, type=_INPUT, metavar="FILE", help="A request log."),
    click.option("--sims", multiple=True, type=_INPUT, metavar="FILE", help="A SIM map."),
    click.option("--device", metavar="NAME", help="Name of the one phone all logs are from."),
    click.option("--device-from-folder", is_flag=True, help="Each folder is a phone, named by it."),
    click.option(
        "--tz", metavar="ZONE", help="Zone of times without an offset, e.g. Asia/Shanghai."
    ),
    click.option(
        "--columns",
        metavar="MAP",
        help="Columns of a table, e.g. received_at=Zeit,sender=Von; by number: 1=sender.",
    ),
    click.option(
        "--since",
        type=click.DateTime(TIMES),
        metavar="TIME",
        help="Only messages from this time on.",
    ),
    click.option(
        "--until",
        type=click.DateTime(TIMES),
        metavar="TIME",
        help="Only messages before this time.",
    ),
    click.option(
        "--service", multiple=True, metavar="NAME", help="Only this service (repeatable)."
    ),
    click.option("--sender", multiple=True, metavar="TEXT", help="Only senders with this text."),
    click.option("--carrier", multiple=True, metavar="NAME", help="Only this carrier."),
    click.option("--my-carrier", metavar="NAME", help="The SIM's carrier, where no log tells."),
    click.option(
        "--late-after",
        type=click.IntRange(1, clamp=False),
        default=60,
        show_default=True,
        metavar="SECONDS",
        help="A code that takes longer is late.",
    ),
    click.option(
        "--lang", type=click.Choice(["en", "zh"]), help="Language; default: the locale's."
    ),
    click.option("--reveal", is_flag=True, help="Show codes and people's numbers."),
    click.option(
        "--key",
        metavar="TEXT",
        envvar="SMS_ANALYZER_KEY",
        help="A person's pseudonym is the same in every run with this key.",
    ),
    click.option(
        "--strict", is_flag=True, help="Exit with 1 if a record was rejected or a log cut."
    ),
    click.option(
        "--rejects", type=click.Path(path_type=Path), metavar="FILE", help="Write rejected records."
    ),
    click.option("--store", metavar="FOLDER", help="Read a store made with 'ingest'."),
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="With --store: compute on a Dask cluster (tcp://HOST:PORT), or 'local'.",
    ),
    click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE."
    ),
    click.option("--no-color", is_flag=True, help="No color in the terminal; so does NO_COLOR=1."),
)


def shared_options(*formats: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the shared options and call it with one Asked.

    `formats` are the values of --format; the first is the default.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def wrapper(**given: Any) -> None:  # noqa: ANN401
            others = {k: v for k, v in given.items() if k not in Asked.__dataclass_fields__}
            ours = {k: v for k, v in given.items() if k in Asked.__dataclass_fields__}
            ours["lang"] = ours["lang"] or locale_language()
            command(Asked(**ours), **others)

        option = click.option(
            "-f",
            "--format",
            type=click.Choice(formats),
            help=f"Output format; default: by the suffix of -o, else {formats[0]}.",
        )
        wrapped: Callable[..., None] = option(wrapper)
        for add in reversed(_OPTIONS):
            wrapped = add(wrapped)
        return wrapped

    return decorate


def locale_language() -> Language:
    """Return zh for a Chinese locale, else en."""
    import os

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
