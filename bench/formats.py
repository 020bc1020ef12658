"""CPU seconds to read the same invented messages from each main format.

Usage: python bench/formats.py [MESSAGES]    (default 100000)

Reading is to Arrow tables with the account, no duplicates removed. The second column is the same
with twice the messages, as a ratio: about 2 where the time grows with the size.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import runpy
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_OTHERS = runpy.run_path(str(Path(__file__).with_name("one_phone.py")))
Phone = list[dict[str, Any]]
NAMES = ("_id", "address", "date", "date_sent", "type", "body", "service_center", "sub_id")


def version_1(phone: Phone) -> Iterator[str]:
    """Yield the array of SMS Import / Export, version 1."""
    known = ({name: str(row[name]) for name in NAMES if row[name] is not None} for row in phone)
    yield json.dumps([{"thread_id": "1", "display_name": "A"} | row for row in known], indent=2)


def fossify(phone: Phone) -> Iterator[str]:
    """Yield the array of Fossify Messages."""
    names = {"date_sent": "dateSent", "sub_id": "subscriptionId", "service_center": "serviceCenter"}
    rows = ({names.get(name, name): row[name] for name in NAMES[1:]} for row in phone)
    yield json.dumps([row | {"backupType": "sms", "read": 1} for row in rows], ensure_ascii=False)


def content_query(phone: Phone) -> Iterator[str]:
    """Yield the output of adb shell content query."""
    for number, row in enumerate(phone):
        shown = ("NULL" if row[name] is None else row[name] for name in NAMES)
        values = ", ".join(f"{name}={value}" for name, value in zip(NAMES, shown, strict=True))
        yield f"Row: {number} {values}\n"


def table(phone: Phone) -> Iterator[str]:
    """Yield a CSV table with Android's column names."""
    out = io.StringIO()
    writer = csv.DictWriter(out, NAMES, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(phone)
    yield out.getvalue()


def mbox(phone: Phone) -> Iterator[str]:
    """Yield the mail box of SMS Backup+."""
    for row in phone:
        text = base64.b64encode(row["body"].encode()).decode()
        yield (
            "From MAILER Thu Jan  1 00:00:00 2026\n"
            f"X-smssync-address: {row['address']}\nX-smssync-datatype: SMS\n"
            f"X-smssync-type: {row['type']}\nX-smssync-date: {row['date']}\n"
            f"X-smssync-id: {row['_id']}\nSubject: SMS with {row['address']}\n"
            "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n"
            f"{text}\n\n"
        )


def spamblocker(phone: Phone) -> Iterator[str]:
    """Yield the history of SpamBlocker."""
    texts = [
        {
            "id": row["_id"],
            "peer": row["address"],
            "time": row["date"],
            "result": 11,
            "reason": "",
            "simSlot": 0,
            "extraInfo": row["body"],
            "isTest": False,
        }
        for row in phone
    ]
    yield json.dumps({"categories": {"all": []}, "historyLogs": {"calls": [], "texts": texts}})


def write_database(phone: Phone, path: Path) -> None:
    """Write mmssms.db."""
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE sms (_id INTEGER PRIMARY KEY, {', '.join(NAMES[1:])}, read)")
    marks = ", ".join("?" * len(NAMES))
    rows = (tuple(row[name] for name in NAMES) for row in phone)
    connection.executemany(f"INSERT INTO sms ({', '.join(NAMES)}) VALUES ({marks})", rows)
    connection.commit()
    connection.close()


TEXTS: dict[str, Callable[[Phone], Iterator[str]]] = {
    "sms_backup_restore": _OTHERS["xml"],
    "sms_import_export": _OTHERS["ndjson"],
    "sms_import_export_v1": version_1,
    "qksms": _OTHERS["qksms"],
    "fossify": fossify,
    "content_query": content_query,
    "generic_csv": table,
    "sms_backup_plus": mbox,
    "spamblocker": spamblocker,
    "mmssms_db": lambda _: iter(()),
}


def seconds_to_read(path: Path, format_name: str, messages: int) -> float:
    """Return the CPU seconds of reading a log batch by batch; fail if a message is missing."""
    from analyzer.ingest.account import LogAccount
    from analyzer.ingest.reading import LogReading
    from analyzer.ingest.registry import claimant
    from analyzer.ingest.source import plain
    from analyzer.ingest.times import LocalTime

    start = time.process_time()
    source = plain(path, path.name)
    reader = claimant(source.head())
    if reader is None or reader.name != format_name:
        raise SystemExit(f"{format_name}: claimed by {reader and reader.name}")
    account = LogAccount(path.name, str(path), "messages", "phone")
    reading = LogReading(reader, source, account, LocalTime("UTC"))
    kept = sum(rows.num_rows for rows in reading.tables())
    if kept != messages:
        raise SystemExit(f"{format_name}: {kept} of {messages} messages")
    return time.process_time() - start


def main(messages: int) -> None:
    """Write, read and print each format."""
    print(f"{'format':22} {'MB':>6} {'CPU s':>6} {'twice':>6}   ({messages:,} messages)")
    phone: Phone = _OTHERS["invented_phone"](2 * messages)
    with tempfile.TemporaryDirectory() as folder:
        for name, written in TEXTS.items():
            took = []
            for size in (messages, 2 * messages):
                path = Path(folder) / f"{name}-{size}"
                if name == "mmssms_db":
                    write_database(phone[:size], path)
                else:
                    path.write_text("".join(written(phone[:size])), encoding="utf-8")
                took.append(seconds_to_read(path, name, size))
                megabytes = path.stat().st_size / 2e6
                path.unlink()
            print(f"{name:22} {megabytes:6.1f} {took[0]:6.2f} {took[1] / took[0]:6.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
