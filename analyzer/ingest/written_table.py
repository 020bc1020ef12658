"""Tables that people write: CSV with a header row in either language, or JSON Lines.

Our own formats (blocked log, request log, SIM map) come in both containers. Columns are known by
aliases in data/aliases.csv, words by data/words.csv; unknown columns are left alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from analyzer.ingest.column_map import ColumnMap
from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH
from analyzer.ingest.records import Item, Kind, Problem, ProblemKind, Record
from analyzer.ingest.source import Head, Source
from analyzer.ingest.table_lines import TableLines, table_rows
from analyzer.texts import rows

Names = Mapping[str, str]

_DELIMITERS = ",;\t，；|"
_QUOTED = re.compile(r'"[^"]*"')
_LONGEST_HEADER = 2000
_TIMES = frozenset(("received_at", "date", "time"))


class WrittenTable(NamedTuple):
    """A written format: its alias table, what its rows are, what it cannot do without.

    `whole_rows` marks tables that programs write, in which a short last row was cut.
    """

    name: str
    kind: Kind
    required: tuple[str, ...]
    whole_rows: bool = False


def header_columns(head: Head, table: str, said: ColumnMap | None = None) -> set[str]:
    """Return the columns of `table` that the log's header row or first JSON object names.

    `said` is what the user says of the columns.
    """
    words = header_words(head)
    if said is not None and said.is_headerless(words):
        return set(said.ours.values())
    return {column for column in map(column_names(table, said).get, words) if column}


def header_words(head: Head) -> list[str]:
    """Return the header row's words or the first JSON object's keys, lower-cased."""
    if head.json is not None:
        return sorted(key.strip().lower() for key in head.json.keys)
    return [word.strip().lower() for word in first_cells(head)]


def first_cells(head: Head) -> list[str]:
    """Return the cells of the first row; none if it can be no header of a table."""
    line = next((line for line in head.text.splitlines() if line.strip()), "")
    if len(line) > _LONGEST_HEADER or "\x00" in line:
        return []
    return next(csv.reader([line], delimiter=delimiter(line)), [])


def delimiter(line: str) -> str:
    """Return the character that separates the columns of a table's first line."""
    return max(_DELIMITERS, key=_QUOTED.sub("", line).count)


def column_names(table: str, said: ColumnMap | None) -> dict[str, str]:
    """Return our column for each name that a table's header may hold.

    What the user says goes before the known aliases, also those of the same column.
    """
    known = alias_of(table)
    if said is None:
        return known
    stated = set(said.ours.values())
    if "received_at" in stated:
        stated |= {"date", "time"}
    others = {name: column for name, column in known.items() if column not in stated}
    return others | dict(said.ours)


@cache
def alias_of(table: str) -> dict[str, str]:
    """Return the column for each known alias of a table."""
    known = rows("analyzer.ingest.data", "aliases.csv")
    return {row["alias"].lower(): row["column"] for row in known if row["table"] == table}


@cache
def _meanings() -> dict[tuple[str, str], str]:
    known = rows("analyzer.ingest.data", "words.csv")
    return {(row["column"], row["word"].lower()): row["means"] for row in known}


@lru_cache(maxsize=4096)
def meaning(column: str, word: str | None) -> str | None:
    """Return what a written word means in a column; the word itself if it is already ours."""
    if word is None:
        return None
    plain = word.strip().strip("[]【】()（）").lower()
    known = _meanings().get((column, plain))
    return known or plain.replace(" ", "_") or None


def meaning_within(column: str, sentence: str | None) -> str | None:
    """Return what the first known word in a sentence means in a column; None if it has none."""
    plain = (sentence or "").lower()
    found = [
        (plain.index(word), -len(word), means)
        for (name, word), means in _meanings().items()
        if name == column and word in plain
    ]
    return min(found)[2] if found else None


def written_rows(source: Source, table: WrittenTable) -> Iterator[Item]:
    """Yield the rows of a table with our column names as keys.

    A table without a required column gives one problem that names it, and no rows.
    """
    head = source.head()
    present = header_columns(head, table.name, source.columns)
    missing = [name for name in table.required if name not in present]
    if missing:
        known = ", ".join(dict.fromkeys(alias_of(table.name).values()))
        details: dict[str, object] = {"columns": ", ".join(missing), "known": known}
        yield Problem("missing_columns", ProblemKind.UNREADABLE, details=details)
    elif head.json is not None:
        yield from _from_json(source, table)
    else:
        yield from _from_csv(source, table)


def _from_json(source: Source, table: WrittenTable) -> Iterator[Item]:
    names = column_names(table.name, source.columns)
    for item in json_items(source, {(), (EACH,)}, lambda _, row: iter([Record(table.kind, row)])):
        if isinstance(item, Record):
            yield Record(table.kind, _ours(item.values.items(), names))
        else:
            yield item


def _from_csv(source: Source, table: WrittenTable) -> Iterator[Item]:
    names = column_names(table.name, source.columns)
    with source.text() as chunks:
        lines = TableLines(chunks)
        first = lines.first().lstrip("\ufeff")
        mark = delimiter(first)
        header = [word.strip().lower() for word in next(csv.reader([first], delimiter=mark), [])]
        if source.columns is not None and source.columns.is_headerless(header):
            if _is_data(header, source.columns):
                lines.put_back(first)
            header = [str(number + 1) for number in range(len(header))]
        ours = [names.get(name) for name in header]
        held: list[str] = []
        for row in table_rows(lines, mark, len(header)):
            if held:
                yield _row(ours, held, table)
            held = [] if isinstance(row, Problem) else row
            if isinstance(row, Problem):
                yield row
        if table.whole_rows and len(held) < len(header) and held and lines.end_within_row:
            yield Problem("truncated", ProblemKind.TRUNCATED)
        elif held:
            yield _row(ours, held, table)
        if chunks.replaced:
            yield Problem("characters_replaced", details={"count": chunks.replaced})


def _is_data(cells: list[str], said: ColumnMap) -> bool:
    """Tell whether a first row is no header: where a time is expected, it has a digit."""
    times = [int(name) for name, column in said.ours.items() if column in _TIMES]
    return not times or any(map(str.isdigit, "".join(cells[time - 1] for time in times)))


def _row(ours: list[str | None], cells: list[str], table: WrittenTable) -> Record:
    """Return a row under our names; of several of one name the first that is not empty."""
    values: dict[str, str] = {}
    for column, value in zip(ours, cells, strict=False):
        if column and value and column not in values:
            values[column] = value.strip()
    return Record(table.kind, values)


def _ours(cells: Iterable[tuple[str, Any]], names: Names) -> dict[str, Any]:
    ours: dict[str, Any] = {}
    for name, value in cells:
        column = names.get(name.strip().lower())
        if column and value not in (None, ""):
            ours.setdefault(column, value.strip() if isinstance(value, str) else value)
    return ours


_SLOT = re.compile(r"(?:sim|卡|slot)?\s*([12])", re.IGNORECASE)


def slot_of(written: object) -> int | None:
    """Return the 0-based slot of a SIM that a person calls 1 or 2; None for anything else."""
    found = _SLOT.fullmatch(str(written).strip()) if written is not None else None
    return int(found[1]) - 1 if found else None
