"""Some records of a log as bytes: those of one layout found, their values made into columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.layout import Layout, Notation
from analyzer.ingest.legal_text import may_hold_illegal

_QUOTE, _SPACE = ord('"'), ord(" ")
_WORD = 8
# A layout must start with as many bytes, so that no word before a piece begins before the data.
SHORTEST_START = _WORD
_NON_CHARACTER = 0xBFEF  # the first two bytes of U+FFFE and U+FFFF, as a little-endian number


class Regular(NamedTuple):
    """Regular records: which they are, ascending, and a column for each wanted name.

    `legal` says that no text holds a character that a message cannot have.
    """

    records: np.ndarray
    columns: dict[str, pa.Array]
    legal: bool

    def before(self, record: int) -> Regular:
        """Return those before a record."""
        count = int(np.searchsorted(self.records, record))
        columns = {name: column[:count] for name, column in self.columns.items()}
        return Regular(self.records[:count], columns, self.legal)


class Part(NamedTuple):
    """The records of one layout: which they are, and the quotes around their values, by value.

    `meant` holds, by name and record, the values that are not as they are written.
    """

    layout: Layout
    records: np.ndarray
    quotes: np.ndarray
    meant: Mapping[str, Mapping[int, str]]


class Stretch:
    """The bytes of some records (legal UTF-8) with the places of what matters in them.

    `fit` marks the records that can be regular: those of legal characters only.
    """

    def __init__(self, data: bytes, starts: np.ndarray, notation: Notation) -> None:
        held = np.frombuffer(data, np.uint8)
        self._data = data
        self._notation = notation
        self._words = np.ndarray((max(len(data) - _WORD + 1, 0),), "<u8", data, strides=(1,))
        self._starts = starts
        self._ends = np.append(starts[1:], len(data))
        self.fit = np.ones(len(starts), bool)
        self._escapes = np.flatnonzero(held == notation.escape)
        is_quote = held == _QUOTE
        if notation.escapes_quotes and len(self._escapes):
            self._leave_escaped_quotes(held, is_quote)
        self._quotes = np.flatnonzero(is_quote)
        self._first_quote, self._quotes_in = self._within(self._quotes)
        self._controls_in = self._within(np.flatnonzero(held < _SPACE))[1]
        if len(forbidden := _non_characters(held)):
            self.fit &= self._within(forbidden)[1] == 0

    def _within(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the first of the places in each record, and their number there."""
        first = np.searchsorted(places, self._starts)
        return first, np.diff(first, append=len(places))

    def _leave_escaped_quotes(self, held: np.ndarray, is_quote: np.ndarray) -> None:
        """Take the quotes that are part of values out of the others.

        Whether a quote behind several escapes is one of them depends on their number: a record
        with such a quote is not fit.
        """
        escapes = self._escapes[self._escapes + 1 < len(held)]
        escapes = escapes[held[escapes + 1] == _QUOTE]
        unsure = escapes[held[escapes - 1] == self._notation.escape]
        self.fit &= self._within(unsure)[1] == 0
        is_quote[escapes + 1] = False

    def part(self, layout: Layout, left: np.ndarray) -> Part:
        """Return the records of a layout among those that are `left`."""
        closing = layout.closing_quotes()
        around_values = np.column_stack([closing[:-1] - 1, closing[:-1]]).reshape(-1, 1)
        controls = sum(byte < _SPACE for piece in layout.pieces for byte in piece)
        right = left & (self._quotes_in == closing[-1]) & (self._controls_in == controls)
        records = np.flatnonzero(right)
        quotes = self._quotes[self._first_quote[records] + around_values]
        for test in (self._lengths_match, self._pieces_match):
            same = test(layout, records, quotes)
            if not same.all():
                records, quotes = records[same], quotes[:, same]
        meant, illegal = self._meant(layout, records)
        if illegal:
            legal = np.isin(records, list(illegal), invert=True)
            records, quotes = records[legal], quotes[:, legal]
            for texts in meant.values():
                for record in illegal & texts.keys():
                    del texts[record]
        return Part(layout, records, quotes, meant)

    def _lengths_match(self, layout: Layout, records: np.ndarray, quotes: np.ndarray) -> np.ndarray:
        """Tell for each record whether what lies around its values is as long as in the layout."""
        same = np.ones(len(records), bool)
        for piece, begin, end in zip(layout.pieces, *self._around(records, quotes), strict=True):
            same &= end - begin == len(piece)
        return same

    def _around(
        self, records: np.ndarray, quotes: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return where the pieces around the values begin and end, piece by piece."""
        begins = [self._starts[records], *quotes[1::2]]
        return begins, [*(quotes[0::2] + 1), self._ends[records]]

    def _pieces_match(self, layout: Layout, records: np.ndarray, quotes: np.ndarray) -> np.ndarray:
        """Tell for each record whether the bytes around its values are those of the layout.

        Their lengths are. Eight bytes are compared at a time, from the end of each piece; what is
        left of a piece is compared with the bytes before it, of the first piece with those behind.
        """
        begins, ends = self._around(records, quotes)
        first = layout.pieces[0]
        same: np.ndarray = self._words[begins[0]] == int.from_bytes(first[:_WORD], "little")
        for piece, end in zip(layout.pieces, ends, strict=True):
            for behind in range(0, len(piece) - _WORD * (piece is first), _WORD):
                part = piece[: len(piece) - behind][-_WORD:]
                word = self._words[end - (behind + _WORD)]
                if len(part) < _WORD:
                    word >>= np.uint64(8 * (_WORD - len(part)))
                same &= word == int.from_bytes(part, "little")
        return same

    def _meant(
        self, layout: Layout, records: np.ndarray
    ) -> tuple[dict[str, dict[int, str]], set[int]]:
        """Return what the values with escapes mean, and the records with one that is not legal."""
        meant: dict[str, dict[int, str]] = defaultdict(dict)
        illegal: set[int] = set()
        if not len(self._escapes) or not len(records):
            return meant, illegal
        within = np.searchsorted(self._starts, self._escapes, side="right") - 1
        place = np.minimum(np.searchsorted(records, within), len(records) - 1)
        here = records[place] == within
        if not here.any():
            return meant, illegal
        closing, first = np.unique(
            np.searchsorted(self._quotes, self._escapes[here]), return_index=True
        )
        ends, begins = self._quotes[closing].tolist(), (self._quotes[closing - 1] + 1).tolist()
        of_records = within[here][first]
        names = np.searchsorted(layout.closing_quotes(), closing - self._first_quote[of_records])
        values = [self._data[begin:end] for begin, end in zip(begins, ends, strict=True)]
        for record, name, text in zip(
            of_records.tolist(), names.tolist(), self._notation.meanings(values), strict=True
        ):
            if text is None:
                illegal.add(record)
            else:
                meant[layout.names[name]][record] = text
        return meant, illegal

    def columns(self, parts: Sequence[Part], wanted: Sequence[str]) -> Regular:
        """Return the records of several layouts together, in their order."""
        records = np.concatenate([part.records for part in parts])
        order = None if len(parts) == 1 else np.argsort(records)
        if order is not None:
            records = records[order]
        columns: dict[str, pa.Array] = {}
        legal = True
        for name in wanted:
            column = self._column(name, parts, order)
            if column is None:
                continue
            meant = {k: v for part in parts for k, v in part.meant.get(name, {}).items()}
            if meant:
                column, is_legal = _replaced(column, records, meant)
                legal &= is_legal
            columns[name] = column
        return Regular(records, columns, legal)

    def _column(
        self, name: str, parts: Sequence[Part], order: np.ndarray | None
    ) -> pa.Array | None:
        """Return the values of one name as they are written; None if no layout has it."""
        if all(name not in part.layout.names for part in parts):
            return None
        begins, ends = (np.concatenate(some) for some in zip(*_bounds(name, parts), strict=True))
        if order is not None:
            begins, ends = begins[order], ends[order]
        bounds = np.empty((len(begins), 2), np.int32)
        bounds[:, 0], bounds[:, 1] = begins, ends
        texts = pa.StringArray.from_buffers(
            bounds.size - 1, pa.py_buffer(bounds), pa.py_buffer(self._data)
        )
        absent = begins > ends
        return texts.take(
            pa.array(np.arange(0, bounds.size, 2), mask=absent if absent.any() else None)
        )


def _bounds(name: str, parts: Sequence[Part]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each part where its values begin and end; before they begin where it has none."""
    for part in parts:
        if name in part.layout.names:
            at = 2 * part.layout.names.index(name)
            yield part.quotes[at] + 1, part.quotes[at + 1]
        else:
            yield part.quotes[0] + 1, part.quotes[0]


def _replaced(
    column: pa.Array, records: np.ndarray, meant: Mapping[int, str]
) -> tuple[pa.Array, bool]:
    """Return a column with some values replaced, and whether those hold legal characters only."""
    found = np.fromiter(meant, np.int64, len(meant))
    texts = pa.array(list(meant.values()), pa.string()).take(pa.array(np.argsort(found)))
    mask = np.zeros(len(column), bool)
    mask[np.searchsorted(records, found)] = True
    return pc.replace_with_mask(column, mask, texts), not may_hold_illegal(texts)


def _non_characters(data: np.ndarray) -> np.ndarray:
    """Return the places of U+FFFE and U+FFFF."""
    found: list[np.ndarray] = []
    for shift in (0, 1):
        pairs = data[shift : shift + (len(data) - shift) // 2 * 2].view("<u2")
        found.append(2 * np.flatnonzero(pairs == _NON_CHARACTER) + shift)
    places = np.concatenate(found)
    places = places[places + 2 < len(data)]
    return np.sort(places[data[places + 2] >= 0xBE])
