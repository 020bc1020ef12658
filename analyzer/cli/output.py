"""Where a command's result goes: the terminal, a pipe or a file; by format or suffix."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import Asked
from analyzer.report.files import write_whole
from analyzer.report.json_text import readable

if TYPE_CHECKING:
    from rich.console import RenderableType

_SUFFIXES = {
    ".json": "json",
    ".csv": "csv",
    ".txt": "text",
    ".parquet": "parquet",
    ".html": "html",
    ".htm": "html",
}
# What `plot` writes, so that nobody gets text under such a name.
_PICTURES = (".pdf", ".png", ".svg")


def chosen_format(asked: Asked, formats: Iterable[str], default: str = "text") -> str:
    """Return the format asked for, else the one of the output's suffix, else the default."""
    if asked.format:
        return asked.format
    suffix = asked.output.suffix.lower() if asked.output else ""
    by_suffix = _SUFFIXES.get(suffix, default if suffix not in _PICTURES else "")
    known = tuple(formats)
    if suffix and by_suffix not in known:
        raise click.UsageError(
            f"{asked.output}: this command does not write {suffix}; "
            f"name the format with --format ({', '.join(known)})."
        )
    return by_suffix if suffix else default


def show(parts: Iterable[RenderableType], asked: Asked) -> None:
    """Print renderables to the terminal, or plain text to a pipe or file."""
    from rich.console import Console

    from analyzer.report.text import WIDTH, rendered

    if asked.output:
        write_output(asked.output, rendered(parts).encode())
    elif sys.stdout.isatty():
        console = Console(highlight=False, no_color=asked.no_color or None)
        for part in parts:
            console.print(part)
    else:
        click.echo(rendered(parts, WIDTH), nl=False)


def emit(text: str | Iterable[bytes], asked: Asked) -> None:
    """Write data, whole or in pieces, to standard output or the output file."""
    pieces = [text.encode()] if isinstance(text, str) else text
    if asked.output:
        write_output(asked.output, pieces)
    else:
        for piece in pieces:
            click.echo(piece, nl=False)


def as_json(value: object) -> str:
    """Return a value as readable JSON."""
    return readable(value).decode() + "\n"


def write_output(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write an output file; a failure is one sentence and exit code 2."""
    try:
        write_whole(path, data)
    except OSError as error:
        click.echo(f"{path}: cannot be written ({error.strerror}).", err=True)
        sys.exit(2)
