"""Lines of the radio buffer, joined to one event a message: when it came, and what became of it.

The text of a message is never in these lines. Lines of the modem layer (RILJ) name the SIM slot,
those of the message handler name an id of the message; they are joined by their order, the
handler's lines by the id.

Reference: AOSP frameworks/opt/telephony InboundSmsHandler, GsmInboundSmsHandler, RIL, BlockChecker,
SmsBroadcastUndelivered, Android 11 to 15; CarrierMessagingService.RECEIVE_OPTIONS_DROP; 3GPP TS
23.040 9.2.3.22 (cause 211, 0xD3: memory capacity exceeded). Vendors' builds may print less.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import timedelta

from analyzer.ingest.log_lines import LogLine, Moment
from analyzer.ingest.radio_message import Multipart, RadioMessage
from analyzer.schema import EventKind

_NEW = re.compile(r"UNSOL_RESPONSE_(?:CDMA_)?NEW_SMS(?![A-Z_])")
_SLOT = re.compile(r"\[(?:PHONE|SUB)(\d)\]")
_IMS_SLOT = re.compile(r"\[(\d)\]")
_ACKNOWLEDGED = re.compile(r"SMS_ACKNOWLEDGE success = (true|false) cause = (\d{1,4})")
# Android 12 on writes {x-message-id:N}, Android 11 ", id: N".
_IDENTITY = re.compile(r"(?:\{x-message-id:|, id: )(-?\d{1,20})")
_BLOCKED_NUMBER = re.compile(r"(\S.{0,63}) is blocked\.$")
_SENDER = re.compile(r"display_originating_addr=(.{0,64}?) refNumber=")
_SEGMENTS = re.compile(r"Only (\d{1,3}) of (\d{1,3}) segments")
_COMPLETE = re.compile(r"all (\d{1,3}) segments")
_REFERENCE = re.compile(r"refNumber: (-?\d{1,10})")
_FILTERED = re.compile(r"onFilterComplete: result is (\d{1,4})")
_RECIPIENT = re.compile(r"Delivering SMS to: ([A-Za-z][\w.]{0,80})")
_DELETED = re.compile(r"Deleted (\d{1,6}) rows from raw table for incomplete")
_DROP = 1
_MEMORY_EXCEEDED = "211"
_BLOCKED_LINES = (
    "returning false as the phone number is blocked",
    "dropping message as the sender is blocked",
)
_SERVICE_LINES = (
    "Visual voicemail SMS dropped",
    "Missed incoming call SMS received",
    "Received short message type 0",
)

# Lines of one message lie within a second; a busy phone takes longer, a stuck broadcast 10 min.
_NEAR = timedelta(seconds=30)
_AT_ONCE = timedelta(seconds=5)
MOST_OPEN = 5000
_MOST_AT_ONCE = 64


class RadioChains:
    """Takes the lines of one buffer in order and gives one event a message."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, RadioMessage] = OrderedDict()
        self._by_identity: dict[str, RadioMessage] = {}
        self._incomplete: dict[Multipart, int] = {}
        self._number: tuple[Moment, str] | None = None
        self._made = 0
        self._lines_of: tuple[tuple[str, Callable[[LogLine], None]], ...] = (
            ("RILJ", self._modem_line),
            ("InboundSmsHandler", self._handler_line),
            ("ImsSmsDispatcher", self._ims_line),
            ("BlockChecker", self._block_check_line),
            ("SmsBroadcastUndelivered", self._boot_line),
        )

    def take(self, line: LogLine) -> Iterator[RadioMessage]:
        """Take one line; yield messages only where there are too many to keep."""
        for part, read in self._lines_of:
            if part in line.tag:
                read(line)
                break
        while len(self._open) > MOST_OPEN:
            _, oldest = self._open.popitem(last=False)
            self._forget(oldest)
            yield oldest

    def finish(self) -> Iterator[RadioMessage]:
        """Yield the messages in the order in which they came; nothing is kept."""
        yield from self._open.values()
        self._open.clear()
        self._by_identity.clear()
        self._incomplete.clear()
        self._number = None

    def _modem_line(self, line: LogLine) -> None:
        slot = _digit(_SLOT, line.text)
        acknowledged = _ACKNOWLEDGED.search(line.text)
        if _NEW.search(line.text):
            self._arrived(line.moment, slot)
        elif acknowledged:
            self._acknowledge(line.moment, slot, acknowledged[1] == "true", acknowledged[2])
        elif "UNSOL_SIM_SMS_STORAGE_FULL" in line.text:
            full = self._arrived(line.moment, slot)
            full.event, full.detail = EventKind.STORAGE_FULL, "the SIM's own storage is full"
            full.acknowledged, full.identity = True, ""

    def _acknowledge(self, moment: Moment, slot: int | None, accepted: bool, cause: str) -> None:
        waiting = (m for m in self._near(moment) if not m.acknowledged and m.slot in (slot, None))
        message = next(waiting, None)
        if message:
            message.acknowledged, message.slot = True, slot
        if accepted:
            return
        message = message or self._arrived(moment, slot)
        message.acknowledged, message.identity = True, message.identity or ""
        full = cause == _MEMORY_EXCEEDED
        message.event = EventKind.STORAGE_FULL if full else EventKind.REJECTED
        message.detail = f"refused with cause {cause}"

    def _ims_line(self, line: LogLine) -> None:
        if line.text.endswith("SMS received."):
            self._arrived(line.moment, _digit(_IMS_SLOT, line.tag)).acknowledged = True

    def _handler_line(self, line: LogLine) -> None:
        text = line.text
        if "processing EVENT_NEW_SMS" in text or "processing EVENT_INJECT_SMS" in text:
            if not any(m.identity is None for m in self._near(line.moment)):
                self._arrived(line.moment, None)
        elif "addTrackerToRawTable: URI of new row" in text:
            self._message(line)
        elif any(part in text for part in _BLOCKED_LINES):
            self._blocked(self._message(line), line.moment)
        elif "Discarding duplicate message" in text:
            message = self._message(line)
            found = _SENDER.search(text)
            message.event, message.sender = EventKind.DUPLICATE, found[1] if found else None
        elif "segments" in text:
            self._segments(line)
        else:
            self._fate(line)

    def _fate(self, line: LogLine) -> None:
        text = line.text
        filtered = _FILTERED.search(text)
        recipient = _RECIPIENT.search(text)
        if filtered:
            if int(filtered[1]) & _DROP:
                message = self._message(line)
                message.event = EventKind.CARRIER_FILTERED
                message.detail = f"filter result {filtered[1]}"
        elif recipient:
            message = self._message(line)
            message.event, message.detail = EventKind.DELIVERED, f"to {recipient[1]}"
        elif text.startswith(_SERVICE_LINES):
            message = self._message(line)
            message.for_the_phone, message.identity = True, message.identity or ""
        elif "Defer sms broadcast due to undelivered sms" in text:
            self._message(line).detail = "waits behind another message"

    def _segments(self, line: LogLine) -> None:
        """Keep a long message as one event: incomplete until its last part is there."""
        reference = _REFERENCE.search(line.text)
        part, whole = _SEGMENTS.search(line.text), _COMPLETE.search(line.text)
        if not reference or not (part or whole):
            return
        message = self._message(line)
        parts = part[2] if part else whole[1] if whole else ""
        message.multipart = Multipart(reference[1], parts)
        earlier = self._open.get(self._incomplete.pop(message.multipart, 0))
        if earlier and earlier is not message:
            del self._open[earlier.ordinal]
            self._forget(earlier)
        if part:
            message.event = EventKind.INCOMPLETE
            message.detail = f"{part[1]} of {part[2]} parts"
            self._incomplete[message.multipart] = message.ordinal

    def _block_check_line(self, line: LogLine) -> None:
        """Take the number; Android 10 writes no other line of a dropped message."""
        found = _BLOCKED_NUMBER.fullmatch(line.text)
        if not found:
            return
        self._number = (line.moment, found[1])
        handled = (
            message
            for message in reversed(list(self._near(line.moment, _AT_ONCE)))
            if message.identity and message.event == EventKind.RECEIVED
        )
        message = next(handled, None)
        if message:
            self._blocked(message, line.moment)

    def _blocked(self, message: RadioMessage, moment: Moment) -> None:
        message.event = EventKind.BLOCKED
        message.detail = "its number is on the phone's block list"
        if self._number and _within(self._number[0], moment, _AT_ONCE):
            message.sender = self._number[1]
            self._number = None

    def _boot_line(self, line: LogLine) -> None:
        found = _DELETED.search(line.text)
        if found:
            lost = self._arrived(line.moment, None)
            lost.event, lost.acknowledged, lost.identity = EventKind.INCOMPLETE, True, ""
            lost.detail = f"{found[1]} parts deleted as too old"

    def _message(self, line: LogLine) -> RadioMessage:
        """Return the message that a handler's line is about.

        A known id decides; a new one belongs to the oldest message that has none yet, and a line
        without an id to the newest that is under way.
        """
        found = _IDENTITY.search(line.text)
        if found is None:
            recent = [m for m in self._near(line.moment) if m.event == EventKind.RECEIVED]
            return recent[-1] if recent else self._arrived(line.moment, None)
        known = self._by_identity.get(found[1])
        if known is not None:
            return known
        unnamed = (m for m in self._near(line.moment) if m.identity is None)
        message = next(unnamed, None) or self._arrived(line.moment, None)
        message.identity = found[1]
        self._by_identity[found[1]] = message
        return message

    def _arrived(self, moment: Moment, slot: int | None) -> RadioMessage:
        self._made += 1
        message = RadioMessage(self._made, moment, slot)
        self._open[message.ordinal] = message
        return message

    def _near(self, moment: Moment, window: timedelta = _NEAR) -> Iterator[RadioMessage]:
        """Yield the messages that came shortly before a moment, oldest first."""
        recent: list[RadioMessage] = []
        for message in reversed(self._open.values()):
            if len(recent) == _MOST_AT_ONCE or not _within(message.moment, moment, window):
                break
            recent.append(message)
        yield from reversed(recent)

    def _forget(self, message: RadioMessage) -> None:
        if message.identity:
            self._by_identity.pop(message.identity, None)
        if message.multipart and self._incomplete.get(message.multipart) == message.ordinal:
            del self._incomplete[message.multipart]


def _within(earlier: Moment, later: Moment, window: timedelta) -> bool:
    return timedelta() <= later.wall - earlier.wall <= window


def _digit(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None
