"""The regular records of a log, taken as columns straight from its bytes.

All quotes of a stretch of the log are found at once; where the bytes between the values are those
of a layout learned from the log, the values become Arrow columns without a parser. What departs
in anything (other quotes, other order, a character that must be repaired) is left to the parser
of the format, which reads the same from a regular record.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from analyzer.ingest.layout import Layout, Notation, common_layout
from analyzer.ingest.legal_text import is_utf8
from analyzer.ingest.stretch import SHORTEST_START, Part, Regular, Stretch

_MAX_LAYOUTS = 4
_SAMPLED = 16
# A layout pays if it takes more than this share of the records that no other has taken.
_WORTH = 0.1


class RegularRecords:
    """Takes the regular records out of stretches of a log, learning their layouts.

    `wanted` are the names of which columns are made; records with one of the `foreign` names are
    never regular.
    """

    def __init__(
        self, notation: Notation, wanted: Collection[str], foreign: Collection[str]
    ) -> None:
        self._notation = notation
        self.wanted = tuple(wanted)
        self._foreign = frozenset(foreign)
        self._layouts: list[Layout] = []

    def taken(self, data: bytes, starts: np.ndarray) -> Regular | None:
        """Return the regular records among those that start at `starts`; None if there are none.

        Each goes on to the next, the last to the end of the data.
        """
        if len(starts) < 2 or not is_utf8(data):
            return None
        stretch = Stretch(data, starts, self._notation)
        parts: list[Part] = []
        left = stretch.fit.copy()
        for layout in self._layouts:
            self._take(stretch, layout, left, parts)
        while left.sum() > _WORTH * len(left) and len(self._layouts) < _MAX_LAYOUTS:
            learned = self._learned(data, np.append(starts, len(data)), np.flatnonzero(left))
            if learned is None or learned in self._layouts:
                break
            self._layouts.append(learned)
            self._take(stretch, learned, left, parts)
        return stretch.columns(parts, self.wanted) if parts else None

    def _take(self, stretch: Stretch, layout: Layout, left: np.ndarray, parts: list[Part]) -> None:
        part = stretch.part(layout, left)
        left[part.records] = False
        if len(part.records):
            parts.append(part)

    def _learned(self, data: bytes, bounds: np.ndarray, left: np.ndarray) -> Layout | None:
        sample = left[:: max(1, len(left) // _SAMPLED)].tolist()
        layout = common_layout((data[bounds[i] : bounds[i + 1]] for i in sample), self._notation)
        if layout is None or len(layout.pieces[0]) < SHORTEST_START:
            return None
        return layout if self._foreign.isdisjoint(layout.names) else None
