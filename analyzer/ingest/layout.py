"""The layout in which one exporter writes its records, learned from the records themselves.

An exporter writes the same names in the same order with the same quotes, so that between the
values of two records lie the same bytes. A record whose bytes between the values are those of a
layout is well-formed if its values are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np


class Layout(NamedTuple):
    """The names of the values, and the bytes before, between and behind them.

    There is one piece more than names; each but the first starts, each but the last ends with a
    quote.
    """

    names: tuple[str, ...]
    pieces: tuple[bytes, ...]

    def closing_quotes(self) -> np.ndarray:
        """Return which quote of a record closes each value, and the number of all quotes."""
        return np.cumsum([piece.count(b'"') for piece in self.pieces])


class Notation(NamedTuple):
    """How a format writes the values of a record.

    `layout_of` gives the layout of one record, None if it is not well-formed. A value that holds
    the byte `escape` is not what it means: `meanings` gives what several mean, None for those that
    are not legal. `escapes_quotes` says that a quote behind that byte is part of the value.
    """

    layout_of: Callable[[bytes], Layout | None]
    escape: int
    meanings: Callable[[Sequence[bytes]], Sequence[str | None]]
    escapes_quotes: bool = False


def common_layout(records: Iterable[bytes], notation: Notation) -> Layout | None:
    """Return the layout that most of the given records have, None if there is none."""
    layouts = Counter(found for record in records if (found := notation.layout_of(record)))
    return layouts.most_common(1)[0][0] if layouts else None
