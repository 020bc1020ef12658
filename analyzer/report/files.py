"""Files that are whole or absent: written under a temporary name, then renamed."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.report.masking import printable

if TYPE_CHECKING:
    from analyzer.report.document import Document

# A cell that starts like this is taken for a formula by spreadsheets.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TABLES = ("logs", "attempts", "latency", "request_latency", "blocking", "diagnosis")


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, from one piece or several, so that it is complete or not there.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.writelines([data] if isinstance(data, bytes) else data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV with a header; lists are joined, formulas made harmless."""
    listed = list(rows)
    out = io.StringIO()
    if listed:
        writer = csv.DictWriter(out, list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in listed)
    return out.getvalue()


def table_rows(doc: Document, name: str) -> list[Document]:
    """Return a table of the document with flat cells for CSV and Parquet."""
    return [{key: value for key, value in row.items() if key != "problems"} for row in doc[name]]


def write_tables(doc: Document, folder: Path, suffix: str) -> list[Path]:
    """Write the tables of a document into a folder as csv or parquet; return the paths."""
    written: list[Path] = []
    for name in TABLES:
        rows = table_rows(doc, name)
        if not rows:
            continue
        path = folder / f"{name}.{suffix}"
        data = csv_text(rows).encode() if suffix == "csv" else _parquet(rows)
        write_whole(path, data)
        written.append(path)
    return written


def _parquet(rows: list[Document]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = [
        {k: _flat(v) if isinstance(v, dict | list) else v for k, v in row.items()} for row in rows
    ]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(flat), out)
    return out.getvalue()


def _flat(value: object) -> object:
    if isinstance(value, dict):
        return "; ".join(f"{key}={count}" for key, count in value.items())
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return value


def _cell(value: object) -> object:
    flat = _flat(value)
    if not isinstance(flat, str):
        return flat
    safe = printable(flat)
    return f"'{safe}" if safe.startswith(_FORMULA_STARTS) else safe
