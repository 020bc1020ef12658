"""Times as logs write them, to milliseconds since 1970 in UTC."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analyzer.schema import Precision

# A year-first date, then optionally a time, its half of the day, a fraction and an offset.
_WRITTEN = re.compile(
    r"""\s*(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?
    (?:[T\s,，]*(?P<before>上午|下午|凌晨|中午|晚上|AM|PM)?\s*
       (?P<hour>\d{1,2})\s*[:：时]\s*(?P<minute>\d{1,2})\s*分?
       (?:[:：]?\s*(?P<second>\d{1,2})\s*秒?(?:[.,](?P<fraction>\d{1,9}))?)?
       \s*(?P<after>AM|PM)?
       \s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_AFTERNOON = frozenset(("下午", "晚上", "pm"))
_MORNING = frozenset(("上午", "凌晨", "am"))


class UnknownZoneError(ValueError):
    """A time zone name that the zone database does not hold."""


class LocalTime:
    """The zone in which times without an offset are read.

    `name` is an IANA name, or None for the computer's own zone with all its rules;
    `was_needed` tells whether any time was read in it.
    """

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.was_needed = False
        try:
            self._zone = ZoneInfo(name) if name else None
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise UnknownZoneError(name) from error

    @property
    def label(self) -> str:
        """The zone's name, for people."""
        return self.name or time.strftime("%Z")

    def seconds(self, wall: datetime) -> float:
        """Return seconds since 1970 of a wall-clock time (its tzinfo is ignored)."""
        self.was_needed = True
        if self._zone is not None:
            return wall.replace(tzinfo=self._zone).timestamp()
        return time.mktime((*wall.timetuple()[:6], 0, 0, -1))


def written_time(text: str, local: LocalTime) -> tuple[int, Precision] | None:
    """Return milliseconds since 1970 and the precision of a written time; None if it is none."""
    match = _WRITTEN.fullmatch(text)
    if not match:
        return None
    part = match.groupdict()
    try:
        wall = datetime(
            int(part["year"]),
            int(part["month"]),
            int(part["day"]),
            _hour(part),
            int(part["minute"] or 0),
            int(part["second"] or 0),
            tzinfo=UTC,
        )
        seconds = _seconds(wall, part["offset"], local)
    except (ValueError, OverflowError, OSError):
        return None
    fraction = int((part["fraction"] or "").ljust(3, "0")[:3])
    return round(seconds * 1000) + fraction, _precision(part)


def _hour(part: dict[str, str | None]) -> int:
    hour = int(part["hour"] or 0)
    half = (part["before"] or part["after"] or "").lower()
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    return 0 if half in _MORNING and hour == 12 else hour


def _seconds(wall: datetime, offset: str | None, local: LocalTime) -> float:
    if not offset:
        return local.seconds(wall)
    if offset[0] not in "+-":
        return wall.timestamp()
    digits = offset[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    zone = timezone(-shift if offset[0] == "-" else shift)
    return wall.replace(tzinfo=zone).timestamp()


def _precision(part: dict[str, str | None]) -> Precision:
    if part["hour"] is None:
        return Precision.DAY
    if part["second"] is None:
        return Precision.MINUTE
    return Precision.MILLISECOND if part["fraction"] else Precision.SECOND
