"""The start of a JSON log whose first record is larger than what a format is recognized by.

The first string that the start cuts off is passed over, however long it is, so that the keys
behind it are seen as well.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from analyzer.ingest.json_records import json_head

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+("?)', re.DOTALL)
_WITHIN = re.compile(rb'(?:[^"\\]|\\.)*+', re.DOTALL)
_AT_ONCE = 1 << 20
_FARTHEST = 1 << 30


def without_long_string(start: bytes, stream: BinaryIO) -> bytes:
    """Return the start of a log; of a JSON string that it cuts off, only what it holds of it.

    `stream` gives what follows; as much as `start` is read behind the string. What is no JSON,
    or ends elsewhere, is returned as it is.
    """
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return start
    text = start.decode("utf-8", "replace").lstrip("\ufeff")
    head = json_head(text)
    strings = list(_STRING.finditer(start))
    if head is None or head.is_whole or not strings or strings[-1][1]:
        return start
    closed = strings[-1].end()
    end = _behind_string(start[closed:], stream)
    return start if end is None else start[:closed] + b'"' + end + stream.read(len(start))


def _behind_string(left: bytes, stream: BinaryIO) -> bytes | None:
    """Return what was read behind the quotation mark that ends the string, or None."""
    for _ in range(_FARTHEST // _AT_ONCE):
        piece = stream.read(_AT_ONCE)
        if not piece:
            return None
        data = left + piece
        found = _WITHIN.match(data)
        end = found.end() if found else 0
        if data[end : end + 1] == b'"':
            return data[end + 1 :]
        left = data[end:]  # a backslash whose character was not read yet
    return None
