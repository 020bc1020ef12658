"""All stages in a row: from what was read to codes, attempts and causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.diagnose import Case, Finding, findings_by_phone, next_steps, over_phones
from analyzer.identify import canonical_carrier, identify
from analyzer.ingest import Ingested, LogAccount
from analyzer.measure import AttemptOptions, Coverage, attempts, measured, read_clock
from analyzer.measure.arrays import is_word, kept
from analyzer.recognize import recognize, service_name
from analyzer.schema import EVENT_SCHEMA, MESSAGE_SCHEMA, RECOGNIZED, Direction, Folder, names
from analyzer.texts import Text

DEFAULT_LATE_AFTER = 60

# How tables call the rows without a known carrier, in each language.
_UNKNOWN_CARRIER = {"unknown", "未知"}


@dataclass(frozen=True)
class AnalysisOptions:
    """What to look at and how.

    `late_after` is in seconds; `since` and `until` bound received_at and requested_at (until is
    exclusive); `services`, `senders` (parts of a sender or sender key) and `carriers` narrow
    the code messages and attempts; `carrier` is the carrier of the phone's SIM as the user
    states it; `tz` (IANA) is the zone of the user's hours and days; None: China's
    for SIMs of China, else UTC.
    """

    late_after: int = DEFAULT_LATE_AFTER
    since: datetime | None = None
    until: datetime | None = None
    services: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()
    carrier: str | None = None
    tz: str | None = None
    shown_in: str | None = None


class MessageTotals(NamedTuple):
    """How many messages there are, and from when to when they were received (UTC)."""

    total: int = 0
    received: int = 0
    blocked: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @classmethod
    def of(cls, table: pa.Table) -> MessageTotals:
        """Count the messages of a message table."""
        came = is_word(table["direction"], Direction.RECEIVED)
        blocked = came & is_word(table["folder"], Folder.BLOCKED)
        period = pc.min_max(kept(table.select(["received_at"]), came)["received_at"]).as_py()
        sums = (table.num_rows, int(came.sum()), int(blocked.sum()))
        return cls(*sums, period["min"], period["max"])

    def plus(self, other: MessageTotals) -> MessageTotals:
        """Return the totals of both."""
        firsts = [first for first in (self.first, other.first) if first is not None]
        lasts = [last for last in (self.last, other.last) if last is not None]
        return MessageTotals(
            self.total + other.total,
            self.received + other.received,
            self.blocked + other.blocked,
            min(firsts, default=None),
            max(lasts, default=None),
        )


@dataclass
class Analysis:
    """What is known of a set of logs.

    `table` holds one row per message with all columns of schema.MESSAGES, RECOGNIZED,
    IDENTIFIED and MEASURED (of a fleet, code messages only, without texts; `counted` then tells
    of all); `attempts` the columns of schema.ATTEMPTS; `events` those of
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
    next_steps: tuple[Text, ...] = ()
    counted: MessageTotals | None = None
    by_phone: dict[str, list[Finding]] = field(default_factory=dict)
    outages: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def totals(self) -> MessageTotals:
        """How many messages there are; of a fleet, `table` holds its code messages only."""
        return self.counted or MessageTotals.of(self.table)

    @property
    def has_requests(self) -> bool:
        """Whether a request log was given."""
        return bool(self.requests.num_rows)

    @cached_property
    def codes(self) -> pa.Table:
        """The received messages that carry a code."""
        return self.table.filter(pc.fill_null(self.table["is_code"], False))


def analyze(
    ingested: Ingested, options: AnalysisOptions | None = None, fleet: bool = False
) -> Analysis:
    """Run every stage over what was read; of a `fleet`, requests name the phone they are of."""
    options = options or AnalysisOptions()
    messages = _within(ingested.messages, "received_at", options)
    recognized = _recognized(messages)
    messages = messages.select(MESSAGE_SCHEMA.names)
    identified = identify(messages, recognized, ingested.sims, options.carrier)
    table = _beside(messages, recognized, identified)
    clock = read_clock(table)
    table = _beside(table, measured(clock))
    requests = _requests(ingested, table, options, fleet)
    # Matched over everything, narrowed afterwards: a code that is filtered away has still come.
    tried = attempts(table, requests, _attempt_options(ingested, options))
    everything, table = table, _narrowed(table, options)
    tried = _narrowed_attempts(tried, table, options)
    events = _within(ingested.events, "at", options)
    case = Case(
        table,
        tried,
        ingested.accounts,
        bool(requests.num_rows),
        events=events,
        requests=_of_services(requests, options),
        sims=ingested.sims,
        everything=everything,
        clock=clock if table is everything else None,
        tz=options.tz,
        shown_in=options.shown_in,
    )
    by_phone = findings_by_phone(case)
    findings = over_phones(by_phone)
    return Analysis(
        *(table, tried, requests, ingested.sims, ingested.accounts, findings, options, events),
        next_steps=next_steps(case, findings),
        by_phone=by_phone,
        outages=_outages(case) if len(by_phone) == 1 else (),
    )


def _outages(case: Case) -> tuple[tuple[datetime, datetime], ...]:
    """Return the periods in which a SIM of the phone received nothing, each once."""
    return tuple(sorted({(outage.first, outage.last) for outage in case.gaps}))


def _recognized(messages: pa.Table) -> pa.Table:
    """Return what the texts say; a private store keeps that in place of the texts."""
    wanted = names(RECOGNIZED)
    if set(wanted) <= set(messages.column_names):
        return messages.select(wanted)
    return recognize(messages)


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
        table = table.filter(_is_carrier(table["carrier"], options.carriers))
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
        tried = tried.filter(_is_carrier(tried["carrier"], options.carriers))
    if options.senders:
        keys = table["sender_key"].cast(pa.string()).unique().drop_null()
        tried = tried.filter(pc.is_in(tried["sender"].cast(pa.string()), keys))
    return tried


def _of_services(requests: pa.Table, options: AnalysisOptions) -> pa.Table:
    """Return the requests of the services asked for."""
    if not options.services:
        return requests
    return requests.filter(_is_one_of(requests["service"], _canonical(options.services)))


def _canonical(services: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(service_name(service) for service in services)


def _is_carrier(column: pa.ChunkedArray, wanted: tuple[str, ...]) -> pa.ChunkedArray:
    """Return which rows are of carriers by any of their names; "unknown" is no known carrier."""
    found = _is_one_of(column, tuple(canonical_carrier(name) for name in wanted))
    if {name.strip().lower() for name in wanted} & _UNKNOWN_CARRIER:
        return pc.or_kleene(found, pc.is_null(column))
    return found


def _is_one_of(column: pa.ChunkedArray, wanted: tuple[str, ...]) -> pa.ChunkedArray:
    folded = pc.utf8_lower(column.cast(pa.string()))
    return pc.is_in(folded, pa.array([word.lower() for word in wanted], pa.string()))


def _requests(
    ingested: Ingested, table: pa.Table, options: AnalysisOptions, fleet: bool
) -> pa.Table:
    """Return the requests with one name per service; on one phone, all are of that phone."""
    requests = _within(ingested.requests, "requested_at", options)
    names = [service_name(name) if name else None for name in requests["service"].to_pylist()]
    requests = _replaced(requests, "service", names)
    phones = table["device"].unique().drop_null().to_pylist()
    if len(phones) == 1 and not fleet:
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
