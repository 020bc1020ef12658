"""Lines of Android's own logs (logcat, bugreport): bounded, with their times.

Reference: AOSP system/logging liblog logprint.cpp, formats threadtime and time with the modifiers
year, zone, epoch, usec, nsec and uid. Without `-v year` a line names no year, without `-v zone`
no zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

MAX_LINE = 4096
# A year for reckoning within one log where none is known; it holds 29 February.
_ANY_YEAR = 2000

_LINE = re.compile(
    r"""(?:(?P<day>(?:\d{4}-)?\d\d-\d\d)[ ](?P<clock>\d\d:\d\d:\d\d\.\d{3,9})
        |[ ]{0,9}(?P<epoch>\d{9,10}\.\d{3,9}))
    (?:[ ](?P<zone>[+-]\d{4}))?\s{1,8}
    (?:(?:\S{1,32}\s{1,8})?\d{1,7}\s{1,8}\d{1,7}\s{1,8}      # user, process, thread
       [VDIWEFA]\s{1,4}(?P<tag>[^\n]{1,80}?)\s{0,40}:[ ]      # threadtime
      |[VDIWEFA]/(?P<short_tag>[^(\n]{1,80})\(\s{0,8}\d{1,7}\):[ ])""",
    re.VERBOSE,
)
_NEXT_DAY = timedelta(days=1)


class Moment(NamedTuple):
    """When a line was written.

    `wall` is the phone's clock as far as the line tells it, for comparing lines of one log;
    `text` is what is to be read as a time, None where the year is not known; `written` is what
    the line says.
    """

    wall: datetime
    text: str | None
    written: str


class LogLine(NamedTuple):
    """One line of a log: when, by whom, what."""

    moment: Moment
    tag: str
    text: str


def bounded_lines(chunks: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield lines cut to MAX_LINE characters, and whether their end was found.

    Memory holds one chunk, however long a line is.
    """
    rest = ""
    for chunk in chunks:
        *lines, last = chunk.split("\n")
        for line in lines:
            yield (rest + line)[:MAX_LINE].rstrip("\r"), True
            rest = ""
        rest = (rest + last[:MAX_LINE])[:MAX_LINE]
    if rest:
        yield rest, False


def log_line(line: str, dumped_at: datetime | None) -> LogLine | None:
    """Return a line of logcat in its parts, or None if it is none.

    `dumped_at` is the phone's clock when the log was written out, where the log names it; it
    gives the year of lines without one.
    """
    found = _LINE.match(line)
    if not found:
        return None
    moment = _moment(found, dumped_at)
    if moment is None:
        return None
    tag = (found["tag"] or found["short_tag"]).strip()
    return LogLine(moment, tag, line[found.end() :].strip())


def is_log_line(line: str) -> bool:
    """Tell whether a line is one of logcat."""
    return bool(_LINE.match(line))


def _moment(found: re.Match[str], dumped_at: datetime | None) -> Moment | None:
    zone = found["zone"] or ""
    if found["epoch"]:
        whole, _, fraction = found["epoch"].partition(".")
        wall = datetime(1970, 1, 1) + timedelta(seconds=int(whole), milliseconds=int(fraction[:3]))  # noqa: DTZ001
        return Moment(wall, whole + fraction[:3], found["epoch"])
    day = found["day"] if len(found["day"]) == 10 else None
    written = f"{found['day']} {found['clock']}"
    return wall_moment(day or found["day"], found["clock"], zone, dumped_at, written)


def wall_moment(
    day: str, clock: str, zone: str, dumped_at: datetime | None, written: str
) -> Moment | None:
    """Return the moment of a written day (with or without a year) and time; None if impossible."""
    has_year = len(day) == 10
    full = day if has_year else f"{dumped_at.year if dumped_at else _ANY_YEAR}-{day}"
    wall = _wall(full, clock)
    if wall is None and dumped_at and not has_year:  # 29 February of the year before
        wall = _wall(f"{dumped_at.year - 1}-{day}", clock)
    if wall is None:
        return None
    if dumped_at and not has_year and wall > dumped_at + _NEXT_DAY:
        wall = _wall(f"{wall.year - 1}-{day}", clock)
        if wall is None:
            return None
    known = has_year or dumped_at is not None
    text = f"{wall:%Y-%m-%d} {clock}{' ' + zone if zone else ''}" if known else None
    return Moment(wall, text, written)


def _wall(day: str, clock: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{day}T{clock[:12]}")
    except ValueError:
        return None
