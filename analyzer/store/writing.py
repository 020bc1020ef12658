"""Files of a store: rows sorted into partitions, written in row groups of bounded size.

Rows lie in memory only until their partition has a row group's worth of them. Files that no
commit names are invisible, so a killed import leaves the store as it was.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs
import pyarrow.parquet as pq

from analyzer.store.layout import FILE_SCHEMA, PARTITIONS, Kind, as_stored, bucket_of, months

if TYPE_CHECKING:
    from deltalake import WriterProperties
    from deltalake.transaction import AddAction

ROW_GROUP_ROWS = 8192
_BUFFERED_ROWS = 65_536
_OPEN_FILES = 192
_COMPRESSION = "zstd"
_STATISTICS = ("device", "received_at")
Place = tuple[str, str, str]


def WRITER_PROPERTIES() -> WriterProperties:  # noqa: N802
    """Return how compaction writes files: as imports do."""
    from deltalake import WriterProperties

    return WriterProperties(compression="ZSTD", max_row_group_size=ROW_GROUP_ROWS)


@dataclass
class _File:
    """One file being written: what waits for it, and what is known of its rows."""

    path: str
    writer: pq.ParquetWriter | None = None
    waiting: list[pa.Table] = field(default_factory=list)
    waiting_rows: int = 0
    rows: int = 0
    low: dict[str, Any] = field(default_factory=dict)
    high: dict[str, Any] = field(default_factory=dict)
    nulls: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_STATISTICS, 0))


class Files:
    """Writes rows into the files of a store; `close` returns what a commit needs to name them."""

    def __init__(self, address: str, buckets: int) -> None:
        self._buckets = buckets
        self._filesystem, self._root = _filesystem(address)
        self._open: dict[Place, _File] = {}
        self._done: list[AddAction] = []
        self._buffered = 0

    def write(self, table: pa.Table, kind: Kind) -> None:
        """Take rows of one kind."""
        month = months(table, kind)
        devices = table["device"].cast(pa.string()).combine_chunks().dictionary_encode()
        words = [bucket_of(device, self._buckets) for device in devices.dictionary.to_pylist()]
        bucket = pa.array(words, pa.string()).take(devices.indices)
        rows = as_stored(table)
        place = pc.binary_join_element_wise(bucket, month, "/")
        for value in place.unique().to_pylist():
            part = rows.filter(pc.equal(place, value))
            self._wait((kind.value, *value.split("/")), part)

    def close(self) -> list[AddAction]:
        """Finish every file and return them all."""
        for place in list(self._open):
            self._finish(place)
        return self._done

    def _wait(self, place: Place, rows: pa.Table) -> None:
        file = self._open.get(place)
        if file is None:
            if len(self._open) >= _OPEN_FILES:
                self._finish(next(iter(self._open)))
            file = self._open[place] = _File(_path(place))
        file.waiting.append(rows)
        file.waiting_rows += rows.num_rows
        self._buffered += rows.num_rows
        if file.waiting_rows >= ROW_GROUP_ROWS:
            self._flush(file)
        elif self._buffered > _BUFFERED_ROWS:
            self._flush(max(self._open.values(), key=lambda waiting: waiting.waiting_rows))

    def _flush(self, file: _File) -> None:
        """Write what waits for a file as one row group, in the order of time."""
        if not file.waiting:
            return
        rows = pa.concat_tables(file.waiting).sort_by("received_at")
        if file.writer is None:
            path = f"{self._root}/{file.path}"
            self._filesystem.create_dir(path.rpartition("/")[0], recursive=True)
            file.writer = pq.ParquetWriter(
                path, FILE_SCHEMA, filesystem=self._filesystem, compression=_COMPRESSION
            )
        file.writer.write_table(rows, row_group_size=ROW_GROUP_ROWS)
        self._buffered -= file.waiting_rows
        file.waiting, file.waiting_rows = [], 0
        file.rows += rows.num_rows
        for name in _STATISTICS:
            bounds = pc.min_max(rows[name]).as_py()
            file.nulls[name] += rows[name].null_count
            if bounds["min"] is not None:
                file.low[name] = min(file.low.get(name, bounds["min"]), bounds["min"])
                file.high[name] = max(file.high.get(name, bounds["max"]), bounds["max"])

    def _finish(self, place: Place) -> None:
        from deltalake.transaction import AddAction

        file = self._open.pop(place)
        self._flush(file)
        if file.writer is None:
            return
        file.writer.close()
        info = self._filesystem.get_file_info(f"{self._root}/{file.path}")
        statistics = {
            "numRecords": file.rows,
            "minValues": {name: _written(value) for name, value in file.low.items()},
            "maxValues": {name: _written(value) for name, value in file.high.items()},
            "nullCount": file.nulls,
        }
        self._done.append(
            AddAction(
                quote(file.path, safe="/="),
                info.size,
                dict(zip(PARTITIONS, place, strict=True)),
                int(time.time() * 1000),
                True,
                json.dumps(statistics),
            )
        )


def _path(place: Place) -> str:
    named = [f"{name}={value}" for name, value in zip(PARTITIONS, place, strict=True)]
    return "/".join((*named, f"part-{uuid.uuid4().hex}.zstd.parquet"))


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value


def _filesystem(address: str) -> tuple[pyarrow.fs.FileSystem, str]:
    """Return where files are written, and the store's place there."""
    if "://" in address:
        filesystem, path = pyarrow.fs.FileSystem.from_uri(address)
        return filesystem, path
    return pyarrow.fs.LocalFileSystem(), address
