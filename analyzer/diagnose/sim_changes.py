"""SIMs that were changed, and SIMs that receive nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyzer.diagnose.selection import where
from analyzer.measure import silences
from analyzer.measure.arrays import floats, is_word, kept, times, words
from analyzer.measure.sim_rows import moment
from analyzer.measure.timeline import Timeline
from analyzer.schema import Direction, Folder

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.diagnose.case import Case
    from analyzer.measure import Outage, Silence

LEAST_ROWS = 3
# So much must happen on the phone after its SIM fell silent: the export goes on, the SIM does not.
LEAST_LIFE = 3


def stopped_since_change(case: Case) -> list[Outage]:
    """Return the service outages that began after a new SIM came and last to the end."""
    open_gaps = [gap for gap in case.service_gaps if not gap.ended]
    if not open_gaps:
        return []
    changed = _new_sims(case)
    return [gap for gap in open_gaps if gap.device in changed and gap.first >= changed[gap.device]]


def silent_sims(case: Case) -> list[Silence]:
    """Return the SIMs that fell silent for good while their phone went on.

    The phone's life afterwards shows in messages of another SIM, in messages it sent, or in
    attempts that brought nothing: three of them at least.
    """
    # What lists of blocked messages add says nothing of a time that no inbox log covers.
    inbox = where(case.whole, "direction", Direction.RECEIVED, Direction.SENT)
    inbox = kept(inbox, ~is_word(inbox["folder"], Folder.BLOCKED))
    received = times(inbox, "received_at")
    known = received[~np.isnan(received)]
    if not len(known):
        return []
    last = [case.tried.started[case.tried.missing].max(initial=-np.inf), known.max()]
    ended = [one for one in silences(inbox, float(max(last)), case.zone) if not one.ended]
    if not ended:
        return []
    device, names = words(inbox["device"])
    alive = ~np.isnan(received)
    line = Timeline(device[alive], names, received[alive])
    tried = case.tried
    missing = np.flatnonzero(tried.missing)
    tries = Timeline(tried.device[missing], tried.devices, tried.started[missing])
    return [
        one
        for one in ended
        if sum(len(life.between(one.device, _after(one), np.inf)) for life in (line, tries))
        >= LEAST_LIFE
    ]


def _after(silence: Silence) -> float:
    return silence.first.timestamp() * 1000 + 1


def _new_sims(case: Case) -> dict[str | None, datetime]:
    """Per phone: when a subscription first received, after one of before was never heard again."""
    table = case.whole
    received, sub_id = times(table, "received_at"), floats(table["sub_id"])
    device, names = words(table["device"])
    usable = is_word(table["direction"], Direction.RECEIVED) & ~np.isnan(received)
    rows = np.flatnonzero(usable & (sub_id >= 0) & (device >= 0))
    found: dict[str | None, datetime] = {}
    for phone in np.unique(device[rows]):
        own = rows[device[rows] == phone]
        spans = [
            (float(received[part].min()), float(received[part].max()))
            for number in np.unique(sub_id[own])
            if len(part := own[sub_id[own] == number]) >= LEAST_ROWS
        ]
        began = [first for first, _ in spans if any(last < first for _, last in spans)]
        if began:
            found[names[phone]] = moment(min(began))
    return found
