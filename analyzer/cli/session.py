"""From a request to a Log: reads with progress, tells problems, decides the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from analyzer.analysis import Analysis, AnalysisOptions, analyze
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
from analyzer.report.words import computer_zone

if TYPE_CHECKING:
    from analyzer.store import ImportReport, Store

DONE, NOT_AS_WANTED, NOTHING_READ = 0, 1, 2
_SERIOUS = (ProblemKind.UNREADABLE, ProblemKind.TRUNCATED, ProblemKind.REJECTED)
_TOLD_PER_LOG = 5


def opened(asked: Asked, for_people: bool = False) -> Log:
    """Read and analyze what the user named. Exits with 2 if nothing can be read.

    `for_people`: evidence names times in the zone in which texts show them, that of the computer
    where none is given. What programs read is the same on every machine.
    """
    shown_in = asked.tz or (computer_zone() if for_people else None)
    options = replace(_analysis_options(asked), shown_in=shown_in)
    analysis = _of_store(asked, options) if asked.store else _of_logs(asked, options)
    return Log(analysis, reveal=asked.reveal, lang=asked.lang, zone=asked.tz, key=asked.key)


def imported(store: Store, asked: Asked) -> ImportReport:
    """Add the logs that the user named to a store; tell the problems of those not added."""
    from analyzer.store import import_logs

    with _zone_checked(), removed_on_signals(), reading_progress() as progress:
        report = import_logs(store, _inputs(asked), _ingest_options(asked), progress)
    _tell([problem for account in report.accounts for problem in account.problems], asked)
    return report


def _of_logs(asked: Asked, options: AnalysisOptions) -> Analysis:
    if not asked.has_inputs:
        raise click.UsageError("Name a log or a folder, - for standard input, or --store.")
    if asked.cluster:
        raise click.UsageError("--cluster computes over a store: import the logs, name --store.")
    with _zone_checked(), removed_on_signals(), reading_progress() as progress:
        ingested = ingest(_inputs(asked), _ingest_options(asked), progress)
    if asked.rejects:
        _write_rejects(ingested, asked)
    if not any(account.readable for account in ingested.accounts):
        tell_problems(ingested, asked)
        sys.exit(NOTHING_READ)
    return analyze(ingested, options)


def _of_store(asked: Asked, options: AnalysisOptions) -> Analysis:
    from analyzer.cluster import ClusterError, cluster
    from analyzer.fleet import fleet_analysis
    from analyzer.store import Selection, Store, StoreError

    if asked.has_inputs:
        raise click.UsageError("Name logs or --store, not both: 'ingest' adds logs to a store.")
    devices = (asked.device,) if asked.device else None
    selection = Selection(devices, options.since, options.until)
    try:
        store = Store.open(asked.store or "")
        with _zone_checked(), cluster(asked.cluster) as compute:
            analysis = fleet_analysis(store, selection, options, compute)
    except (StoreError, ClusterError) as error:
        click.echo(str(error), err=True)
        sys.exit(NOTHING_READ)
    if not analysis.accounts:
        click.echo(f"{asked.store}: holds no logs of what was asked for.", err=True)
        sys.exit(NOTHING_READ)
    return analysis


@contextmanager
def _zone_checked() -> Iterator[None]:
    try:
        yield
    except UnknownZoneError as error:
        message = f"no such time zone: {error}; write one like Asia/Shanghai"
        raise click.BadParameter(message, param_hint="--tz") from error


def _ingest_options(asked: Asked) -> IngestOptions:
    try:
        columns = column_map(asked.columns)
    except ColumnMapError as error:
        shown = error.problem
        told = f"{shown.sentence(asked.lang)} {shown.remedy(asked.lang)}"
        raise click.UsageError(printable(told)) from error
    return IngestOptions(asked.tz, asked.device, asked.device_from_folder, columns)


def finish(log: Log, asked: Asked, told: bool = False, failed: bool = False) -> None:
    """Tell problems that the output did not tell, and end with the exit code.

    `failed`: what the command was to check does not hold.
    """
    accounts = log.analysis.accounts
    if not told:
        _tell([problem for account in accounts for problem in account.problems], asked)
    lost = any(
        account.rejected or account.truncated or not account.readable for account in accounts
    )
    sys.exit(NOT_AS_WANTED if failed or (asked.strict and lost) else DONE)


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
    return AnalysisOptions(
        late_after=asked.late_after,
        since=asked.since and zoned(asked.since, asked.tz),
        until=asked.until and zoned(asked.until, asked.tz),
        services=asked.service,
        senders=asked.sender,
        carriers=asked.carrier,
        carrier=asked.my_carrier,
        tz=asked.tz,
    )


def zoned(moment: datetime, tz: str | None) -> datetime:
    """Return a wall-clock time of the user in a zone (None: the computer's)."""
    from zoneinfo import ZoneInfo

    return moment.replace(tzinfo=ZoneInfo(tz)) if tz else moment.astimezone()


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
