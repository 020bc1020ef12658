"""sms-analyzer check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options import Asked, shared_options

if TYPE_CHECKING:
    from analyzer.check import Threshold
    from analyzer.check.baseline import Worse
    from analyzer.log import Log
    from analyzer.report.checks import Line
    from analyzer.report.words import Words

_FORMATS = ("text", "json")
_LIMITS = {
    "p50": ("--max-p50", "Median last-mile latency, at most."),
    "p90": ("--max-p90", "90th percentile, at most."),
    "p95": ("--max-p95", "95th percentile, at most."),
    "p99": ("--max-p99", "99th percentile, at most."),
    "blocked": ("--max-blocked", "Share of codes blocked on the phone, at most."),
    "late": ("--max-late", "Share of attempts late or expired, at most."),
    "expired": ("--max-expired", "Share of attempts expired on arrival, at most."),
    "garbled": ("--max-garbled", "Share of attempts with a garbled code, at most."),
    "missing": ("--max-missing", "Share of attempts whose code never came, at most."),
    "in_time": ("--min-in-time", "Share of attempts with a code in time, at least."),
}


def _limits(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command one option for each measure."""
    for name, (option, text) in reversed(_LIMITS.items()):
        metavar = "TIME" if name.startswith("p") else "SHARE"
        command = click.option(option, f"limit_{name}", metavar=metavar, help=text)(command)
    return command


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer check sms.xml --max-p95 60s --max-blocked 1%\n"
    "  sms-analyzer check exports/ --max-late 5% --each carrier --min-n 20\n"
    "  sms-analyzer check --store fleet/ --thresholds limits.toml --junit checks.xml\n"
    "  sms-analyzer check exports/ --baseline last-week.json"
)
@_limits
@click.option(
    "--each",
    type=click.Choice(["sender", "carrier", "service", "device"]),
    help="The limits above hold for each of these, not for all together.",
)
@click.option("--min-n", type=click.IntRange(1), default=1, help="Fewer cases decide nothing.")
@click.option(
    "--thresholds",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Thresholds from a TOML file.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="An earlier JSON report: fail where figures became worse, beyond chance.",
)
@click.option(
    "--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML too."
)
@click.option("--github", is_flag=True, help="Print failures as GitHub annotations.")
@shared_options(*_FORMATS)
def check(
    asked: Asked,
    each: str | None,
    min_n: int,
    thresholds: Path | None,
    baseline: Path | None,
    junit: Path | None,
    github: bool,
    **limits: str | None,
) -> None:
    """Hold the figures against thresholds: one line each, exit code 1 if one is broken.

    A group with too few cases is undecided, and breaks nothing.
    """
    from analyzer.check import BaselineError, ThresholdError, checked
    from analyzer.cli.output import write_output
    from analyzer.cli.session import finish, opened
    from analyzer.report import checks
    from analyzer.report.words import Words

    try:
        wanted = _wanted(limits, each, min_n, thresholds)
        if not wanted and not baseline:
            raise click.UsageError(
                "Name a limit (such as --max-p95 60s), --thresholds or --baseline."
            )
        log = opened(asked)
        worse = _against(baseline, log, asked) if baseline else []
    except (ThresholdError, BaselineError) as error:
        raise click.UsageError(str(error)) from error
    words = Words(asked.lang, asked.tz)
    lines = checks.check_lines(checked(log.analysis, wanted), worse, words, log.pseudonyms)
    _tell(lines, asked, words, github)
    if junit:
        write_output(junit, checks.junit(lines).encode())
    finish(log, asked, failed=any(line.kept is False for line in lines))


def _wanted(
    limits: dict[str, str | None], each: str | None, min_n: int, file: Path | None
) -> list[Threshold]:
    from analyzer.check import Measure, Threshold, from_toml, limit_of

    given = [
        Threshold(measure, limit_of(measure, written), each=each, min_n=min_n)
        for measure in Measure
        if (written := limits[f"limit_{measure.value}"]) is not None
    ]
    return given + (from_toml(file) if file else [])


def _against(baseline: Path, log: Log, asked: Asked) -> list[Worse]:
    """Compare with an earlier report; people are told apart only if a key names them for good."""
    from analyzer.check import against_baseline

    persons = set() if asked.key or asked.reveal else set(log.pseudonyms.values())
    found = against_baseline(baseline, log.summary)
    return [one for one in found if one.sender not in persons]


def _tell(lines: list[Line], asked: Asked, words: Words, github: bool) -> None:
    from analyzer.cli.output import as_json, chosen_format, emit
    from analyzer.report.checks import github_annotations

    if chosen_format(asked, _FORMATS) == "json":
        emit(as_json([line._asdict() for line in lines]), asked)
        return
    counts = {word: sum(line.kept is kept for line in lines) for word, kept in _COUNTS.items()}
    told = [*(line.sentence for line in lines), words.of("checks.csv", "summary", **counts)]
    if github:
        told = [*github_annotations(lines), told[-1]]
    emit("".join(f"{line}\n" for line in told), asked)


_COUNTS = {"kept": True, "broken": False, "open": None}
