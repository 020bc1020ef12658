"""`adb shell dumpsys isub`: the phone's SIMs, as user builds print them.

Reference: AOSP SubscriptionManagerService.dump (Android 14+: [SubscriptionInfoInternal: id=..
iccId=..]) and SubscriptionInfo.toString (before: {id=.., iccId=..}). Names may hold spaces, so a
value ends where the next known key starts. Numbers are hidden, ICCIDs cut to nine digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from analyzer.ingest.log_lines import bounded_lines
from analyzer.ingest.records import Carries, Evidence, Item, Problem, Reader, Role
from analyzer.ingest.siminfo import SIM_COLUMNS, sim_record
from analyzer.ingest.source import Head, Source
from analyzer.texts import Text

_ENTRY = re.compile(r"\[SubscriptionInfoInternal:[^\n\]]*\]?|\{id=\d+,? iccId=[^\n}]*\}?")
_KEY = re.compile(r"[\s,\[{:]([A-Za-z]\w*)=")
_NAMES = {
    "id": "_id",
    "simSlotIndex": "sim_id",
    "displayName": "display_name",
    "carrierName": "carrier_name",
    "mccString": "mcc_string",
    "mncString": "mnc_string",
    "mcc": "mcc_string",
    "mnc": "mnc_string",
    "iccId": "icc_id",
    "number": "number",
}


def sniff(head: Head) -> bool:
    """Tell whether the log holds subscription entries."""
    return bool(_ENTRY.search(head.text))


def read(source: Source) -> Iterator[Item]:
    """Yield one record per subscription, however often the dump repeats it."""
    seen: set[str] = set()
    with source.text() as chunks:
        entries = (entry for line, _ in bounded_lines(chunks) for entry in _ENTRY.findall(line))
        for values in map(_values, entries):
            if values.get("_id") and values["_id"] not in seen:
                seen.add(values["_id"])
                yield sim_record(values)
    if not seen:
        yield Problem("no_records")


def _values(entry: str) -> dict[str, str]:
    values: dict[str, str] = {}
    keys = list(_KEY.finditer(entry))
    for key, following in zip_longest(keys, keys[1:]):
        end = following.start() if following else len(entry)
        value = entry[key.end() : end].strip(" ,]}")
        name = _NAMES.get(key[1])
        if name and value not in ("", "null"):
            values.setdefault(name, value)
    return values


READER = Reader(
    name="dumpsys_isub",
    title="adb shell dumpsys isub (text, SIM map)",
    carries=Carries(sim=True),
    evidence=Evidence("documented", "2024-01"),
    sniff=sniff,
    read=read,
    columns=SIM_COLUMNS,
    role=Role.SIMS,
    export=Text(
        "Run: adb shell dumpsys isub > sims.txt",
        "运行：adb shell dumpsys isub > sims.txt",
    ),
    remark=Text(
        "Layout known from Android's source and published dumps; phones may print it differently.",
        "布局来自 Android 源码和公开的输出；不同手机可能有差异。",
    ),
)
