"""Columns of texts of which there are few different ones: what holds for a text is found once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NULL_WORDS = pa.array(["", "null", "NULL", "ʼUNKNOWN_SENDER!ʼ", "insert-address-token"])
_LONGEST_NULL_WORD = max(len(word.encode()) for word in NULL_WORDS.to_pylist())
_NO_WORD = pa.scalar(None, pa.string())


def without_null_words(texts: pa.Array) -> pa.Array:
    """Return texts, null where exporters write a word for no text; only short ones can be."""
    _, offsets, _ = texts.buffers()
    if not len(texts):
        return texts
    bounds = np.frombuffer(offsets, np.int32)[texts.offset :][: len(texts) + 1]
    short = np.flatnonzero(np.diff(bounds) <= _LONGEST_NULL_WORD)
    if 2 * len(short) > len(texts):
        return pc.if_else(pc.is_in(texts, NULL_WORDS), _NO_WORD, texts)
    null = short[np.asarray(pc.is_in(texts.take(pa.array(short)), NULL_WORDS))]
    if not len(null):
        return texts
    mask = np.zeros(len(texts), bool)
    mask[null] = True
    return pc.if_else(pa.array(mask), _NO_WORD, texts)


def repeated(word: str, length: int) -> pa.DictionaryArray:
    """Return a column of one word."""
    indices = pa.array(np.zeros(length, np.int32))
    return pa.DictionaryArray.from_arrays(indices, pa.array([word], pa.string()))


def with_words(column: pa.DictionaryArray, words: pa.Array) -> pa.DictionaryArray:
    """Return a column with others in place of its words, each once; null makes rows null."""
    if words is column.dictionary:
        return column
    encoded = words.dictionary_encode()
    if encoded.null_count or len(encoded.dictionary) < len(words):
        return pa.DictionaryArray.from_arrays(
            encoded.indices.take(column.indices), encoded.dictionary
        )
    return pa.DictionaryArray.from_arrays(column.indices, words)


def meant(
    column: pa.DictionaryArray, meanings: Mapping[str, bool], other: bool | None = None
) -> pa.Array:
    """Return what the word of each row means, whatever its case; `other` if that is not known.

    `other` also stands for null.
    """
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(column.dictionary)).to_pylist()
    found = pa.array([meanings.get(word, other) for word in plain], pa.bool_()).take(column.indices)
    return found if other is None else pc.fill_null(found, other)


def mapped(column: pa.DictionaryArray, meanings: Mapping[str, str]) -> pa.DictionaryArray:
    """Return the word that the word of each row means, whatever its case; null if not known."""
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(column.dictionary)).to_pylist()
    return with_words(column, pa.array([meanings.get(word) for word in plain], pa.string()))


def filled(column: pa.Array, word: str) -> pa.Array:
    """Return a column with a word in place of null."""
    if not column.null_count:
        return column
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    return pc.fill_null(plain, word)


def only_where(rows: pa.Array, given: pa.DictionaryArray | None, word: str) -> pa.Array:
    """Return a column that is null but in some rows; there a word where none is given."""
    if given is not None:
        return pc.if_else(rows, filled(given, word).cast(pa.string()), _NO_WORD)
    absent = ~np.asarray(rows)
    indices = pa.array(np.zeros(len(rows), np.int32), mask=absent if absent.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array([word], pa.string()))
