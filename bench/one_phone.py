"""One phone exported in three formats, imported together: no message twice, none lost.

Usage: python bench/one_phone.py [MESSAGES]    (default 100000)

An invented phone is written as three exports that each miss some messages: SMS Import / Export
(all columns; the newest nine tenths), QKSMS (no service center; what is older than the last
twentieth) and SMS Backup & Restore (no creator; the oldest three quarters). Printed are rows,
messages lost and held twice, rows with a value that another export knew better, the share of rows
filled in each column, CPU seconds, and the peak memory of the process (Linux).
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

START_MS = 1_735_689_600_000  # 2025-01-01
SENDERS = [f"1069{n:010}" for n in range(40)] + [f"+86138{n:08}" for n in range(200)] + ["BANK"]
TEXTS = (
    "【示例科技】验证码：{number}，5分钟内有效，请勿泄露给他人。",
    "Your Example code is {number}. Do not share it.",
    'See you at eight?\nBring {number} cakes & "tea" <now> \U0001f600',
    "ok",
)
COLUMNS = ("sender", "received_at", "sent_at", "direction", "body", "sub_id", "service_center")
KNOWN_TO_ONE = ("creator", "seen")

Phone = list[dict[str, Any]]


def invented_phone(messages: int) -> Phone:
    """Return messages in the provider's columns, the same for the same number.

    A fifth are hard to tell apart: the message before again from another sender, with another
    text in the same millisecond, or equal but for one second.
    """
    chance = random.Random(messages)
    phone: Phone = []
    for number in range(messages):
        row = _new_message(chance, phone[-1]["date"] if phone else START_MS)
        if phone and number % 5 == 0:
            row |= {name: phone[-1][name] for name in ("date", "date_sent", "address", "body")}
            row |= _told_apart(number, phone[-1])
        phone.append(row | {"_id": number + 1})
    return phone


def _new_message(chance: random.Random, last: int) -> dict[str, Any]:
    received = last + chance.randrange(5_000, 600_000)
    is_sent = chance.random() < 0.1
    return {
        "address": chance.choice(SENDERS),
        "date": received,
        "date_sent": 0 if is_sent else (received - chance.randrange(1_000, 9_000)) // 1000 * 1000,
        "type": 2 if is_sent else 1,
        "body": chance.choice(TEXTS).format(number=chance.randrange(100_000, 1_000_000)),
        "service_center": None if is_sent else "+8613800210500",
        "sub_id": chance.randrange(1, 3),
        "creator": "com.example.sms",
    }


def _told_apart(number: int, before: Mapping[str, Any]) -> dict[str, Any]:
    others = (
        {"address": "OTHER" if before["address"] != "OTHER" else "ANOTHER"},
        {"body": before["body"] + " again"},
        {"date": before["date"] + 1000},
    )
    return {"type": before["type"], **others[number // 5 % len(others)]}


def ndjson(phone: Phone) -> Iterator[str]:
    """Yield the lines that SMS Import / Export writes: strings, nulls left out."""
    for row in phone:
        known = {name: str(value) for name, value in row.items() if value is not None}
        yield json.dumps(known | {"thread_id": "1", "seen": "1"}, ensure_ascii=False) + "\n"


def qksms(phone: Phone) -> Iterator[str]:
    """Yield the text that QKSMS writes."""
    yield f'{{"messageCount": {len(phone)}, "messages": ['
    for number, row in enumerate(phone):
        kept = {name: row[name] for name in ("type", "address", "date", "body")}
        written = {**kept, "dateSent": row["date_sent"], "subId": row["sub_id"], "read": True}
        yield ("," if number else "") + json.dumps(written)
    yield "]}"


def xml(phone: Phone) -> Iterator[str]:
    """Yield the text that SMS Backup & Restore writes."""
    names = ("address", "date", "date_sent", "type", "body", "service_center", "sub_id")
    breaks = {"\n": "&#10;"}
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<smses count="{len(phone)}">\n'
    for row in phone:
        values = ((name, "null" if row[name] is None else str(row[name])) for name in names)
        yield f"<sms {' '.join(f'{name}={quoteattr(text, breaks)}' for name, text in values)} />\n"
    yield "</smses>\n"


Writer = Callable[[Phone], Iterator[str]]
EXPORTS: dict[str, tuple[Writer, float, float]] = {
    "messages.ndjson": (ndjson, 0.1, 1.0),
    "backup.json": (qksms, 0.0, 0.95),
    "sms.xml": (xml, 0.0, 0.75),
}


def write_exports(phone: Phone, folder: Path) -> list[Path]:
    """Write the phone's three exports; return their paths."""
    paths = []
    for name, (written, start, end) in EXPORTS.items():
        paths.append(folder / name)
        part = phone[int(start * len(phone)) : int(end * len(phone))]
        with paths[-1].open("w", encoding="utf-8") as out:
            out.writelines(written(part))
    return paths


class Outcome(NamedTuple):
    """What became of a phone's messages; `filled` is the share of rows with a value."""

    rows: int
    lost: int
    twice: int
    poorer: int
    filled: dict[str, float]


def compared(phone: Phone, messages: Sequence[Mapping[str, Any]]) -> Outcome:
    """Compare the message table with the phone it was read from.

    A row is poorer if a column differs from the phone's though one of its exports held it.
    """
    wanted = {_key_of_phone(row): row for row in phone}
    found = Counter(map(_key, messages))
    names = (*COLUMNS, *KNOWN_TO_ONE)
    newest = phone[int(EXPORTS["messages.ndjson"][1] * len(phone))]["_id"]
    oldest = int(EXPORTS["sms.xml"][2] * len(phone))
    poorer = 0
    for row in messages:
        truth = wanted.get(_key(row))
        poorer += truth is None or not _is_whole(row, truth, newest, oldest)
    return Outcome(
        len(messages),
        sum((Counter(list(wanted)) - found).values()),
        sum((found - Counter(list(wanted))).values()),
        poorer,
        {name: sum(row[name] is not None for row in messages) / len(messages) for name in names},
    )


def _is_whole(row: Mapping[str, Any], truth: dict[str, Any], newest: int, oldest: int) -> bool:
    in_ndjson, in_xml = truth["_id"] >= newest, truth["_id"] <= oldest
    center = truth["service_center"] if in_ndjson or in_xml else None
    expected = {
        "sent_at": truth["date_sent"] or None,
        "sub_id": truth["sub_id"],
        "service_center": center,
        "creator": truth["creator"] if in_ndjson else None,
        "seen": True if in_ndjson else None,
    }
    sent = row["sent_at"] and round(row["sent_at"].timestamp() * 1000)
    return {name: sent if name == "sent_at" else row[name] for name in expected} == expected


def _key(row: Mapping[str, Any]) -> tuple[object, ...]:
    at = row["received_at"] and round(row["received_at"].timestamp() * 1000)
    return row["sender"], at, row["direction"], row["body"]


def _key_of_phone(row: Mapping[str, Any]) -> tuple[object, ...]:
    return row["address"], row["date"], "sent" if row["type"] == 2 else "received", row["body"]


def main(messages: int) -> None:
    """Write, read and compare; print the figures."""
    from analyzer.ingest import ingest
    from analyzer.ingest.records import Role

    phone = invented_phone(messages)
    with tempfile.TemporaryDirectory() as folder:
        paths = write_exports(phone, Path(folder))
        before, start = _peak_mib(), time.process_time()
        found = ingest([(path, Role.MESSAGES) for path in paths])
        seconds, peak = time.process_time() - start, _peak_mib()
    outcome = compared(phone, found.messages.to_pylist())
    records = sum(account.records for account in found.accounts)
    print(f"messages on the phone {messages:,}, records in three exports {records:,}")
    print(f"rows {outcome.rows:,}, lost {outcome.lost}, twice {outcome.twice}")
    print(f"poorer than the richest export {outcome.poorer}")
    print(", ".join(f"{name} {share:.1%}" for name, share in outcome.filled.items()))
    print(f"CPU {seconds:.1f} s, peak memory {peak:.0f} MiB (before reading {before:.0f} MiB)")


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    lines = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(next(lines).split()[1]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
