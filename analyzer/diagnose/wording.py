"""Sentences and parts of them that several causes use: periods, lists of names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analyzer.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from analyzer.measure import Outage

_MOST = 4

NO_REQUESTS = Text(
    "There is no request log: codes that never came cannot be seen.",
    "没有请求日志，无法得知哪些验证码始终未到。",
)


def named(names: Iterable[str | None]) -> Text:
    """Return names as a sorted list, the first four and how many more, each once."""
    known = sorted({name for name in names if name})
    more = len(known) - _MOST
    en, zh = ", ".join(known[:_MOST]), "、".join(known[:_MOST])
    if more > 0:
        en, zh = f"{en} and {more:,} more", f"{zh}等 {len(known):,} 个"
    return Text(en, zh)


def period(first: datetime, last: datetime, tz: str) -> str:
    """Return a period to the minute with its zone; the day once if both ends lie on it."""
    start, end = (moment.astimezone(ZoneInfo(tz)) for moment in (first, last))
    if start.date() == end.date():
        return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M} {tz}"
    return f"{start:%Y-%m-%d %H:%M} - {end:%Y-%m-%d %H:%M} {tz}"


def longest(outages: Sequence[Outage], tz: str) -> str:
    """Return the period of the longest outage."""
    outage = max(outages, key=lambda one: one.last - one.first)
    return period(outage.first, outage.last, tz)
