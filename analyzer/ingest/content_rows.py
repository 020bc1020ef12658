"""Output of `adb shell content query`: rows of "name=value, ..." in which nothing is escaped.

A text may hold commas, line breaks, "type=1" and even a line that starts like the next row. What
tells them apart: rows are numbered in sequence, every row has the same columns in the same
order, and only the text is free. So columns before the text are found from the left, columns
behind it from the right, and a line starts a row only if the row before it is complete.

Reference: AOSP frameworks/base cmds/content Content.java (three generations).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from analyzer.ingest.records import Problem, ProblemKind
from analyzer.ingest.source import Source

FREE_TEXT = "body"
MAX_ROW = 1 << 20
_ROW = re.compile(r"Row: (\d+) ([A-Za-z_]\w*)=")
_COLUMN = re.compile(r"(?:^Row: \d+ |, )([A-Za-z_]\w*)=")
_LEARNED_ROWS = 50
_LEARNED_FROM = re.compile(r"\nRow: \d+ ")
_ENDS_KEPT = 1 << 16
_RAW_KEPT = 200
_TOGETHER = 8192
_NO_LINE = re.compile("(?!)")  # of an output without rows
_USUAL_SHARE = 0.75
# The command prints a failure of the provider into the same stream: this line, then Java's trace.
_ERROR_BEHIND = re.compile(
    r"\nError while accessing provider:\S*\n(?:[a-z]\w*\.)+\w+(?:Exception|Error)\b.*\Z", re.DOTALL
)


class ContentRow(NamedTuple):
    """One row: its number and its values; None where the provider wrote NULL."""

    number: int
    values: dict[str, str | None]


# The number of a row and its values; NULL stands as it is written or as None.
Written = tuple[str | None, ...]


class HugeRow(NamedTuple):
    """A row larger than MAX_ROW, passed over unread: its number and its start."""

    number: int
    text: str

    def problem(self) -> Problem:
        """Return the row as a rejected record."""
        details: dict[str, object] = {"limit": MAX_ROW >> 20}
        return Problem("huge_record", ProblemKind.REJECTED, details=details, raw=self.text)


class Unparsed(NamedTuple):
    """Text that belongs to no complete row; `cut` if the log ends in it."""

    text: str
    cut: bool


def first_rows(source: Source) -> str:
    """Return the start of the output, with more than one row however large the first is.

    Of a huge row both ends are kept, which hold its columns.
    """
    text = ""
    with replace(source, progress=None).text() as chunks:
        for chunk in chunks:
            text += chunk
            if _LEARNED_FROM.search(text, max(0, len(text) - len(chunk) - _ENDS_KEPT)):
                break
            if len(text) > MAX_ROW:
                text = text[:_ENDS_KEPT] + text[-_ENDS_KEPT:]
    return text


def content_columns(head: str) -> list[str]:
    """Return the columns of the rows at the start of the output, in order; [] if there are none.

    A text can hold what looks like a column, or like the start of a row so that its own row
    seems to end early. Columns are therefore the names that nearly all rows have.
    """
    rows: list[list[str]] = []
    for line in head.split("\n"):
        if _starts_row(line, len(rows), rows):
            rows.append([line])
        elif rows:
            rows[-1].append(line)
        if len(rows) > _LEARNED_ROWS:
            break
    if len(rows) > 1:
        rows.pop()  # may be cut
    named = [list(dict.fromkeys(_COLUMN.findall("\n".join(row)))) for row in rows]
    present = Counter(name for names in named for name in names)
    usual = {name for name, count in present.items() if count >= _USUAL_SHARE * len(rows)}
    orders = Counter(
        tuple(name for name in names if name in usual) for names in named if usual.issubset(names)
    )
    return list(orders.most_common(1)[0][0]) if orders else []


def _starts_row(line: str, expected: int, rows: list[list[str]]) -> bool:
    found = _ROW.match(line)
    if not found:
        return False
    first = _ROW.match(rows[0][0]) if rows else None
    return first is None or (int(found[1]) == int(first[1]) + expected and found[2] == first[2])


def content_rows(
    chunks: Iterable[str], columns: list[str]
) -> Iterator[ContentRow | HugeRow | Unparsed]:
    """Yield the rows of the output, and whatever stands between or behind them."""
    for item in rows_together(chunks, columns):
        if isinstance(item, list):
            for number, *values in item:
                yield ContentRow(int(number or 0), without_null(columns, values))
        else:
            yield item


def rows_together(
    chunks: Iterable[str], columns: list[str]
) -> Iterator[list[Written] | HugeRow | Unparsed]:
    """Yield what content_rows() does, rows that follow each other in one list.

    Their numbers and values are given as they are written. A row is usual, and taken apart in one
    step, if it is one line in which only the text holds commas.
    """
    usual = _usual_line(tuple(columns)) if columns else _NO_LINE
    row = _Row(None, "")
    together: list[Written] = []
    is_open = False  # the last of them may go on in the next line
    number = 0
    for line in _lines(chunks):
        found = usual.fullmatch(line) if len(line) < MAX_ROW else None
        if found and is_open and int(found[1]) == number + 1:
            if len(together) >= _TOGETHER:
                yield together
                together = []
            together.append(found.groups())
            number += 1
            continue
        if is_open:
            row, is_open = _Row(number, _joined(together.pop(), columns)), False
        start = _ROW.match(line)
        is_next = start and [start[2]] == columns[:1] and row.precedes(int(start[1]))
        ended = row.ended(columns) if is_next else None
        if start and is_next and (ended or row.number is None):
            if isinstance(ended, ContentRow):
                together.append((str(ended.number), *ended.values.values()))
            elif ended:
                yield from filter(None, (together, ended))
                together = []
            number = int(start[1])
            row = _Row(number, line[start.end(1) + 1 :])
            if found:
                together.append(found.groups())
                is_open = True
        else:
            row.add(line)
    if is_open:
        row = _Row(number, _joined(together.pop(), columns))
    if together:
        yield together
    yield from _last(row, columns)


def _last(row: _Row, columns: list[str]) -> Iterator[list[Written] | HugeRow | Unparsed]:
    """Yield what the output ends with: a row, a row that is cut, the command's error."""
    text, error = _without_error(row.text) if row.number is not None else (row.text, "")
    last = _Row(row.number, text, row.is_huge).ended(columns)
    if isinstance(last, ContentRow):
        yield [(str(last.number), *last.values.values())]
    elif last or row.number is not None:
        yield last or Unparsed(text, cut=True)
    if error:
        yield Unparsed(error, cut=False)


@cache
def _usual_line(columns: tuple[str, ...]) -> re.Pattern[str]:
    """Return the form of a usual row, with a group for its number and for each value."""
    free = FREE_TEXT if FREE_TEXT in columns else columns[-1]
    values = (f"{name}=({'.*' if name == free else '[^,]*'})" for name in columns)
    return re.compile(r"Row: (\d+) " + ", ".join(values), re.DOTALL)


def _joined(usual: Written, columns: list[str]) -> str:
    """Return a usual row as it is written behind its number."""
    return ", ".join(f"{name}={value}" for name, value in zip(columns, usual[1:], strict=True))


def without_null(columns: list[str], values: Iterable[str | None]) -> dict[str, str | None]:
    """Return the values of a row by column; None where the provider wrote NULL."""
    pairs = zip(columns, values, strict=True)
    return {column: None if value == "NULL" else value for column, value in pairs}


class _Row:
    """The lines of a row so far, or of what stands before the first (number None).

    Of a row larger than MAX_ROW only the start is kept.
    """

    def __init__(self, number: int | None, first: str, is_huge: bool = False) -> None:
        self.number = number
        self.is_huge = is_huge
        self._lines = [first]
        self._size = 0
        self._count(first)

    @property
    def text(self) -> str:
        """The row as far as it was kept."""
        return "\n".join(self._lines)

    def precedes(self, number: int) -> bool:
        """Tell whether a row of that number can follow."""
        return self.number is None or number == self.number + 1

    def add(self, line: str) -> None:
        """Take the next line."""
        if not self.is_huge:
            self._lines.append(line)
            self._count(line)

    def ended(self, columns: list[str]) -> ContentRow | HugeRow | Unparsed | None:
        """Return what the row is if it ends here, or None if it is incomplete or blank."""
        text = self.text
        if self.number is None:
            return Unparsed(text.removeprefix("\n"), cut=False) if text.strip() else None
        if self.is_huge:
            return HugeRow(self.number, text)
        values = _values(text, columns)
        return None if values is None else ContentRow(self.number, values)

    def _count(self, line: str) -> None:
        self._size += len(line) + 1
        if self._size > MAX_ROW:
            self.is_huge = True
            self._lines = [self._lines[0][:_RAW_KEPT]]


def _without_error(text: str) -> tuple[str, str]:
    """Return the last row and the error that the command printed behind it, or ""."""
    error = _ERROR_BEHIND.search(text)
    row = text[: error.start()] if error else text
    return row.removesuffix("\n"), error[0].strip() if error else ""


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    """Yield lines without their ends, cut where they are longer than a row can be.

    A carriage return before the end belongs to it.
    """
    rest = ""
    for chunk in chunks:
        *lines, last = chunk.split("\n")
        for line in lines:
            yield (rest + line).removesuffix("\r").removeprefix("\ufeff")
            rest = ""
        if len(rest) <= MAX_ROW:
            rest = (rest + last)[: MAX_ROW + 1]
    yield rest.removesuffix("\r").removeprefix("\ufeff")


def _values(text: str, columns: list[str]) -> dict[str, str | None] | None:
    """Return the values of a row, or None if a column is missing."""
    middle = columns.index(FREE_TEXT) if FREE_TEXT in columns else len(columns) - 1
    starts: dict[str, tuple[int, int]] = {}
    position = 0
    for index, column in enumerate(columns[: middle + 1]):
        label = f"{column}=" if index == 0 else f", {column}="
        at = text.find(label, position)
        if at < 0 or (index == 0 and at != 0):
            return None
        starts[column] = (at, at + len(label))
        position = at + len(label)
    end = len(text)
    for column in reversed(columns[middle + 1 :]):
        label = f", {column}="
        at = text.rfind(label, position, end)
        if at < 0:
            return None
        starts[column] = (at, at + len(label))
        end = at
    return _cut_at(text, columns, starts)


def _cut_at(
    text: str, columns: list[str], starts: dict[str, tuple[int, int]]
) -> dict[str, str | None]:
    ends = [starts[column][0] for column in columns[1:]] + [len(text)]
    values = (text[starts[column][1] : end] for column, end in zip(columns, ends, strict=True))
    return without_null(columns, values)
