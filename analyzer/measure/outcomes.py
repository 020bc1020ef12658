"""How one code message ended: its age against the threshold and its validity.

Ages are intervals, because a clock or a log may leave open how long a code took; an outcome is
given only if both ends of the interval agree on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyzer.measure.arrays import Flags, Floats, Ints, floats, is_word
from analyzer.measure.codes import CodeRows
from analyzer.measure.stamps import CODE
from analyzer.schema import LatencyBasis, Outcome, Precision

# What most services state is 5 to 30 minutes; where nothing is stated, 10 are assumed and said.
ASSUMED_VALIDITY_SECONDS = 600

# A request written in another clock than the code's stamps may seem to come after the code.
CLOCKS_DISAGREE_SECONDS = 60.0

OUTCOMES = tuple(Outcome)
NUMBER = {outcome: number for number, outcome in enumerate(OUTCOMES)}

# The best code decides: a usable one, then what may have been one, then what reached the inbox.
RANK = {
    Outcome.IN_TIME: 0,
    Outcome.LATE: 0,
    Outcome.UNDECIDED: 1,
    Outcome.EXPIRED: 2,
    Outcome.GARBLED: 3,
    Outcome.BLOCKED: 4,
}
_RANKS = np.array([RANK.get(outcome, 9) for outcome in OUTCOMES], np.int64)

WHY = {
    LatencyBasis.MEASURED: None,
    LatencyBasis.OFFSET_CORRECTED: None,
    LatencyBasis.LOWER_BOUND: "clock",
    LatencyBasis.UNKNOWN_NO_STAMP: "no_stamp",
    LatencyBasis.UNKNOWN_COPIED: "copied",
    LatencyBasis.UNKNOWN_REWRITTEN: "rewritten",
    LatencyBasis.UNKNOWN_CLOCK: "clock",
}


@dataclass(frozen=True)
class Ages:
    """How long each code took, in seconds, from the shortest to the longest possible."""

    low: Floats
    high: Floats

    @property
    def exact(self) -> Flags:
        """Where the age is known."""
        return np.asarray((self.low == self.high) & np.isfinite(self.low), np.bool_)


@dataclass(frozen=True)
class CodeOutcomes:
    """Per code message: outcome (index into `OUTCOMES`), rank (low decides), validity in seconds.

    `wait` is the age by which lateness was judged, `stated` whether the text states the validity.
    """

    outcome: Ints
    rank: Ints
    wait: Ages
    validity: Floats
    stated: Flags


def code_outcomes(
    codes: CodeRows, first_request: Floats, own_request: Floats, late_after: float
) -> CodeOutcomes:
    """Return how each code message ended, on its own.

    `first_request` is when the user began to wait, `own_request` the last request the code may
    answer (ms; NaN: none known). Lateness counts from the former, expiry from the latter: a resent
    code is valid anew. Without a request both count from the service center's stamp.
    """
    requested = ~np.isnan(first_request)
    by_stamp = _stamp_ages(codes)
    wait = _chosen(requested, _request_ages(codes, first_request, late_after), by_stamp)
    age = _chosen(requested, _request_ages(codes, own_request, late_after), by_stamp)
    stated = floats(codes.table.column("valid_for"))
    is_stated = stated > 0
    validity = np.where(is_stated, stated, float(ASSUMED_VALIDITY_SECONDS))
    least = _grade(wait.low, age.low, validity, late_after)
    most = _grade(wait.high, age.high, validity, late_after)
    outcome = np.where(least == most, least, NUMBER[Outcome.UNDECIDED])
    outcome = np.where(codes.unreadable, NUMBER[Outcome.GARBLED], outcome)
    outcome = np.where(codes.blocked, NUMBER[Outcome.BLOCKED], outcome)
    return CodeOutcomes(outcome, _RANKS[outcome], wait, validity, is_stated)


def undecided_reasons(codes: CodeRows) -> list[str | None]:
    """Return for each code why its outcome may be undecided: clock, copied, no_stamp, ..."""
    reason = [WHY[basis] for basis in LatencyBasis]
    why = np.array(reason, object)[codes.basis]
    why[np.isnan(codes.received)] = "no_time"
    coarse = is_word(codes.table.column("received_precision"), Precision.MINUTE, Precision.DAY)
    why[coarse] = "precision"
    return [str(word) if word else None for word in why]


def _grade(wait: Floats, age: Floats, validity: Floats, late_after: float) -> Ints:
    late = np.where(wait > late_after, NUMBER[Outcome.LATE], NUMBER[Outcome.IN_TIME])
    return np.asarray(np.where(age > validity, NUMBER[Outcome.EXPIRED], late), np.int64)


def _chosen(first: Flags, one: Ages, other: Ages) -> Ages:
    return Ages(np.where(first, one.low, other.low), np.where(first, one.high, other.high))


def _stamp_ages(codes: CodeRows) -> Ages:
    """Age by the stamps alone; a lower bound has no upper end, an unknown latency neither end."""
    known = ~np.isnan(codes.latency)
    bound = codes.basis == CODE[LatencyBasis.LOWER_BOUND]
    low = np.where(known, codes.latency, -np.inf)
    return Ages(low, np.where(known & ~bound, codes.latency, np.inf))


def _request_ages(codes: CodeRows, request: Floats, late_after: float) -> Ages:
    """Age since a request, as far as the time of reception can be trusted.

    If the phone's clock is in doubt, a code that seems prompt is prompt (a fault would have to make
    up for the delay by chance), but one that seems late may not be. If both stamps are the same
    whole second, the time of reception may be the service center's: the code came then or later.
    """
    low = (codes.received - request) / 1000.0
    high = low + codes.slack / 1000.0
    basis = codes.basis
    prompt = (low >= -CLOCKS_DISAGREE_SECONDS) & (high <= late_after)
    doubted = (basis == CODE[LatencyBasis.UNKNOWN_CLOCK]) & ~prompt
    # A stamp with fractions of a second is the phone's own; the time of reception is not touched.
    rewritten = (basis == CODE[LatencyBasis.UNKNOWN_REWRITTEN]) & codes.stamp_is_whole
    open_ended = ((basis == CODE[LatencyBasis.LOWER_BOUND]) & ~prompt) | (
        (basis == CODE[LatencyBasis.UNKNOWN_COPIED]) & codes.received_is_whole
    )
    unknown = doubted | rewritten | np.isnan(low)
    return Ages(np.where(unknown, -np.inf, low), np.where(unknown | open_ended, np.inf, high))
