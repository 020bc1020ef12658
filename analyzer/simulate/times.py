"""Moments of the simulated world: milliseconds since 1970 UTC, as integers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
CHINA = timezone(timedelta(hours=8))
# Every record begins at midnight in China, 1 January 2026.
START = int(datetime(2026, 1, 1, tzinfo=CHINA).timestamp()) * SECOND


def china(moment: int) -> datetime:
    """Return a moment as China's wall clock shows it, zone included."""
    return datetime.fromtimestamp(moment / SECOND, UTC).astimezone(CHINA)


def whole_second(moment: int) -> int:
    """Return a moment cut to the second, as a service center stamps it."""
    return moment // SECOND * SECOND
