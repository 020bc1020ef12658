"""Records and problems of a JSON log, for the readers of JSON formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Any

from analyzer.ingest.decode import TextChunks, encoding_of
from analyzer.ingest.json_lines import JsonLines
from analyzer.ingest.json_records import (
    MAX_RECORD,
    TOO_LARGE,
    JsonDamage,
    JsonRecord,
    JsonRecords,
    Path,
)
from analyzer.ingest.records import Item, Kind, Problem, ProblemKind, Record
from analyzer.ingest.source import Source

Interpret = Callable[[Path, dict[str, Any]], Iterator[Item]]
Count = Callable[[Path, Any], Iterator[Item]]

# A quote inside a text is written with a backslash, so this is a key.
_STARTS_AS_MMS = re.compile(r'.*[{,]\s*"(?:msg_box|m_type)"\s*:', re.DOTALL)
_WHATS = {"nested too deep": "deep_nesting", TOO_LARGE: "huge_record"}


def json_items(
    source: Source,
    paths: Container[Path],
    interpret: Interpret,
    beside: Count | None = None,
    within: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> Iterator[Item]:
    """Yield what `interpret` makes of each record at `paths`, and a problem for each damage.

    `beside` is asked about the values that stand beside the records, such as a count; `within`
    takes the JSON out of a text that stands around it. A damage with nothing behind it is a cut,
    any other a rejected record.
    """
    with source.text() as chunks:
        yield from _items(chunks, within(chunks), paths, interpret, beside)


def json_line_items(
    source: Source, columns: Collection[str], foreign: Collection[str], interpret: Interpret
) -> Iterator[Item]:
    """Yield the records of a log of one object a line, plain messages in blocks.

    `columns` are the keys that a message has; an object with one of the `foreign` keys is no
    plain message, and is interpreted, as are all lines behind it.
    """
    if encoding_of(source.head().data) != "utf-8":
        yield from json_items(source, {()}, interpret)
        return
    with source.open() as stream:
        lines = JsonLines(stream, columns, foreign)
        yield from lines.blocks()
        chunks = TextChunks(lines.left(), "utf-8")
        for item in _items(chunks, chunks, {()}, interpret, None):
            if isinstance(item, Problem) and item.byte is not None:
                yield item._replace(byte=item.byte + lines.read)
            else:
                yield item


def with_huge_mms(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items; of the records too large to be read, those that start as an MMS count as one.

    The provider's columns come first and tell it; what is large are the pictures behind them.
    """
    for item in items:
        if isinstance(item, Problem) and item.what == _WHATS[TOO_LARGE]:
            is_mms = _STARTS_AS_MMS.match(str(item.raw))
            yield Record(Kind.MMS, {}) if is_mms else item
        else:
            yield item


def _items(
    chunks: TextChunks,
    texts: Iterable[str],
    paths: Container[Path],
    interpret: Interpret,
    beside: Count | None,
) -> Iterator[Item]:
    damage: JsonDamage | None = None
    for item in JsonRecords(texts, paths):
        if damage:
            yield _rejected(damage)
        damage = item if isinstance(item, JsonDamage) else None
        if isinstance(item, JsonRecord):
            if isinstance(item.value, dict) and item.path in paths:
                yield from interpret(item.path, item.value)
            elif beside:
                yield from beside(item.path, item.value)
    if damage:
        yield _last(damage)
    if chunks.replaced:
        yield Problem("characters_replaced", details={"count": chunks.replaced})


def _last(damage: JsonDamage) -> Problem:
    if damage.cut:
        return Problem("truncated", ProblemKind.TRUNCATED, byte=damage.byte, raw=damage.raw)
    return _rejected(damage)


def _rejected(damage: JsonDamage) -> Problem:
    what = _WHATS.get(damage.reason, "damaged_record")
    return Problem(
        what,
        ProblemKind.REJECTED,
        byte=damage.byte,
        details={"reason": damage.reason, "limit": MAX_RECORD >> 20},
        raw=damage.raw,
    )
