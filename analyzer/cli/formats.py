"""sms-analyzer formats."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from analyzer.cli.options import locale_language

if TYPE_CHECKING:
    from analyzer.ingest.records import Reader
    from analyzer.report.words import Words


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer formats\n  sms-analyzer formats --format json"
)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language; default: the locale's.")
def formats(form: str, lang: str | None) -> None:
    """List the formats that are read, what each carries, and how to export it."""
    from analyzer.cli.output import as_json
    from analyzer.ingest.registry import readers
    from analyzer.report.files import csv_text
    from analyzer.report.words import Words

    words = Words("zh" if lang == "zh" else "en" if lang else locale_language())
    if form == "text":
        _print(list(readers()), words)
        return
    rows = [_row(reader, words) for reader in readers()]
    click.echo(as_json(rows) if form == "json" else csv_text(rows), nl=False)


def _row(reader: Reader, words: Words) -> dict[str, object]:
    return {
        "format": reader.name,
        "title": reader.title,
        "role": reader.role.value,
        **reader.carries._asdict(),
        "evidence": reader.evidence.kind,
        "evidence_date": reader.evidence.date,
        "unverified": reader.evidence.unverified,
        "export": reader.export.get(words.language),
        "remark": reader.remark.get(words.language) if reader.remark else None,
    }


def _print(known: list[Reader], words: Words) -> None:
    from rich.console import Console, Group, RenderableType
    from rich.padding import Padding

    from analyzer.report.text import WIDTH, heading, paragraph, rendered

    parts: list[RenderableType] = []
    for reader in known:
        carried = [words(_WORD[name]) for name, has in reader.carries._asdict().items() if has]
        carries = ", ".join(carried) or words("nothing_more")
        basis = f"{words('evidence_' + reader.evidence.kind)}, {reader.evidence.date}"
        if reader.evidence.unverified:
            basis += f" ({words('unverified')})"
        lines = [
            f"{words('format')}: {reader.name}",
            f"{words('carries')}: {carries}",
            f"{words('known_from')}: {basis}",
            f"{words('how_to_export')}: {reader.export.get(words.language)}",
        ]
        if reader.remark:
            lines.append(reader.remark.get(words.language))
        body = Group(*(Padding(paragraph(line), (0, 0, 0, 2)) for line in lines))
        parts += [heading(reader.title), body]
    if sys.stdout.isatty():
        console = Console(highlight=False)
        for part in parts:
            console.print(part)
    else:
        click.echo(rendered(parts, WIDTH), nl=False)


_WORD = {
    "sent_at": "sent_at",
    "service_center": "service_center",
    "sim": "sim",
    "blocked": "carries_blocked",
}
