"""XML logs as a stream of start tags, whatever exporters and copies did to them.

Exporters write characters that XML forbids (surrogate halves, NUL and controls, as references or
raw), copies are cut, one attribute can hold a whole video. The text is therefore repaired before
the XML parser sees it, and handed over in whole cells, so that a damaged tag costs only itself.
Entities are never expanded: a document type is taken out, and a record that needs it is damaged
like any other.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple
from xml.parsers import expat

import numpy as np

from analyzer.ingest.records import Problem, ProblemKind
from analyzer.ingest.xml_cells import Cells
from analyzer.ingest.xml_repair import Repair

_RECORD = re.compile(rb"<(?:sms|mms|call)[\s>/]")
_INVALID_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


class Tag(NamedTuple):
    """A start tag: its name and attributes."""

    name: str
    attributes: dict[str, str]


class TagParser:
    """An XML parser that goes on behind a damaged tag.

    The "<" that follows the cells is fed with them, so that a tag without an end shows at once.
    """

    def __init__(self) -> None:
        self._repair = Repair()
        self._found: list[Tag | Problem] = []
        self._seeking = False
        self._parser = self._new_parser(None)

    @property
    def root(self) -> str | None:
        """The name of the root element while the parser is within it."""
        return None if self._closed else self._root

    def fed(self, cells: Cells) -> list[Tag | Problem]:
        """Parse whole cells; return what they hold."""
        piece = _Piece(cells, self._repair.repaired_bytes(cells.data))
        at = 0
        while at < len(piece.data):
            if self._seeking:
                start = _RECORD.search(piece.data, at)
                if not start:
                    break
                at, self._seeking = start.start(), False
            at = self._parsed(piece, at)
        found, self._found = self._found, []
        return found

    def passed_over(self) -> None:
        """Take note that well-formed records were read by other means."""
        self._seeking = False

    def ended(self, replaced: int = 0) -> list[Problem]:
        """End the log; return whether it is cut off, and how many characters were replaced.

        `replaced` counts those that were replaced before the cells were cut.
        """
        problems: list[Problem] = []
        try:
            if not self._seeking:
                self._parser.Parse(b"", True)
        except expat.ExpatError:
            problems.append(Problem("truncated", ProblemKind.TRUNCATED))
        if replaced := replaced + self._repair.replaced:
            details: dict[str, object] = {"count": replaced}
            problems.append(Problem("characters_replaced", details=details))
        return problems

    def _new_parser(self, root: str | None) -> expat.XMLParserType:
        self._root, self._closed = root, False
        self._fed = self._pending = 0
        parser = expat.ParserCreate("utf-8")  # the text was decoded, whatever it declares
        if root is not None:
            opening = f"<{root}>".encode()
            self._fed = len(opening)
            parser.Parse(opening, False)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = name
        self._found.append(Tag(name, attributes))

    def _end(self, name: str) -> None:
        self._closed |= name == self._root

    def _parsed(self, piece: _Piece, at: int) -> int:
        """Parse a piece from an offset on; return where to go on behind a damaged tag."""
        first = at + self._pending
        try:
            self._parser.Parse(memoryview(piece.data)[first:], False)
        except expat.ExpatError as error:
            offset = max(at, self._parser.ErrorByteIndex - self._fed + first)
            if error.code == _INVALID_TOKEN and piece.data[offset : offset + 1] == b"<":
                offset -= 1  # it is the tag before that has no end
            return self._behind_damage(piece, at, offset, str(error).split(":")[0])
        self._fed += len(piece.data) - first
        self._pending = 0 if piece.is_last else 1
        return len(piece.data)

    def _behind_damage(self, piece: _Piece, at: int, offset: int, reason: str) -> int:
        start = max(piece.data.rfind(b"<", at, offset + 1), at)
        end = piece.data.find(b"<", start + 1)
        is_cut = piece.is_last and end < 0
        end = len(piece.data) if end < 0 else end
        bad = piece.data[start:end]
        raw = bad[:400].decode("utf-8", "replace")
        byte = piece.byte(start)
        details: dict[str, object] = {"reason": reason}
        if not _RECORD.match(bad):
            self._found.append(Problem("damaged_place", byte=byte, details=details))
        elif is_cut:
            self._found.append(Problem("truncated", ProblemKind.TRUNCATED, byte=byte, raw=raw))
        else:
            kind = ProblemKind.REJECTED
            self._found.append(Problem("damaged_record", kind, byte=byte, details=details, raw=raw))
        self._parser = self._new_parser(self._root)
        self._seeking = True
        return end


class _Piece:
    """Repaired cells, the "<" of the next one behind them unless they are the last."""

    def __init__(self, cells: Cells, repaired: bytes) -> None:
        self.is_last = cells.is_last
        self.data = repaired if cells.is_last else repaired + b"<"
        self._cells = cells

    def byte(self, offset: int) -> int | None:
        """Return the position in the log of a cell; repairs move bytes, but never a "<"."""
        cell = int(np.searchsorted(self._starts, offset))
        return self._cells.byte(int(self._cells.starts[cell]) if offset else 0)

    @cached_property
    def _starts(self) -> np.ndarray:
        return Cells(self.data).starts
