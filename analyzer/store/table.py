"""Opening and creating a store: a Delta Lake table, versioned, with commits that are atomic."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from analyzer.store.layout import (
    BUCKETS,
    LAYOUT,
    MOST_BUCKETS,
    PARTITIONS,
    STORE_SCHEMA,
    Layout,
    layout_of,
)

if TYPE_CHECKING:
    import pyarrow.dataset as ds
    from deltalake import DeltaTable
    from deltalake.transaction import AddAction

_NEEDED = "a store needs the package deltalake: pip install 'sms-reception-analyzer[store]'"


class StoreError(Exception):
    """A store that cannot be opened, made or written; says which, and what to do."""


class _Listed(NamedTuple):
    """The files of a version of a store; of each bucket, their paths with what they are known for.

    A fragment keeps the metadata of its file once it was read, so those of a bucket are made anew.
    """

    version: int
    every: ds.Dataset
    by_bucket: dict[str, list[tuple[str, ds.Expression]]]


def _listed(version: int, every: ds.Dataset) -> _Listed:
    import pyarrow.dataset as ds

    by_bucket: dict[str, list[tuple[str, ds.Expression]]] = {}
    for file in every.get_fragments():
        known = file.partition_expression
        bucket = ds.get_partition_keys(known)["bucket"]
        by_bucket.setdefault(bucket, []).append((file.path, known))
    return _Listed(version, every, by_bucket)


class Store:
    """A store at a folder or an object storage address (`s3://...`)."""

    def __init__(self, address: str, table: DeltaTable, layout: Layout) -> None:
        self.address = address
        self.layout = layout
        self._table = table
        self._listed: _Listed | None = None

    @classmethod
    def open(cls, address: str | Path) -> Store:
        """Open a store; one of an older layout is brought up to this one.

        Raises StoreError if there is none, or if a newer version of this program made it.
        """
        delta = _delta()
        address = str(address)
        if not _is_table(address):
            raise StoreError(f"{address}: no store. Make one with 'sms-analyzer ingest --store'.")
        table = delta.DeltaTable(address)
        layout = layout_of(table.metadata().description)
        if layout is None:
            raise StoreError(f"{address}: a table, but not a store of this program.")
        if layout.layout > LAYOUT:
            raise StoreError(
                f"{address}: layout {layout.layout}, this version reads up to {LAYOUT}. "
                "Install a newer version."
            )
        if layout.layout < LAYOUT:
            layout = _brought_up(table, layout)
        return cls(address, table, layout)

    @classmethod
    def open_or_create(
        cls, address: str | Path, private: bool = False, buckets: int | None = None
    ) -> Store:
        """Open a store, or make an empty one; `private` then keeps texts out of it.

        A new store has `buckets` buckets of phones, BUCKETS if None. Raises StoreError as open()
        does, if the folder holds something else, if `private` is asked of a store that keeps
        texts, or a number of buckets of one that was made with another.
        """
        _delta()
        address = str(address)
        if buckets is not None and not 1 <= buckets <= MOST_BUCKETS:
            raise StoreError(f"{address}: a store has 1 to {MOST_BUCKETS} buckets, not {buckets}.")
        if not _is_table(address):
            _make(address, Layout(buckets=buckets or BUCKETS, private=private))
        store = cls.open(address)
        if private and not store.layout.private:
            raise StoreError(f"{address}: this store keeps texts; make a new one with --private.")
        if buckets not in (None, store.layout.buckets):
            raise StoreError(
                f"{address}: this store has {store.layout.buckets} buckets, fixed at its making; "
                "leave out --buckets, or make a new store."
            )
        return store

    @property
    def version(self) -> int:
        """The number of commits so far, as this object sees the store."""
        return self._table.version()

    def dataset(self, buckets: Iterable[str] | None = None) -> ds.Dataset:
        """Return the rows, or those of some buckets, as an Arrow dataset.

        Filters on it skip files and row groups. The files are listed once a version, as delta-rs
        takes milliseconds for each; with `buckets`, no file of another is looked at.
        """
        import pyarrow.dataset as ds

        if self._listed is None or self._listed.version != self.version:
            self._listed = _listed(self.version, self._table.to_pyarrow_dataset())
        every, by_bucket = self._listed.every, self._listed.by_bucket
        if buckets is None:
            return every
        files = [
            every.format.make_fragment(path, every.filesystem, partition_expression=known)
            for bucket in buckets
            for path, known in by_bucket.get(bucket, ())
        ]
        return ds.FileSystemDataset(files, every.schema, every.format, every.filesystem)

    def commit(self, added: list[AddAction]) -> None:
        """Make written files part of the store, all at once. Raises StoreError."""
        from deltalake import Schema
        from deltalake.exceptions import DeltaError

        if not added:
            return
        try:
            self._table.create_write_transaction(
                list(added), "append", Schema.from_arrow(STORE_SCHEMA), list(PARTITIONS)
            )
            self._table.update_incremental()
        except (DeltaError, OSError) as error:
            raise StoreError(f"{self.address}: cannot be written ({error}).") from error

    def compact(self, keep_hours: int) -> dict[str, int]:
        """Merge small files, and remove files no longer used that are older than `keep_hours`.

        Returns how many files were merged, written and removed. Safe beside importers: files
        younger than `keep_hours` stay, for they may belong to an import under way.
        """
        from deltalake.exceptions import CommitFailedError

        from analyzer.store.writing import WRITER_PROPERTIES

        try:
            done = self._table.optimize.compact(writer_properties=WRITER_PROPERTIES())
        except CommitFailedError as error:
            raise StoreError(f"{self.address}: another writer was faster; try again.") from error
        removed = self._table.vacuum(keep_hours, dry_run=False, enforce_retention_duration=False)
        self._table.create_checkpoint()
        return {
            "merged": int(done["numFilesRemoved"]),
            "written": int(done["numFilesAdded"]),
            "removed": len(removed),
        }


def _make(address: str, layout: Layout) -> None:
    """Make an empty store; another process that does so at the same time is no error."""
    from deltalake import DeltaTable, Schema
    from deltalake.exceptions import DeltaError

    if "://" not in address:
        folder = Path(address)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            if _is_table(address):
                return
            if not (folder / "_delta_log").is_dir():
                raise StoreError(f"{address}: not empty, and no store. Name a new folder.")
    try:
        DeltaTable.create(
            address,
            Schema.from_arrow(STORE_SCHEMA),
            mode="ignore",
            partition_by=list(PARTITIONS),
            name="sms-reception-analyzer",
            description=layout.text(),
        )
    except (DeltaError, OSError) as error:
        if not _is_table(address):
            reason = " ".join(str(error).split())
            raise StoreError(f"{address}: cannot be made ({reason}).") from error


def _is_table(address: str) -> bool:
    """Tell whether a table lies there. Raises StoreError where that cannot be looked up."""
    delta = _delta()
    if "://" not in address and Path(address).exists() and not Path(address).is_dir():
        raise StoreError(f"{address}: no folder. Name the folder of a store, or a new one.")
    try:
        return bool(delta.DeltaTable.is_deltatable(address))
    except (delta.exceptions.DeltaError, OSError) as error:
        reason = " ".join(str(error).split())
        raise StoreError(f"{address}: cannot be opened ({reason}).") from error


def _brought_up(table: DeltaTable, layout: Layout) -> Layout:
    """Add the columns that an older layout lacks; its rows know nothing of them."""
    from deltalake import Schema

    has = {field.name for field in table.schema().fields}
    lacking = [field for field in Schema.from_arrow(STORE_SCHEMA).fields if field.name not in has]
    if lacking:
        table.alter.add_columns(lacking)
    now = layout._replace(layout=LAYOUT)
    table.alter.set_table_description(now.text())
    table.update_incremental()
    return now


def _delta() -> ModuleType:
    try:
        import deltalake
    except ImportError as error:
        raise StoreError(_NEEDED) from error
    return deltalake
