"""Which code answers which request: one to one, in time order, per device and service."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A stamp may lie before the request that caused it: it is cut to whole seconds, and two clocks
# never agree. Wide: only where no other attempt could have caused the code.
EARLY_MS = 5_000.0
EARLY_WIDE_MS = 60_000.0
# How far ahead a phone's clock may be without its stamps giving it away (half a quarter hour). Its
# owner noted the request by the same clock, so the code seems to be sent before and comes after it.
AHEAD_MS = 450_000.0
# Without a stamp a code's time is that of reception, late by as much as it was under way: so long
# may the code of a second request follow. Service centers try again every 10 minutes for an hour.
UNDER_WAY_MS = 3_600_000.0


@dataclass
class OpenAttempt:
    """Requests of one service close in time, and the codes that answered them.

    `requests` and `codes` are positions in the given sequences; `waiting` are the requests that
    were not refused. `closed` is when the code of a later attempt came. Times are milliseconds
    since 1970 UTC.
    """

    requests: list[int] = field(default_factory=list)
    waiting: list[float] = field(default_factory=list)
    first: float = 0.0
    last: float = 0.0
    codes: list[int] = field(default_factory=list)
    last_event: float = 0.0
    closed: float = inf


@dataclass(frozen=True)
class CodeTimes:
    """A code's times: asked (the stamp, if sound), received, and how much later it may be (ms)."""

    asked: float
    received: float
    slack: float


def request_attempts(
    requested: Sequence[float], waits: Sequence[bool], window: float
) -> list[OpenAttempt]:
    """Return attempts of requests less than `window` ms apart; `requested` is in time order."""
    attempts: list[OpenAttempt] = []
    for position, moment in enumerate(requested):
        if not attempts or moment - attempts[-1].last >= window:
            attempts.append(OpenAttempt(first=moment))
        attempt = attempts[-1]
        attempt.requests.append(position)
        attempt.last = attempt.last_event = moment
        if waits[position]:
            attempt.waiting.append(moment)
    return attempts


def assign_codes(
    attempts: list[OpenAttempt], codes: Sequence[CodeTimes], window: float, horizon: float
) -> None:
    """Give each code to the attempt whose request it answers; `codes` is in order of `asked`.

    A code belongs to the last attempt begun before it was asked for, up to `horizon` ms after that
    attempt's last request: the code of a later attempt closes the earlier ones. It belongs to the
    attempt after that one, if that one's request is nearer and came before the code was received:
    then the phone's clock is ahead. An attempt with a code takes further ones only within `window`
    ms, codes without a stamp within an hour while it has fewer codes than requests. Codes that
    answer none are left.
    """
    waiting = [attempt for attempt in attempts if attempt.waiting]
    refused = [attempt for attempt in attempts if not attempt.waiting]
    starts = [attempt.waiting[0] for attempt in waiting]
    refused_starts = [attempt.first for attempt in refused]
    for position, code in enumerate(codes):
        attempt = (
            _next_by_a_clock_ahead(waiting, starts, code)
            or _begun(waiting, starts, code, EARLY_MS, window, horizon)
            or _begun(waiting, starts, code, EARLY_WIDE_MS, window, horizon)
            or _begun(refused, refused_starts, code, EARLY_MS, window, window)
        )
        if attempt:
            attempt.codes.append(position)
            attempt.last_event = max(attempt.last_event, code.asked)
    _close(waiting, codes)


def _close(attempts: list[OpenAttempt], codes: Sequence[CodeTimes]) -> None:
    """Note when each attempt was closed by the code of a later one."""
    closed = inf
    for attempt in reversed(attempts):
        attempt.closed = closed
        closed = min([closed, *(codes[position].received for position in attempt.codes)])


def _next_by_a_clock_ahead(
    attempts: list[OpenAttempt], starts: list[float], code: CodeTimes
) -> OpenAttempt | None:
    """The attempt begun between the code's stamp and its reception, if nearer than the one before.

    A code held back while the user asked again lies near to the earlier request, not to the later.
    """
    place = bisect_right(starts, code.asked + EARLY_MS + code.slack)
    if place == len(attempts) or not starts[place] <= min(code.received, code.asked + AHEAD_MS):
        return None
    if place and starts[place] - code.asked >= code.asked - attempts[place - 1].waiting[-1]:
        return None
    return attempts[place]


def _begun(
    attempts: list[OpenAttempt],
    starts: list[float],
    code: CodeTimes,
    early: float,
    window: float,
    horizon: float,
) -> OpenAttempt | None:
    """The last attempt begun when the code was asked for, if it is still open to it."""
    place = bisect_right(starts, code.asked + early + code.slack) - 1
    if place < 0:
        return None
    attempt = attempts[place]
    if code.received - attempt.last > horizon:
        return None
    if not attempt.codes:
        return attempt
    unanswered = len(attempt.codes) < len(attempt.waiting)
    if unanswered and code.asked == code.received:
        window = max(window, UNDER_WAY_MS)
    if code.asked - attempt.last_event >= window:
        return None
    return attempt
