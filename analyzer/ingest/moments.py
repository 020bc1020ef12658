"""A column of times, in whatever unit or notation, to UTC.

A number is seconds, milliseconds or microseconds by its size; text is read as a written time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.ingest.times import LocalTime, written_time
from analyzer.schema import TIME, Precision

# A number is seconds, milliseconds or microseconds by its size: 1973 to 5138 in each unit.
_SECONDS_FROM, _MILLIS_FROM, _MICROS_FROM, _TOO_LARGE = 10**8, 10**11, 10**14, 10**17
# The first SMS was sent in December 1992; phones of this century write the rest.
_EARLIEST_MS = 725_000_000_000
_LATEST_MS = 4_102_444_800_000  # 2100-01-01
_NUMBER = r"^-?\d{1,18}(\.0+)?$"
_NO_NUMBER = pa.scalar(None, pa.int64())
_NO_WORD = pa.scalar(None, pa.string())
_PRECISIONS = [precision.value for precision in Precision]
_SECOND, _MILLISECOND = (
    pa.scalar(_PRECISIONS.index(precision.value), pa.int32())
    for precision in (Precision.SECOND, Precision.MILLISECOND)
)


Values: TypeAlias = list[Any] | pa.Array


class Moments(NamedTuple):
    """Times in UTC, how finely each was written, and how many values could not be a time.

    Zero and negative numbers mean that the time is not known and are not counted.
    """

    times: pa.Array
    precision: pa.Array
    impossible: int


def moments(values: Values, texts_of: Callable[[Values], pa.Array], local: LocalTime) -> Moments:
    """Return the times that `values` mean; `texts_of` gives the values as legal text."""
    numbers = whole_numbers(values)
    if numbers is not None:
        return _checked(_millis(numbers), _precision(numbers), pc.greater(numbers, 0))
    texts = texts_of(values)
    is_number = pc.match_substring_regex(texts, _NUMBER)
    digits = pc.replace_substring_regex(pc.if_else(is_number, texts, _NO_WORD), r"\.0+$", "")
    numbers = digits.cast(pa.int64())
    millis, precision = _millis(numbers), _precision(numbers)
    if not pc.all(pc.fill_null(is_number, True)).as_py():
        millis, precision = _with_written(texts, is_number, millis, precision, local)
    asked = pc.and_(pc.is_valid(texts), pc.fill_null(pc.greater(numbers, 0), True))
    return _checked(millis, precision, asked)


def whole_numbers(values: Values) -> pa.Array | None:
    """Return integers, or the integers that texts spell, as an array; None if any is neither."""
    if isinstance(values, pa.Array):
        try:
            return values.cast(pa.int64())
        except pa.ArrowException:
            return None
    try:
        return pa.array(values, pa.int64())
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass
    try:
        return pa.array(values, pa.string()).cast(pa.int64())
    except (pa.ArrowException, TypeError, ValueError):
        return None


def _millis(numbers: pa.Array) -> pa.Array:
    known = pc.if_else(pc.greater(numbers, 0), numbers, _NO_NUMBER)
    bounds = pc.min_max(known)
    if (bounds["min"].as_py() or _MILLIS_FROM) >= _MILLIS_FROM and (
        bounds["max"].as_py() or _MILLIS_FROM
    ) < _MICROS_FROM:
        return known
    units = pc.make_struct(
        pc.less(known, _SECONDS_FROM),
        pc.less(known, _MILLIS_FROM),
        pc.less(known, _MICROS_FROM),
        pc.less(known, _TOO_LARGE),
    )
    zero = pa.scalar(0, pa.int64())
    seconds = pc.multiply(pc.if_else(pc.less(known, _MILLIS_FROM), known, zero), 1000)
    millis = pc.case_when(units, zero, seconds, known, pc.divide(known, 1000), zero)
    return pc.if_else(pc.is_valid(known), millis, known)


def _precision(numbers: pa.Array) -> pa.Array:
    """Return for each number the place of its precision among those that there are."""
    return pc.if_else(pc.less(numbers, _MILLIS_FROM), _SECOND, _MILLISECOND)


def _with_written(
    texts: pa.Array, is_number: pa.Array, millis: pa.Array, precision: pa.Array, local: LocalTime
) -> tuple[pa.Array, pa.Array]:
    """Return millis and precision with those of the texts that are no numbers filled in."""
    found, places = millis.to_pylist(), precision.to_pylist()
    for index, (text, number) in enumerate(
        zip(texts.to_pylist(), is_number.to_pylist(), strict=True)
    ):
        moment = written_time(text, local) if number is False else None
        if moment:
            found[index], places[index] = moment[0], _PRECISIONS.index(moment[1].value)
    return pa.array(found, pa.int64()), pa.array(places, pa.int32())


def _checked(millis: pa.Array, precision: pa.Array, asked: pa.Array) -> Moments:
    """Return the possible times; `asked` marks the values that say a time."""
    possible = pc.and_(pc.greater_equal(millis, _EARLIEST_MS), pc.less_equal(millis, _LATEST_MS))
    times = pc.if_else(possible, millis, _NO_NUMBER)
    impossible = pc.sum(pc.and_(pc.fill_null(asked, False), pc.is_null(times))).as_py() or 0
    known = pc.if_else(pc.is_valid(times), precision, pa.scalar(None, pa.int32()))
    used = known.dictionary_encode()
    words = pa.array([_PRECISIONS[place] for place in used.dictionary.to_pylist()], pa.string())
    return Moments(
        times.cast(TIME), pa.DictionaryArray.from_arrays(used.indices, words), impossible
    )
