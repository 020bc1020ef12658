"""Logs into a store: read in batches, known messages left out, everything committed at once.

Memory holds a batch, what waits to be written, and 24 bytes for each message of the phones that
are imported. Importing a log again adds nothing; a killed import leaves the store as it was.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds

from analyzer.ingest.account import LogAccount
from analyzer.ingest.input_files import Input
from analyzer.ingest.pipeline import IngestOptions, Progress, read_logs
from analyzer.ingest.reading import newly_named
from analyzer.schema import EVENT_SCHEMA, MESSAGE_SCHEMA, REQUEST_SCHEMA, SIM_SCHEMA
from analyzer.store.accounts import account_text
from analyzer.store.known import Known, adds
from analyzer.store.layout import Kind, bucket_of
from analyzer.store.private import without_texts
from analyzer.store.table import Store
from analyzer.store.writing import Files

_KINDS = {
    tuple(schema.names): kind
    for schema, kind in (
        (MESSAGE_SCHEMA, Kind.MESSAGE),
        (REQUEST_SCHEMA, Kind.REQUEST),
        (SIM_SCHEMA, Kind.SIM),
        (EVENT_SCHEMA, Kind.EVENT),
    )
}


@dataclass
class ImportReport:
    """What one import did: the accounts of its logs, and the logs the store had already."""

    accounts: list[LogAccount] = field(default_factory=list)
    already: list[LogAccount] = field(default_factory=list)

    @property
    def added(self) -> int:
        """The messages, requests and SIMs that the import added."""
        return sum(account.kept for account in self.accounts)


def import_logs(
    store: Store,
    inputs: Sequence[Input],
    options: IngestOptions | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Add logs to a store, in one commit.

    What is wrong with a log stands in its account; a log that cannot be read is not stored.
    Raises StoreError if the store cannot be written, UnknownZoneError for an unknown zone.
    """
    started = datetime.now(UTC)
    arrivals = _Arrivals(store)
    accounts = read_logs(inputs, options or IngestOptions(), arrivals, progress)
    report = ImportReport()
    for account in accounts:
        arrivals.account_for(account)
        has = any(problem.what == "already_stored" for problem in account.problems)
        (report.already if has else report.accounts).append(account)
    readable = [account for account in report.accounts if account.readable]
    arrivals.write_accounts(readable, started)
    store.commit(arrivals.files.close())
    return report


class _Arrivals:
    """Takes what is read, and writes what the store does not have yet."""

    asks_sha256 = True

    def __init__(self, store: Store) -> None:
        self.files = Files(store.address, store.layout.buckets)
        self._store = store
        self._rows = store.dataset()
        self._logs = self._stored_logs()
        self._names = set(self._logs["log"].to_pylist())
        self._sums = set(zip(self._logs["device"].to_pylist(), self._shas(), strict=True))
        self._known: dict[str, Known] = {}
        self._repeated: Counter[str] = Counter()
        self._import_id = uuid.uuid4().hex

    def unique_name(self, name: str) -> str:
        """Return a name that no other log of the store or of this import has."""
        return newly_named(name, self._names)

    def has(self, account: LogAccount) -> bool:
        """Tell whether the store holds this log of this phone already."""
        return (account.device, account.sha256) in self._sums

    def add(self, rows: pa.Table) -> None:
        """Take the rows of one batch."""
        kind = _KINDS[tuple(rows.schema.names)]
        if kind == Kind.MESSAGE:
            rows = self._new(rows)
        if rows.num_rows:
            self.files.write(self._signed(rows), kind)

    def account_for(self, account: LogAccount) -> None:
        """Count the messages of a log that the store has already as duplicates."""
        account.duplicates = self._repeated[account.log]
        account.kept -= account.duplicates

    def write_accounts(self, accounts: Sequence[LogAccount], started: datetime) -> None:
        """Write the accounts of the logs beside their rows."""
        private = self._store.layout.private
        texts = [
            account_text(account, started, ordinal, private)
            for ordinal, account in enumerate(accounts)
        ]
        table = pa.table(
            {
                "device": pa.array([account.device for account in accounts], pa.string()),
                "log": pa.array([account.log for account in accounts], pa.string()),
                "account": pa.array(texts, pa.string()),
            }
        )
        if accounts:
            self.files.write(self._signed(table), Kind.LOG)

    def _new(self, rows: pa.Table) -> pa.Table:
        """Return the message rows worth keeping, with what each of them knows."""
        bits = adds(rows)
        keep = np.zeros(rows.num_rows, bool)
        devices = np.asarray(rows["device"].cast(pa.string()).to_pylist(), object)
        ids = rows["message_id"].combine_chunks()
        repeated = np.zeros(rows.num_rows, bool)
        for device in dict.fromkeys(devices.tolist()):
            of_device = np.flatnonzero(devices == device)
            new, worth = self._messages_of(device).add(
                ids.take(pa.array(of_device)), bits[of_device]
            )
            keep[of_device] = worth
            repeated[of_device] = ~new
        self._repeated.update(rows["log"].filter(pa.array(repeated)).to_pylist())
        kept = rows.append_column("adds", pa.array(bits)).filter(pa.array(keep))
        if not self._store.layout.private or not kept.num_rows:
            return kept
        return without_texts(kept)

    def _messages_of(self, device: str) -> Known:
        known = self._known.get(device)
        if known is None:
            known = self._known[device] = Known()
            where = (
                (ds.field("kind") == Kind.MESSAGE.value)
                & (ds.field("bucket") == bucket_of(device, self._store.layout.buckets))
                & (ds.field("device") == device)
            )
            for batch in self._rows.to_batches(columns=["message_id", "adds"], filter=where):
                if batch.num_rows:
                    known.add(batch["message_id"].cast(pa.string()), np.asarray(batch["adds"]))
        return known

    def _signed(self, rows: pa.Table) -> pa.Table:
        return rows.append_column("import_id", pa.repeat(self._import_id, rows.num_rows))

    def _stored_logs(self) -> pa.Table:
        where = ds.field("kind") == Kind.LOG.value
        return self._rows.to_table(columns=["device", "log", "account"], filter=where)

    def _shas(self) -> list[str | None]:
        return [json.loads(text)["account"]["sha256"] for text in self._logs["account"].to_pylist()]
