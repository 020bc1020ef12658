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

_JOINS = np.frombuffer(b" -.,:/", dtype=np.uint8)
_SECONDS = np.frombuffer(b"s\xe7", dtype=np.uint8)  # "1800s", "1800秒"


def templates(bodies: pa.Array) -> pa.Array:
    """Return the template of each body (string array without nulls), of equal length."""
    bodies = pa.concat_arrays([bodies]) if bodies.offset else bodies
    _, offset_buffer, data = bodies.buffers()
    if data is None or not len(bodies):
        return bodies
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[: len(bodies) + 1].astype(np.int64)
    text = np.frombuffer(data, dtype=np.uint8).copy()
    edges = np.zeros(len(text) + 1, dtype=bool)
    edges[offsets] = True
    _mask_digits(text, edges)
    _mask_mixed(text, edges)
    return pa.StringArray.from_buffers(len(bodies), offset_buffer, pa.py_buffer(text))


def _runs(inside: Flags, edges: Places) -> tuple[Places, Places]:
    """Return starts and ends of the runs of true values, broken at the edges of bodies."""
    before = np.concatenate(([False], inside[:-1])) & ~edges[: len(inside)]
    after = np.concatenate((inside[1:], [False])) & ~edges[1 : len(inside) + 1]
    return np.flatnonzero(inside & ~before), np.flatnonzero(inside & ~after) + 1


def _mask_digits(text: Bytes, edges: Places) -> None:
    """Mask the digit runs of all bodies in place."""
    starts, ends = _runs((text >= 48) & (text <= 57), edges)
    if not len(starts):
        return
    lengths = ends - starts
    mask = (lengths >= 4) & ~_seconds(text, ends, lengths)
    joined = np.zeros(len(starts), dtype=bool)
    touching = (starts[1:] - ends[:-1] == 1) & ~edges[starts[1:]] & ~edges[ends[:-1]]
    separator = text[np.minimum(ends[:-1], len(text) - 1)]
    touching &= np.isin(separator, _JOINS)
    like = (lengths[1:] == lengths[:-1]) | ((separator == 44) | (separator == 46)) & (
        lengths[1:] == 3
    )
    joined[1:] |= touching & like
    joined[:-1] |= touching & like
    mask |= joined
    fill = np.full(len(starts), ord("0"), dtype=np.uint8)
    first = text[starts]
    second = text[np.minimum(starts + 1, len(text) - 1)]
    third = text[np.minimum(starts + 2, len(text) - 1)]
    year = ((first == 49) & (second == 57)) | ((first == 50) & (second == 48))
    fill[(lengths == 4) & year] = ord(YEAR_FILL)
    hot = ((first == 57) & ((second == 53) | (second == 54))) | (
        (first == 49) & ((second == 50) | ((second == 48) & (third == 48)))
    )
    fill[(lengths == 5) & hot] = ord(HOTLINE_FILL)
    chosen = np.flatnonzero(mask)
    places = _spread(starts[chosen], lengths[chosen])
    text[places] = np.repeat(fill[chosen], lengths[chosen])


def _seconds(text: Bytes, ends: Places, lengths: Places) -> Flags:
    """Tell which four-digit runs are followed by a unit of seconds, as in 1800秒."""
    following = text[np.minimum(ends, len(text) - 1)]
    spaced = text[np.minimum(ends + 1, len(text) - 1)]
    following = np.where(following == 32, spaced, following)
    seconds: Flags = (lengths == 4) & np.isin(following, _SECONDS)
    return seconds


def _mask_mixed(text: Bytes, edges: Places) -> None:
    """Mask the letters of tokens of 4 to 10 characters in which letters and digits alternate."""
    digit = (text >= 48) & (text <= 57)
    upper = (text >= 65) & (text <= 90)
    lower = (text >= 97) & (text <= 122)
    starts, ends = _runs(digit | upper | lower, edges)
    if not len(starts):
        return
    change = np.concatenate(([False], digit[1:] != digit[:-1])).cumsum()
    turns = change[ends - 1] - change[starts]
    chosen = np.flatnonzero((turns >= 2) & (ends - starts >= 4) & (ends - starts <= 10))
    places = _spread(starts[chosen], (ends - starts)[chosen])
    kept = text[places]
    kept_x = (kept | 32) == ord("x")  # hidden digits: 98xxxx12
    masked = np.where(upper[places], 65, np.where(lower[places], 97, kept))
    text[places] = np.where(kept_x, kept, masked)


def _spread(starts: Places, lengths: Places) -> Places:
    """Return all places from each start on for its length."""
    if not len(starts):
        return starts
    base = np.repeat(starts - np.concatenate(([0], lengths.cumsum()[:-1])), lengths)
    return base + np.arange(lengths.sum())
