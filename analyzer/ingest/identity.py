"""What makes two rows the same message.

Exporters differ in what they keep: milliseconds or seconds, the country code or not, line breaks
or spaces. A message is told from others by the other party, the second, the direction and the
text; so two senders in one millisecond are two messages, and one message in three formats is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.schema import Precision

_NOT_IN_NUMBER = re.compile(r"[\s\-().]")
_NUMBER = re.compile(r"\+?\d+")
# Eight digits tell two numbers apart once second and text agree, and survive a missing +86.
_TELLING_DIGITS = 8
_WHITE = re.compile(r"[\t\n\f\r ]+")
_DIGEST_BYTES = 12
ID_DIGITS = 2 * _DIGEST_BYTES
# How long the moment may be that a coarsely written time names.
COARSE_SECONDS = {Precision.MINUTE.value: 60, Precision.DAY.value: 86_400}


def message_ids(table: pa.Table) -> pa.Array:
    """Return the content identity of each row: 24 hexadecimal digits."""
    seconds = pc.divide(table["received_at"].cast(pa.int64()), 1000).cast(pa.string())
    direction = table["direction"].cast(pa.string())
    keys = pc.binary_join_element_wise(
        *(_filled(column) for column in (same_sender(table["sender"]), seconds, direction)),
        same_body(table["body"]),
        "\x1f",
    )
    # A loop over all messages, and the only one: nothing is called in it but the hash.
    digests = b"".join(
        [
            blake2b(key, digest_size=_DIGEST_BYTES).digest()
            for key in keys.cast(pa.binary()).to_pylist()
        ]
    )
    offsets = np.arange(len(keys) + 1, dtype=np.int32) * ID_DIGITS
    texts = pa.py_buffer(digests.hex().encode())
    return pa.StringArray.from_buffers(len(keys), pa.py_buffer(offsets), texts)


def listed_apart(ids: pa.Array, table: pa.Table, listed: Counter[str]) -> pa.Array:
    """Return the identities with those of repeated lines of a hand-made list told apart.

    Two lines with the same sender and minute or day and no text are two messages of one log, not
    one twice; the n-th line of one log is the n-th of another. `listed` counts the lines so far.
    """
    precision = table["received_precision"]
    if COARSE_SECONDS.keys().isdisjoint(precision.unique().to_pylist()):
        return ids
    coarse = pc.is_in(precision.cast(pa.string()), pa.array(list(COARSE_SECONDS)))
    bare = pc.and_(coarse, pc.equal(same_body(table["body"]), ""))
    if not pc.any(bare).as_py():
        return ids
    apart = ids.to_pylist()
    for index in np.flatnonzero(bare).tolist():
        identity = apart[index]
        listed[identity] += 1
        if listed[identity] > 1:
            again = f"{identity}\x1f{listed[identity]}".encode()
            apart[index] = blake2b(again, digest_size=_DIGEST_BYTES).hexdigest()
    return pa.array(apart, pa.string())


def same_sender(senders: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return senders in the form in which different exports agree; null stays null."""
    encoded = senders.unify_dictionaries().combine_chunks()
    words = pa.array([_sender_key(word) for word in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([words.take(encoded.indices)])


def same_body(bodies: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts in the form in which different exports agree; null becomes ""."""
    filled = _filled(bodies).combine_chunks()
    spaced = _spaced(filled)
    if len(spaced):
        mask = np.zeros(len(filled), bool)
        mask[spaced] = True
        filled = pc.replace_with_mask(filled, mask, _folded(filled.take(pa.array(spaced))))
    return pa.chunked_array([pc.utf8_trim_whitespace(filled)])


def _folded(texts: pa.Array) -> pa.Array:
    """Return texts with one space for each run of white space, all replaced at once."""
    whole = _WHITE.sub(" ", "\x00".join(texts.to_pylist())).split("\x00")
    if len(whole) == len(texts):
        return pa.array(whole, pa.string())
    return pc.replace_substring_regex(texts, r"\s+", " ")  # a text holds a NUL itself


def _spaced(texts: pa.Array) -> np.ndarray:
    """Return the rows that can hold white space other than single spaces."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return np.array([], np.int64)
    bounds = np.frombuffer(offsets, np.int32)[texts.offset :][: len(texts) + 1]
    held = np.frombuffer(data, np.uint8)[: bounds[-1]]
    space = held == ord(" ")
    places = np.flatnonzero(((held < ord(" ")) | (space & np.roll(space, 1)))[bounds[0] :])
    return np.unique(np.searchsorted(bounds - bounds[0], places, side="right") - 1)


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(column, "")


@lru_cache(maxsize=1 << 16)
def _sender_key(sender: str) -> str:
    plain = unicodedata.normalize("NFKC", sender)
    digits = _NOT_IN_NUMBER.sub("", plain)
    if _NUMBER.fullmatch(digits):
        return digits.lstrip("+")[-_TELLING_DIGITS:]
    return plain.strip().casefold()
