"""The one place where types, units, null words, time zones and illegal characters are decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.provider import block_marks
from analyzer.ingest.records import Problem, ProblemKind, Reader, Record
from analyzer.ingest.times import LocalTime, written_time
from analyzer.schema import TIME, WORD, Direction, Folder, Precision

NULL_WORDS = pa.array(["", "null", "NULL", "None", "nan", "ʼUNKNOWN_SENDER!ʼ", "insert-address-token"])
_UNKNOWN_SENDERS = pa.array(["unknown", "(unknown)", "未知", "未知号码"])

# Code points that no SMS carries: C0 controls but tab and line ends, and non-characters.
_ILLEGAL_RE2 = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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
_TRUE = frozenset(("1", "true", "yes", "y", "是", "已恢复"))
_FALSE = frozenset(("0", "false", "no", "n", "否", "未恢复"))

# A number is seconds, milliseconds or microseconds by its size: 1973 to 5138 in each unit.
_SECONDS_FROM, _MILLIS_FROM, _MICROS_FROM, _TOO_LARGE = 10**8, 10**11, 10**14, 10**17
# The first SMS was sent in December 1992; phones of this century write the rest.
_EARLIEST_MS = 725_000_000_000
_LATEST_MS = 4_102_444_800_000  # 2100-01-01


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
        self.counts: Counter[str] = Counter()
        self.used_local_time = False

    def table(self, records: Sequence[Record], ordinals: Sequence[int]) -> tuple[pa.Table, list[Problem]]:
        """Return the rows that records give, and a problem for each that is rejected."""
        values = [record.values for record in records]
        columns = {
            name: self._column(name, [row.get(theirs) for row in values])
            for name, theirs in self._reader.columns.items()
            if name in self._schema.names
        }
        columns["record"] = pa.array(ordinals, pa.int64())
        if "received_at" in columns:
            self._derive(columns, values)
        for name, constant in self._constants.items():
            if name == "folder":
                continue  # said row by row
            given = columns.get(name, pa.nulls(len(values), pa.string()))
            columns[name] = pc.fill_null(given, constant)
        table = pa.table(
            [_typed(columns.get(field.name), field, len(values)) for field in self._schema],
            schema=self._schema,
        )
        return self._without_rejected(table, values, ordinals)

    def problems(self) -> list[Problem]:
        """Return one note for each kind of mending that was counted."""
        return [
            Problem(what, details={"count": count})
            for what, count in sorted(self.counts.items())
            if count
        ]

    def _column(self, name: str, values: list[Any]) -> pa.Array:
        kind = self._schema.field(name).type
        if kind == TIME:
            return self._times(name, values)
        if name in ("sub_id", "sim_slot"):
            return _integers(values, smallest=0)
        texts = self._texts(values)
        if name == "direction":
            return self._mapped(texts, _DIRECTIONS.get, "unknown_type")
        if pa.types.is_boolean(kind):
            return pa.array([_truth(text) for text in texts.to_pylist()], pa.bool_())
        return texts

    def _texts(self, values: list[Any]) -> pa.Array:
        try:
            texts = pa.array(values, pa.string())
        except (pa.ArrowException, UnicodeEncodeError, TypeError, ValueError):
            texts = pa.array([self._legal(value) for value in values], pa.string())
        illegal = pc.match_substring_regex(texts, _ILLEGAL_RE2)
        if pc.any(illegal).as_py():
            self.counts["characters_replaced"] += pc.sum(
                pc.count_substring_regex(texts, _ILLEGAL_RE2)
            ).as_py()
            texts = pc.replace_substring_regex(texts, _ILLEGAL_RE2, "\ufffd")
        return pc.if_else(pc.is_in(texts, NULL_WORDS), pa.scalar(None, pa.string()), texts)

    def _legal(self, value: object) -> str | None:
        """Return a value as text without code points that cannot be written as UTF-8."""
        if value is None:
            return None
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        whole = _SURROGATE_PAIR.sub(_joined, text)
        legal, replaced = _ILLEGAL.subn("\ufffd", whole)
        self.counts["characters_replaced"] += replaced
        return legal

    def _mapped(
        self, texts: pa.Array, meaning: Callable[[str], str | None], counted_as: str
    ) -> pa.Array:
        encoded = pc.dictionary_encode(pc.utf8_lower(texts))
        words = pa.array([meaning(word) for word in encoded.dictionary.to_pylist()], pa.string())
        mapped = words.take(encoded.indices)
        self.counts[counted_as] += mapped.null_count
        return mapped

    def _times(self, name: str, values: list[Any]) -> pa.Array:
        """Return times in UTC; a number's unit follows from its size, text is parsed."""
        texts = self._texts(values)
        millis = _numeric_millis(texts)
        written = pc.and_(pc.is_valid(texts), pc.invert(_is_number(texts)))
        if pc.any(written).as_py():
            millis = self._written_times(texts, millis)
        possible = pc.and_(
            pc.greater_equal(millis, _EARLIEST_MS), pc.less_equal(millis, _LATEST_MS)
        )
        self.counts["absurd_time"] += pc.sum(pc.invert(possible)).as_py() or 0
        return pc.if_else(possible, millis, pa.scalar(None, pa.int64())).cast(TIME)

    def _written_times(self, texts: pa.Array, millis: pa.Array) -> pa.Array:
        found = millis.to_pylist()
        for index, text in enumerate(texts.to_pylist()):
            if text is not None and found[index] is None:
                moment = written_time(text, self._local)
                if moment:
                    found[index] = moment[0]
                    self.used_local_time = True
        return pa.array(found, pa.int64())

    def _derive(self, columns: dict[str, pa.Array], values: list[Mapping[str, Any]]) -> None:
        """Add what follows from other columns: precision, folder, vendors' block marks."""
        received_name = self._reader.columns["received_at"]
        columns["received_precision"] = self._precisions([row.get(received_name) for row in values])
        if "sender" in columns:
            unknown = pc.is_in(pc.utf8_lower(columns["sender"]), _UNKNOWN_SENDERS)
            columns["sender"] = pc.if_else(unknown, pa.scalar(None, pa.string()), columns["sender"])
        direction = columns.get("direction")
        received = (
            pc.fill_null(pc.equal(direction, Direction.RECEIVED), False)
            if direction is not None
            else pa.array([True] * len(values))
        )
        if "body" in columns:
            self._count_null_bodies(columns, received, values)
        folder = pa.scalar(self._constants.get("folder", self._reader.folder.value), pa.string())
        given = columns.get("folder", pa.nulls(len(values), pa.string()))
        columns["folder"] = pc.if_else(
            received, pc.fill_null(given, folder), pa.scalar(None, pa.string())
        )
        if values and any("block_type" in v or "black_type" in v for v in (values[0], values[-1])):
            self._mark_blocked(columns, values, received.to_pylist())

    def _count_null_bodies(
        self, columns: dict[str, pa.Array], received: pa.Array, values: list[Mapping[str, Any]]
    ) -> None:
        nulls = pc.and_(pc.is_null(columns["body"]), received)
        if pc.any(nulls).as_py():
            theirs = self._reader.columns["body"]
            self.counts["null_body"] += sum(
                is_null and row.get(theirs) == "null"
                for is_null, row in zip(nulls.to_pylist(), values, strict=True)
            )

    def _mark_blocked(
        self, columns: dict[str, pa.Array], values: list[Mapping[str, Any]], received: list[bool]
    ) -> None:
        marks = [block_marks(row) if got else {} for row, got in zip(values, received, strict=True)]
        for name in ("folder", "blocked_by", "block_reason", "block_rule", "sub_id"):
            given = columns.get(name)
            before = given.to_pylist() if given is not None else [None] * len(values)
            kind = pa.int64() if name == "sub_id" else pa.string()
            columns[name] = pa.array(
                [mark.get(name, old) for mark, old in zip(marks, before, strict=True)], kind
            )
        self.counts["miui_marked_inbox"] += sum(
            mark.get("blocked_by") == "miui" and mark.get("folder") != Folder.BLOCKED
            for mark in marks
        )

    def _precisions(self, raw: list[Any]) -> pa.Array:
        texts = self._texts(raw)
        numbers = _is_number(texts)
        if pc.all(pc.fill_null(numbers, True)).as_py():
            seconds = pc.less(pc.abs(pc.cast(pc.if_else(numbers, texts, None), pa.float64())), 1e11)
            return pc.if_else(seconds, Precision.SECOND.value, Precision.MILLISECOND.value)
        words: list[str | None] = []
        for text in texts.to_pylist():
            moment = written_time(text, self._local) if text else None
            words.append(moment[1] if moment else None)
        return pa.array(words, pa.string())

    def _without_rejected(
        self, table: pa.Table, values: list[Mapping[str, Any]], ordinals: Sequence[int]
    ) -> tuple[pa.Table, list[Problem]]:
        keep = [True] * table.num_rows
        problems: list[Problem] = []
        for name in self._reader.required:
            for index, is_null in enumerate(table[name].is_null().to_pylist()):
                if is_null and keep[index]:
                    keep[index] = False
                    raw = values[index].get(self._reader.columns[name])
                    problems.append(_rejection(name, raw, values[index], ordinals[index]))
        self.counts["absurd_time"] -= sum(problem.what == "bad_time" for problem in problems)
        return (table.filter(pa.array(keep)), problems) if problems else (table, problems)


def _rejection(name: str, raw: object, row: Mapping[str, Any], ordinal: int) -> Problem:
    what = "bad_time" if name.endswith("_at") and raw not in (None, "") else "missing_value"
    return Problem(
        what,
        ProblemKind.REJECTED,
        record=ordinal,
        field=name,
        details={"field": name, "value": str(raw)},
        raw=str(dict(row))[:400],
    )


def _typed(column: pa.Array | None, field: pa.Field, length: int) -> pa.Array:
    if column is None:
        return pa.nulls(length, field.type)
    if field.type == WORD:
        return column.dictionary_encode() if pa.types.is_string(column.type) else column
    return column.cast(field.type)


def _is_number(texts: pa.Array) -> pa.Array:
    return pc.match_substring_regex(texts, r"^-?\d{1,18}(\.0+)?$")


def _numeric_millis(texts: pa.Array) -> pa.Array:
    numbers = pc.if_else(_is_number(texts), texts, pa.scalar(None, pa.string()))
    whole = pc.replace_substring_regex(numbers, r"\.0+$", "").cast(pa.int64())
    positive = pc.if_else(pc.greater(whole, 0), whole, pa.scalar(None, pa.int64()))
    if positive.null_count == len(positive):
        return positive
    millis = pc.case_when(
        pc.make_struct(
            pc.less(positive, _SECONDS_FROM),
            pc.less(positive, _MILLIS_FROM),
            pc.less(positive, _MICROS_FROM),
            pc.less(positive, _TOO_LARGE),
        ),
        pa.scalar(0, pa.int64()),
        pc.multiply(positive, 1000),
        positive,
        pc.divide(positive, 1000),
        pa.scalar(0, pa.int64()),
    )
    return pc.if_else(pc.is_valid(positive), millis, positive)


def _integers(values: list[Any], smallest: int) -> pa.Array:
    numbers = [_integer(value) for value in values]
    return pa.array([n if n is not None and smallest <= n < 2**31 else None for n in numbers], pa.int64())


def _integer(value: object) -> int | None:
    if value is None:
        return None
    try:
        return int(str(value))
    except ValueError:
        return None


def _truth(text: str | None) -> bool | None:
    word = (text or "").strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
