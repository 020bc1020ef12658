"""Bytes to text: byte order marks, UTF-16, GBK tables from Chinese spreadsheets, damaged UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 18

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_XML_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9_.-]+)")

_DECLARABLE = re.compile(
    r"(?:iso|windows|cp|latin|gb|big5|euc|shift|koi8|utf-?16|us-?ascii|ascii|mac)[\w.-]*",
    re.IGNORECASE,
)


def encoding_of(head: bytes) -> str:
    """Return the codec for a text that starts with `head`.

    A byte order mark decides; then zero bytes in every second place (UTF-16 without a mark), as
    a Windows console writes it; then an XML declaration, unless UTF-8 already fits; last GBK,
    in which Chinese spreadsheets save CSV. Whatever is left is read as UTF-8.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if head[1:400:2].count(0) > 0.4 * len(head[1:400:2]) > 2:
        return "utf-16-le"
    if head[0:400:2].count(0) > 0.4 * len(head[0:400:2]) > 2:
        return "utf-16-be"
    if _decodes(head, "utf-8"):
        return "utf-8"
    declared = _XML_ENCODING.match(head)
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        return _known_codec(declared[1].decode("ascii"))
    return "gb18030" if _is_gbk_text(head) else "utf-8"


def _is_gbk_text(head: bytes) -> bool:
    """Tell whether `head` reads as GBK with most of its high characters common ideographs."""
    if not _decodes(head, "gb18030"):
        return False
    high = [c for c in head.decode("gb18030", "ignore") if ord(c) > 0x7F]
    return sum("\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\uffee" for c in high) > 0.9 * len(
        high
    )


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _known_codec(name: str) -> str:
    """Return the codec of a declared encoding; UTF-8 for what no exporter writes.

    Python knows codecs that are no text (hex, uu) or slow (punycode, idna); a log names none.
    """
    return codecs.lookup(name).name if _DECLARABLE.fullmatch(name) and _exists(name) else "utf-8"


def _exists(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


class TextChunks:
    """Iterates over a byte stream as text; counts the bytes that had to be replaced."""

    def __init__(self, stream: BinaryIO, encoding: str | None = None) -> None:
        self._stream = stream
        self._encoding = encoding  # None: as its first bytes tell
        self.replaced = 0

    def __iter__(self) -> Iterator[str]:
        first = self._stream.read(CHUNK)
        encoding = self._encoding or encoding_of(first[:65536])
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        chunk = first
        while True:
            text = decoder.decode(chunk, final=not chunk)
            if "\ufffd" in text:
                self._count(chunk, text)
            if text:
                yield text
            if not chunk:
                return
            chunk = self._stream.read(CHUNK)

    def _count(self, chunk: bytes, text: str) -> None:
        genuine = chunk.count("\ufffd".encode())
        self.replaced += max(0, text.count("\ufffd") - genuine)
