"""The command line: a thin shell over the library, one file a command, loaded when called."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "report": "The whole report: codes, latency, blocking, causes, next steps.",
    "codes": "One line an attempt: when, service, sender, carrier, outcome, latency.",
    "latency": "How long delivery takes, by sender, carrier, service, hour, ...",
    "blocking": "How much the phone's filters blocked, by sender, carrier, ...",
    "diagnose": "Causes, verdicts and what to do next.",
    "compare": "Before and after, phone against phone, carrier against carrier.",
    "case": "A masked text to paste into a support request.",
    "check": "Thresholds, with an exit code for cron and CI.",
    "watch": "Report again when a new export arrives in a folder.",
    "ingest": "Add logs to a store that grows, for many phones or exports.",
    "plot": "One picture: latency, outcomes, blocking, over time.",
    "recognize": "Find codes in JSON Lines on standard input.",
    "formats": "What is read, and how to export it from the phone.",
    "simulate": "Invented logs with known faults, and the truth about them.",
}


class _Commands(click.Group):
    """Imports a command's module only when the command is called, so that --help is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"analyzer.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = click.utils.make_str(args[0])
        if name not in _COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, _COMMANDS, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"No such command '{name}'.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:\n\n\b\n  sms-analyzer formats                           how to get a log\n"
    "  sms-analyzer report sms-20260101.xml           the answer, here\n"
    "  sms-analyzer report exports/ -o report.html    as a page\n"
    "  sms-analyzer case exports/ --for carrier       a text for support\n\n"
    "Options of a command: sms-analyzer COMMAND --help.",
)
@click.version_option(package_name="sms-reception-analyzer", prog_name="sms-analyzer")
def main() -> None:
    """Find verification codes that came late, were blocked or never came.

    Reads message logs that an Android phone can export. Nothing is sent anywhere; codes and
    people's numbers are masked unless --reveal.
    """
