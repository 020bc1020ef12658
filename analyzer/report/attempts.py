"""The attempts as the report lists them: what is shown of each, column by column.

A fleet has millions of attempts and few names, so that a name is masked, translated or given its
pseudonym once and not in every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.measure.arrays import words as words_of
from analyzer.report.masking import NAMES, Masker
from analyzer.report.plain import plain
from analyzer.report.words import Words

FIELDS = (
    *("device", "service", "sender", "carrier", "started_at", "outcome", "latency"),
    *("request_latency", "block_reason", "attempt_id", "sim_slot", "received_at"),
    *("latency_basis", "upstream_latency", "requests", "codes", "valid_for", "validity_assumed"),
    *("blocked_by", "restored", "message_ids", "why"),
)
_IN_ORDER = [("started_at", "ascending"), ("attempt_id", "ascending")]


def shown_attempts(
    attempts: pa.Table, words: Words, masker: Masker, shown: Mapping[str, str]
) -> pa.Table:
    """Return attempts (schema.ATTEMPTS) in the order of their start, with the columns `FIELDS`.

    Carriers are in the language of `words`, names masked, people's numbers behind their
    pseudonyms (`shown`), times ISO 8601 in UTC; the other columns are as they were.
    """
    in_order = attempts.select(FIELDS).sort_by(_IN_ORDER)
    columns = [_shown(name, in_order[name], words, masker, shown) for name in FIELDS]
    return pa.table(columns, names=FIELDS)


def attempt_rows(shown: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of shown_attempts() as plain values."""
    columns = [_plain_values(column) for column in shown.columns]
    return [dict(zip(FIELDS, values, strict=True)) for values in zip(*columns, strict=True)]


def _shown(
    name: str, column: pa.ChunkedArray, words: Words, masker: Masker, shown: Mapping[str, str]
) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return iso_column(column)
    if name == "sender":
        return _renamed(column, lambda sender: shown.get(sender, sender))
    if name == "carrier":
        return _renamed(column, lambda carrier: masker.name(_carrier(carrier, words)))
    return _renamed(column, masker.name) if name in NAMES else column


def _carrier(carrier: str, words: Words) -> str:
    return carrier if carrier == "unknown" else words.carrier(carrier) or carrier


def iso_column(moments: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of UTC times as iso() writes them."""
    # Arrow writes times of no zone thirty times faster than times in UTC, with the same figures.
    written = moments.cast(pa.timestamp("ms")).cast(pa.string())
    return pc.binary_join_element_wise(pc.replace_substring(written, " ", "T"), "Z", "")


def _renamed(column: pa.ChunkedArray, name: Callable[[str], str]) -> pa.ChunkedArray:
    """Return a column of words with each distinct word renamed, null staying null."""
    numbers, known = words_of(column)
    names = pa.array([name(word) for word in known], pa.string())
    indices = pa.array(numbers, pa.int32(), mask=numbers < 0)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, names)])


def _plain_values(column: pa.ChunkedArray) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [None if value is None else plain(value) for value in values]
    return values
