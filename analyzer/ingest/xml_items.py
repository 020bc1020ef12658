"""Records of an XML log: the regular ones in columns, all others tag by tag, in one order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from analyzer.ingest.decode import encoding_of
from analyzer.ingest.legal_text import may_hold_illegal
from analyzer.ingest.records import (
    Announced,
    Block,
    Exported,
    Item,
    Kind,
    Problem,
    ProblemKind,
    Record,
)
from analyzer.ingest.regular_records import RegularRecords
from analyzer.ingest.source import Source
from analyzer.ingest.stretch import Regular
from analyzer.ingest.xml_cells import Cells, Utf8Chunks, whole_cells, without_doctype
from analyzer.ingest.xml_tags import Tag, TagParser

Interpret = Callable[[Tag], Iterator[Record | Announced | Exported]]
Told = Record | Announced | Exported | Problem
# A run of regular records saves less than the columns of a stretch cost.
_FEWEST = 16
_DECLARES = b"!?"


def xml_items(
    source: Source,
    interpret: Interpret,
    skip_content_of: str,
    regular: RegularRecords | None = None,
) -> Iterator[Item]:
    """Yield what `interpret` makes of each start tag of a log, and what is wrong with it.

    The content of elements named `skip_content_of` is dropped unread. Messages that `regular`
    takes come in blocks; with None, every record comes alone.
    """
    encoding = encoding_of(source.head().data)
    with source.open() as stream:
        chunks = Utf8Chunks(stream, encoding)
        reading = _Reading(interpret, regular)
        for cells in without_doctype(whole_cells(chunks, skip_content_of, chunks.first_byte)):
            if isinstance(cells, Problem):
                yield cells
            else:
                yield from reading.items(cells)
        yield from reading.parser.ended(chunks.replaced)


class _Reading:
    """The reading of one log along both paths.

    A regular record changes nothing in the state of an XML parser that stands between two tags of
    the root's content, so it may be taken out of what the parser reads. Where a comment or the
    end of the root could change that, the parser alone reads on.
    """

    def __init__(self, interpret: Interpret, regular: RegularRecords | None) -> None:
        self.parser = TagParser()
        self._interpret = interpret
        self._regular = regular
        self._wanted = regular.wanted if regular else ()

    def items(self, cells: Cells) -> Iterator[Item]:
        if self._regular and self.parser.root is None and (end := _end_of_root(cells)):
            yield from self._parsed(cells.between(0, end))
            cells = cells.between(end, len(cells.data))
        taken = None
        if self._regular and self.parser.root and not cells.is_last:
            taken = self._undisturbed(cells, self._regular.taken(cells.data, cells.starts))
        if taken is None or len(taken.records) < _FEWEST:
            yield from self._parsed(cells)
        else:
            yield self._block(cells, taken, self._wanted)

    def _parsed(self, cells: Cells) -> Iterator[Told]:
        for found in self.parser.fed(cells):
            if isinstance(found, Problem):
                yield found
            else:
                yield from self._interpret(found)

    def _undisturbed(self, cells: Cells, taken: Regular | None) -> Regular | None:
        """Return the regular records before a comment, an instruction or the end of the root."""
        others = np.ones(len(cells.starts), bool)
        if taken:
            others[taken.records] = False
        second = cells.second_bytes()
        end = f"</{self.parser.root}".encode()
        for cell in np.flatnonzero(others & np.isin(second, list(_DECLARES + b"/"))).tolist():
            start = cells.starts[cell]
            if second[cell] in _DECLARES or cells.data.startswith(end, start):
                self._regular = None
                return taken and taken.before(cell)
        return taken

    def _block(self, cells: Cells, taken: Regular, wanted: Collection[str]) -> Block:
        """Return the records of cells: those taken, and between them what the parser reads."""
        gathered = _Gathered(taken)
        bounds = np.append(cells.starts, len(cells.data))
        ends = bounds[taken.records + 1]
        begins = np.append(bounds[taken.records], len(cells.data))
        befores = np.append(0, ends)
        for row in np.flatnonzero(befores < begins).tolist():
            if row:
                self.parser.passed_over()
            for item in self._parsed(cells.between(int(befores[row]), int(begins[row]))):
                gathered.add(row, item)
        if ends[-1] == len(cells.data):
            self.parser.passed_over()
        return gathered.block(wanted)


def _end_of_root(cells: Cells) -> int | None:
    """Return the offset behind the first cell that is a start tag, None if it is the last."""
    names = np.flatnonzero(cells.second_bytes() >= ord("A"))
    if not len(names) or names[0] + 1 == len(cells.starts):
        return None
    return int(cells.starts[names[0] + 1])


class _Gathered:
    """The records of a block as they are found: rows of columns and, between them, others."""

    def __init__(self, taken: Regular) -> None:
        self._taken = taken
        self._shift = np.zeros(len(taken.records) + 1, np.int64)
        self._records = 0
        self._rows: dict[int, Mapping[str, Any]] = {}
        self._others: Counter[Kind] = Counter()
        self._notes: list[Problem | Announced | Exported] = []

    def add(self, row: int, item: Told) -> None:
        """Take what stands before a row of the columns."""
        rejected = isinstance(item, Problem) and item.kind == ProblemKind.REJECTED
        if rejected or isinstance(item, Record):
            self._records += 1
            self._shift[row] += 1
        ordinal = row + self._records
        if isinstance(item, Problem):
            self._notes.append(item._replace(record=ordinal) if rejected else item)
        elif not isinstance(item, Record):
            self._notes.append(item)
        elif item.kind == Kind.SMS:
            self._rows[ordinal] = item.values
        else:
            self._others[item.kind] += 1

    def block(self, wanted: Collection[str]) -> Block:
        """Return all that was found."""
        taken = self._taken.columns
        regular = len(self._taken.records)
        records = regular + self._records
        ordinals = np.arange(1, regular + 1) + np.cumsum(self._shift[:-1])
        notes, legal = self._notes, self._taken.legal
        if not self._rows:
            return Block(taken, ordinals, {}, records, self._others, notes, legal)
        ordinals = np.append(ordinals, list(self._rows))
        order = np.argsort(ordinals)
        others = {name: self._of_others(name) for name in wanted}
        legal &= not any(map(may_hold_illegal, others.values()))
        none = pa.nulls(regular, pa.string())
        columns = {
            name: pa.concat_arrays([taken.get(name, none), more]).take(pa.array(order))
            for name, more in others.items()
        }
        places = np.argsort(order)[regular:].tolist()
        whole = dict(zip(places, self._rows.values(), strict=True))
        return Block(columns, ordinals[order], whole, records, self._others, notes, legal)

    def _of_others(self, name: str) -> pa.Array:
        return pa.array([row.get(name) for row in self._rows.values()], pa.string())
