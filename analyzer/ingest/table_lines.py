"""The lines and rows of a table (CSV), each of bounded size: what is larger is left out whole.

Only line ends end a line: a text may hold U+2028 or U+0085, which str.splitlines() takes for ends
too. A row that is too large is passed over to its own end, quotation marks included, so that no
part of its text is taken for a row. A quotation mark that opens a cell and never closes costs its
own line only: it is told by lines that are whole rows behind it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from analyzer.ingest.records import Problem, ProblemKind

LONGEST_LINE = 1 << 20
_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")
_RAW_KEPT = 200
_LINES_ASKED = 20
_STRAY = "a quotation mark that is not closed"


class HugeLineError(Exception):
    """A line is longer than a row of a table can be."""


def table_rows(lines: TableLines, mark: str, width: int) -> Iterator[list[str] | Problem]:
    """Yield the rows of a table that are not blank, and a problem for each that is damaged.

    `width` is the number of its columns.
    """
    reader = csv.reader(lines, delimiter=mark)
    while True:
        lines.begin_row()
        damage: csv.Error | HugeLineError | None = None
        row: list[str] = []
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, HugeLineError) as error:
            damage = error
        if len(lines.row) > 1 and _is_stray(lines.row, mark, width):
            raw = lines.row_so_far[:_RAW_KEPT]
            lines.give_back_but_first()
            reader = csv.reader(lines, delimiter=mark)
            yield _damaged(_STRAY, raw.partition("\n")[0])
        elif damage:
            raw = lines.row_so_far[:_RAW_KEPT]
            lines.skip_row(mark)
            yield _damaged(str(damage), raw)
        elif "".join(row).strip():
            yield row


def _damaged(reason: str, raw: str) -> Problem:
    details: dict[str, object] = {"reason": reason}
    return Problem("damaged_record", ProblemKind.REJECTED, details=details, raw=raw)


def _is_stray(row: list[str], mark: str, width: int) -> bool:
    """Tell whether a row of several lines is one line with a stray quotation mark, and others.

    Its quotation marks do not close as they should, and each line behind the first is a whole
    row. No message is as long as a cell that is too large (an SMS
    has at most 255 parts), so what stands in one are rows.
    """
    behind = row[1 : _LINES_ASKED + 1]
    if width < 2 or not behind or not all(_is_whole(line, mark, width) for line in behind):
        return False
    try:
        list(csv.reader(row, delimiter=mark, strict=True))
    except csv.Error:
        return True
    return False


def _is_whole(line: str, mark: str, width: int) -> bool:
    """Tell whether a line has the cells of a row; quoted ones may hold what separates cells."""
    cells = line.count(mark) + 1
    return cells >= width if '"' in line else cells == width


class TableLines:
    """The lines of a table with their ends; `end_within_row` if the text ends within a row.

    Iteration raises HugeLineError at a line that is too long, and goes on behind it once
    `skip_row` was called.
    """

    def __init__(self, chunks: Iterable[str]) -> None:
        self._pieces = _pieces(chunks)
        self._back: list[str] = []
        self._row: list[str] = []
        self._open_quotes = False
        self._ended = True

    @property
    def end_within_row(self) -> bool:
        """Whether the lines so far end without a line end or within quotation marks."""
        return self._open_quotes or not self._ended

    @property
    def row(self) -> list[str]:
        """The lines since the row began."""
        return self._row

    @property
    def row_so_far(self) -> str:
        """The text since the row began."""
        return "".join(self._row)

    def give_back_but_first(self) -> None:
        """Give the lines since the row began again, but for the first, whose marks do not count."""
        self._back.extend(reversed(self._row[1:]))
        self._open_quotes ^= self._row[0].count('"') % 2 == 1

    def begin_row(self) -> None:
        """Note that the next line begins a row."""
        self._row.clear()

    def first(self) -> str:
        """Return the first line that is not blank, or ""."""
        return next((line for line in self if line.strip()), "")

    def put_back(self, line: str) -> None:
        """Give a line again."""
        self._back.append(line)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else self._next_piece()
        self._row.append(line)
        if not self._ended and len(line) > LONGEST_LINE:
            raise HugeLineError(f"a line longer than {LONGEST_LINE >> 20} MB")
        return line

    def skip_row(self, mark: str) -> None:
        """Pass over what is left of a row of which a part was read."""
        quotes = _Quotes(mark)
        for line in self._row:
            quotes.take(line)
        while quotes.open or not self._ended:
            try:
                quotes.take(self._next_piece())
            except StopIteration:
                return

    def _next_piece(self) -> str:
        piece = next(self._pieces)
        self._open_quotes ^= piece.count('"') % 2 == 1
        self._ended = piece.endswith(("\n", "\r"))
        return piece


class _Quotes:
    """Follows quotation marks as the csv module does: one opens only where a cell begins."""

    def __init__(self, mark: str) -> None:
        self.open = False
        self._before = "\n"
        self._starts = (mark, "\n", "\r", '"')

    def take(self, text: str) -> None:
        """Follow the marks of the next part of the text."""
        if not text:
            return
        for at in (found.start() for found in re.finditer('"', text)):
            before = text[at - 1] if at else self._before
            self.open = not self.open and before in self._starts
        self._before = text[-1]


def _pieces(chunks: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text; one that is too long in several pieces."""
    rest = ""
    for chunk in chunks:
        text, at = rest + chunk, 0
        for end in _LINE_END.finditer(text):
            yield text[at : end.end()]
            at = end.end()
        rest = text[at:]
        if len(rest) > LONGEST_LINE:
            yield rest
            rest = ""
    if rest:
        yield rest
