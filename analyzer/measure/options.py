"""What attempts are judged by, and which time the logs cover."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from analyzer.measure.arrays import Flags, Floats, is_word, joint, times, words
from analyzer.schema import Folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa


@dataclass(frozen=True)
class Coverage:
    """The period a log of one device covers, first and last included; zone-aware times.

    `kind` says which messages the log would show: those of the inbox or those of the blocked
    folder.
    """

    device: str
    log: str
    first: datetime
    last: datetime
    kind: Literal["inbox", "blocked"] = "inbox"


@dataclass(frozen=True)
class AttemptOptions:
    """How messages and requests form attempts and when a code counts as late.

    Seconds: requests or codes less than `window_seconds` apart are one attempt; a code is late
    after `late_after`. `horizon` is how long after its last request an attempt may get its code
    (service centers keep messages for 48 to 72 hours). `coverage` None: the time of the messages
    themselves is taken, log by log (`coverage_of`).
    """

    window_seconds: float = 600.0
    late_after: float = 60.0
    horizon: timedelta = timedelta(hours=72)
    coverage: tuple[Coverage, ...] | list[Coverage] | None = None


def coverage_of(table: pa.Table) -> list[Coverage]:
    """Return the period of each device's logs: first to last message, of any direction.

    A log may cover more than its messages show (the export is made after the last one), never
    less; who knows the time of the export should state it.
    """
    moments = times(table, "received_at")
    devices, logs = words(table.column("device")), words(table.column("log"))
    blocked = is_word(table.column("folder"), Folder.BLOCKED)
    known = ~np.isnan(moments) & (devices[0] >= 0)
    rows = np.flatnonzero(known)
    part = joint(devices[0][rows], logs[0][rows], blocked[rows])
    order = np.argsort(part, kind="stable")
    found = []
    for members in np.split(rows[order], np.flatnonzero(np.diff(part[order])) + 1):
        if len(members):
            row = members[0]
            log = logs[1][logs[0][row]] if logs[0][row] >= 0 else ""
            first, last = moments[members].min(), moments[members].max()
            kind: Literal["inbox", "blocked"] = "blocked" if blocked[row] else "inbox"
            found.append(
                Coverage(devices[1][devices[0][row]], log, _time(first), _time(last), kind)
            )
    return found


class Covered:
    """The times at which some inbox log of a device would show a message; ms since 1970 UTC."""

    def __init__(self, coverage: Iterable[Coverage]) -> None:
        periods: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for period in coverage:
            if period.kind == "inbox":
                bounds = (period.first.timestamp() * 1000, period.last.timestamp() * 1000)
                periods[period.device.casefold()].append(bounds)
        self._merged = {device: _merged(bounds) for device, bounds in periods.items()}

    def until(self, device: str | None, moment: Floats) -> Floats:
        """Return to when the cover goes on without a gap from each moment; NaN: not covered."""
        first, last = self._merged.get((device or "").casefold(), (np.zeros(0), np.zeros(0)))
        if not len(first):
            return np.full(len(moment), np.nan)
        place = np.maximum(np.searchsorted(first, moment, side="right") - 1, 0)
        inside: Flags = (first[place] <= moment) & (moment <= last[place])
        return np.where(inside, last[place], np.nan)


def _merged(bounds: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Overlapping periods as one."""
    joined: list[list[float]] = []
    for first, last in sorted(bounds):
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return np.array([first for first, _ in joined]), np.array([last for _, last in joined])


def _time(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
