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

MAX_TAG = 4 << 20
_RECORD = re.compile(r"<(?:sms|mms|call)[\s>/]")
_ANY_TAG = re.compile(r"<[A-Za-z]")
_REFERENCES = re.compile(r"(?:&#[xX]?[0-9a-fA-F]{1,8};)+")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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
    whole = _Doctype().removed(_without_content(chunks, skip_content_of))
    for piece in _whole_tags(whole):
        if isinstance(piece, Problem):
            yield piece
        else:
            yield from parsing.feed(piece)
    yield from parsing.close()
    replaced = parsing.replaced + getattr(chunks, "replaced", 0)
    if replaced:
        yield Problem("characters_replaced", details={"count": replaced})


def _without_content(chunks: Iterable[str], name: str) -> Iterator[str]:
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
        if dropping:
            start = text.find("<")
            if start < 0:
                continue
            rest, text, dropping = "", text[start:], False
        rest += text
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
        self.replaced = 0
        self._found: list[Tag | Problem] = []
        self._root: str | None = None
        self._seeking = False
        self._failed_at_end = False
        self._parser = self._new_parser()

    def feed(self, piece: str) -> list[Tag | Problem]:
        """Parse whole tags; return what they hold."""
        piece = self._repaired(piece)
        while piece:
            if self._seeking:
                start = _RECORD.search(piece)
                if not start:
                    break
                piece, self._seeking = piece[start.start() :], False
            piece = self._parsed(piece)
        found, self._found = self._found, []
        return found

    def close(self) -> list[Tag | Problem]:
        """End the log; return a problem if it is cut off."""
        try:
            if not self._seeking:
                self._parser.Parse("", True)
        except expat.ExpatError:
            return [Problem("truncated", ProblemKind.TRUNCATED)]
        return []

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        self._fed = 0
        if self._root is not None:
            opening = f"<{self._root}>"
            self._fed = len(opening)
            parser.Parse(opening, False)
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._root is None:
            self._root = name
        self._found.append(Tag(name, attributes))

    def _parsed(self, piece: str) -> str:
        """Parse a piece; return what is left behind a damaged tag, or ""."""
        data = piece.encode("utf-8")
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            offset = max(0, self._parser.ErrorByteIndex - self._fed)
            return self._behind_damage(data, offset, str(error))
        self._fed += len(data)
        return ""

    def _behind_damage(self, data: bytes, offset: int, reason: str) -> str:
        tag = max(data.rfind(b"<", 0, offset + 1), 0)
        text = data[tag:].decode("utf-8", "replace")
        end = text.find("<", 1)
        bad = text if end < 0 else text[:end]
        what = reason.split(":")[0]
        if _RECORD.match(bad) and end >= 0:
            self._found.append(
                Problem("damaged_record", ProblemKind.REJECTED, details={"reason": what}, raw=bad[:400])
            )
        elif end < 0 and _RECORD.match(bad):
            self._found.append(Problem("truncated", ProblemKind.TRUNCATED, raw=bad[:400]))
        else:
            self._found.append(Problem("damaged_place", details={"reason": what}))
        self._parser = self._new_parser()
        self._seeking = True
        return text[len(bad) :]

    def _repaired(self, piece: str) -> str:
        if "&#" in piece:
            piece = _REFERENCES.sub(self._legal_references, piece)
        piece, raw = _ILLEGAL.subn("\ufffd", piece)
        self.replaced += raw
        return piece

    def _legal_references(self, run: re.Match[str]) -> str:
        """Return a run of character references with surrogate pairs joined, one at a time."""
        out: list[str] = []
        high: int | None = None
        for reference in _REFERENCE.finditer(run[0]):
            code = int(reference[1], 16) if reference[1] else int(reference[2])
            if high is not None:
                if 0xDC00 <= code <= 0xDFFF:
                    out.append(chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00))
                    high = None
                    continue
                out.append(self._replacement())
                high = None
            if 0xD800 <= code <= 0xDBFF:
                high = code
            else:
                out.append(reference[0] if _is_legal(code) else self._replacement())
        if high is not None:
            out.append(self._replacement())
        return "".join(out)

    def _replacement(self) -> str:
        self.replaced += 1
        return "\ufffd"


def _is_legal(code: int) -> bool:
    """Tell whether XML 1.0 allows a character (production 2, Char)."""
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
