"""Phone off, in airplane mode, out of coverage, or restarted and not yet unlocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.diagnose.gaps import PHONE, gap_statement

if TYPE_CHECKING:
    from analyzer.diagnose.case import Case
    from analyzer.diagnose.finding import Statement


def phone_unreachable(case: Case) -> Statement:
    """Return `consistent` if gaps fit a phone that could not be reached.

    Which of its reasons it was, a message log does not tell.
    """
    return gap_statement(case, PHONE)
