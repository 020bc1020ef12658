"""Which messages of a phone a store has, and whether a further row of one adds anything.

A row that repeats a message is kept only if it knows a column that the message's first row does
not; reading merges such rows (`ingest/deduplicate.py`). So importing an export again, or one
that overlaps, adds nothing that is there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.identity import COARSE_SECONDS
from analyzer.schema import MESSAGES, Folder

Numbers = np.ndarray[tuple[int], np.dtype[np.uint64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Bits = np.ndarray[tuple[int], np.dtype[np.int64]]

_PLACE = ("message_id", "device", "log", "record", "format", "folder")
_TELLING = [column.name for column in MESSAGES if column.name not in _PLACE]


def adds(table: pa.Table) -> Bits:
    """Return for each message row which columns it knows, as bits of an integer.

    Beside the columns: the folder it was seen in, an exact time, a stamp that is no copy.
    """
    flags = [table[name].is_valid() for name in _TELLING]
    folder = table["folder"].cast(pa.string())
    precision = table["received_precision"].cast(pa.string())
    flags += [pc.equal(folder, place.value) for place in Folder]
    flags.append(pc.invert(pc.is_in(precision, pa.array(list(COARSE_SECONDS)))))
    flags.append(pc.not_equal(table["sent_at"], table["received_at"]))
    bits = np.zeros(table.num_rows, np.int64)
    for place, flag in enumerate(flags):
        bits |= np.asarray(pc.fill_null(flag, False)).astype(np.int64) << place
    return bits


class Known:
    """The messages of one phone: their identities with what the first row of each knows.

    Identities are compared by 64 bits to find and by 32 more to be sure; where these differ,
    the row counts as new, so that none is ever lost.
    """

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def add(self, ids: pa.Array, bits: Bits) -> tuple[Flags, Flags]:
        """Take rows in; return which of them are new messages, and which are worth keeping."""
        keys, checks = _numbers(ids)
        found, first_bits = self._find(keys, checks)
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        is_first = np.zeros(len(keys), bool)
        is_first[first] = True
        leader = first[group]
        same = checks == checks[leader]
        known = found | (~is_first & same)
        known_bits = np.where(found, first_bits, bits[leader])
        new = ~known
        self._take(keys[new], checks[new], bits[new])
        return new, new | ((bits & ~known_bits) != 0)

    def _find(self, keys: Numbers, checks: Numbers) -> tuple[Flags, Bits]:
        found, bits = np.zeros(len(keys), bool), np.zeros(len(keys), np.int64)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run.keys, keys), len(run.keys) - 1)
            here = (run.keys[at] == keys) & (run.checks[at] == checks)
            bits = np.where(here & ~found, run.bits[at], bits)
            found |= here
        return found, bits

    def _take(self, keys: Numbers, checks: Numbers, bits: Bits) -> None:
        """Keep messages; runs of like size are joined, so that there are few of them."""
        if not len(keys):
            return
        self._runs.append(_sorted(keys, checks, bits))
        while len(self._runs) > 1 and len(self._runs[-2].keys) < 2 * len(self._runs[-1].keys):
            last, before = self._runs.pop(), self._runs.pop()
            self._runs.append(
                _sorted(
                    np.concatenate([before.keys, last.keys]),
                    np.concatenate([before.checks, last.checks]),
                    np.concatenate([before.bits, last.bits]),
                )
            )


class _Run(NamedTuple):
    """Messages in the order of their keys."""

    keys: Numbers
    checks: Numbers
    bits: Bits


def _sorted(keys: Numbers, checks: Numbers, bits: Bits) -> _Run:
    order = np.argsort(keys, kind="stable")
    return _Run(keys[order], checks[order], bits[order])


def _numbers(ids: pa.Array) -> tuple[Numbers, Numbers]:
    """Return identities (24 hexadecimal digits each) as a 64-bit key and 32 bits to check."""
    text = "".join(ids.to_pylist())
    digits = np.frombuffer(bytes.fromhex(text), np.uint8).reshape(len(ids), 12)
    key = digits[:, :8].copy().view(">u8").ravel().astype(np.uint64)
    check = digits[:, 8:].copy().view(">u4").ravel().astype(np.uint64)
    return key, check
