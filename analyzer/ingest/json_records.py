"""JSON logs as a stream: arrays, lines and concatenated documents, one record at a time.

The skeleton of the document is walked by hand, each record is decoded whole by the standard
library. So a log cut anywhere still gives every record before the cut, two documents in one
file are read one after the other, and memory holds one record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

Path = tuple[str, ...]
EACH = "*"

MAX_RECORD = 16 << 20  # an MMS can hold its pictures
MAX_DEPTH = 64
TOO_LARGE = "too large"
_DECODER = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[\s\ufeff]*")
# A string that the head cuts off is one token, lest each quotation mark in it be tried in turn.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
_NEXT_RECORD = re.compile(r"\}\s*,\s*(?=\{)|\n\s*(?=\{)")


class JsonHead(NamedTuple):
    """How a JSON log opens: with [ or {, the keys of its first object, and whether it ends."""

    opening: str
    keys: frozenset[str]
    is_whole: bool


class JsonRecord(NamedTuple):
    """A decoded value and where it lies: keys, with EACH for the items of an array."""

    path: Path
    value: Any


class JsonDamage(NamedTuple):
    """A place that could not be decoded; `cut` if the text ends there."""

    cut: bool
    byte: int
    reason: str
    raw: str


def json_head(text: str) -> JsonHead | None:
    """Return how a JSON text opens, or None if it is no JSON."""
    stripped = text.lstrip()
    if not stripped or stripped[0] not in "[{":
        return None
    keys: set[str] = set()
    depth = 0
    level = 0
    previous = ""
    is_whole = False
    for match in _TOKEN.finditer(stripped):
        token = match[0]
        if token == "{" and not level:
            level = depth + 1
        if token in "[{":
            depth += 1
        elif token in "]}":
            depth -= 1
            is_whole = bool(level) and depth < level
            if is_whole:
                break
        elif token == ":" and depth == level:
            keys.add(previous[1:-1])
        previous = token
    return JsonHead(stripped[0], frozenset(keys), is_whole)


class _Frame:
    """One open container of the skeleton; `key` is the current key of an object."""

    __slots__ = ("is_array", "key")

    def __init__(self, opening: str) -> None:
        self.is_array = opening == "["
        self.key: str | None = None


class JsonRecords:
    """Iterates over the records of a JSON text at the given paths, and over its damages.

    Scalars of the skeleton are given too, so that a count beside the records can be read.
    """

    def __init__(self, chunks: Iterable[str], paths: Container[Path]) -> None:
        self._chunks = iter(chunks)
        self._paths = paths
        self._stack: list[_Frame] = []
        self._buffer = ""
        self._at = 0
        self._dropped_bytes = 0
        self._ended = False

    def __iter__(self) -> Iterator[JsonRecord | JsonDamage]:
        while character := self._peek():
            frame = self._stack[-1] if self._stack else None
            if character in ",]}":
                self._at += 1
                if character != ",":
                    self._close()
            elif frame and not frame.is_array and frame.key is None:
                yield from self._read_key(frame, character)
            else:
                yield from self._read_value(character)
        if self._stack:
            yield JsonDamage(True, self.byte, "the text ends", "")

    @property
    def byte(self) -> int:
        """The position in the text, in bytes of UTF-8."""
        return self._dropped_bytes + _utf8_length(self._buffer[: self._at])

    def _close(self) -> None:
        if self._stack:
            self._stack.pop()
            self._value_done()

    def _value_done(self) -> None:
        if self._stack:
            self._stack[-1].key = None

    def _read_key(self, frame: _Frame, character: str) -> Iterator[JsonDamage]:
        if character != '"':
            self._at += 1  # left over from a damaged record
            return
        key = self._decode()
        if isinstance(key, JsonDamage):
            yield key
            self._skip_to_next_record()
        elif self._peek() == ":":
            self._at += 1
            frame.key = str(key)

    def _read_value(self, character: str) -> Iterator[JsonRecord | JsonDamage]:
        path = tuple(EACH if frame.is_array else frame.key or "" for frame in self._stack)
        if character in "[{" and not (character == "{" and path in self._paths):
            self._at += 1
            if len(self._stack) >= MAX_DEPTH:
                yield JsonDamage(False, self.byte, "nested too deep", "")
                self._exhaust()
            else:
                self._stack.append(_Frame(character))
            return
        value = self._decode()
        if isinstance(value, JsonDamage):
            yield value
            self._skip_to_next_record()
        else:
            self._value_done()
            yield JsonRecord(path, value)

    def _peek(self) -> str:
        """Return the next character that is no white space, or "" at the end."""
        while True:
            self._at = _match_end(_SPACE, self._buffer, self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._refill():
                return ""

    def _refill(self) -> bool:
        """Read on, at least doubling what is left in the buffer; tell whether more came."""
        if self._ended:
            return False
        self._dropped_bytes += _utf8_length(self._buffer[: self._at])
        left = self._buffer[self._at :]
        more: list[str] = []
        while sum(map(len, more)) <= len(left):
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended = True
                break
            more.append(chunk)
        self._buffer = left + "".join(more)
        self._at = 0
        return bool(more)

    def _decode(self) -> object:
        """Decode the value at the current position; a JsonDamage if that cannot be done."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                wants_more = error.msg.startswith("Unterminated") or (
                    error.pos >= len(self._buffer) - 16
                )
                small = len(self._buffer) - self._at < MAX_RECORD
                if not (wants_more and small and self._refill()):
                    reason = error.msg if small or not wants_more else TOO_LARGE
                    return self._damage(wants_more and self._ended, reason)
            except (RecursionError, ValueError) as error:
                return self._damage(False, f"{type(error).__name__}")
            else:
                if end < len(self._buffer) or isinstance(value, dict | str) or not self._refill():
                    self._at = end
                    return value

    def _damage(self, cut: bool, reason: str) -> JsonDamage:
        return JsonDamage(cut, self.byte, reason, self._buffer[self._at : self._at + 200])

    def _skip_to_next_record(self) -> None:
        self._value_done()
        self._at += 1
        while True:
            found = _NEXT_RECORD.search(self._buffer, self._at)
            if found:
                self._at = found.end()
                return
            self._at = max(self._at, len(self._buffer) - 64)
            if not self._refill():
                self._exhaust()
                return

    def _exhaust(self) -> None:
        """Give up the rest of the text, memory bounded."""
        self._stack.clear()
        self._buffer, self._at = "", 0
        for _ in self._chunks:
            continue
        self._ended = True


def _match_end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _utf8_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
