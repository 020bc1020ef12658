"""The one place where types, units, null words, time zones and illegal characters are decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.legal_text import ILLEGAL, ILLEGAL_RE2, may_hold_illegal
from analyzer.ingest.moments import Values, moments, whole_numbers
from analyzer.ingest.provider import VENDOR_COLUMNS, block_marks
from analyzer.ingest.records import Problem, ProblemKind, Reader
from analyzer.ingest.times import LocalTime
from analyzer.ingest.words import (
    filled,
    mapped,
    meant,
    only_where,
    repeated,
    with_words,
    without_null_words,
)
from analyzer.schema import TIME, WORD, Direction, Folder

_RAW_KEPT = 200
_UNKNOWN_SENDERS = pa.array(["unknown", "(unknown)", "未知", "未知号码"])

_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")

# Reference: android.provider.Telephony.TextBasedSmsColumns.MESSAGE_TYPE_*.
_DIRECTIONS = {
    "1": Direction.RECEIVED,
    "2": Direction.SENT,
    "3": Direction.DRAFT,
    "4": Direction.OUTBOX,
    "5": Direction.FAILED,
    "6": Direction.QUEUED,
    **{direction.value: direction for direction in Direction},
    "inbox": Direction.RECEIVED,
}
_TRUTHS = {
    **dict.fromkeys(("1", "true", "yes", "y", "是", "已恢复"), True),
    **dict.fromkeys(("0", "false", "no", "n", "否", "未恢复"), False),
}


class Rows(NamedTuple):
    """Records side by side, as one by one or as columns.

    `columns` are under the log's own names; `whole` holds, by row, what records say beyond them:
    all that came one by one, and of those in columns the ones that say more. `legal` says that no
    text of the columns holds a character that a message cannot have.
    """

    ordinals: Sequence[int] | np.ndarray
    whole: Mapping[int, Mapping[str, Any]]
    columns: Mapping[str, Values] | None = None
    legal: bool = False

    def column(self, name: str) -> Values:
        """Return what each record says under a name; None or null where it says nothing."""
        if self.columns is None:
            return [row.get(name) for row in self.whole.values()]
        return self.columns.get(name, pa.nulls(len(self.ordinals), pa.string()))

    def row(self, index: int) -> Mapping[str, Any]:
        """Return one record."""
        if self.columns is None or index in self.whole:
            return self.whole[index]
        return {name: _plain(column[index]) for name, column in self.columns.items()}


class Conformer:
    """Turns the records of one log into Arrow tables and counts what it had to mend.

    `rows` is the schema of the table; `constants` are columns with one value for the whole log.
    """

    def __init__(
        self, reader: Reader, rows: pa.Schema, local: LocalTime, constants: Mapping[str, Any]
    ) -> None:
        self._reader = reader
        self._schema = rows
        self._local = local
        self._constants = constants
        self._precision: pa.Array | None = None
        self._all_legal = False
        self.counts: Counter[str] = Counter()

    def table(self, records: Rows) -> tuple[pa.Table, list[Problem]]:
        """Return the rows that records give, and a problem for each that is rejected."""
        length = len(records.ordinals)
        self._all_legal = records.legal
        columns = {
            name: self._column(name, records.column(theirs))
            for name, theirs in self._reader.columns.items()
            if name in self._schema.names
        }
        columns["record"] = pa.array(records.ordinals, pa.int64())
        if "received_at" in columns:
            self._derive(columns, records)
        for name, constant in self._constants.items():
            if name == "folder":
                continue  # said row by row
            given = columns.get(name)
            columns[name] = repeated(constant, length) if given is None else filled(given, constant)
        table = pa.table(
            [_typed(columns.get(field.name), field, length) for field in self._schema],
            schema=self._schema,
        )
        return self._without_rejected(table, records)

    def problems(self) -> list[Problem]:
        """Return one note for each kind of mending that was counted."""
        return [
            Problem(what, details={"count": count})
            for what, count in sorted(self.counts.items())
            if count
        ]

    def _column(self, name: str, values: Values) -> pa.Array:
        kind = self._schema.field(name).type
        if kind == TIME:
            return self._times(name, values)
        if kind == pa.int64():
            return values.cast(kind) if isinstance(values, pa.Array) else pa.array(values, kind)
        if pa.types.is_integer(kind):
            return self._ordinals(values, kind)
        if name == "direction":
            directions = mapped(self._words(values), _DIRECTIONS)
            self.counts["unknown_type"] += directions.null_count
            return directions
        if pa.types.is_boolean(kind):
            return meant(self._words(values), _TRUTHS)
        return self._words(values) if kind == WORD else self._texts(values)

    def _words(self, values: Values) -> pa.DictionaryArray:
        """Return texts of which there are few different ones, each looked at once."""
        if isinstance(values, pa.Array):
            words = values.dictionary_encode()
            if not pa.types.is_string(values.type):
                texts = words.dictionary.cast(pa.string())
                words = pa.DictionaryArray.from_arrays(words.indices, texts)
            if self._all_legal or not may_hold_illegal(words.dictionary):
                return with_words(words, without_null_words(words.dictionary))
        return self._texts(values).dictionary_encode()

    def _texts(self, values: Values) -> pa.Array:
        if isinstance(values, pa.Array):
            texts = values.cast(pa.string())
        else:
            try:
                texts = pa.array(values, pa.string())
            except (pa.ArrowException, UnicodeEncodeError, TypeError, ValueError):
                numbers = whole_numbers(values)
                if numbers is not None:
                    return numbers.cast(pa.string())
                texts = pa.array([self._legal(value) for value in values], pa.string())
        if not self._all_legal and may_hold_illegal(texts):
            self.counts["characters_replaced"] += pc.sum(
                pc.count_substring_regex(texts, ILLEGAL_RE2)
            ).as_py()
            texts = pc.replace_substring_regex(texts, ILLEGAL_RE2, "\ufffd")
        return without_null_words(texts)

    def _legal(self, value: object) -> str | None:
        """Return a value as text without code points that cannot be written as UTF-8."""
        if value is None:
            return None
        if isinstance(value, bytes):
            value = value.decode("utf-8", "surrogateescape")
        text = str(value)
        whole = _SURROGATE_PAIR.sub(_joined, text)
        legal, replaced = ILLEGAL.subn("\ufffd", whole)
        self.counts["characters_replaced"] += replaced
        return legal

    def _ordinals(self, values: Values, kind: pa.DataType) -> pa.Array:
        """Return subscription ids or slots; -1 and what is too large for `kind` are unknown."""
        numbers = whole_numbers(values)
        if numbers is None:
            texts = self._texts(values)
            is_number = pc.match_substring_regex(texts, r"^\d{1,10}$")
            numbers = pc.if_else(is_number, texts, pa.scalar(None, pa.string())).cast(pa.int64())
        largest = 2 ** (kind.bit_width - 1) - 1
        small = pc.and_(pc.greater_equal(numbers, 0), pc.less_equal(numbers, largest))
        return pc.if_else(small, numbers, pa.scalar(None, pa.int64()))

    def _times(self, name: str, values: Values) -> pa.Array:
        found = moments(values, self._texts, self._local)
        if name not in self._reader.required:  # else the row is rejected, which says more
            self.counts["impossible_time"] += found.impossible
        if name == "received_at":
            self._precision = found.precision
        return found.times

    def _derive(self, columns: dict[str, pa.Array], records: Rows) -> None:
        """Add what follows from other columns: precision, folder, vendors' block marks."""
        columns["received_precision"] = self._precision
        if "sender" in columns:
            senders = columns["sender"]
            words = senders.dictionary
            unknown = pc.is_in(pc.utf8_lower(words), _UNKNOWN_SENDERS)
            if pc.any(unknown).as_py():
                known = pc.if_else(unknown, pa.scalar(None, pa.string()), words)
                columns["sender"] = with_words(senders, known)
        direction = columns.get("direction")
        received = (
            meant(direction, {Direction.RECEIVED: True}, other=False)
            if direction is not None
            else pa.array(np.ones(len(records.ordinals), bool))
        )
        if "body" in columns:
            self._count_null_bodies(columns["body"], received, records)
        folder = str(self._constants.get("folder", self._reader.folder.value))
        columns["folder"] = only_where(received, columns.get("folder"), folder)
        marks = {
            index: block_marks(row)
            for index, row in records.whole.items()
            if not VENDOR_COLUMNS.isdisjoint(row)
        }
        if marks:
            self._mark_blocked(columns, marks, received.to_pylist())

    def _count_null_bodies(self, bodies: pa.Array, received: pa.Array, records: Rows) -> None:
        nulls = pc.and_(pc.is_null(bodies), received)
        if pc.any(nulls).as_py():
            said = [records.row(index) for index in np.flatnonzero(nulls).tolist()]
            theirs = self._reader.columns["body"]
            self.counts["null_body"] += sum(row.get(theirs) == "null" for row in said)

    def _mark_blocked(
        self,
        columns: dict[str, pa.Array],
        marks: Mapping[int, Mapping[str, Any]],
        received: list[bool],
    ) -> None:
        marks = {index: mark for index, mark in marks.items() if mark and received[index]}
        for name in ("folder", "blocked_by", "block_reason", "block_rule", "sub_id"):
            given = columns.get(name)
            now = given.to_pylist() if given is not None else [None] * len(received)
            for index, mark in marks.items():
                now[index] = mark.get(name, now[index])
            columns[name] = (
                self._ordinals(now, self._schema.field(name).type)
                if name == "sub_id"
                else pa.array(now, pa.string())
            )
        self.counts["miui_marked_inbox"] += sum(
            mark.get("blocked_by") == "miui" and mark.get("folder") != Folder.BLOCKED
            for mark in marks.values()
        )

    def _without_rejected(self, table: pa.Table, records: Rows) -> tuple[pa.Table, list[Problem]]:
        keep = np.ones(table.num_rows, bool)
        problems: list[Problem] = []
        for name in self._reader.required:
            for index in np.flatnonzero(keep & np.asarray(table[name].is_null())).tolist():
                keep[index] = False
                row = records.row(index)
                raw = row.get(self._reader.columns[name])
                problems.append(_rejection(name, raw, row, int(records.ordinals[index])))
        return (table.filter(pa.array(keep)), problems) if problems else (table, problems)


def _rejection(name: str, raw: object, row: Mapping[str, Any], ordinal: int) -> Problem:
    what = "bad_time" if name.endswith("_at") and raw not in (None, "") else "missing_value"
    return Problem(
        what,
        ProblemKind.REJECTED,
        record=ordinal,
        field=name,
        details={"field": name, "value": str(raw)},
        raw={str(key): _start(value) for key, value in row.items() if value is not None},
    )


def _plain(value: object) -> object:
    return value.as_py() if isinstance(value, pa.Scalar) else value


def _start(value: object) -> str:
    """Return the start of a value as text that can be written."""
    return str(value)[:_RAW_KEPT].encode("utf-8", "replace").decode()


def _typed(column: pa.Array | None, field: pa.Field, length: int) -> pa.Array:
    if column is None:
        return pa.nulls(length, field.type)
    if field.type == WORD:
        return column.dictionary_encode() if pa.types.is_string(column.type) else column
    return column.cast(field.type)


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
