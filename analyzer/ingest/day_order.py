"""Dates as tables of messages write them, put year first; never guessed where two ways are open.

01/02/2026 is a day in January or in February. A number above 12 in the same column tells, for
the whole table, which of the two is the day; dots are only ever written day first. Without such
a number the date stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "|".join(_MONTHS)
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)(.*)", re.DOTALL)
_DAY_NAMED = re.compile(
    rf"(\d{{1,2}})[ -]({_MONTH})[a-z]*\.?,?[ -](\d{{4}})(.*)", re.IGNORECASE | re.DOTALL
)
_MONTH_NAMED = re.compile(
    rf"({_MONTH})[a-z]*\.? (\d{{1,2}}),? (\d{{4}})(.*)", re.IGNORECASE | re.DOTALL
)
_HALF = re.compile(r"\b([ap])\.\s?m\.", re.IGNORECASE)


class DayOrder(Enum):
    """Which number of a date is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    UNKNOWN = "unknown"


class AmbiguousDateError(ValueError):
    """A date that can be read in two ways."""


def day_order(written: Iterable[str]) -> DayOrder:
    """Return the order of the dates of one table; UNKNOWN if none tells or they disagree."""
    orders = {order for text in written if (order := _own_order(text)) is not None}
    return orders.pop() if len(orders) == 1 else DayOrder.UNKNOWN


def is_numbered(text: str) -> bool:
    """Tell whether a date is written as numbers with the year last."""
    return _NUMBERS.fullmatch(text.strip()) is not None


def year_first(text: str, order: DayOrder) -> str:
    """Return a written time with its date as year-month-day; a text of another form unchanged.

    Raises AmbiguousDateError if day and month cannot be told apart.
    """
    if text.isdigit():
        return text
    written = _HALF.sub(r"\1m", text.strip())
    if named := _DAY_NAMED.fullmatch(written):
        day, month, year, rest = named.groups()
        return _joined(year, _MONTHS.index(month.lower()) + 1, day, rest)
    if named := _MONTH_NAMED.fullmatch(written):
        month, day, year, rest = named.groups()
        return _joined(year, _MONTHS.index(month.lower()) + 1, day, rest)
    numbers = _NUMBERS.fullmatch(written)
    if not numbers:
        return written
    first, mark, second, year, rest = numbers.groups()
    own = DayOrder.DAY_FIRST if mark == "." else _own_order(written)
    order = own or order
    if order == DayOrder.UNKNOWN and int(first) != int(second):
        raise AmbiguousDateError(text)
    day, month = (second, first) if order == DayOrder.MONTH_FIRST else (first, second)
    return _joined(year, month, day, rest)


def _own_order(text: str) -> DayOrder | None:
    """Return the order that a date shows by a number above 12; None if it shows none."""
    numbers = _NUMBERS.fullmatch(text.strip())
    if not numbers or numbers[2] == ".":
        return None
    first, second = int(numbers[1]), int(numbers[3])
    if first > 12 >= second:
        return DayOrder.DAY_FIRST
    return DayOrder.MONTH_FIRST if second > 12 >= first else None


def _joined(year: str, month: object, day: str, rest: str) -> str:
    return f"{year}-{month}-{day} {rest.lstrip(' ,T')}".rstrip()
