"""From a request to a Log: reads with progress, tells problems, decides the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from analyzer.analysis import Analysis, AnalysisOptions, analyze
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

if TYPE_CHECKING:
    from analyzer.store import ImportReport, Store

DONE, NOT_AS_WANTED, NOTHING_READ = 0, 1, 2
_SERIOUS = (ProblemKind.UNREADABLE, ProblemKind.TRUNCATED, ProblemKind.REJECTED)
_TOLD_PER_LOG = 5


def opened(request: Request) -> Log:
    """Read and analyze what the user named. Exits with 2 if nothing can be read."""
    analysis = _of_store(request) if request.store else _of_logs(request)
    return Log(analysis, reveal=request.reveal, lang=request.lang, zone=request.tz, key=request.key)


def imported(store: Store, request: Request) -> ImportReport:
    """Add the logs that the user named to a store; tell the problems of those not added."""
    from analyzer.store import import_logs

    with _zone_checked(), removed_on_signals(), reading_progress() as progress:
        report = import_logs(store, _inputs(request), _ingest_options(request), progress)
    _tell([problem for account in report.accounts for problem in account.problems], request)
    return report


def _of_logs(request: Request) -> Analysis:
    if not request.has_inputs:
        raise click.UsageError("Name a log or a folder, - for standard input, or --store.")
    if request.cluster:
        raise click.UsageError("--cluster computes over a store: import the logs, name --store.")
    with _zone_checked(), removed_on_signals(), reading_progress() as progress:
        ingested = ingest(_inputs(request), _ingest_options(request), progress)
    if request.rejects:
        _write_rejects(ingested, request)
    if not any(account.readable for account in ingested.accounts):
        tell_problems(ingested, request)
        sys.exit(NOTHING_READ)
    return analyze(ingested, _analysis_options(request))


def _of_store(request: Request) -> Analysis:
    from analyzer.cluster import ClusterError, cluster
    from analyzer.fleet import fleet_analysis
    from analyzer.store import Selection, Store, StoreError

    if request.has_inputs:
        raise click.UsageError("Name logs or --store, not both: 'ingest' adds logs to a store.")
    options = _analysis_options(request)
    devices = (request.device,) if request.device else None
    selection = Selection(devices, options.since, options.until)
    try:
        store = Store.open(request.store or "")
        with _zone_checked(), cluster(request.cluster) as compute:
            analysis = fleet_analysis(store, selection, options, compute)
    except (StoreError, ClusterError) as error:
        click.echo(str(error), err=True)
        sys.exit(NOTHING_READ)
    if not analysis.accounts:
        click.echo(f"{request.store}: holds no logs of what was asked for.", err=True)
        sys.exit(NOTHING_READ)
    return analysis


@contextmanager
def _zone_checked() -> Iterator[None]:
    try:
        yield
    except UnknownZoneError as error:
        message = f"no such time zone: {error}; write one like Asia/Shanghai"
        raise click.BadParameter(message, param_hint="--tz") from error


def _ingest_options(request: Request) -> IngestOptions:
    try:
        columns = column_map(request.columns)
    except ColumnMapError as error:
        shown = error.problem
        told = f"{shown.sentence(request.lang)} {shown.remedy(request.lang)}"
        raise click.UsageError(printable(told)) from error
    return IngestOptions(request.tz, request.device, request.device_from_folder, columns)


def finish(log: Log, request: Request, told: bool = False, failed: bool = False) -> None:
    """Tell problems that the output did not tell, and end with the exit code.

    `failed`: what the command was to check does not hold.
    """
    accounts = log.analysis.accounts
    if not told:
        _tell([problem for account in accounts for problem in account.problems], request)
    lost = any(
        account.rejected or account.truncated or not account.readable for account in accounts
    )
    sys.exit(NOT_AS_WANTED if failed or (request.strict and lost) else DONE)


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
    return AnalysisOptions(
        late_after=request.late_after,
        since=request.since and zoned(request.since, request.tz),
        until=request.until and zoned(request.until, request.tz),
        services=request.service,
        senders=request.sender,
        carriers=request.carrier,
        carrier=request.my_carrier,
        tz=request.tz,
    )


def zoned(moment: datetime, tz: str | None) -> datetime:
    """Return a wall-clock time of the user in a zone (None: the computer's)."""
    from zoneinfo import ZoneInfo

    return moment.replace(tzinfo=ZoneInfo(tz)) if tz else moment.astimezone()


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
