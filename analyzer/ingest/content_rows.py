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
from typing import NamedTuple

FREE_TEXT = "body"
_ROW = re.compile(r"Row: (\d+) ([A-Za-z_]\w*)=")
_COLUMN = re.compile(r"(?:^Row: \d+ |, )([A-Za-z_]\w*)=")
_LEARNED_ROWS = 50
_USUAL_SHARE = 0.75
# The command prints a failure of the provider into the same stream: this line, then Java's trace.
_ERROR_BEHIND = re.compile(
    r"\nError while accessing provider:\S*\n(?:[a-z]\w*\.)+\w+(?:Exception|Error)\b.*\Z", re.DOTALL
)


class ContentRow(NamedTuple):
    """One row: its number and its values; None where the provider wrote NULL."""

    number: int
    values: dict[str, str | None]


class Unparsed(NamedTuple):
    """Text that belongs to no complete row; `cut` if the log ends in it."""

    text: str
    cut: bool


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


def content_rows(chunks: Iterable[str], columns: list[str]) -> Iterator[ContentRow | Unparsed]:
    """Yield the rows of the output, and whatever stands between or behind them."""
    row: list[str] = []
    number: int | None = None
    for line in _lines(chunks):
        found = _ROW.match(line)
        is_next = (
            found and found[2] == columns[0] and (number is None or int(found[1]) == number + 1)
        )
        if not is_next:
            row.append(line)
            continue
        if number is None:
            if any(text.strip() for text in row):
                yield Unparsed("\n".join(row), cut=False)
        else:
            values = _values("\n".join(row), columns)
            if values is None:
                row.append(line)
                continue
            yield ContentRow(number, values)
        number = int(found[1]) if found else None
        row = [line[found.end(1) + 1 :] if found else line]
    if number is not None:
        text, error = _without_error("\n".join(row))
        values = _values(text, columns)
        yield ContentRow(number, values) if values is not None else Unparsed(text, cut=True)
        if error:
            yield Unparsed(error, cut=False)
    elif any(text.strip() for text in row):
        yield Unparsed("\n".join(row), cut=False)


def _without_error(text: str) -> tuple[str, str]:
    """Return the last row and the error that the command printed behind it, or ""."""
    error = _ERROR_BEHIND.search(text)
    row = text[: error.start()] if error else text
    return row.removesuffix("\n"), error[0].strip() if error else ""


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    """Yield lines without their ends; a carriage return before the end belongs to it."""
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split("\n")
        for line in lines:
            yield line.removesuffix("\r").removeprefix("\ufeff")
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
    values: dict[str, str | None] = {}
    for column, end in zip(columns, ends, strict=True):
        value = text[starts[column][1] : end]
        values[column] = None if value == "NULL" else value
    return values
