"""Tables that people write: CSV with a header row in either language, or JSON Lines.

Our own formats (blocked log, request log, SIM map) come in both containers. Columns are known by
aliases in data/aliases.csv, words by data/words.csv; unknown columns are left alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH
from analyzer.ingest.records import Item, Kind, Problem, ProblemKind, Record
from analyzer.ingest.source import Head, Source
from analyzer.texts import rows

_DELIMITERS = ",;\t，；|"
_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")
_LONGEST_LINE = 1 << 20


class WrittenTable(NamedTuple):
    """A written format: its alias table, what its rows are, what it cannot do without.

    `whole_rows` marks tables that programs write, in which a short last row was cut.
    """

    name: str
    kind: Kind
    required: tuple[str, ...]
    whole_rows: bool = False


def header_columns(head: Head, table: str) -> set[str]:
    """Return the columns of `table` that the log's header row or first JSON object names."""
    return {column for column in map(alias_of(table).get, header_words(head)) if column}


def header_words(head: Head) -> list[str]:
    """Return the header row's words or the first JSON object's keys, lower-cased."""
    if head.json is not None:
        return sorted(key.strip().lower() for key in head.json.keys)
    line = next((line for line in head.text.splitlines() if line.strip()), "")
    if len(line) > 2000 or "\x00" in line:
        return []
    return [
        word.strip().lower() for word in next(csv.reader([line], delimiter=delimiter(line)), [])
    ]


def delimiter(line: str) -> str:
    """Return the character that separates the columns of a header line."""
    return max(_DELIMITERS, key=line.count)


@cache
def alias_of(table: str) -> dict[str, str]:
    """Return the column for each known alias of a table."""
    known = rows("analyzer.ingest.data", "aliases.csv")
    return {row["alias"].lower(): row["column"] for row in known if row["table"] == table}


@cache
def _meanings() -> dict[tuple[str, str], str]:
    known = rows("analyzer.ingest.data", "words.csv")
    return {(row["column"], row["word"].lower()): row["means"] for row in known}


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
    missing = [name for name in table.required if name not in header_columns(head, table.name)]
    if missing:
        known = ", ".join(dict.fromkeys(alias_of(table.name).values()))
        details: dict[str, object] = {"columns": ", ".join(missing), "known": known}
        yield Problem("missing_columns", ProblemKind.UNREADABLE, details=details)
    elif head.json is not None:
        yield from _from_json(source, table)
    else:
        yield from _from_csv(source, table)


def _from_json(source: Source, table: WrittenTable) -> Iterator[Item]:
    for item in json_items(source, {(), (EACH,)}, lambda _, row: iter([Record(table.kind, row)])):
        if isinstance(item, Record):
            yield Record(table.kind, _ours(item.values.items(), table))
        else:
            yield item


def _from_csv(source: Source, table: WrittenTable) -> Iterator[Item]:
    with source.text() as chunks:
        lines = _Lines(chunks)
        each_line = iter(lines)
        first = next((line for line in each_line if line.strip()), "")
        mark = delimiter(first)
        header = next(csv.reader([first.lstrip("\ufeff")], delimiter=mark), [])
        held: list[str] = []
        for row in _csv_rows(csv.reader(each_line, delimiter=mark)):
            if isinstance(row, Problem):
                yield row
                continue
            if held:
                yield _row(header, held, table)
            held = row
        if table.whole_rows and len(held) < len(header) and held and lines.end_within_row:
            yield Problem("truncated", ProblemKind.TRUNCATED)
        elif held:
            yield _row(header, held, table)
        if chunks.replaced:
            yield Problem("characters_replaced", details={"count": chunks.replaced})


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[list[str] | Problem]:
    """Yield the rows of a table that are not blank, and a problem for each that is damaged."""
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            details: dict[str, object] = {"reason": str(error)}
            yield Problem("damaged_record", ProblemKind.REJECTED, details=details)
            continue
        if any(cell.strip() for cell in row):
            yield row


def _row(header: list[str], cells: list[str], table: WrittenTable) -> Record:
    return Record(table.kind, _ours(zip(header, cells, strict=False), table))


def _ours(cells: Iterable[tuple[str, Any]], table: WrittenTable) -> dict[str, Any]:
    known = alias_of(table.name)
    ours: dict[str, Any] = {}
    for name, value in cells:
        column = known.get(name.strip().lower())
        if column and value not in (None, ""):
            ours.setdefault(column, value.strip() if isinstance(value, str) else value)
    return ours


class _Lines:
    """The lines of a table with their ends; `end_within_row` if the text ends within a row.

    Only line ends end a line: a text may hold U+2028 or U+0085, which str.splitlines() takes for
    ends too.
    """

    def __init__(self, chunks: Iterable[str]) -> None:
        self._chunks = chunks
        self._open_quotes = False
        self._ended = True

    @property
    def end_within_row(self) -> bool:
        """Whether the lines so far end without a line end or within quotation marks."""
        return self._open_quotes or not self._ended

    def __iter__(self) -> Iterator[str]:
        rest = ""
        for chunk in self._chunks:
            text, at = rest + chunk, 0
            for end in _LINE_END.finditer(text):
                yield self._noted(text[at : end.end()])
                at = end.end()
            rest = text[at:]
            if len(rest) > _LONGEST_LINE:
                yield self._noted(rest)
                rest = ""
        if rest:
            yield self._noted(rest)

    def _noted(self, line: str) -> str:
        self._open_quotes ^= line.count('"') % 2 == 1
        self._ended = line.endswith(("\n", "\r"))
        return line


_SLOT = re.compile(r"(?:sim|卡|slot)?\s*([12])", re.IGNORECASE)


def slot_of(written: object) -> int | None:
    """Return the 0-based slot of a SIM that a person calls 1 or 2; None for anything else."""
    found = _SLOT.fullmatch(str(written).strip()) if written is not None else None
    return int(found[1]) - 1 if found else None
