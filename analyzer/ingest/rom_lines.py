"""Lines in which a vendor's system says that its own filter took a message.

They stand in the main and system buffers, name neither sender nor text, and are joined to one
event a message by their nearness.

Reference: MIUI SecuritySmsHandler and PolicyManager (2015 to 2020); EMUI 11 SmsInterceptionService,
HwInnerSmsManager and the interception handlers of its system manager. Newer systems may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from analyzer.ingest.log_lines import LogLine
from analyzer.ingest.provider import miui_reason
from analyzer.ingest.radio_message import RadioMessage
from analyzer.schema import EventKind

_MIUI_TYPE = re.compile(r"checkByAntiSpam : blockType = (\d{1,4})")
_MIUI_TOOK = (
    "This sms is intercepted by AntiSpam",
    "blocked:true",
    "Intercepted by sender address",
)
_MIUI_RISKY_OR_TYPE = 0x7F
_MIUI_FIRST_BLOCKED = 3
_EMUI_SERVICE = ("SmsInterceptionService", "HwInnerSmsManager")
_EMUI_REASONS = {
    "BlockStranger": "stranger",
    "BlockBlackList": "block list",
    "BlockIntelligent": "smart filter",
    "BlockUnknown": "unknown number",
    "BlockKeyword": "keyword",
}
_EMUI_TOOK = re.compile(r"handleSms: (?:.{0,40},should be blocked|Should block)")
_SAME_MESSAGE = timedelta(seconds=3)


class RomFilters:
    """Takes the lines of one buffer in order and gives one event an intercepted message."""

    def __init__(self) -> None:
        self._current: RadioMessage | None = None
        self._made = 0

    def take(self, line: LogLine) -> Iterator[RadioMessage]:
        """Take one line; yield the message before it if the line begins another."""
        if line.tag == "SecurityManagerService":
            yield from self._miui_line(line)
        elif line.tag.startswith(_EMUI_SERVICE):
            if "sms is intercepted" in line.text:
                yield from self._took(line, "EMUI")
        elif line.tag in _EMUI_REASONS and _EMUI_TOOK.search(line.text):
            yield from self._took(line, f"EMUI: {_EMUI_REASONS[line.tag]}")
        elif line.text.startswith("forbid receive sms by mdm!"):
            yield from self._took(line, "device policy")

    def finish(self) -> Iterator[RadioMessage]:
        """Yield the last message."""
        if self._current:
            yield self._current
        self._current = None

    def _miui_line(self, line: LogLine) -> Iterator[RadioMessage]:
        if line.text == "enter checkSmsBlocked":
            yield from self.finish()
        judged = _MIUI_TYPE.search(line.text)
        if judged and int(judged[1]) & _MIUI_RISKY_OR_TYPE >= _MIUI_FIRST_BLOCKED:
            reason = miui_reason(int(judged[1]))
            yield from self._took(line, f"MIUI block type {judged[1]} ({reason.replace('_', ' ')})")
        elif any(part in line.text for part in _MIUI_TOOK):
            yield from self._took(line, "MIUI")
        if line.text.startswith("leave checkSmsBlocked"):
            yield from self.finish()

    def _took(self, line: LogLine, detail: str) -> Iterator[RadioMessage]:
        """Begin a message, or add to the one that was taken a moment ago."""
        current = self._current
        if current and abs(line.moment.wall - current.moment.wall) <= _SAME_MESSAGE:
            if len(detail) > len(current.detail or ""):
                current.detail = detail
            return
        yield from self.finish()
        self._made += 1
        self._current = RadioMessage(
            self._made, line.moment, event=EventKind.INTERCEPTED, detail=detail
        )
