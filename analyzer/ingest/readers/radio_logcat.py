"""logcat (radio, main, system buffers) and the text of a bug report: what became of each message.

The logs name times, SIM slots, sometimes senders, and what was done with a message; never its text.

Reference: see radio_chains, rom_lines, isms_dump; AOSP dumpstate for the sections of a bug report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from analyzer.ingest.isms_dump import IsmsDump
from analyzer.ingest.log_lines import LogLine, bounded_lines, is_log_line, log_line
from analyzer.ingest.radio_chains import RadioChains
from analyzer.ingest.radio_message import EVENT_COLUMNS, RadioMessage, event_items
from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Problem,
    ProblemKind,
    Reader,
    Role,
    Zone,
)
from analyzer.ingest.rom_lines import RomFilters
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_DUMPED_AT = re.compile(r"== dumpstate: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_SECTION = re.compile(r"------ [A-Z]|DUMP OF SERVICE |-{9} \d")
_ISMS = re.compile(r"DUMP OF SERVICE (?:[A-Z]{1,20} )?isms:")
_ZONE = re.compile(r"\[persist\.sys\.timezone\]: \[([A-Za-z0-9_+/-]{1,40})\]")
_BEGINNING = "--------- beginning of"
_ADB_SAYS = ("* daemon", "- waiting for")
_HEADER_LINES = 20
# Held back until the zone is known, which a bug report names behind its logs.
_MOST_HELD = 20_000


def sniff(head: Head) -> bool:
    """Tell whether the log starts like logcat or like a bug report."""
    lines = [line for line in head.text[:8192].splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(_ADB_SAYS)]
    if not lines:
        return False
    if lines[0].startswith(_BEGINNING) or is_log_line(lines[0]):
        return True
    return lines[0].startswith("=====") and any(map(_DUMPED_AT.match, lines[:5]))


def read(source: Source) -> Iterator[Item]:
    """Yield one event per message that reached the phone or was taken by a filter."""
    log = _PhoneLog()
    return event_items(_zone_first(log.items(source)), lambda: log.lines)


def _zone_first(items: Iterator[Item]) -> Iterator[Item]:
    held: list[Item] = []
    for item in items:
        if isinstance(item, Zone):
            yield item
            continue
        held.append(item)
        if len(held) >= _MOST_HELD:
            yield from held
            held.clear()
    yield from held


class _PhoneLog:
    """Takes the lines of a log in order; the buffers of a bug report are read one by one."""

    def __init__(self) -> None:
        self.lines = 0
        self._dumped_at: datetime | None = None
        self._chains, self._filters = RadioChains(), RomFilters()
        self._isms: IsmsDump | None = None
        self._of_isms: list[RadioMessage] = []
        self._first_radio: datetime | None = None
        self._checks = self._blocked_checks = 0

    def items(self, source: Source) -> Iterator[Item]:
        with source.text() as chunks:
            for line, ended in bounded_lines(chunks):
                self.lines += 1
                if ended:
                    yield from self._take(line)
                elif is_log_line(line):
                    yield Problem("truncated", ProblemKind.TRUNCATED)
        yield from self._section_ends()
        for message in self._of_isms:
            # The radio buffer tells more of the time that it covers.
            if self._first_radio is None or message.moment.wall < self._first_radio:
                yield message.record()
        if self._checks:
            details: dict[str, object] = {"count": self._checks, "blocked": self._blocked_checks}
            yield Problem("number_checks", details=details)

    def _take(self, line: str) -> Iterator[Item]:
        parts = log_line(line, self._dumped_at)
        if parts:
            yield from self._log_line(parts)
        elif _SECTION.match(line):
            yield from self._section_ends()
            self._isms = IsmsDump(self._dumped_at) if _ISMS.match(line) else None
        elif self._isms:
            self._keep(self._isms.take(line))
        elif self._dumped_at is None and self.lines <= _HEADER_LINES:
            self._dumped_at = _dumped_at(line)
        elif self._dumped_at and (zone := _ZONE.match(line)):
            yield Zone(zone[1])

    def _log_line(self, line: LogLine) -> Iterator[Item]:
        if line.tag == "BlockedNumbers" and line.text.startswith("isBlocked: "):
            self._checks += 1
            self._blocked_checks += line.text.startswith("isBlocked: BLOCKED")
        if "InboundSmsHandler" in line.tag or line.tag == "RILJ":
            self._first_radio = min(self._first_radio or line.moment.wall, line.moment.wall)
        for message in self._chains.take(line):
            yield message.record()
        for message in self._filters.take(line):
            yield message.record()

    def _section_ends(self) -> Iterator[Item]:
        for message in self._chains.finish():
            yield message.record()
        for message in self._filters.finish():
            yield message.record()
        if self._isms:
            self._keep(self._isms.finish())

    def _keep(self, messages: Iterator[RadioMessage]) -> None:
        for message in messages:
            if len(self._of_isms) < _MOST_HELD:
                self._of_isms.append(message)


def _dumped_at(line: str) -> datetime | None:
    found = _DUMPED_AT.match(line)
    if not found:
        return None
    try:
        return datetime.fromisoformat(found[1])
    except ValueError:
        return None


READER = Reader(
    name="radio_logcat",
    title="logcat or bug report (text, reception without texts)",
    carries=Carries(sim=True),
    evidence=Evidence("source", "2024-10"),
    sniff=sniff,
    read=read,
    columns=EVENT_COLUMNS,
    role=Role.RADIO,
    export=Text(
        "Right after a code should have come, run: adb logcat -d -b radio -b main -b system "
        "-v threadtime -v year -v zone > radio.txt, or make a bug report: adb bugreport",
        "验证码应到达后立即运行：adb logcat -d -b radio -b main -b system -v threadtime -v year "
        "-v zone > radio.txt，或生成错误报告：adb bugreport",
    ),
    remark=Text(
        "Tells that messages reached the phone and what was done with them, never their text. "
        "Strings are those of Android's source; phones may print fewer.",
        "只说明短信是否到达手机及其去向，从不含正文。"
        "识别依据是 Android 源码中的日志语句，手机可能输出较少。",
    ),
)
