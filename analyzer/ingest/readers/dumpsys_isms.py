"""`adb shell dumpsys isms`: which messages reached the phone of late, and which were delivered.

Reference: see isms_dump.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.ingest.isms_dump import IsmsDump
from analyzer.ingest.log_lines import bounded_lines
from analyzer.ingest.radio_message import EVENT_COLUMNS, event_items
from analyzer.ingest.records import Carries, Evidence, Item, Problem, ProblemKind, Reader, Role
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_FIRST = re.compile(
    r"(?:\s{0,40}\S[^\n]{0,200}\n){0,3}\s{0,40}"
    r"(?:SmsManager for subId = -?\d|SMS dispatcher controller log:|(?:Gsm|Cdma)InboundSmsHandler)"
)


def sniff(head: Head) -> bool:
    """Tell whether the log starts like a dump of the SMS service."""
    return bool(_FIRST.match(head.text[:4096])) and "InboundSmsHandler" in head.text


def read(source: Source) -> Iterator[Item]:
    """Yield one event per message."""
    count = 0

    def items() -> Iterator[Item]:
        nonlocal count
        dump = IsmsDump(dumped_at=None)
        with source.text() as chunks:
            for line, ended in bounded_lines(chunks):
                count += 1
                if not ended:
                    yield Problem("truncated", ProblemKind.TRUNCATED)
                    continue
                for message in dump.take(line):
                    yield message.record()
            for message in dump.finish():
                yield message.record()

    return event_items(items(), lambda: count)


READER = Reader(
    name="dumpsys_isms",
    title="adb shell dumpsys isms (text, reception without texts)",
    carries=Carries(),
    evidence=Evidence("source", "2024-10"),
    sniff=sniff,
    read=read,
    columns=EVENT_COLUMNS,
    role=Role.RADIO,
    export=Text(
        "Right after a code should have come, run: adb shell dumpsys isms > isms.txt",
        "验证码应到达后立即运行：adb shell dumpsys isms > isms.txt",
    ),
    remark=Text(
        "Tells that messages reached the phone and whether they were delivered, never their text.",
        "只说明短信是否到达手机、是否交付给应用，从不含正文。",
    ),
)
