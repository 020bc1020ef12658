"""One log, read batch by batch: what a reader yields becomes rows, and every record is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.account import LogAccount
from analyzer.ingest.conform import Conformer, Rows
from analyzer.ingest.identity import listed_apart, message_ids
from analyzer.ingest.moments import moments
from analyzer.ingest.records import (
    BATCH_ROWS,
    Announced,
    Block,
    Exported,
    Kind,
    Problem,
    ProblemKind,
    Reader,
    Record,
    Role,
    Zone,
)
from analyzer.ingest.source import Source
from analyzer.ingest.times import LocalTime, UnknownZoneError
from analyzer.schema import (
    EVENT_SCHEMA,
    MESSAGE_SCHEMA,
    REQUEST_SCHEMA,
    SIM_SCHEMA,
    Direction,
    Folder,
)

REJECTS_KEPT = 10_000

_SCHEMAS = {
    Kind.SMS: MESSAGE_SCHEMA,
    Kind.REQUEST: REQUEST_SCHEMA,
    Kind.SIM: SIM_SCHEMA,
    Kind.EVENT: EVENT_SCHEMA,
    Kind.INCOMPLETE_PART: EVENT_SCHEMA,
}
# Events tell of messages without being any: they stand among the other kinds in the account.
_COUNTED_AS_OTHER = frozenset((Kind.EVENT, Kind.INCOMPLETE_PART))


def newly_named(name: str, taken: set[str]) -> str:
    """Return the name, numbered if it is taken, and take it."""
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name} ({number})"
    taken.add(unique)
    return unique


class Tables:
    """The rows of all logs so far."""

    asks_sha256 = False

    def __init__(self) -> None:
        self._batches: dict[pa.Schema, list[pa.Table]] = {}
        self._names: set[str] = set()

    def unique_name(self, name: str) -> str:
        """Return a log name that no other log of this run has."""
        return newly_named(name, self._names)

    def has(self, account: LogAccount) -> bool:  # noqa: ARG002
        """Tell that no log is known from before."""
        return False

    def add(self, rows: pa.Table) -> None:
        """Take the rows of one batch."""
        names = tuple(rows.schema.names)
        self._batches.setdefault(names, []).append(rows)

    def messages(self) -> pa.Table:
        """Return the message rows."""
        return self._table(MESSAGE_SCHEMA)

    def requests(self) -> pa.Table:
        """Return the request rows."""
        return self._table(REQUEST_SCHEMA)

    def sims(self) -> pa.Table:
        """Return the SIM rows."""
        return self._table(SIM_SCHEMA)

    def events(self) -> pa.Table:
        """Return the event rows."""
        return self._table(EVENT_SCHEMA)

    def _table(self, schema: pa.Schema) -> pa.Table:
        batches = self._batches.get(tuple(schema.names), [])
        return pa.concat_tables([schema.empty_table(), *batches]).unify_dictionaries()


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def _last(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


class LogReading:
    """The reading of one log by its reader; fills the log's account as it goes."""

    def __init__(
        self, reader: Reader, source: Source, account: LogAccount, local: LocalTime
    ) -> None:
        self._reader = reader
        self._source = source
        self._account = account
        self._local = local
        self._conformers: dict[Kind, Conformer] = {}
        self._listed: Counter[str] = Counter()
        account.format = reader.name
        if account.role == Role.MESSAGES:
            account.role = reader.role.value
        account.evidence = f"{reader.evidence.kind} {reader.evidence.date}"

    def tables(self) -> Iterator[pa.Table]:
        """Yield the rows of the log in batches; memory holds one batch."""
        batch: list[Record] = []
        ordinals: list[int] = []
        for item in self._reader.read(self._source):
            if isinstance(item, Record):
                self._account.records += 1
                if item.kind not in _SCHEMAS:
                    self._account.other[item.kind.value] += 1
                    continue
                if batch and (len(batch) == BATCH_ROWS or batch[0].kind != item.kind):
                    yield self._together(batch, ordinals)
                    batch, ordinals = [], []
                batch.append(item)
                ordinals.append(self._account.records)
            elif isinstance(item, Block):
                if batch:
                    yield self._together(batch, ordinals)
                    batch, ordinals = [], []
                yield self._block(item)
            else:
                self._note(item)
        if batch:
            yield self._together(batch, ordinals)

    def close(self) -> None:
        """Finish the account: mended things, empty logs, counts that differ."""
        account = self._account
        for conformer in self._conformers.values():
            for problem in conformer.problems():
                self._note(problem)
        if self._local.was_needed:
            account.zone = self._local.label
        found = account.records
        account.problems = [self._with_counts(problem) for problem in account.problems]
        if account.announced is not None and account.announced != found and not account.truncated:
            details: dict[str, object] = {"announced": account.announced, "found": found}
            self._note(Problem("count_differs", details=details))
        if found and self._reader.evidence.unverified:
            self._note(Problem("layout_unverified"))
        if not found and not account.problems:
            self._note(Problem("no_records"))
        elif found and self._reader.role == Role.MESSAGES and found == sum(account.other.values()):
            self._note(Problem("no_messages", details={"kinds": dict(account.other)}))

    def _with_counts(self, problem: Problem) -> Problem:
        """Return a truncation with how much of the log was read."""
        if problem.what != "truncated":
            return problem
        announced = self._account.announced
        details = {"found": self._account.records, "announced": announced}
        what = "truncated" if announced is None else "truncated_of"
        return problem._replace(what=what, details=details)

    def _note(self, item: Problem | Announced | Exported | Zone) -> None:
        if isinstance(item, Announced):
            self._account.announced = item.records
        elif isinstance(item, Exported):
            self._account.covered_until = self._latest(item)
        elif isinstance(item, Zone):
            self._use_zone(item.name)
        else:
            self._take_problem(item)

    def _take_problem(self, problem: Problem) -> None:
        account = self._account
        if problem.kind == ProblemKind.REJECTED:
            if problem.record is None:  # the reader gave no record for it
                account.records += 1
                problem = problem._replace(record=account.records)
            account.rejected += 1
        elif problem.kind == ProblemKind.TRUNCATED:
            account.truncated = True
            if problem.record is None:
                problem = problem._replace(record=account.records + 1)
        if len(account.problems) < REJECTS_KEPT:
            account.problems.append(problem._replace(log=account.log))

    def _latest(self, exported: Exported) -> datetime | None:
        """Return the later of this moment and those the log named before."""
        texts = pa.array([str(exported.at)])
        moment = moments([exported.at], lambda _: texts, self._local).times[0].as_py()
        return _last(self._account.covered_until, moment)

    def _use_zone(self, name: str) -> None:
        if self._local.name is None:
            try:
                self._local = LocalTime(name)
            except UnknownZoneError:
                return

    def _block(self, block: Block) -> pa.Table:
        before = self._account.records
        self._account.records += block.records
        for kind, count in block.others.items():
            self._account.other[kind.value] += count
        for note in block.notes:
            if isinstance(note, Problem) and note.record is not None:
                self._note(note._replace(record=note.record + before))
            else:
                self._note(note)
        rows = Rows(block.ordinals + before, block.whole, block.columns, block.legal)
        return self._conformed(Kind.SMS, rows)

    def _together(self, batch: list[Record], ordinals: list[int]) -> pa.Table:
        values = [record.values for record in batch]
        return self._conformed(batch[0].kind, Rows(ordinals, dict(enumerate(values))))

    def _conformed(self, kind: Kind, records: Rows) -> pa.Table:
        conformer = self._conformers.get(kind)
        if conformer is None:
            conformer = Conformer(self._reader, _SCHEMAS[kind], self._local, self._constants(kind))
            self._conformers[kind] = conformer
        table, rejected = conformer.table(records)
        for problem in rejected:
            self._note(problem)
        if kind in _COUNTED_AS_OTHER:
            self._account.other[kind.value] += table.num_rows
        else:
            self._account.kept += table.num_rows
        self._extend_period(table, kind)
        if kind == Kind.SMS:
            ids = listed_apart(message_ids(table), table, self._listed)
            table = table.set_column(0, MESSAGE_SCHEMA.field("message_id"), ids)
        return table

    def _extend_period(self, table: pa.Table, kind: Kind) -> None:
        """Take the times of a batch into the period that the log covers."""
        account = self._account
        if kind == Kind.SMS:
            received = pc.equal(table["direction"].cast(pa.string()), Direction.RECEIVED.value)
            times = table["received_at"].filter(received)
            in_inbox = pc.equal(table["folder"].cast(pa.string()), Folder.INBOX.value)
            inbox = pc.min_max(table["received_at"].filter(pc.and_(received, in_inbox))).as_py()
            account.inbox_first = _first(account.inbox_first, inbox["min"])
            account.inbox_last = _last(account.inbox_last, inbox["max"])
        elif kind == Kind.REQUEST:
            times = table["requested_at"]
        else:
            return
        period = pc.min_max(times).as_py()
        account.first = _first(account.first, period["min"])
        account.last = _last(account.last, period["max"])

    def _constants(self, kind: Kind) -> dict[str, Any]:
        constants: dict[str, Any] = {"log": self._account.log, "device": self._account.device}
        if kind != Kind.SMS:
            return constants
        constants["format"] = self._reader.name
        if "direction" not in self._reader.columns:
            constants["direction"] = Direction.RECEIVED.value
        if self._account.role == Role.BLOCKED:
            constants["folder"] = Folder.BLOCKED.value
        return constants
