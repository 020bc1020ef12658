"""`dumpsys isms`: the message handlers' own memory of the last messages.

The state machine keeps the times at which a message came (EVENT_NEW_SMS), the local log the lines
about deliveries and duplicates. A message that came and of which the local log, reaching back that
far, shows no delivery was received but not delivered.

Reference: AOSP SmsDispatchersController.dump, StateMachine.LogRec, LocalLog, Android 11 to 15. The
state machine writes no year; the local log does, in the phone's time.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from analyzer.ingest.log_lines import Moment, wall_moment
from analyzer.ingest.radio_message import RadioMessage
from analyzer.schema import EventKind

_CONTROLLER = re.compile(r"\s{0,40}(?:SmsManager for subId = -?\d|SMS dispatcher controller log)")
_RECORD = re.compile(
    r"\s{0,40}rec\[\d{1,6}\]: time=(\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) processed=(\w{1,40}) "
    r".{0,160}what=EVENT_(?:NEW|INJECT)_SMS"
)
_LOCAL = re.compile(r"\s{0,40}(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,9})?) - (.*)")
_RECIPIENT = re.compile(r"Delivering SMS to: ([A-Za-z][\w.]{0,80})")
_SENDER = re.compile(r"display_originating_addr=(.{0,64}?) refNumber=")
# Reference: AOSP InboundSmsHandler, LocalLog(64); a full one may have dropped what came before.
_LOCAL_LINES = 64
_NEAR = timedelta(seconds=30)
_HANDED_OVER = timedelta(seconds=5)
_MOST = 5000

Arrival = tuple[str, str, str]


class IsmsDump:
    """Takes the lines of a dump in order and gives one event a message."""

    def __init__(self, dumped_at: datetime | None) -> None:
        self._dumped_at = dumped_at
        self._arrivals: deque[Arrival] = deque(maxlen=_MOST)
        self._told: deque[RadioMessage] = deque(maxlen=_MOST)
        self._local_lines = 0
        self._first_local: datetime | None = None
        self._last_local: datetime | None = None
        self._made = 0

    def take(self, line: str) -> Iterator[RadioMessage]:
        """Take one line; yield the messages of a handler when the next one begins."""
        if _CONTROLLER.match(line):
            yield from self.finish()
            return
        record = _RECORD.match(line)
        if record:
            self._arrivals.append((record[1], record[2], record[3]))
            return
        local = _LOCAL.match(line)
        if local:
            self._local_line(local)

    def finish(self) -> Iterator[RadioMessage]:
        """Yield the messages of the current handler in the order in which they came."""
        received = [self._received(moment) for moment in self._undelivered()]
        yield from sorted([*received, *self._told], key=lambda message: message.moment.wall)
        self._arrivals.clear()
        self._told.clear()
        self._local_lines, self._first_local, self._last_local = 0, None, None

    def _local_line(self, local: re.Match[str]) -> None:
        moment = wall_moment(local[1], local[2], "", None, f"{local[1]} {local[2]}")
        if moment is None:
            return
        self._local_lines += 1
        self._first_local = min(self._first_local or moment.wall, moment.wall)
        self._last_local = max(self._last_local or moment.wall, moment.wall)
        recipient, sender = _RECIPIENT.search(local[3]), _SENDER.search(local[3])
        if recipient:
            self._tell(moment, EventKind.DELIVERED, None, f"to {recipient[1]}")
        elif "Discarding duplicate message" in local[3]:
            self._tell(moment, EventKind.DUPLICATE, sender[1] if sender else None, None)

    def _tell(
        self, moment: Moment, event: EventKind, sender: str | None, detail: str | None
    ) -> None:
        self._made += 1
        message = RadioMessage(self._made, moment, event=event, sender=sender, detail=detail)
        self._told.append(message)

    def _received(self, moment: Moment) -> RadioMessage:
        self._made += 1
        return RadioMessage(self._made, moment, detail="no delivery in the dump")

    def _undelivered(self) -> Iterator[Moment]:
        """Yield the arrivals that no delivery or duplicate follows, one to one, in time order.

        Nothing is said of arrivals before the oldest line of a full local log.
        """
        told = sorted(message.moment.wall for message in self._told)
        is_full = self._local_lines >= _LOCAL_LINES
        position = 0
        for moment in self._arrived():
            while position < len(told) and told[position] < moment.wall:
                position += 1
            if position < len(told) and told[position] - moment.wall <= _NEAR:
                position += 1
            elif not (is_full and self._first_local and moment.wall < self._first_local):
                yield moment

    def _arrived(self) -> list[Moment]:
        """Return when messages came: each passes DeliveringState once, IdleState before it."""
        moments = [
            (moment, state)
            for day, clock, state in self._arrivals
            if state != "WaitingState"  # put off; it comes by again
            and (moment := self._moment(day, clock)) is not None
        ]
        moments.sort(key=lambda entry: entry[0].wall)
        arrived: list[Moment] = []
        for index, (moment, state) in enumerate(moments):
            following = moments[index + 1] if index + 1 < len(moments) else None
            handed_over = (
                state != "DeliveringState"
                and following is not None
                and following[1] == "DeliveringState"
                and following[0].wall - moment.wall <= _HANDED_OVER
            )
            if not handed_over:
                arrived.append(moment)
        return arrived

    def _moment(self, day: str, clock: str) -> Moment | None:
        """Return an arrival's time, its year taken from the dump or the nearest local line."""
        written = f"{day} {clock}"
        newest = self._last_local
        if self._dumped_at or newest is None:
            return wall_moment(day, clock, "", self._dumped_at, written)
        candidates = (
            wall_moment(f"{newest.year + shift}-{day}", clock, "", None, written)
            for shift in (-1, 0, 1)
        )
        possible = [moment for moment in candidates if moment]
        return min(possible, key=lambda m: abs(m.wall - newest), default=None)
