"""The layout of a line that is one JSON object of texts, and what texts with escapes mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from analyzer.ingest.layout import Layout, Notation

_START = re.compile(rb"[ \t]*\{[ \t]*")
_PAIR = re.compile(rb'"([A-Za-z0-9_]+)"[ \t]*:[ \t]*"(?:[^"\\\x00-\x1f]|\\.)*"')
_COMMA = re.compile(rb"[ \t]*,[ \t]*")
_TAIL = re.compile(rb"[ \t]*\}[ \t]*\r?\n")
_decoded = msgspec.json.Decoder(list[str]).decode


def layout_of(line: bytes) -> Layout | None:
    """Return the layout of a line, None if it is no object whose values are all texts."""
    found = _START.match(line)
    pieces: list[bytes] = []
    names: list[str] = []
    piece = b""
    while found:
        piece += found[0]
        pair = _PAIR.match(line, found.end())
        if pair is None:
            return None
        name = pair[1].decode()
        value = line.index(b'"', pair.end(1) + 1) + 1
        pieces.append(piece + line[pair.start() : value])
        names.append(name)
        piece = b'"'
        found = _COMMA.match(line, pair.end())
        if not found:
            tail = _TAIL.fullmatch(line, pair.end())
            if tail is None or len(set(names)) < len(names):
                return None
            return Layout(tuple(names), (*pieces, piece + tail[0]))
    return None


def meanings(values: Sequence[bytes]) -> list[str | None]:
    """Return what the texts between quotes mean; None for one that is not legal."""
    try:
        return list(_decoded(b'["' + b'","'.join(values) + b'"]'))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return [_meaning(value) for value in values]


def _meaning(value: bytes) -> str | None:
    try:
        (meant,) = _decoded(b'["' + value + b'"]')
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return meant


JSON_NOTATION = Notation(layout_of, ord("\\"), meanings, escapes_quotes=True)
