"""The layout in which one exporter writes its records, learned from the records themselves.

An exporter writes the same attributes in the same order with the same quotes, so that between the
values of two records lie the same bytes. A record whose bytes between the values are those of a
layout is well-formed if its values are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

_ATTRIBUTE = re.compile(rb'[ \t\r\n]+([A-Za-z_][A-Za-z0-9_.\-]*)="[^"<]*"')
_TAIL = re.compile(rb"[ \t\r\n]*/>[ \t\r\n]*")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8})));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Layout(NamedTuple):
    """The names of the attributes, and the bytes before, between and behind their values.

    There is one piece more than names; each but the first starts, each but the last ends with a
    quote.
    """

    names: tuple[str, ...]
    pieces: tuple[bytes, ...]


def common_layout(cells: Iterable[bytes], element: str) -> Layout | None:
    """Return the layout that most of the given cells have, None if there is none."""
    layouts = Counter(found for cell in cells if (found := layout_of(cell, element)))
    return layouts.most_common(1)[0][0] if layouts else None


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


def unescaped(value: bytes) -> str | None:
    """Return what an attribute value with references means; None if it must be repaired.

    The halves of a surrogate pair, as two references, are one character.
    """
    text = value.decode()
    meant, count = _REFERENCE.subn(_meaning, text)
    if count != text.count("&") or "\x00" in meant:
        return None
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
