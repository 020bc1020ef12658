"""One value of 64 MB in a log of each format: peak memory, seconds, and what became of it.

    python fuzz/huge.py                     every case, 64 MB
    python fuzz/huge.py 16 qksms titanium   these formats, 16 MB

The value stands in the first record or in a later one. Each log is read in a process of its own;
MB is what reading adds to the peak memory of the process (Linux), lost what is missing of the
other records.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "ingest" / "fixtures"
MEBIBYTE = 1 << 20
TOLD, LATER = "Lunch at noon?", "Your Example Bank code is 481516. Do not share it."


class Case(NamedTuple):
    """A fixture and the texts in its first and in a later record, or a database's column."""

    fixture: str
    first: str = TOLD
    later: str = LATER


CASES = (
    Case("adb_backup/story.json"),
    Case("appium/story.txt"),
    Case("blocked_log/english.csv", "Your Example verification", "【Example】Code"),
    Case("blocked_log/lines.jsonl", "Your Example verification", "【Example】Code"),
    Case("bugle_db/story.db", "parts", "text"),
    Case("content_query/story.txt"),
    Case("content_query_mixed/spam_messages.txt", "Your Example code", "【Example】Code"),
    Case("content_query_siminfo/two_sims.txt", "Example Mobile", "Test Telecom"),
    Case("dumpsys_isms/isms.txt", "DeliveringState", "DeliveringState"),
    Case("dumpsys_isub/android_14.txt", "示例移动", "Emergency calls only"),
    Case("fossify/story.json"),
    Case("generic_csv/android_columns.csv"),
    Case("gosms/story.xml"),
    Case("huawei_blocked/harassment.db", "interception_messages_backup", "body"),
    Case("miui_antispam/AntiSpam.db", "fwlog", "data1"),
    Case("mmssms_db/story.db", "sms", "body"),
    Case("nekosms/nekosms.db", "blocked_messages", "body"),
    Case("qihoo360/blocksystem.db", "blocksystem", "block_msg"),
    Case("qksms/story.json"),
    Case("radio_logcat/radio_year_zone.txt", "UNSOL_RESPONSE_NEW_SMS", "is blocked"),
    Case("request_log/english.csv", "login", "second try"),
    Case("sim_map/english.csv", "Example Mobile", "Example Unicom"),
    Case("simple_sms_messenger/story.json"),
    Case("smart_switch/story.json"),
    Case("sms_backup_plus/story.mbox", "THVuY2gg", "WW91ciBF"),
    Case("sms_backup_restore/story.xml"),
    Case("sms_import_export/story.zip"),
    Case("sms_import_export_v1/story.json"),
    Case("smsforwarder_db/story.db", "Msg", "content"),
    Case("spamblocker/history.json", "[Example] Your code", "【示例】验证码"),
    Case("super_backup/story.xml"),
    Case("telephony_db/two_sims.db", "siminfo", "display_name"),
    Case("termux/story.json"),
    Case("titanium/story.xml", LATER, "Your Example Bank code is 234200"),
)


def log_with(case: Case, is_first: bool, size: int, folder: Path) -> Path:
    """Write the case's fixture with one value of `size` bytes in it; return its path."""
    fixture = FIXTURES / case.fixture
    path = folder / "log"
    if fixture.suffix == ".db":
        shutil.copyfile(fixture, path)
        connection = sqlite3.connect(path)
        chosen = "min" if is_first else "max"
        connection.execute(
            f'UPDATE "{case.first}" SET "{case.later}" = ? '
            f'WHERE rowid = (SELECT {chosen}(rowid) FROM "{case.first}")',
            ("A" * size,),
        )
        connection.commit()
        connection.close()
        return path
    data = fixture.read_bytes()
    if fixture.suffix == ".zip":
        with zipfile.ZipFile(fixture) as archive:
            data = archive.read("messages.ndjson")
    marker = (case.first if is_first else case.later).encode()
    before, found, behind = data.partition(marker)
    if not found:
        raise SystemExit(f"{case.fixture} does not hold {marker.decode()}")
    with path.open("wb") as out:
        out.write(before)
        for _ in range(size >> 16):
            out.write(b"A" * (1 << 16))
        out.write(found + behind)
    return path


def untouched(case: Case, folder: Path) -> Path:
    """Return the path of the case's log as it is."""
    if case.fixture.endswith(".zip"):
        return log_with(case, True, 0, folder)
    return FIXTURES / case.fixture


def told(path: Path) -> dict[str, object]:
    """Read a log in this process; return peak memory added, seconds and the account."""
    from analyzer.ingest import IngestOptions, ingest
    from analyzer.ingest.records import Role

    before, start = _peak_mib(), time.process_time()
    found = ingest([(path, Role.MESSAGES)], IngestOptions(tz="UTC"))
    (account,) = found.accounts
    return {
        "mib": _peak_mib() - before,
        "seconds": time.process_time() - start,
        "records": account.records,
        "rejected": account.rejected,
        "said": [problem.sentence() for problem in account.problems],
    }


def told_apart(path: Path) -> dict[str, object]:
    """Read a log in a process of its own."""
    command = [sys.executable, __file__, "--read", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"mib": -1, "seconds": -1, "records": 0, "rejected": 0, "said": [done.stderr[-300:]]}
    told: dict[str, object] = json.loads(done.stdout)
    return told


def _peak_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    lines = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(next(lines).split()[1]) / 1024


def main(mebibytes: int, formats: list[str]) -> None:
    """Measure each case and print a line for it."""
    print(f"{'log':40} {'place':6} {'MB':>6} {'s':>6} {'records':>9} {'rejected':>8}  said")
    for case in CASES:
        if formats and case.fixture.split("/")[0] not in formats:
            continue
        with tempfile.TemporaryDirectory() as folder:
            whole = told(untouched(case, Path(folder)))["records"]
            for place in ("first", "later"):
                path = log_with(case, place == "first", mebibytes * MEBIBYTE, Path(folder))
                one = told_apart(path)
                said = "; ".join(map(str, one["said"]))[:150]  # type: ignore[call-overload]
                print(
                    f"{case.fixture:40} {place:6} {one['mib']:6.0f} {one['seconds']:6.1f} "
                    f"{one['records']:>4}/{whole:<4} {one['rejected']:>8}  {said}",
                    flush=True,
                )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        print(json.dumps(told(Path(sys.argv[2]))))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 64, sys.argv[2:])
