"""XML logs whose records are elements with text inside, each parsed on its own.

In a well-formed log "<" stands in no text, so a record reaches from its start tag to the next
end tag of its name. Cut out and parsed alone, a damaged record costs only itself, entities that
a document type declares are unknown, and memory holds one record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat

from analyzer.ingest.records import Problem, ProblemKind
from analyzer.ingest.xml_repair import Repair

MAX_ELEMENT = 4 << 20
_KEPT_BEFORE = 1 << 16


class Element(NamedTuple):
    """A record: its name, attributes, own text, and the texts of its child elements by name.

    `before` is the raw markup between it and the record before it.
    """

    name: str
    attributes: dict[str, str]
    text: str
    children: dict[str, str]
    before: str


def xml_elements(
    chunks: Iterable[str], names: Iterable[str], root: str
) -> Iterator[Element | Problem]:
    """Yield the elements called one of `names`, and what is wrong with the log, in order.

    The log is cut if the end tag of `root` is missing.
    """
    repair = Repair()
    behind = ""
    for piece in _pieces(chunks, names):
        if isinstance(piece, Problem):
            yield piece
            continue
        if piece.before and "<!DOCTYPE" in piece.before:
            yield Problem("doctype")
        behind = piece.before
        if piece.text:
            yield _parsed(piece, repair)
    if not re.search(rf"</{root}\s*>", behind):
        yield Problem("truncated", ProblemKind.TRUNCATED)
    replaced = repair.replaced + getattr(chunks, "replaced", 0)
    if replaced:
        yield Problem("characters_replaced", details={"count": replaced})


class _Piece(NamedTuple):
    """The markup of one record (none at the end of the log), and the markup before it."""

    before: str
    text: str


def _pieces(chunks: Iterable[str], names: Iterable[str]) -> Iterator[_Piece | Problem]:
    either = "|".join(map(re.escape, names))
    start = re.compile(rf"<({either})(?=[\s/>])")
    text, at = "", 0
    for chunk in chunks:
        text, at = text[at:] + chunk, 0
        while found := start.search(text, at):
            end = _end(text, found)
            if end < 0:
                break
            yield _Piece(text[at : found.start()][-_KEPT_BEFORE:], text[found.start() : end])
            at = end
        if found is None and len(text) - at > 2 * _KEPT_BEFORE:
            at = len(text) - _KEPT_BEFORE
        elif found is not None and len(text) - found.start() > MAX_ELEMENT:
            details: dict[str, object] = {"limit": MAX_ELEMENT >> 20}
            raw = text[found.start() :][:200]
            yield Problem("huge_record", ProblemKind.REJECTED, details=details, raw=raw)
            at = len(text)
    yield _Piece(text[at:][-_KEPT_BEFORE:], "")


def _end(text: str, start: re.Match[str]) -> int:
    """Return where the record that starts here ends, or -1 if that is not in the text."""
    empty = re.compile(r"[^<>]*/>").match(text, start.end())
    if empty:
        return empty.end()
    closing = re.compile(rf"</{re.escape(start[1])}\s*>").search(text, start.end())
    return closing.end() if closing else -1


def _parsed(piece: _Piece, repair: Repair) -> Element | Problem:
    """Return the record, or a problem if it is not well-formed."""
    parsing = _Parsing()
    try:
        parsing.parse(repair.repaired(piece.text))
    except expat.ExpatError as error:
        details: dict[str, object] = {"reason": str(error).split(":")[0]}
        raw = piece.text[:400]
        return Problem("damaged_record", ProblemKind.REJECTED, details=details, raw=raw)
    own, children = parsing.texts
    return Element(parsing.name, parsing.attributes, own, children, piece.before)


class _Parsing:
    """The parsing of one record: its start tag, its own text, its children's."""

    def __init__(self) -> None:
        self.name = ""
        self.attributes: dict[str, str] = {}
        self._open: list[str] = []
        self._own: list[str] = []
        self._children: dict[str, list[str]] = {}

    @property
    def texts(self) -> tuple[str, dict[str, str]]:
        """The record's own text, and that of each child; the first of a name counts."""
        return "".join(self._own), {name: "".join(found) for name, found in self._children.items()}

    def parse(self, text: str) -> None:
        """Parse the record's markup; raise ExpatError if it is not well-formed."""
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.Parse(text.encode("utf-8", "replace"), True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open:
            self.name, self.attributes = name, attributes
        elif name in self._children:
            name = f"{name} again"
        self._open.append(name)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _data(self, text: str) -> None:
        if len(self._open) == 1:
            self._own.append(text)
        elif len(self._open) == 2:
            self._children.setdefault(self._open[1], []).append(text)
