"""A store read as logs are read: only the files and row groups that a selection needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from operator import and_
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from analyzer.ingest import Ingested
from analyzer.ingest.account import LogAccount
from analyzer.ingest.deduplicate import deduplicate
from analyzer.ingest.event_rows import distinct_events
from analyzer.ingest.registry import readers
from analyzer.schema import (
    EVENT_SCHEMA,
    MESSAGE_SCHEMA,
    RECOGNIZED,
    REQUEST_SCHEMA,
    SIM_SCHEMA,
    arrow_schema,
)
from analyzer.store.accounts import StoredLog, stored_log
from analyzer.store.layout import Kind, as_read, bucket_of
from analyzer.store.private import recognized_of
from analyzer.store.table import Store

# A row known to the day, and a copy of it in another log, must both be seen to be merged.
_AROUND = timedelta(days=1)


class Selection(NamedTuple):
    """Which rows of a store are wanted: of which phones, buckets, and from when until when.

    None means all; `until` is exclusive, both bounds have a zone.
    """

    devices: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    buckets: tuple[str, ...] | None = None


ALL = Selection()


def stored(store: Store, selection: Selection = ALL) -> Ingested:
    """Return what a store holds as tables and accounts, as if its logs were read in order.

    Messages around the bounds of a selection come with it, so that what belongs together is
    merged; the analysis narrows them.
    """
    rows = store.dataset(_buckets(store, selection))
    names, accounts = _logs(store, selection)
    tables = {
        kind: _rows(rows, kind, schema, names, store, selection)
        for kind, schema in (
            (Kind.REQUEST, REQUEST_SCHEMA),
            (Kind.SIM, SIM_SCHEMA),
            (Kind.EVENT, EVENT_SCHEMA),
        )
    }
    schema = MESSAGE_SCHEMA
    if store.layout.private:
        schema = pa.schema([*schema, *arrow_schema(RECOGNIZED)])
    read = _rows(rows, Kind.MESSAGE, schema, names, store, selection)
    screened = frozenset(reader.name for reader in readers() if reader.screened)
    messages = deduplicate(read.select(MESSAGE_SCHEMA.names), screened).messages
    if selection.since is None and selection.until is None:
        _count(accounts, (messages, tables[Kind.REQUEST], tables[Kind.SIM]))
    if store.layout.private:
        recognized = recognized_of(messages, read)
        for name in recognized.column_names:
            messages = messages.append_column(name, recognized[name])
    events = distinct_events(tables[Kind.EVENT])
    return Ingested(messages, tables[Kind.REQUEST], tables[Kind.SIM], accounts, events)


def log_accounts(store: Store, selection: Selection = ALL) -> list[LogAccount]:
    """Return the accounts of the logs as they were imported, each under a name of its own."""
    return _logs(store, selection)[1]


def message_count(store: Store, selection: Selection = ALL) -> int:
    """Return how many message rows a selection reads."""
    rows = store.dataset(_buckets(store, selection))
    return int(rows.count_rows(filter=_where(Kind.MESSAGE, store, selection)))


def buckets_of(store: Store, selection: Selection = ALL) -> list[str]:
    """Return the buckets that hold rows of a selection's phones."""
    where = _where(None, store, selection._replace(since=None, until=None))
    buckets = store.dataset().to_table(columns=["bucket"], filter=where)["bucket"].unique()
    return sorted(buckets.to_pylist())


def _buckets(store: Store, selection: Selection) -> list[str] | None:
    """Return the buckets that a selection reads; None: all."""
    if selection.devices is None:
        return None if selection.buckets is None else sorted(selection.buckets)
    buckets = {bucket_of(device, store.layout.buckets) for device in selection.devices}
    return sorted(buckets if selection.buckets is None else buckets & set(selection.buckets))


def _wanted(device: str, store: Store, selection: Selection) -> bool:
    if selection.devices is not None and device not in selection.devices:
        return False
    buckets = selection.buckets
    return buckets is None or bucket_of(device, store.layout.buckets) in buckets


def _logs(
    store: Store, selection: Selection
) -> tuple[dict[tuple[str, str], str], list[LogAccount]]:
    """Return the names of all logs, and accounts (the caller's own) of those of a selection."""
    logs, names = _every_log(store, store.version)
    wanted = (log.account for log in logs if _wanted(log.account.device, store, selection))
    return names, [replace(account) for account in wanted]


# A store that is analyzed part by part needs the names of all logs for each.
@lru_cache(maxsize=1)
def _every_log(store: Store, _version: int) -> tuple[list[StoredLog], dict[tuple[str, str], str]]:
    """Return the logs in the order of their imports, and their names as _names() gives them.

    One imported twice at once counts once.
    """
    where = ds.field("kind") == Kind.LOG.value
    table = store.dataset().to_table(columns=["account", "import_id"], filter=where)
    pairs = zip(table["account"].to_pylist(), table["import_id"].to_pylist(), strict=True)
    logs = sorted((stored_log(*pair) for pair in pairs), key=lambda log: (log.order, log.import_id))
    seen: set[tuple[str, str | None, str, str]] = set()
    once = []
    for log in logs:
        account = log.account
        key = (account.device, account.sha256, account.log, account.path)
        if key not in seen:
            seen.add(key)
            once.append(log)
    return once, _names(once)


def _names(logs: Iterable[StoredLog]) -> dict[tuple[str, str], str]:
    """Give every log a name of its own; return the names by import and name then."""
    names: dict[tuple[str, str], str] = {}
    taken: Counter[str] = Counter()
    for log in logs:
        name = log.account.log
        taken[name] += 1
        unique = name if taken[name] == 1 else f"{name} ({taken[name]})"
        names[log.import_id, name] = log.account.log = unique
    return names


def _rows(
    rows: ds.Dataset,
    kind: Kind,
    schema: pa.Schema,
    names: dict[tuple[str, str], str],
    store: Store,
    selection: Selection,
) -> pa.Table:
    """Return the rows of one kind in the order of their logs and records."""
    where = _where(kind, store, selection)
    table = rows.to_table(columns=[*schema.names, "import_id"], filter=where)
    keys = pc.binary_join_element_wise(table["import_id"], table["log"].cast(pa.string()), "\x1f")
    encoded = keys.combine_chunks().dictionary_encode()
    order = {key: place for place, key in enumerate(names)}
    pairs = [tuple(key.split("\x1f", 1)) for key in encoded.dictionary.to_pylist()]
    place = pa.array([order.get(pair) for pair in pairs], pa.int64()).take(encoded.indices)
    name = pa.array([names.get(pair) for pair in pairs], pa.string()).take(encoded.indices)
    table = table.set_column(table.schema.get_field_index("log"), "log", name)
    # Rows of an import that ran beside another one of the same log: their log counts once.
    table, place = table.filter(place.is_valid()), place.drop_null()
    by = np.lexsort((np.asarray(table["record"]), np.asarray(place)))
    return as_read(table.take(pa.array(by)), schema)


def _where(kind: Kind | None, store: Store, selection: Selection) -> ds.Expression:
    parts = [ds.scalar(True) if kind is None else ds.field("kind") == kind.value]
    if selection.devices is not None:
        buckets = {bucket_of(device, store.layout.buckets) for device in selection.devices}
        parts.append(ds.field("bucket").isin(sorted(buckets)))
        parts.append(ds.field("device").isin(list(selection.devices)))
    if selection.buckets is not None:
        parts.append(ds.field("bucket").isin(list(selection.buckets)))
    if kind == Kind.MESSAGE:
        parts.extend(_period(selection))
    return reduce(and_, parts)


def _period(selection: Selection) -> list[ds.Expression]:
    """Return the bounds of a selection on month and time, a day wider than asked."""
    parts = []
    if selection.since is not None:
        since = (selection.since - _AROUND).astimezone(UTC)
        parts += [ds.field("month") >= f"{since:%Y-%m}", ds.field("received_at") >= since]
    if selection.until is not None:
        until = (selection.until + _AROUND).astimezone(UTC)
        parts += [ds.field("month") <= f"{until:%Y-%m}", ds.field("received_at") < until]
    return parts


def _count(accounts: list[LogAccount], tables: tuple[pa.Table, ...]) -> None:
    """Count kept records and duplicates anew: reading merges what imports added apart."""
    kept: Counter[str] = Counter()
    for table in tables:
        counts = table["log"].cast(pa.string()).value_counts()
        kept.update(
            dict(zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True))
        )
    for account in accounts:
        found = account.kept + account.duplicates
        account.kept = kept[account.log]
        account.duplicates = found - account.kept
