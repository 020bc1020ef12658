"""From what was asked for to a Log: reads with progress, tells problems, decides the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime

import click

from analyzer.analysis import AnalysisOptions, analyze
from analyzer.cli.options import Asked
from analyzer.cli.output import write_output
from analyzer.cli.progress import reading_progress
from analyzer.ingest import Ingested, IngestOptions, Problem, ProblemKind, ingest
from analyzer.ingest.column_map import ColumnMapError, column_map
from analyzer.ingest.records import Role
from analyzer.ingest.temporary import removed_on_signals
from analyzer.ingest.times import UnknownZoneError
from analyzer.log import Log
from analyzer.report.masking import masked_problem, masked_raw, printable

DONE, REJECTS_FOUND, NOTHING_READ = 0, 1, 2
_SERIOUS = (ProblemKind.UNREADABLE, ProblemKind.TRUNCATED, ProblemKind.REJECTED)
_TOLD_PER_LOG = 5


def opened(asked: Asked) -> Log:
    """Read and analyze what the user named. Exits with 2 if nothing can be read."""
    inputs = _inputs(asked)
    if not inputs:
        raise click.UsageError("Name a log or a folder, or - for standard input.")
    try:
        with removed_on_signals(), reading_progress() as progress:
            ingested = ingest(inputs, _ingest_options(asked), progress)
    except UnknownZoneError as error:
        message = f"no such time zone: {error}; write one like Asia/Shanghai"
        raise click.BadParameter(message, param_hint="--tz") from error
    if asked.rejects:
        _write_rejects(ingested, asked)
    if not any(account.readable for account in ingested.accounts):
        tell_problems(ingested, asked)
        sys.exit(NOTHING_READ)
    analysis = analyze(ingested, _analysis_options(asked))
    return Log(analysis, reveal=asked.reveal, lang=asked.lang, zone=asked.tz, key=asked.key)


def _ingest_options(asked: Asked) -> IngestOptions:
    try:
        columns = column_map(asked.columns)
    except ColumnMapError as error:
        shown = error.problem
        told = f"{shown.sentence(asked.lang)} {shown.remedy(asked.lang)}"
        raise click.UsageError(printable(told)) from error
    return IngestOptions(asked.tz, asked.device, asked.device_from_folder, columns)


def finish(log: Log, asked: Asked, told: bool = False) -> None:
    """Tell problems that the output did not tell, and end with the exit code."""
    accounts = log.analysis.accounts
    if not told:
        _tell([problem for account in accounts for problem in account.problems], asked)
    lost = any(
        account.rejected or account.truncated or not account.readable for account in accounts
    )
    sys.exit(REJECTS_FOUND if asked.strict and lost else DONE)


def tell_problems(ingested: Ingested, asked: Asked) -> None:
    """Write every serious problem to standard error: what, where, what to do."""
    _tell(ingested.problems, asked)


def _tell(problems: list[Problem], asked: Asked) -> None:
    told: dict[str, int] = {}
    for problem in problems:
        if problem.kind not in _SERIOUS:
            continue
        told[problem.log] = told.get(problem.log, 0) + 1
        shown = problem if asked.reveal else masked_problem(problem)
        if told[problem.log] > _TOLD_PER_LOG:
            continue
        click.echo(printable(shown.sentence(asked.lang)), err=True)
        click.echo("  " + printable(shown.remedy(asked.lang)), err=True)


def _inputs(asked: Asked) -> list[tuple[str, Role]]:
    named = (
        (asked.paths, Role.MESSAGES),
        (asked.blocked, Role.BLOCKED),
        (asked.requests, Role.REQUESTS),
        (asked.sims, Role.SIMS),
    )
    return [(path, role) for paths, role in named for path in paths]


def _analysis_options(asked: Asked) -> AnalysisOptions:
    in_zone = _zoned(asked.tz)
    return AnalysisOptions(
        late_after=asked.late_after,
        since=in_zone(asked.since),
        until=in_zone(asked.until),
        services=asked.service,
        senders=asked.sender,
        carriers=asked.carrier,
        carrier=asked.my_carrier,
    )


def _zoned(tz: str | None) -> Callable[[datetime | None], datetime | None]:
    """Return what puts a wall-clock time of the user into a zone (None: the computer's)."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(tz) if tz else None

    def put(moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        return moment.replace(tzinfo=zone) if zone else moment.astimezone()

    return put


def _write_rejects(ingested: Ingested, asked: Asked) -> None:
    """Write the rejected records as JSON Lines, masked unless revealed."""
    lines = []
    for problem in ingested.problems:
        if problem.kind not in _SERIOUS:
            continue
        raw = problem.raw
        shown = problem if asked.reveal else masked_problem(problem)
        row = {
            "log": shown.log,
            "record": problem.record,
            "byte": problem.byte,
            "reason": shown.sentence(asked.lang),
            "remedy": shown.remedy(asked.lang),
            "raw": raw if asked.reveal else masked_raw(raw),
        }
        lines.append(json.dumps(row, ensure_ascii=True))
    if asked.rejects:
        write_output(asked.rejects, "".join(line + "\n" for line in lines).encode())
