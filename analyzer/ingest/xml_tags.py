"""XML logs as a stream of start tags, whatever exporters and copies did to them.

Exporters write characters that XML forbids (surrogate halves, NUL and controls, as references or
raw), copies are cut, one attribute can hold a whole video. The text is therefore repaired before
the XML parser sees it, and handed over tag by tag: since "<" never stands inside an attribute
value, whatever lies between two "<" is one tag. Entities are never expanded: a document type is
taken out, and a record that needs it is damaged like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat

from analyzer.ingest.records import Problem, ProblemKind
from analyzer.ingest.xml_repair import Repair

MAX_TAG = 4 << 20
_RECORD = re.compile(rb"<(?:sms|mms|call)[\s>/]")
_ANY_TAG = re.compile(r"<[A-Za-z]")


class Tag(NamedTuple):
    """A start tag: its name and attributes."""

    name: str
    attributes: dict[str, str]


def xml_tags(chunks: Iterable[str], skip_content_of: str) -> Iterator[Tag | Problem]:
    """Yield the start tags of an XML log and what is wrong with it, in order.

    The content of elements named `skip_content_of` is dropped unread. Ill-formed tags are
    rejected one by one; at the end stand a count of replaced characters and, where the log is
    cut off, a problem that says so.
    """
    parsing = _Parsing()
    whole = _Doctype().removed(without_content(chunks, skip_content_of))
    waiting = ""
    for piece in _whole_tags(whole):
        yield from parsing.feed(waiting)
        waiting = "" if isinstance(piece, Problem) else piece
        if isinstance(piece, Problem):
            yield piece
    yield from parsing.feed(waiting, is_last=True)
    yield from parsing.close()
    replaced = parsing.repair.replaced + getattr(chunks, "replaced", 0)
    if replaced:
        yield Problem("characters_replaced", details={"count": replaced})


def without_content(chunks: Iterable[str], name: str) -> Iterator[str]:
    """Yield the text without the content of the elements `name`, in constant memory."""
    opening = re.compile(rf"<{name}\b[^<>]*?(/?)>")
    closing = f"</{name}>"
    text, skipping = "", False
    for chunk in chunks:
        text += chunk
        while True:
            if skipping:
                end = text.find(closing)
                if end < 0:
                    text = text[-len(closing) :]
                    break
                text, skipping = text[end:], False
            found = opening.search(text)
            if not found:
                break
            yield text[: found.end()]
            text, skipping = text[found.end() :], not found[1]
        if not skipping:
            tail = max(text.rfind("<"), 0) if len(text) < MAX_TAG else len(text)
            yield text[:tail]
            text = text[tail:]
    if not skipping:
        yield text


class _Doctype:
    """Takes a document type out of the prolog."""

    def removed(self, texts: Iterable[str]) -> Iterator[str | Problem]:
        """Yield the texts; everything from <!DOCTYPE to the root element is left out."""
        prolog, in_prolog = "", True
        for text in texts:
            if not in_prolog:
                yield text
                continue
            prolog += text
            declared = prolog.find("<!DOCTYPE")
            root = self._root(prolog, declared)
            if root < 0 and len(prolog) < MAX_TAG:
                continue
            in_prolog = False
            yield from self._split(prolog, declared, root)
        if in_prolog:
            yield from self._split(prolog, prolog.find("<!DOCTYPE"), -1)

    def _root(self, prolog: str, declared: int) -> int:
        if declared < 0:
            found = _ANY_TAG.search(prolog)
            return found.start() if found else -1
        found = re.search(r"<(?:smses|calls)[\s>]", prolog[declared:])
        return declared + found.start() if found else -1

    def _split(self, prolog: str, declared: int, root: int) -> Iterator[str | Problem]:
        if declared < 0 or 0 <= root < declared:
            yield prolog
            return
        yield Problem("doctype")
        yield prolog[:declared] + (prolog[root:] if root >= 0 else "")


def _whole_tags(texts: Iterable[str | Problem]) -> Iterator[str | Problem]:
    """Yield the text in pieces that end before a "<", so that no tag is ever divided."""
    rest, dropping = "", False
    for text in texts:
        if isinstance(text, Problem):
            yield text
            continue
        start = text.find("<") if dropping else 0
        if start < 0:
            continue
        dropping = False
        rest += text[start:]
        cut = rest.rfind("<")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        if len(rest) > MAX_TAG:
            details: dict[str, object] = {"limit": MAX_TAG >> 20}
            yield Problem("huge_record", ProblemKind.REJECTED, details=details, raw=rest[:200])
            rest, dropping = "", True
    if rest:
        yield rest


class _Parsing:
    """An XML parser that goes on behind a damaged tag."""

    def __init__(self) -> None:
        self.repair = Repair()
        self._found: list[Tag | Problem] = []
        self._root: str | None = None
        self._seeking = False
        self._parser = self._new_parser()

    def feed(self, piece: str, *, is_last: bool = False) -> list[Tag | Problem]:
        """Parse whole tags; return what they hold. Only the last piece can end within a tag."""
        data = self.repair.repaired(piece).encode("utf-8", "surrogatepass")
        while data:
            if self._seeking:
                start = _RECORD.search(data)
                if not start:
                    break
                data, self._seeking = data[start.start() :], False
            data = self._parsed(data, is_last)
        found, self._found = self._found, []
        return found

    def close(self) -> list[Tag | Problem]:
        """End the log; return a problem if it is cut off."""
        try:
            if not self._seeking:
                self._parser.Parse(b"", True)
        except expat.ExpatError:
            return [Problem("truncated", ProblemKind.TRUNCATED)]
        return []

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("utf-8")  # the text was decoded, whatever it declares
        self._fed = 0
        if self._root is not None:
            opening = f"<{self._root}>".encode()
            self._fed = len(opening)
            parser.Parse(opening, False)
        parser.StartElementHandler = self._start
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = name
        self._found.append(Tag(name, attributes))

    def _parsed(self, data: bytes, is_last: bool) -> bytes:
        """Parse a piece; return what is left behind a damaged tag, or nothing."""
        try:
            self._parser.Parse(data, False)
        except expat.ExpatError as error:
            offset = max(0, self._parser.ErrorByteIndex - self._fed)
            return self._behind_damage(data, offset, str(error).split(":")[0], is_last)
        self._fed += len(data)
        return b""

    def _behind_damage(self, data: bytes, offset: int, reason: str, is_last: bool) -> bytes:
        start = max(data.rfind(b"<", 0, offset + 1), 0)
        end = data.find(b"<", start + 1)
        is_cut = is_last and end < 0
        end = len(data) if end < 0 else end
        bad = data[start:end]
        raw = bad[:400].decode("utf-8", "replace")
        details: dict[str, object] = {"reason": reason}
        if not _RECORD.match(bad):
            self._found.append(Problem("damaged_place", details=details))
        elif is_cut:
            self._found.append(Problem("truncated", ProblemKind.TRUNCATED, raw=raw))
        else:
            problem = Problem("damaged_record", ProblemKind.REJECTED, details=details, raw=raw)
            self._found.append(problem)
        self._parser = self._new_parser()
        self._seeking = True
        return data[end:]
