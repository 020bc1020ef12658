"""What happened to a phone between two moments, found without looking through everything."""

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
