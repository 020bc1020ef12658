"""Writes the pages of docs/ that say what the code says: api.md, commands.md, formats.md.

Run it after a change of either: python tests/write_reference.py. A test holds that they agree.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

import analyzer
from analyzer import schema
from analyzer.cli import _COMMANDS, main
from analyzer.ingest.registry import readers
from analyzer.log import Log

DOCS = Path(__file__).resolve().parent.parent / "docs"
TABLES = {
    "MESSAGES": "Messages (`log.messages`, `log.codes`)",
    "RECOGNIZED": "What the text says (beside the messages)",
    "IDENTIFIED": "Who was involved (beside the messages)",
    "MEASURED": "Latency (beside the messages)",
    "ATTEMPTS": "Attempts (`log.attempts`)",
    "REQUESTS": "Requests (`log.requests`)",
    "SIMS": "SIMs (`log.sims`)",
    "EVENTS": "Events of the phone's own logs (`log.events`)",
}
_NOTE = "<!-- written by tests/write_reference.py -->\n"


def api() -> str:
    """Return the page on the public face: functions, the Log, the columns of every table."""
    return "\n".join(["# Python", _NOTE, *_functions(), *_log(), *_tables()]) + "\n"


def commands() -> str:
    """Return the page on the commands: what `--help` says of each."""
    parts = ["# Commands", _NOTE]
    for name in _COMMANDS:
        command = main.get_command(click.Context(main), name)
        named = {"info_name": f"sms-analyzer {name}", "help_option_names": ["-h", "--help"]}
        context = click.Context(command, terminal_width=80, **named)
        parts += [f"## {name}\n", "```text", command.get_help(context), "```\n"]
    return "\n".join(parts)


def _functions() -> Iterator[str]:
    for name in sorted(analyzer.__all__):
        thing = getattr(analyzer, name)
        if inspect.isfunction(thing):
            yield f"## `analyzer.{name}`\n"
            yield f"```text\n{name}{_signature(thing)}\n```\n"
            yield inspect.getdoc(thing) + "\n"


def _log() -> Iterator[str]:
    yield "## `analyzer.Log`\n"
    yield inspect.getdoc(Log) + "\n"
    for name, member in vars(Log).items():
        if name.startswith("_"):
            continue
        is_method = inspect.isfunction(member)
        yield f"### `log.{name}{_signature(member, bound=True) if is_method else ''}`\n"
        yield inspect.getdoc(member if is_method else getattr(Log, name)) + "\n"


def _signature(function: object, bound: bool = False) -> str:
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())[1 if bound else 0 :]
    plain = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return str(inspect.Signature(plain))


def _tables() -> Iterator[str]:
    yield "## Columns\n"
    yield "Times are UTC, unknown is null; words are categories, the rest nullable Arrow types.\n"
    for name, title in TABLES.items():
        yield f"### {title}\n"
        yield "| column | type | meaning |\n|---|---|---|"
        for column in getattr(schema, name):
            kind = "word" if column.type == schema.WORD else str(column.type)
            yield f"| `{column.name}` | {kind} | {column.meaning.replace('|', '/')} |"
        yield ""


def formats() -> str:
    """Return the page on the formats: what each carries, how it is known, how to export it."""
    parts = ["# Formats", _NOTE]
    for reader in sorted(readers(), key=lambda reader: reader.title.lower()):
        carried = [name.replace("_", " ") for name, has in reader.carries._asdict().items() if has]
        evidence = f"{reader.evidence.kind}, {reader.evidence.date}"
        carries = ", ".join(carried) or "times and texts only"
        parts += [
            f"## {reader.title}\n",
            f"`{reader.name}`; carries: {carries}; layout known from: {evidence}.\n",
            f"{reader.export.en}\n",
            f"{reader.export.zh}\n",
        ]
        if reader.remark:
            parts += [f"{reader.remark.en}\n", f"{reader.remark.zh}\n"]
    return "\n".join(parts)


PAGES = {"api.md": api, "commands.md": commands, "formats.md": formats}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (DOCS / page).write_text(text(), encoding="utf-8")
