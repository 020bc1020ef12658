"""Flat texts: the characters of many texts in one array, and the words in it."""

from __future__ import annotations

from functools import cache

import numpy as np

Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]
Characters = np.ndarray[tuple[int], np.dtype[np.uint32]]
Kinds = np.ndarray[tuple[int], np.dtype[np.uint8]]
Units = np.ndarray[tuple[int], np.dtype[np.uint16]]  # characters, those above U+FFFF as that

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPACES = "".join(chr(point) for point in range(0x3001) if chr(point).isspace())
_BASE = 0x9E3779B97F4A7C15  # of the hash of a word: a polynomial modulo 2**64


def runs(flags: Flags) -> tuple[Places, Places]:
    """Return the starts and ends of the runs of set flags; the first and last are never set."""
    turns = np.flatnonzero(flags[1:] != flags[:-1]) + 1
    return turns[::2], turns[1::2]


def distinct(text: Characters, starts: Places, ends: Places) -> tuple[list[str], Places]:
    """Return the distinct words (there must be some), and which of them each word is."""
    _, first, which = np.unique(hashes(text, starts, ends), return_index=True, return_inverse=True)
    return cut(text, starts[first], ends[first]), which


def hashes(text: Characters | Units, starts: Places, ends: Places) -> Hashes:
    """Return a hash of the characters of each word."""
    lengths = ends - starts
    powers = np.cumprod(np.full(int(lengths.max()), _BASE, dtype=np.uint64))
    found = np.zeros(len(starts), dtype=np.uint64)
    rows = np.arange(len(starts))
    for step, power in enumerate(powers):
        rows = rows[lengths[rows] > step]
        found[rows] += text[starts[rows] + step] * power
    return found


def cut(text: Characters, starts: Places, ends: Places) -> list[str]:
    """Return the words that stand from each start to each end."""
    pairs = zip(starts.tolist(), ends.tolist(), strict=True)
    return [text[start:end].tobytes().decode("utf-32-le") for start, end in pairs]


@cache
def table(characters: str) -> Flags:
    """Return a flag for each character up to U+FFFF."""
    flags = np.zeros(0x10000, dtype=bool)
    flags[[ord(character) for character in characters]] = True
    return flags
