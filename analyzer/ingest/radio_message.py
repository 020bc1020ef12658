"""One message on its way through the phone's radio layer, as its log tells it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from analyzer.ingest.log_lines import Moment
from analyzer.ingest.records import Item, Kind, Problem, Record
from analyzer.schema import EventKind

EVENT_COLUMNS = {name: name for name in ("at", "sim_slot", "event", "sender", "detail")}

_LONG_NUMBER = re.compile(r"\+?\d{5,}")
_MAX_TEXT = 64


class Multipart(NamedTuple):
    """The key by which the parts of one long message are joined: reference number and count."""

    reference: str
    parts: str


@dataclass(slots=True)
class RadioMessage:
    """A message that reached the phone; `event` is the last thing known of it.

    `ordinal` counts the messages of a buffer from 1. `identity` is the phone's id of the message:
    None until a line gives it, "" where none will follow.
    """

    ordinal: int
    moment: Moment
    slot: int | None = None
    acknowledged: bool = False
    identity: str | None = None
    event: EventKind = EventKind.RECEIVED
    sender: str | None = None
    detail: str | None = None
    multipart: Multipart | None = None
    for_the_phone: bool = False

    def record(self) -> Record:
        """Return the message as a record; what is meant for the phone itself is only counted."""
        kind = Kind.SERVICE_MESSAGE if self.for_the_phone else Kind.EVENT
        return Record(kind, event_values(self))


def event_values(message: RadioMessage) -> dict[str, object]:
    """Return the values of an event row; a time without a year stays readable in its detail."""
    detail = without_numbers(message.detail) if message.detail else None
    if message.moment.text is None:
        written = f"written {message.moment.written}"
        detail = f"{detail}; {written}" if detail else written
    return {
        "at": message.moment.text,
        "sim_slot": message.slot,
        "event": message.event,
        "sender": message.sender[:_MAX_TEXT] if message.sender else None,
        "detail": detail,
    }


def without_numbers(text: str) -> str:
    """Return a text of the log, bounded, with whatever could be a person's number taken out."""
    return _LONG_NUMBER.sub("...", text)[: 2 * _MAX_TEXT]


def event_items(items: Iterator[Item], lines: Callable[[], int]) -> Iterator[Item]:
    """Yield items; at the end say how many times lacked a year, and if there was no event at all.

    `lines` gives the number of lines that were read.
    """
    events = without_year = others = 0
    for item in items:
        if isinstance(item, Record):
            events += 1
            without_year += item.values.get("at") is None
        else:
            others += isinstance(item, Problem)
        yield item
    if without_year:
        yield Problem("time_without_year", details={"count": without_year})
    if not events and not others:
        yield Problem("no_events", details={"count": lines()})
