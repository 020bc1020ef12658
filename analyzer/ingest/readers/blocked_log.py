"""Our blocked log (CSV or JSON Lines), for phones that cannot export theirs.

Two columns are required, received_at and sender, so that a list typed from the screen works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analyzer.ingest.records import (
    Carries,
    Evidence,
    Item,
    Kind,
    Problem,
    Reader,
    Record,
    Role,
)
from analyzer.ingest.source import Head, Source
from analyzer.ingest.written_table import (
    WrittenTable,
    header_columns,
    header_words,
    meaning,
    meaning_within,
    slot_of,
    written_rows,
)
from analyzer.schema import BlockReason, Folder
from analyzer.texts import Text

_TABLE = WrittenTable("blocked", Kind.SMS, ("received_at", "sender"))
_OWN_COLUMNS = frozenset(("reason", "reason_raw", "matched_rule", "restored", "source"))
# Columns that message exports have and a blocked log has not.
_FOREIGN = frozenset(
    (
        *("type", "date_sent", "direction", "requested_at", "_id", "thread_id"),
        *("类型", "短信类型", "方向", "收发", "類型"),
    )
)
_REASONS = frozenset(reason.value for reason in BlockReason)


def sniff(head: Head) -> bool:
    """Tell whether the header names blocked messages: time and sender, or a reason for them."""
    if not _FOREIGN.isdisjoint(header_words(head)):
        return False
    columns = header_columns(head, _TABLE.name)
    if {"received_at", "sender"} <= columns:
        return True
    return len(columns) >= 2 and "sender" in columns and not _OWN_COLUMNS.isdisjoint(columns)


def read(source: Source) -> Iterator[Item]:
    """Yield one record per blocked message."""
    odd_sims: list[str] = []
    for item in written_rows(source, _TABLE):
        if isinstance(item, Record):
            sim = item.values.get("sim")
            if sim is not None and slot_of(sim) is None:
                odd_sims.append(str(sim))
            yield Record(Kind.SMS, _blocked(item.values))
        else:
            yield item
    if odd_sims:
        details: dict[str, object] = {"count": len(odd_sims), "value": odd_sims[0]}
        yield Problem("unknown_sim", details=details)


def _blocked(row: Mapping[str, Any]) -> dict[str, Any]:
    written = row.get("reason_raw") or row.get("reason")
    reason = meaning("reason", row.get("reason"))
    if reason not in _REASONS:
        reason = meaning_within("reason", row.get("reason_raw") or row.get("reason"))
    rule = ": ".join(str(part) for part in (written, row.get("matched_rule")) if part)
    return {
        **row,
        # A sender is required, but "unknown" and an empty cell are honest answers.
        "folder": Folder.BLOCKED,
        "sim_slot": slot_of(row.get("sim")),
        "blocked_by": str(row["source"]).lower() if row.get("source") else None,
        "block_reason": reason if reason in _REASONS else BlockReason.UNKNOWN,
        "block_rule": rule or None,
        "restored": row.get("restored"),
    }


READER = Reader(
    name="blocked_log",
    title="Blocked log of this project (CSV, JSON Lines)",
    carries=Carries(sent_at=True, sim=True, blocked=True),
    evidence=Evidence("source", "2026-11"),
    sniff=sniff,
    read=read,
    columns={
        name: name
        for name in (
            *("sender", "received_at", "sent_at", "body", "sim_slot", "folder"),
            *("blocked_by", "block_reason", "block_rule", "restored"),
        )
    },
    role=Role.BLOCKED,
    required=("received_at",),
    folder=Folder.BLOCKED,
    export=Text(
        "Open the phone's list of blocked messages and type or copy it into a table with the "
        "columns received_at, sender, body, reason (a spreadsheet saved as CSV will do).",
        "打开手机的拦截记录，把内容录入或复制到表格，列名为 时间、号码、内容、原因"
        "（电子表格另存为 CSV 即可）。",
    ),
)
