"""What happened between two moments, found without looking through everything."""

from __future__ import annotations

import numpy as np

from analyzer.measure.arrays import Floats, Ints


class Timeline:
    """Things that happened to phones, by phone and time (ms since 1970 UTC; no NaN)."""

    def __init__(self, device: Ints, names: list[str], moments: Floats) -> None:
        self._number = {name: number for number, name in enumerate(names)}
        self._order = np.lexsort((moments, device))
        self._moments = moments[self._order]
        self._starts = np.searchsorted(device[self._order], np.arange(len(names) + 1))

    def between(self, device: str | None, first: float, last: float) -> Ints:
        """Return the positions of what happened to a phone from `first` to `last`, in order."""
        number = self._number.get(device or "")
        if number is None:
            return np.zeros(0, np.int64)
        start, stop = self._starts[number : number + 2]
        own = self._moments[start:stop]
        low, high = np.searchsorted(own, first), np.searchsorted(own, last, side="right")
        return self._order[start + low : start + high].astype(np.int64)


def counts_between(keys: Ints, moments: Floats, of_keys: Ints, first: Floats, last: Floats) -> Ints:
    """Return how many of the things with one of `of_keys` happened from `first` to `last`.

    `keys` and `moments` (ms since 1970 UTC, no NaN) are what happened; the other three have one
    entry a question. Negative keys ask for nothing.
    """
    if not len(keys) or not len(of_keys):
        return np.zeros(len(of_keys), np.int64)
    # Keys are set apart by more than any time in them, so that one search serves all.
    low = min(float(moments.min()), float(first.min()))
    span = max(float(moments.max()), float(last.max())) - low + 1
    line = np.sort(moments - low + keys * span)
    counts = np.searchsorted(line, last - low + of_keys * span, side="right")
    counts = counts - np.searchsorted(line, first - low + of_keys * span)
    return np.where(of_keys >= 0, counts, 0).astype(np.int64)
