"""What a reader is and what it yields: records, problems, announced counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from analyzer.schema import Folder
from analyzer.texts import Language, Text, catalog

if TYPE_CHECKING:
    from analyzer.ingest.source import Head, Source


BATCH_ROWS = 8192


class Kind(StrEnum):
    """What a record is. Only SMS become messages; the others are counted."""

    SMS = "sms"
    MMS = "mms"
    RCS = "rcs"
    CALL = "call"
    INCOMPLETE_PART = "incomplete_part"
    BLOCKED_NUMBER = "blocked_number"
    REQUEST = "request"
    SIM = "sim"
    EVENT = "event"
    SERVICE_MESSAGE = "service_message"
    TEST = "test"
    NOTIFICATION = "notification"


class Record(NamedTuple):
    """One entry of a log, before normalization.

    `values` is what the log says, under the log's own names; the reader's `columns` tell which
    of them are ours, and `conform` alone decides types, units, null words and time zones.
    """

    kind: Kind
    values: Mapping[str, Any]


class ProblemKind(StrEnum):
    """What a problem means for the records of its log."""

    REJECTED = "rejected"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    NOTE = "note"


class Problem(NamedTuple):
    """Something wrong in a log, as a value that flows beside the records.

    `what` names a text in data/problems.csv, `details` fills its placeholders (a mapping in it
    counts kinds of records); `record` is the
    ordinal of the record (from 1), `byte` a position in the unpacked log, `raw` the start of a
    rejected record: its text, or the starts of its values where they could be told apart.
    """

    what: str
    kind: ProblemKind = ProblemKind.NOTE
    record: int | None = None
    byte: int | None = None
    field: str | None = None
    details: Mapping[str, object] = {}
    raw: str | Mapping[str, str] | None = None
    log: str = ""

    def sentence(self, language: Language = "en") -> str:
        """Return what is wrong, where, in one sentence."""
        text = _text(self.what).get(language).format_map(_written(self.details, language))
        return f"{self.log}: {self.position(language)}{text}" if self.log else text

    def remedy(self, language: Language = "en") -> str:
        """Return what the user can do, in one sentence."""
        text = _text(self.what + ".remedy").get(language)
        return text.format_map(_written(self.details, language))

    def position(self, language: Language = "en") -> str:
        """Return the place in the log as words that precede the sentence, or ""."""
        record = "record {:,}" if language == "en" else "第 {:,} 条记录"
        byte = "byte {:,}" if language == "en" else "第 {:,} 字节"
        places = [
            words.format(place)
            for words, place in ((record, self.record), (byte, self.byte))
            if place is not None
        ]
        return f"{', '.join(places)}: " if places else ""


def _text(what: str) -> Text:
    return catalog("analyzer.ingest.data", "problems.csv")[what]


def _written(details: Mapping[str, object], language: Language) -> dict[str, str]:
    """Return details as words: numbers grouped, counts of kinds with the names of the kinds."""
    kinds = catalog("analyzer.ingest.data", "kinds.csv")
    written: dict[str, str] = {}
    for name, value in details.items():
        if isinstance(value, Mapping):
            written[name] = ", ".join(f"{kinds[k].get(language)}: {n:,}" for k, n in value.items())
        else:
            written[name] = f"{value:,}" if isinstance(value, int) else str(value)
    return written


class Announced(NamedTuple):
    """The number of records that a log says it holds."""

    records: int


class Exported(NamedTuple):
    """When the log says it was made, as it writes it: what it does not hold had not come by then.

    Only what the exporter wrote counts, never the time of a file, which copying changes.
    """

    at: object


class Zone(NamedTuple):
    """The time zone that a log names for its own times."""

    name: str


class Block(NamedTuple):
    """Messages that lie together in a log, in columns: what as many records say.

    `columns` are under the log's own names; `ordinals` say which records of the block the
    rows are, from 1. `whole` holds, by row, the records that say more than the columns. Of the
    `records` of the block those that are no messages are counted in `others` or told in `notes`,
    with their ordinals in the block. `legal` says that no text of the columns holds a character
    that a message cannot have.
    """

    columns: Mapping[str, pa.Array | list[Any]]
    ordinals: np.ndarray
    whole: Mapping[int, Mapping[str, Any]]
    records: int
    others: Mapping[Kind, int]
    notes: Sequence[Problem | Announced | Exported]
    legal: bool = False


def whole_block(
    columns: Mapping[str, pa.Array | list[Any]], count: int, legal: bool = False
) -> Block:
    """Return the block of `count` records, all messages that say no more than the columns."""
    return Block(columns, np.arange(1, count + 1), {}, count, {}, (), legal)


Item = Record | Block | Problem | Announced | Exported | Zone


class Carries(NamedTuple):
    """What a format can carry beside sender, time and text."""

    sent_at: bool = False
    service_center: bool = False
    sim: bool = False
    blocked: bool = False


class Evidence(NamedTuple):
    """How a layout is known, and since when.

    `kind` is device (seen in real exports), source (from the exporter's code) or documented
    (from descriptions).
    """

    kind: str
    date: str

    @property
    def unverified(self) -> bool:
        """Whether neither a real export nor the exporter's code was seen."""
        return self.kind == "documented"


class Role(StrEnum):
    """What a log is for."""

    MESSAGES = "messages"
    BLOCKED = "blocked"
    REQUESTS = "requests"
    SIMS = "sims"
    RADIO = "radio"


@dataclass(frozen=True)
class Reader:
    """The code that reads one format, and the facts about that format.

    `columns` maps columns of our tables to the names that the format uses; a column that is
    absent from it is unknown to the format. A row without a value in one of the `required`
    columns is rejected. `folder` is where received messages of the format lie unless a row says
    otherwise. `screened` marks formats whose times are those at which a filter looked at a
    message, seconds beside those of the phone's own store.
    """

    name: str
    title: str
    carries: Carries
    evidence: Evidence
    sniff: Callable[[Head], bool]
    read: Callable[[Source], Iterator[Item]]
    columns: Mapping[str, str]
    export: Text
    role: Role = Role.MESSAGES
    required: tuple[str, ...] = ()
    folder: Folder = Folder.INBOX
    remark: Text | None = None
    screened: bool = False
