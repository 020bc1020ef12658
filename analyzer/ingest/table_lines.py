"""The lines and rows of a table (CSV), each of bounded size: what is larger is left out whole.

Only line ends end a line: a text may hold U+2028 or U+0085, which str.splitlines() takes for ends
too. A row that is too large is passed over to its own end, quotation marks included, so that no
part of its text is taken for a row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from analyzer.ingest.records import Problem, ProblemKind

LONGEST_LINE = 1 << 20
_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")
_RAW_KEPT = 200


class HugeLineError(Exception):
    """A line is longer than a row of a table can be."""


def table_rows(lines: TableLines, mark: str) -> Iterator[list[str] | Problem]:
    """Yield the rows of a table that are not blank, and a problem for each that is damaged."""
    reader = csv.reader(lines, delimiter=mark)
    while True:
        lines.begin_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, HugeLineError) as error:
            raw = lines.row_so_far[:_RAW_KEPT]
            lines.skip_row(mark)
            details: dict[str, object] = {"reason": str(error)}
            yield Problem("damaged_record", ProblemKind.REJECTED, details=details, raw=raw)
            continue
        if any(cell.strip() for cell in row):
            yield row


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
    def row_so_far(self) -> str:
        """The text since the row began."""
        return "".join(self._row)

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
