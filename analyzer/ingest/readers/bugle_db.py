"""bugle_db: the SQLite database of Google Messages and of AOSP Messaging.

Reference: AOSP packages/apps/Messaging, datamodel/DatabaseHelper.java and MessageData.java;
Google's schema is a superset, known from other programs that read it. sent_timestamp is the
service center's time for received SMS. The database says whom the user blocks now, not since
when, and not where a message was put when it came: messages stay in the inbox, the mark is kept as
the rule.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from analyzer.ingest.database import LogDatabase, columns, is_cut, readable_copy, rows
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
from analyzer.schema import Direction
from analyzer.texts import Text

_NEEDED = {
    "messages": {"_id", "conversation_id", "sender_id", "received_timestamp", "message_status"},
    "participants": {"_id", "sub_id", "normalized_destination"},
    "conversations": {"_id"},
    "parts": {"message_id", "text"},
}
_MESSAGE = (
    *("_id", "conversation_id", "sender_id", "self_id", "sent_timestamp", "received_timestamp"),
    *("message_protocol", "message_status", "read", "seen"),
)
# Reference: AOSP MessageData PROTOCOL_*; values above are what Google's app uses for RCS.
_PROTOCOLS = {0: Kind.SMS, 1: Kind.MMS, 2: Kind.MMS}
# Reference: AOSP MessageData BUGLE_STATUS_*.
_DIRECTIONS = {
    1: Direction.SENT,
    2: Direction.SENT,
    3: Direction.DRAFT,
    4: Direction.QUEUED,
    5: Direction.OUTBOX,
    6: Direction.OUTBOX,
    7: Direction.QUEUED,
    8: Direction.FAILED,
    9: Direction.FAILED,
    100: Direction.RECEIVED,
}
_MARKS = ("blocked", "is_spam")
_NUMBER = re.compile(r"\+?[\d\s().-]{3,}")

People = Mapping[object, Mapping[str, Any]]
Others = Mapping[object, str | None]


def sniff(head: Head) -> bool:
    """Tell whether the database has messages, participants, conversations and parts."""
    return all(names <= head.tables.get(table, frozenset()) for table, names in _NEEDED.items())


def read(source: Source) -> Iterator[Item]:
    """Yield one record per message."""
    with source.database() as copy, readable_copy(copy) as connection:
        try:
            yield from _messages(connection, is_cut(copy))
        except sqlite3.DatabaseError as error:
            details: dict[str, object] = {"reason": str(error)}
            yield Problem("damaged_database", ProblemKind.TRUNCATED, details=details)


def _messages(connection: LogDatabase, cut: bool) -> Iterator[Item]:
    people = {row["_id"]: row for row in rows(connection, "participants")}
    others = _others(connection, people)
    texts = _Texts(connection)
    blocked_now = 0
    for row in rows(connection, "messages", _MESSAGE):
        body = texts.of(row["_id"])
        if cut and _is_torn(row, people, others, body):
            details: dict[str, object] = {"reason": "a part of it lies behind the cut"}
            yield Problem("damaged_record", ProblemKind.REJECTED, details=details)
            continue
        record = _record(row, people, others, body)
        blocked_now += record.kind == Kind.SMS and "block_rule" in record.values
        yield record
    yield from connection.notes()
    if blocked_now:
        yield Problem("blocked_since_unknown", details={"count": blocked_now})
    if cut:
        raise sqlite3.DatabaseError("pages are missing at its end")


def _record(row: Mapping[str, Any], people: People, others: Others, body: str | None) -> Record:
    direction = _DIRECTIONS.get(row["message_status"])
    received = direction == Direction.RECEIVED
    sender = people.get(row["sender_id"], {})
    own = people.get(row.get("self_id"), {})
    values = {
        "sender": _address(sender) if received else others.get(row["conversation_id"]),
        "received_at": row["received_timestamp"],
        "sent_at": row.get("sent_timestamp") if received else None,
        "direction": direction,
        "body": body,
        "sub_id": own.get("sub_id"),
        "sim_slot": own.get("sim_slot_id"),
        "read": row.get("read"),
        "seen": row.get("seen"),
    }
    if received:
        values |= _marks(sender)
    return Record(_PROTOCOLS.get(row.get("message_protocol") or 0, Kind.RCS), values)


def _is_torn(row: Mapping[str, Any], people: People, others: Others, body: str | None) -> bool:
    """Tell whether another table lost what belongs to a message of a database that is cut."""
    if _DIRECTIONS.get(row["message_status"]) == Direction.RECEIVED:
        whole = row["sender_id"] in people
    else:
        whole = row["conversation_id"] in others
    return not whole or body is None or "\0" in body


def _address(person: Mapping[str, Any]) -> object:
    return person.get("send_destination") or person.get("normalized_destination")


def _marks(sender: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the database says of a sender today, as the rule; it tells nothing of then."""
    marked = [f"participants.{column}=1" for column in _MARKS if sender.get(column) == 1]
    return {"block_rule": ", ".join(marked)} if marked else {}


def _others(connection: LogDatabase, people: People) -> Others:
    """Return the other party of each conversation that has exactly one."""
    found: dict[object, str | None] = {}
    for row in rows(connection, "conversations"):
        name = row.get("participant_normalized_destination") or row.get("name")
        is_number = isinstance(name, str) and _NUMBER.fullmatch(name)
        found[row["_id"]] = str(name) if is_number else None
    members: dict[Any, list[Any]] = {}
    if columns(connection, "conversation_participants"):
        for row in rows(connection, "conversation_participants"):
            members.setdefault(row.get("conversation_id"), []).append(row.get("participant_id"))
    sizes = Counter({conversation: len(ids) for conversation, ids in members.items()})
    for conversation, ids in members.items():
        address = _address(people.get(ids[0], {}))
        if sizes[conversation] == 1 and address:
            found[conversation] = str(address)
    return found


class _Texts:
    """The texts of messages, read beside them in the order of their ids."""

    def __init__(self, connection: LogDatabase) -> None:
        parts = rows(connection, "parts", ("message_id", "text", "_id"), ("message_id", "_id"))
        texts = (part for part in parts if isinstance(part["message_id"], int) and part["text"])
        self._groups = groupby(texts, key=itemgetter("message_id"))
        self._next: tuple[object, str] | None = None
        self._read()

    def of(self, message: object) -> str | None:
        """Return the text of a message; ids must be asked for in ascending order."""
        while isinstance(message, int) and self._next and int(str(self._next[0])) < message:
            self._read()
        return self._next[1] if self._next and self._next[0] == message else None

    def _read(self) -> None:
        message, parts = next(self._groups, (None, ()))
        text = "\n".join(str(part["text"]) for part in parts)
        self._next = None if message is None else (message, text)


READER = Reader(
    name="bugle_db",
    title="Google Messages / AOSP Messaging bugle_db (SQLite, rooted phones)",
    carries=Carries(sent_at=True, sim=True),
    evidence=Evidence("source", "2021-12"),
    sniff=sniff,
    read=read,
    columns={
        name: name
        for name in (
            *("sender", "received_at", "sent_at", "direction", "body", "sub_id", "sim_slot"),
            *("read", "seen", "block_rule"),
        )
    },
    export=Text(
        "On a rooted phone copy bugle_db with its -wal file from "
        "/data/data/com.google.android.apps.messaging/databases/.",
        "在已 root 的手机上，从 /data/data/com.google.android.apps.messaging/databases/ 复制 "
        "bugle_db（连同 -wal 文件）。",
    ),
    remark=Text(
        "Layout known from AOSP's source; Google's own additions (spam, RCS) from other programs, "
        "not seen in a real file. It says whom the user blocks now, not whether a message was "
        "blocked when it came: its messages count as received.",
        "布局来自 AOSP 源码；Google 的扩展（垃圾短信、RCS）来自其他程序，未见真实文件。"
        "它只说明现在拦截了谁，不说明短信到达时是否被拦截：其中的短信按已收到计算。",
    ),
)
