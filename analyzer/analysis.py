"""All stages in a row: from what was read to codes, attempts and causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose import Case, Finding, diagnose
from analyzer.identify import identify
from analyzer.ingest import Ingested, LogAccount
from analyzer.measure import AttemptOptions, Coverage, attempts, latency
from analyzer.recognize import recognize, service_name
from analyzer.schema import EVENT_SCHEMA

DEFAULT_LATE_AFTER = 60


@dataclass(frozen=True)
class AnalysisOptions:
    """What to look at and how.

    `late_after` is in seconds; `since` and `until` bound received_at and requested_at (until is
    exclusive); `services`, `senders` (parts of a sender or sender key) and `carriers` narrow
    the code messages and attempts; `carrier` is the carrier of the phone's SIM as the user
    states it.
    """

    late_after: int = DEFAULT_LATE_AFTER
    since: datetime | None = None
    until: datetime | None = None
    services: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    carrier: str | None = None


@dataclass
class Analysis:
    """What is known of a set of logs.

    `table` holds one row per message with all columns of schema.MESSAGES, RECOGNIZED,
    IDENTIFIED and MEASURED; `attempts` the columns of schema.ATTEMPTS; `events` those of
    schema.EVENTS. Events name no service or carrier and are narrowed by time only.
    """

    table: pa.Table
    attempts: pa.Table
    requests: pa.Table
    sims: pa.Table
    accounts: list[LogAccount]
    findings: list[Finding]
    options: AnalysisOptions = field(default_factory=AnalysisOptions)
    events: pa.Table = field(default_factory=EVENT_SCHEMA.empty_table)

    @property
    def has_requests(self) -> bool:
        """Whether a request log was given."""
        return bool(self.requests.num_rows)

    @property
    def codes(self) -> pa.Table:
        """The received messages that carry a code."""
        return self.table.filter(pc.fill_null(self.table["is_code"], False))


def analyze(ingested: Ingested, options: AnalysisOptions | None = None) -> Analysis:
    """Run every stage over what was read."""
    options = options or AnalysisOptions()
    messages = _within(ingested.messages, "received_at", options)
    recognized = recognize(messages)
    identified = identify(messages, recognized, ingested.sims, options.carrier)
    table = _beside(messages, recognized, identified)
    table = _beside(table, latency(table))
    requests = _requests(ingested, table, options)
    # Matched over everything, narrowed afterwards: a code that is filtered away has still come.
    tried = attempts(table, requests, _attempt_options(ingested, options))
    table = _narrowed(table, options)
    tried = _narrowed_attempts(tried, table, options)
    events = _within(ingested.events, "at", options)
    case = Case(table, tried, ingested.accounts, bool(requests.num_rows), events)
    return Analysis(
        table, tried, requests, ingested.sims, ingested.accounts, diagnose(case), options, events
    )


def _beside(table: pa.Table, *others: pa.Table) -> pa.Table:
    for other in others:
        for name in other.column_names:
            table = table.append_column(name, other[name])
    return table


def _within(table: pa.Table, column: str, options: AnalysisOptions) -> pa.Table:
    """Return the rows in the period asked for; rows without a time only if none is asked for."""
    for bound, compare in ((options.since, pc.greater_equal), (options.until, pc.less)):
        if bound is not None:
            limit = pa.scalar(bound, table.schema.field(column).type)
            table = table.filter(compare(table[column], limit))
    return table


def _narrowed(table: pa.Table, options: AnalysisOptions) -> pa.Table:
    """Return the messages of the services, senders and carriers asked for."""
    if options.services:
        table = table.filter(_is_one_of(table["service"], _canonical(options.services)))
    if options.carriers:
        table = table.filter(_is_one_of(table["carrier"], options.carriers))
    if options.senders:
        keys = table["sender_key"].cast(pa.string())
        senders = table["sender"].cast(pa.string())
        found = pa.chunked_array([pa.repeat(False, table.num_rows)])
        for part in options.senders:
            for column in (keys, senders):
                match = pc.match_substring(column, part, ignore_case=True)
                found = pc.or_(found, pc.fill_null(match, False))
        table = table.filter(found)
    return table


def _narrowed_attempts(tried: pa.Table, table: pa.Table, options: AnalysisOptions) -> pa.Table:
    """Return the attempts of the services, senders and carriers asked for."""
    if options.services:
        tried = tried.filter(_is_one_of(tried["service"], _canonical(options.services)))
    if options.carriers:
        tried = tried.filter(_is_one_of(tried["carrier"], options.carriers))
    if options.senders:
        keys = table["sender_key"].cast(pa.string()).unique().drop_null()
        tried = tried.filter(pc.is_in(tried["sender"].cast(pa.string()), keys))
    return tried


def _canonical(services: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(service_name(service) for service in services)


def _is_one_of(column: pa.ChunkedArray, wanted: tuple[str, ...]) -> pa.ChunkedArray:
    folded = pc.utf8_lower(column.cast(pa.string()))
    return pc.is_in(folded, pa.array([word.lower() for word in wanted], pa.string()))


def _requests(ingested: Ingested, table: pa.Table, options: AnalysisOptions) -> pa.Table:
    """Return the requests with one name per service; on one phone, all are of that phone."""
    requests = _within(ingested.requests, "requested_at", options)
    names = [service_name(name) if name else None for name in requests["service"].to_pylist()]
    requests = _replaced(requests, "service", names)
    phones = table["device"].unique().drop_null().to_pylist()
    if len(phones) == 1:
        requests = _replaced(requests, "device", phones * requests.num_rows)
    return requests


def _replaced(table: pa.Table, name: str, values: list[str | None]) -> pa.Table:
    index = table.schema.get_field_index(name)
    field_type = table.schema.field(name).type
    column = pa.array(values, pa.string()).dictionary_encode().cast(field_type)
    return table.set_column(index, table.schema.field(name), column)


def _attempt_options(ingested: Ingested, options: AnalysisOptions) -> AttemptOptions:
    coverage = [
        Coverage(
            device=account.device,
            log=account.log,
            first=max(account.inbox_first, options.since or account.inbox_first),
            last=min(inbox_end(account), options.until or inbox_end(account)),
        )
        for account in ingested.accounts
        if account.inbox_first and account.inbox_last
    ]
    return AttemptOptions(late_after=options.late_after, coverage=coverage)


def inbox_end(account: LogAccount) -> datetime:
    """Return until when a log would show what came to the inbox: its last message, or its making.

    A log that was cut off ends with its last message, whatever it says.
    """
    made = None if account.truncated else account.covered_until
    return max(filter(None, (account.inbox_last, made)))
