"""What is said of a cause: a verdict, what it rests on, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from analyzer.ingest import LogAccount
from analyzer.schema import EVENT_SCHEMA, Verdict
from analyzer.texts import Text


@dataclass(frozen=True)
class Case:
    """What the causes are examined on.

    `table` is the message table with all derived columns, `attempts` the attempt table,
    `accounts` what became of every log; `has_requests` tells whether a request log was given;
    `events` is what the phone's own logs tell of messages that reached it.
    """

    table: pa.Table
    attempts: pa.Table
    accounts: list[LogAccount]
    has_requests: bool
    events: pa.Table = field(default_factory=EVENT_SCHEMA.empty_table)


@dataclass(frozen=True)
class Statement:
    """What the logs say of one cause, before advice is added.

    `evidence` are sentences with their counts, `messages` the message ids they rest on, `rivals`
    the causes that the same evidence supports equally, `systems` and `carriers` whom the
    advice should address.
    """

    verdict: Verdict
    evidence: tuple[Text, ...] = ()
    messages: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One cause with its verdict: name, evidence, rivals, advice, and the export that decides."""

    cause: str
    title: Text
    verdict: Verdict
    best: Verdict
    evidence: tuple[Text, ...]
    messages: tuple[str, ...]
    rivals: tuple[str, ...]
    advice: tuple[Text, ...]
    decided_by: Text
    examined: bool = field(default=True)
