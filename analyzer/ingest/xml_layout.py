"""The layout of an XML element without content, and what its attribute values mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from xml.parsers import expat

from analyzer.ingest.layout import Layout, Notation

_ATTRIBUTE = re.compile(rb'[ \t\r\n]+([A-Za-z_][A-Za-z0-9_.\-]*)="[^"<]*"')
_TAIL = re.compile(rb"[ \t\r\n]*/>[ \t\r\n]*")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8})));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def xml_notation(element: str) -> Notation:
    """Return how empty elements of a name write their attributes."""
    return Notation(partial(layout_of, element=element), ord("&"), meanings)


def layout_of(cell: bytes, element: str) -> Layout | None:
    """Return the layout of a cell, None if it is no well-formed empty element of that name."""
    start = b"<" + element.encode()
    if not cell.startswith(start):
        return None
    pieces: list[bytes] = []
    names: list[str] = []
    at, piece = len(start), start
    while found := _ATTRIBUTE.match(cell, at):
        value = cell.index(b'"', at) + 1
        pieces.append(piece + cell[at:value])
        names.append(found[1].decode())
        at, piece = found.end(), b'"'
    if not _TAIL.fullmatch(cell, at) or not names or not _is_well_formed(cell):
        return None
    return Layout(tuple(names), (*pieces, piece + cell[at:]))


def _is_well_formed(cell: bytes) -> bool:
    try:
        expat.ParserCreate("utf-8").Parse(cell, True)
    except expat.ExpatError:
        return False
    return True


def meanings(values: Sequence[bytes]) -> list[str | None]:
    """Return what attribute values with references mean; None for one that must be repaired.

    All are looked at as one text, parted by the NUL that XML forbids; if something in it is not
    legal, one by one.
    """
    text = b"\x00".join(values).decode()
    meant, count = _REFERENCE.subn(_meaning, text)
    if count == text.count("&") and meant.count("\x00") == len(values) - 1:
        whole = _paired(meant)
        if whole is not None:
            return list(whole.split("\x00"))
    return [unescaped(value) for value in values]


def unescaped(value: bytes) -> str | None:
    """Return what an attribute value with references means; None if it must be repaired.

    The halves of a surrogate pair, as two references, are one character.
    """
    text = value.decode()
    meant, count = _REFERENCE.subn(_meaning, text)
    if count != text.count("&") or "\x00" in meant:
        return None
    return _paired(meant)


def _paired(meant: str) -> str | None:
    """Return a text with halves of surrogate pairs as one character; None if one is alone."""
    try:
        return meant.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None


def _meaning(reference: re.Match[str]) -> str:
    return _character(*reference.groups())


@lru_cache(maxsize=4096)
def _character(name: str | None, hexadecimal: str | None, decimal: str | None) -> str:
    """Return the character, NUL for one that XML forbids."""
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal or "0")
    legal = code in (9, 10, 13) or 0x20 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return chr(code) if legal else "\x00"
