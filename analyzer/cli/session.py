"""From a request to a Log: reads with progress, tells problems, decides the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime

import click

from analyzer.analysis import AnalysisOptions, analyze
from analyzer.cli.options import Request
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


def opened(request: Request) -> Log:
    """Read and analyze what the user named. Exits with 2 if nothing can be read."""
    inputs = _inputs(request)
    if not inputs:
        raise click.UsageError("Name a log or a folder, or - for standard input.")
    try:
        with removed_on_signals(), reading_progress() as progress:
            ingested = ingest(inputs, _ingest_options(request), progress)
    except UnknownZoneError as error:
        message = f"no such time zone: {error}; write one like Asia/Shanghai"
        raise click.BadParameter(message, param_hint="--tz") from error
    if request.rejects:
        _write_rejects(ingested, request)
    if not any(account.readable for account in ingested.accounts):
        tell_problems(ingested, request)
        sys.exit(NOTHING_READ)
    analysis = analyze(ingested, _analysis_options(request))
    return Log(analysis, reveal=request.reveal, lang=request.lang, zone=request.tz, key=request.key)


def _ingest_options(request: Request) -> IngestOptions:
    try:
        columns = column_map(request.columns)
    except ColumnMapError as error:
        shown = error.problem
        told = f"{shown.sentence(request.lang)} {shown.remedy(request.lang)}"
        raise click.UsageError(printable(told)) from error
    return IngestOptions(request.tz, request.device, request.device_from_folder, columns)


def finish(log: Log, request: Request, told: bool = False) -> None:
    """Tell problems that the output did not tell, and end with the exit code."""
    accounts = log.analysis.accounts
    if not told:
        _tell([problem for account in accounts for problem in account.problems], request)
    lost = any(
        account.rejected or account.truncated or not account.readable for account in accounts
    )
    sys.exit(REJECTS_FOUND if request.strict and lost else DONE)


def tell_problems(ingested: Ingested, request: Request) -> None:
    """Write every serious problem to standard error: what, where, what to do."""
    _tell(ingested.problems, request)


def _tell(problems: list[Problem], request: Request) -> None:
    told: dict[str, int] = {}
    for problem in problems:
        if problem.kind not in _SERIOUS:
            continue
        told[problem.log] = told.get(problem.log, 0) + 1
        shown = problem if request.reveal else masked_problem(problem)
        if told[problem.log] > _TOLD_PER_LOG:
            continue
        click.echo(printable(shown.sentence(request.lang)), err=True)
        click.echo("  " + printable(shown.remedy(request.lang)), err=True)


def _inputs(request: Request) -> list[tuple[str, Role]]:
    named = (
        (request.paths, Role.MESSAGES),
        (request.blocked, Role.BLOCKED),
        (request.requests, Role.REQUESTS),
        (request.sims, Role.SIMS),
    )
    return [(path, role) for paths, role in named for path in paths]


def _analysis_options(request: Request) -> AnalysisOptions:
    in_zone = _zoned(request.tz)
    return AnalysisOptions(
        late_after=request.late_after,
        since=in_zone(request.since),
        until=in_zone(request.until),
        services=request.service,
        senders=request.sender,
        carriers=request.carrier,
        carrier=request.my_carrier,
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


def _write_rejects(ingested: Ingested, request: Request) -> None:
    """Write the rejected records as JSON Lines, masked unless revealed."""
    lines = []
    for problem in ingested.problems:
        if problem.kind not in _SERIOUS:
            continue
        raw = problem.raw
        shown = problem if request.reveal else masked_problem(problem)
        row = {
            "log": shown.log,
            "record": problem.record,
            "byte": problem.byte,
            "reason": shown.sentence(request.lang),
            "remedy": shown.remedy(request.lang),
            "raw": raw if request.reveal else masked_raw(raw),
        }
        lines.append(json.dumps(row, ensure_ascii=True))
    if request.rejects:
        write_output(request.rejects, "".join(line + "\n" for line in lines).encode())
