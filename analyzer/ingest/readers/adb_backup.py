"""`adb backup` of the telephony provider: the .ab file, a message file out of it, or its JSON.

Reference: AOSP TelephonyBackupAgent.java: d_f/NNNNNN_sms_backup and _mms_backup, each a deflated
JSON array of at most 1,000 messages, values as strings, nulls left out. Neither service center
nor SIM is written.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

from analyzer.ingest.android_backup import MAGIC, MIUI_MAGIC, BackupRefusedError, opened_backup
from analyzer.ingest.json_items import json_items
from analyzer.ingest.json_records import EACH, JsonHead, Path, json_head
from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    ProblemKind,
    Reader,
    Record,
)
from analyzer.ingest.source import Head, Source
from analyzer.ingest.unpacking import Budget, Part, TarMembers, as_stream, blocks, inflated
from analyzer.texts import Text

_MESSAGES = re.compile(r"apps/com\.android\.providers\.telephony/d_f/\d+_[sm]ms_backup")
_MAGICS = (MAGIC.encode() + b"\n", MIUI_MAGIC.encode() + b"\n")
# Reference: RFC 1950, the second byte for each compression level, window of 32 KB.
_DEFLATED = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MMS_KEYS = frozenset(("m_type", "msg_box", "mms_body", "mms_addresses"))


def sniff(head: Head) -> bool:
    """Tell whether the log is a backup, a message file out of one, or its JSON."""
    if head.data.startswith(_MAGICS):
        return True
    if head.data.startswith(_DEFLATED):
        return _is_message_file(_inflated_head(head.data))
    return _is_message_file(head.json)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per message."""
    head = source.head()
    if head.data.startswith(_MAGICS):
        yield from _backup(source)
    elif head.json is None:
        with source.open() as stream:
            budget = Budget()
            yield from _inflated(source, blocks(stream, budget), budget)
    else:
        yield from _messages(source)


def _is_message_file(json: JsonHead | None) -> bool:
    if json is None or json.opening != "[":
        return False
    return "date" in json.keys and not {"recipients", "self_phone"}.isdisjoint(json.keys)


def _inflated_head(data: bytes) -> JsonHead | None:
    try:
        start = zlib.decompressobj().decompress(data, 1 << 16)
    except zlib.error:
        return None
    return json_head(start.decode("utf-8", "replace"))


def _inflated(source: Source, packed: Iterator[bytes], budget: Budget) -> Iterator[Item]:
    """Yield the messages of one deflated file."""
    content = Source(source.name, lambda: as_stream(inflated(packed, budget)))
    yield from _messages(content)
    source.failure = source.failure or content.failure


def _backup(source: Source) -> Iterator[Item]:
    found = False
    budget = Budget()
    with source.open() as stream:
        try:
            tar = TarMembers(opened_backup(stream, source.name, budget))
        except BackupRefusedError as refused:
            yield refused.problem
            return
        for member in tar:
            if _MESSAGES.fullmatch(member.name):
                found = True
                yield from _member(source, member.part, budget)
    if not tar.complete:
        yield Problem("truncated", ProblemKind.TRUNCATED)
    elif not found:
        yield Problem("backup_without_messages")


def _member(source: Source, part: Part, budget: Budget) -> Iterator[Item]:
    """Yield the messages of one file; a file that ends early costs only its own end."""
    for item in _inflated(source, blocks(part), budget):
        if not (isinstance(item, Problem) and item.kind == ProblemKind.TRUNCATED):
            yield item
        elif part.left == 0:
            yield Problem("damaged_member")


def _messages(source: Source) -> Iterator[Item]:
    return json_items(source, {(EACH,)}, _record)


def _record(_: Path, row: dict[str, Any]) -> Iterator[Item]:
    yield Record(Kind.SMS if _MMS_KEYS.isdisjoint(row) else Kind.MMS, row)


READER = Reader(
    name="adb_backup",
    title="adb backup of the telephony provider (.ab, MIUI .bak, d_f/*_sms_backup)",
    carries=Carries(sent_at=True),
    evidence=Evidence("device", "2026-08"),
    sniff=sniff,
    read=read,
    columns={
        "sender": "address",
        "received_at": "date",
        "sent_at": "date_sent",
        "direction": "type",
        "body": "body",
        "read": "read",
    },
    export=Text(
        "Turn on USB debugging and run: adb backup -f sms.ab com.android.providers.telephony "
        "(Android 12 and newer often give an empty backup). A password is asked for at the "
        "terminal or taken from SMS_ANALYZER_BACKUP_PASSWORD.",
        "打开 USB 调试并运行：adb backup -f sms.ab com.android.providers.telephony（Android 12 "
        "及以上常得到空备份）。密码在终端输入，或取自 SMS_ANALYZER_BACKUP_PASSWORD。",
    ),
    remark=Text(
        "Names neither the service center nor the SIM. A full backup may lack the oldest "
        "messages: Android limits its size.",
        "不含短信中心号码和 SIM 卡。备份大小受 Android 限制，最早的短信可能缺失。",
    ),
)
