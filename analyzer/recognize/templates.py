"""Templates: bodies with their digits masked, so that careful rules run once per wording.

A mask keeps lengths, so a span in the template is a span in the body. Masked are

* runs of four or more digits, and shorter runs joined to another run of like length (`805 991`,
  `12:30:05`, `1,250.00`): each digit becomes `0`; a year (19xx, 20xx) becomes `2222`, a
  five-digit hot line (100xx, 12xxx, 95xxx, 96xxx) `99999`, for the rules ask about these;
* the letters, save x, of short tokens that mix letters and digits (`k7jH98mq`): `A`, `a`.

Short runs that stand alone (`5分钟`) stay, for they mean something. Only ASCII is masked; codes in
other digits are read one by one. The rules see templates alone, so whatever shares a template
shares its reading.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from analyzer.recognize.candidates import HOTLINE_FILL, YEAR_FILL

Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

_LONGEST = 10  # letters and digits of a token whose letters are masked
_BYTES = np.arange(256, dtype=np.uint8)
_DIGIT: Flags = (_BYTES >= 48) & (_BYTES <= 57)
_UPPER: Flags = (_BYTES >= 65) & (_BYTES <= 90)
_LOWER: Flags = (_BYTES >= 97) & (_BYTES <= 122)
_LETTER: Flags = _UPPER | _LOWER
# x stays: it hides digits (98xxxx12).
_MASK: Bytes = np.where(
    np.isin(_BYTES, [88, 120]), _BYTES, np.where(_UPPER, 65, np.where(_LOWER, 97, _BYTES))
).astype(np.uint8)
_JOINS = np.frombuffer(b" -.,:/", dtype=np.uint8)
_POINTS = np.frombuffer(b",.", dtype=np.uint8)
_SECONDS = np.frombuffer(b"s\xe7", dtype=np.uint8)  # "1800s", "1800秒"


def templates(bodies: pa.Array) -> pa.Array:
    """Return the template of each body (string array without nulls), of equal length."""
    bodies = pa.concat_arrays([bodies]) if bodies.offset else bodies
    _, offset_buffer, data = bodies.buffers()
    if data is None or not len(bodies):
        return bodies
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[: len(bodies) + 1].astype(np.int64)
    # One byte of padding at each end, so that every run has a neighbour.
    text = np.zeros(offsets[-1] + 2, dtype=np.uint8)
    text[1:-1] = np.frombuffer(data, dtype=np.uint8)[: offsets[-1]]
    edges = np.zeros(len(text), dtype=bool)
    edges[offsets + 1] = True
    starts, ends = _digit_runs(text, edges)
    if len(starts):
        _mask_mixed(text, edges, starts, ends)
        _mask_digits(text, edges, starts, ends)
    return pa.StringArray.from_buffers(len(bodies), offset_buffer, pa.py_buffer(text[1:-1].copy()))


def _digit_runs(text: Bytes, edges: Flags) -> tuple[Places, Places]:
    """Return starts and ends of the runs of digits, broken at the edges of bodies."""
    digits = np.flatnonzero((text >= 48) & (text <= 57))
    if not len(digits):
        return digits, digits
    new = np.ones(len(digits), dtype=bool)
    new[1:] = (np.diff(digits) != 1) | edges[digits[1:]]
    last = np.append(new[1:], True)
    return digits[new], digits[last] + 1


def _mask_digits(text: Bytes, edges: Flags, starts: Places, ends: Places) -> None:
    """Mask in place the digit runs that may be codes, amounts, numbers or dates."""
    lengths = ends - starts
    mask = (lengths >= 4) & ~_seconds(text, ends, lengths)
    separator = text[ends[:-1]]
    touching = (starts[1:] - ends[:-1] == 1) & ~edges[starts[1:]] & ~edges[ends[:-1]]
    touching &= np.isin(separator, _JOINS)
    thousands = np.isin(separator, _POINTS) & (lengths[1:] == 3)
    joined = touching & ((lengths[1:] == lengths[:-1]) | thousands)
    mask[1:] |= joined
    mask[:-1] |= joined
    fill = np.full(len(starts), ord("0"), dtype=np.uint8)
    fill[(lengths == 4) & _begins(text, starts, "19", "20")] = ord(YEAR_FILL)
    fill[(lengths == 5) & _begins(text, starts, "95", "96", "12", "100")] = ord(HOTLINE_FILL)
    places = _spread(starts[mask], lengths[mask])
    text[places] = np.repeat(fill[mask], lengths[mask])


def _begins(text: Bytes, starts: Places, *prefixes: str) -> Flags:
    """Tell which runs begin with one of the prefixes."""
    found = np.zeros(len(starts), dtype=bool)
    for prefix in prefixes:
        same = np.ones(len(starts), dtype=bool)
        for step, digit in enumerate(prefix.encode()):
            same &= text[np.minimum(starts + step, len(text) - 1)] == digit
        found |= same
    return found


def _seconds(text: Bytes, ends: Places, lengths: Places) -> Flags:
    """Tell which four-digit runs are followed by a unit of seconds, as in 1800秒."""
    following = text[ends]
    following = np.where(following == 32, text[np.minimum(ends + 1, len(text) - 1)], following)
    seconds: Flags = (lengths == 4) & np.isin(following, _SECONDS)
    return seconds


def _mask_mixed(text: Bytes, edges: Flags, starts: Places, ends: Places) -> None:
    """Mask the letters of tokens of 4 to 10 characters in which letters and digits alternate.

    A token with four digits in a row is a word and a number (OTP1234is) and stays.
    """
    left = _LETTER[text[starts - 1]] & ~edges[starts]
    right = _LETTER[text[ends]] & ~edges[ends]
    beside = left | right
    first, last = starts[beside], ends[beside]
    for _ in range(_LONGEST):
        first = first - ((_LETTER | _DIGIT)[text[first - 1]] & ~edges[first])
        last = last + ((_LETTER | _DIGIT)[text[last]] & ~edges[last])
    tokens, token = np.unique(first, return_inverse=True)
    turns = np.bincount(token, (left * 1 + right)[beside], len(tokens))
    longest = np.zeros(len(tokens), dtype=np.int64)
    np.maximum.at(longest, token, (ends - starts)[beside])
    lengths = np.zeros(len(tokens), dtype=np.int64)
    lengths[token] = last - first
    chosen = (turns >= 2) & (longest <= 3) & (lengths >= 4) & (lengths <= _LONGEST)
    places = _spread(tokens[chosen], lengths[chosen])
    text[places] = _MASK[text[places]]


def _spread(starts: Places, lengths: Places) -> Places:
    """Return all places from each start on for its length."""
    if not len(starts):
        return starts
    base = np.repeat(starts - np.concatenate(([0], lengths.cumsum()[:-1])), lengths)
    return base + np.arange(lengths.sum())
