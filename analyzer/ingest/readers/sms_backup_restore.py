"""SMS Backup & Restore (SyncTech, earlier Carbonite): one XML file, <smses> or <calls>.

Reference: synctech.com.au, "Fields in XML backup files"; seen in published exports. Times of
messages are milliseconds. The root's backup_date (milliseconds, since about version 10) is when
the backup was made. MMS are counted, never read: the content of <parts>, which can be
gigabytes of base64, is dropped before the XML parser sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.ingest.ahead import ahead
from analyzer.ingest.provider import COLUMNS, VENDOR_COLUMNS
from analyzer.ingest.records import (
    Announced,
    Carries,
    Evidence,
    Exported,
    Item,
    Kind,
    Reader,
    Record,
)
from analyzer.ingest.regular_records import RegularRecords
from analyzer.ingest.source import Head, Source
from analyzer.ingest.xml_items import xml_items
from analyzer.ingest.xml_layout import xml_notation
from analyzer.ingest.xml_tags import Tag
from analyzer.texts import Text

_ROOT = re.compile(r"<(smses|calls)[\s>/]")
_KINDS = {"sms": Kind.SMS, "call": Kind.CALL}
# Google Messages mirrors RCS chats as MMS rows without size or content type of MMS.
_RCS_TRANSACTION = "proto:"


def sniff(head: Head) -> bool:
    """Tell whether the log's root element is <smses> or <calls>."""
    if not head.text.lstrip().startswith("<"):
        return False
    found = _ROOT.search(head.text)
    return bool(found) and "<allsms" not in head.text[: found.start() if found else 0]


def read(source: Source) -> Iterator[Item]:
    """Yield the records of a backup, regular messages in blocks."""
    regular = RegularRecords(xml_notation("sms"), COLUMNS.values(), foreign=VENDOR_COLUMNS)
    return ahead(xml_items(source, interpreted, "parts", regular), source.size)


def interpreted(tag: Tag) -> Iterator[Record | Announced | Exported]:
    """Yield what a start tag says: a message, a call, an MMS, the announced count, the date."""
    if tag.name in _KINDS:
        yield Record(_KINDS[tag.name], tag.attributes)
    elif tag.name == "mms":
        is_rcs = tag.attributes.get("tr_id", "").startswith(_RCS_TRANSACTION)
        yield Record(Kind.RCS if is_rcs else Kind.MMS, tag.attributes)
    elif tag.name in ("smses", "calls"):
        count = tag.attributes.get("count", "")
        if count.isascii() and count.isdigit() and len(count) < 12:
            yield Announced(int(count))
        if "backup_date" in tag.attributes:
            yield Exported(tag.attributes["backup_date"])


READER = Reader(
    name="sms_backup_restore",
    title="SMS Backup & Restore (XML)",
    carries=Carries(sent_at=True, service_center=True, sim=True),
    evidence=Evidence("device", "2026-08"),
    sniff=sniff,
    read=read,
    columns=COLUMNS,
    export=Text(
        "Install SMS Backup & Restore, choose Back up now, tick Messages, save to the phone, "
        "and copy sms-....xml (or the .zip) from it.",
        "安装 SMS Backup & Restore，点“立即备份”，勾选“短信”，保存到手机，再把 sms-….xml"
        "（或 .zip）复制出来。",
    ),
)
