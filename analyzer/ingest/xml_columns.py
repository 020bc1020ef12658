"""The regular records of an XML log, taken as columns straight from its bytes.

All quotes of a stretch of the log are found at once; where the bytes between the values are those
of a layout learned from the log, the values become Arrow columns without an XML parser. What
departs in anything (other quotes, other order, a character that must be repaired) is left to the
parser, which reads the same from a regular record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.xml_cells import Cells
from analyzer.ingest.xml_layout import Layout, common_layout, unescaped

_MAX_LAYOUTS = 4
_SAMPLED = 16
# A layout pays if it takes more than this share of the cells that no other has taken.
_WORTH = 0.1
_QUOTE, _AMPERSAND, _SPACE = ord('"'), ord("&"), ord(" ")
_WORD = 8
_NON_CHARACTER = 0xBFEF  # the first two bytes of U+FFFE and U+FFFF, as a little-endian number


class Regular(NamedTuple):
    """Regular records: the cells they stand in, ascending, and a column for each attribute."""

    cells: np.ndarray
    columns: dict[str, pa.Array]


class RegularRecords:
    """Takes the regular records of one element out of cells, learning their layouts.

    `wanted` are the attributes of which columns are made; records with one of the `foreign`
    attributes are never regular.
    """

    def __init__(self, element: str, wanted: Collection[str], foreign: Collection[str]) -> None:
        self._element = element
        self.wanted = wanted
        self._foreign = frozenset(foreign)
        self._layouts: list[Layout] = []

    def taken(self, cells: Cells) -> Regular | None:
        """Return the regular records of cells; None if there are none."""
        if len(cells.starts) < 2 or not _is_utf8(cells.data):
            return None
        stretch = _Stretch(cells)
        parts: list[Regular] = []
        left = stretch.fit.copy()
        for layout in self._layouts:
            self._take(stretch, layout, left, parts)
        while left.sum() > _WORTH * len(left) and len(self._layouts) < _MAX_LAYOUTS:
            learned = self._learned(cells, np.flatnonzero(left))
            if learned is None or learned in self._layouts:
                break
            self._layouts.append(learned)
            self._take(stretch, learned, left, parts)
        return _in_order(parts, self.wanted)

    def _take(
        self, stretch: _Stretch, layout: Layout, left: np.ndarray, parts: list[Regular]
    ) -> None:
        part = stretch.records(layout, left, self.wanted)
        left[part.cells] = False
        if len(part.cells):
            parts.append(part)

    def _learned(self, cells: Cells, left: np.ndarray) -> Layout | None:
        starts = cells.starts
        sample = left[:: max(1, len(left) // _SAMPLED)]
        layout = common_layout(
            (cells.data[starts[i] : starts[i + 1]] for i in sample if i + 1 < len(starts)),
            self._element,
        )
        return layout if layout and self._foreign.isdisjoint(layout.names) else None


def _is_utf8(data: bytes) -> bool:
    try:
        pa.array([data], pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _in_order(parts: Sequence[Regular], wanted: Collection[str]) -> Regular | None:
    """Return the records of several layouts as one, in the order of their cells."""
    if len(parts) < 2:
        return parts[0] if parts else None
    cells = np.concatenate([part.cells for part in parts])
    order = pa.array(np.argsort(cells))
    columns = {
        name: pa.concat_arrays(
            [part.columns.get(name, pa.nulls(len(part.cells), pa.string())) for part in parts]
        ).take(order)
        for name in wanted
    }
    return Regular(np.sort(cells), columns)


class _Stretch:
    """The bytes of some cells with the places of what matters in them.

    `fit` marks the cells that can be regular: those without characters that XML forbids. The
    last cell is not, so that a word can be read at any place of the others.
    """

    def __init__(self, cells: Cells) -> None:
        data = cells.data
        bytes_ = np.frombuffer(data, np.uint8)
        self._data = data
        self._bytes = bytes_
        self._words = np.ndarray((max(len(data) - _WORD + 1, 0),), "<u8", data, strides=(1,))
        self._starts = cells.starts
        self._ends = np.append(cells.starts[1:], len(data))
        self._quotes = np.flatnonzero(bytes_ == _QUOTE)
        self._first_quote, self._quotes_in = self._in_cells(self._quotes)
        self._controls_in = self._in_cells(np.flatnonzero(bytes_ < _SPACE))[1]
        self.fit = self._ends + _WORD <= len(data)
        if len(forbidden := _non_characters(bytes_)):
            self.fit &= self._in_cells(forbidden)[1] == 0

    def _in_cells(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the first of the places in each cell, and their number there."""
        first = np.searchsorted(places, self._starts)
        return first, np.diff(first, append=len(places))

    def records(self, layout: Layout, left: np.ndarray, wanted: Collection[str]) -> Regular:
        """Return the records of a layout among the cells that are `left`."""
        ends_of_values = 2 * len(layout.names)
        cells = np.flatnonzero(left & (self._quotes_in == ends_of_values))
        quotes = self._quotes[self._first_quote[cells] + np.arange(ends_of_values)[:, None]]
        same = self._controls_in[cells] == _controls(layout)
        same &= self._pieces_match(layout, cells, quotes)
        if not same.all():
            cells, quotes = cells[same], quotes[:, same]
        bounds = quotes.T.astype(np.int32, order="C")
        bounds[:, 0::2] += 1
        regular = np.ones(len(cells), bool)
        meant: dict[int, dict[int, str]] = defaultdict(dict)
        for row, attribute, text in self._references(bounds):
            if text is None:
                regular[row] = False
            else:
                meant[attribute][row] = text
        columns = {
            name: self._column(bounds, index, meant[index])
            for index, name in enumerate(layout.names)
            if name in wanted
        }
        if regular.all():
            return Regular(cells, columns)
        mask = pa.array(regular)
        return Regular(cells[regular], {n: column.filter(mask) for n, column in columns.items()})

    def _pieces_match(self, layout: Layout, cells: np.ndarray, quotes: np.ndarray) -> np.ndarray:
        """Tell for each cell whether the bytes around its values are those of the layout."""
        begins = [self._starts[cells], *quotes[1::2]]
        ends = [*(quotes[0::2] + 1), self._ends[cells]]
        same = np.ones(len(cells), bool)
        for piece, begin, end in zip(layout.pieces, begins, ends, strict=True):
            same &= end - begin == len(piece)
            for offset in sorted(
                {*range(0, len(piece) - _WORD, _WORD), max(len(piece) - _WORD, 0)}
            ):
                part = piece[offset : offset + _WORD]
                word = self._words[offset:][begin]
                if len(part) < _WORD:
                    word = word & np.uint64(256 ** len(part) - 1)
                same &= word == np.uint64(int.from_bytes(part, "little"))
        return same

    def _references(self, bounds: np.ndarray) -> Iterator[tuple[int, int, str | None]]:
        """Yield row, attribute and meaning of each value with references; None: not legal."""
        flat = bounds.ravel()
        ampersands = np.flatnonzero(self._bytes == _AMPERSAND)
        within = np.searchsorted(flat, ampersands, side="right") - 1
        attributes = bounds.shape[1] // 2
        for at in np.unique(within[within % 2 == 0]).tolist():
            text = unescaped(self._data[flat[at] : flat[at + 1]])
            yield at // 2 // attributes, at // 2 % attributes, text

    def _column(self, bounds: np.ndarray, attribute: int, meant: dict[int, str]) -> pa.Array:
        """Return the values of one attribute: every second one of the texts between bounds."""
        rows, width = bounds.shape
        texts = pa.StringArray.from_buffers(
            max(bounds.size - 1, 0), pa.py_buffer(bounds), pa.py_buffer(self._data)
        )
        column = texts.take(pa.array(np.arange(rows) * width + 2 * attribute))
        if not meant:
            return column
        mask = np.zeros(rows, bool)
        mask[list(meant)] = True
        return pc.replace_with_mask(column, mask, pa.array(list(meant.values()), pa.string()))


def _controls(layout: Layout) -> int:
    return sum(byte < _SPACE for piece in layout.pieces for byte in piece)


def _non_characters(data: np.ndarray) -> np.ndarray:
    """Return the places of U+FFFE and U+FFFF."""
    found: list[np.ndarray] = []
    for shift in (0, 1):
        pairs = data[shift : shift + (len(data) - shift) // 2 * 2].view("<u2")
        found.append(2 * np.flatnonzero(pairs == _NON_CHARACTER) + shift)
    places = np.concatenate(found)
    places = places[places + 2 < len(data)]
    return np.sort(places[data[places + 2] >= 0xBE])
