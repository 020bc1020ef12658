"""Which carrier a phone's SIM slots have, as its messages tell: for attempts without a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyzer.measure.arrays import Floats, floats, joint, words

if TYPE_CHECKING:
    import pyarrow as pa


class SimCarriers:
    """The carriers of each device's SIM slots; only what is unambiguous is answered."""

    def __init__(self, table: pa.Table) -> None:
        device, carrier = words(table.column("device")), words(table.column("carrier"))
        slot, sub_id = (
            np.nan_to_num(floats(table.column(name)), nan=-1)
            for name in ("receiving_slot", "sub_id")
        )
        _, first = np.unique(joint(device[0], slot, sub_id, carrier[0]), return_index=True)
        self._carriers: dict[tuple[str, int | None], set[str]] = {}
        self._sims: dict[str, set[tuple[int, int]]] = {}
        for row in first[(device[0][first] >= 0) & (carrier[0][first] >= 0)]:
            phone, name = device[1][device[0][row]], carrier[1][carrier[0][row]]
            self._sims.setdefault(phone, set()).add((int(slot[row]), int(sub_id[row])))
            for place in (int(slot[row]), None):
                self._carriers.setdefault((phone, place), set()).add(name)

    def of(self, device: str | None, slot: int | None) -> str | None:
        """Return the carrier of a slot; without a slot, that of a phone with one SIM; else None."""
        if slot is None and len(self._sims.get(device or "", ())) != 1:
            return None
        known = self._carriers.get((device or "", slot), set())
        return next(iter(known)) if len(known) == 1 else None


def _known(table: pa.Table, name: str) -> Floats:
    """A column of small integers, -1 for null."""
    return np.nan_to_num(floats(table.column(name)), nan=-1)
