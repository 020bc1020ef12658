"""What filters record: SpamBlocker's history, and the radio log of a phone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence

from analyzer.simulate.messages import Sms
from analyzer.simulate.times import china

# SpamBlocker's results: 1 lets pass, 10 to 99 block.
_PASSED = 1
SPAMBLOCKER_RESULTS = {
    "unknown_sender": 12,
    "service_number": 10,
    "keyword": 11,
    "smart_filter": 16,
}


def spamblocker_gz(messages: Iterable[Sms]) -> bytes:
    """Return SpamBlocker's backup with its history: every message it screened, and the result."""
    texts = [
        {
            "id": number,
            "peer": sms.sender,
            "time": sms.written,
            "result": SPAMBLOCKER_RESULTS[sms.rule] if sms.rule else _PASSED,
            "reason": "",
            "simSlot": sms.slot,
            "read": True,
            "extraInfo": sms.text,
        }
        for number, sms in enumerate(messages, 1)
    ]
    history = {"categories": ["HISTORY_LOGS"], "historyLogs": {"calls": [], "texts": texts}}
    return gzip.compress(json.dumps(history, ensure_ascii=False).encode(), mtime=0)


def radio_log(refusals: Sequence[tuple[int, int]], drops: Sequence[Sms]) -> bytes:
    """Return logcat of the radio buffer: storage refusals, and messages on Android's block list.

    `refusals` are moments by the phone's clock and slots. Reference: AOSP 11 to 15, RIL,
    BlockChecker, GsmInboundSmsHandler; cause 211, memory capacity exceeded.
    """
    lines = [(moment, line) for moment, slot in refusals for line in _refused(slot)]
    for number, sms in enumerate(drops, 1):
        lines += [(sms.written, line) for line in _dropped(sms, number)]
    ordered = sorted(lines, key=lambda pair: pair[0])
    text = "".join(
        f"{_stamped(moment + 7 * n, line)}\n" for n, (moment, line) in _numbered(ordered)
    )
    return ("--------- beginning of radio\n" + text).encode()


def _numbered(lines: list[tuple[int, str]]) -> Iterable[tuple[int, tuple[int, str]]]:
    """Lines of one moment follow each other by some milliseconds."""
    count, last = 0, None
    for moment, line in lines:
        count = count + 1 if moment == last else 0
        last = moment
        yield count, (moment, line)


def _refused(slot: int) -> list[str]:
    return [
        f"RILJ    : [UNSL]< UNSOL_RESPONSE_NEW_SMS [PHONE{slot}]",
        "GsmInboundSmsHandler: IdleState.processMessage: processing EVENT_NEW_SMS",
        f"RILJ    : [0042]> SMS_ACKNOWLEDGE success = false cause = 211 [PHONE{slot}]",
    ]


def _dropped(sms: Sms, number: int) -> list[str]:
    handler, identity = "GsmInboundSmsHandler", f"{{x-message-id:{number}}}"
    uri = f"addTrackerToRawTable: URI of new row: content://sms/raw/{number}"
    blocked = "processMessagePart: returning false as the phone number is blocked"
    return [
        f"RILJ    : [UNSL]< UNSOL_RESPONSE_NEW_SMS [PHONE{sms.slot}]",
        f"{handler}: IdleState.processMessage: processing EVENT_NEW_SMS",
        f"{handler}: {uri}, {identity}",
        f"RILJ    : [0042]> SMS_ACKNOWLEDGE success = true cause = 0 [PHONE{sms.slot}]",
        f"BlockChecker: {sms.sender} is blocked.",
        f"{handler}: {blocked}, {identity}",
    ]


def _stamped(moment: int, line: str) -> str:
    wall = china(moment)
    clock = f"{wall:%Y-%m-%d %H:%M:%S}.{moment % 1000:03d} {wall:%z}"
    return f"{clock}  1453  1902 D {line}"
