"""Every cause examined once; the one that explains most of what failed comes first."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from analyzer.diagnose.advice import DATA, advice
from analyzer.diagnose.finding import Finding
from analyzer.schema import Verdict
from analyzer.texts import Text, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.diagnose.case import Case
    from analyzer.diagnose.finding import Statement

_RANK = (Verdict.SHOWN, Verdict.CONSISTENT, Verdict.CONTRADICTED, Verdict.NO_EVIDENCE)
_NAMED = (Verdict.SHOWN, Verdict.CONSISTENT)


def diagnose(case: Case) -> list[Finding]:
    """Return a finding for every cause.

    Those that are shown or consistent come first, ordered by how many of the failed attempts they
    could explain, proven ones before others that explain as many.
    """
    causes = rows(DATA, "causes.csv")
    said = {row["id"]: examination(row["id"])(case) for row in causes}
    findings = [_finding(row, case, said) for row in causes]
    return sorted(findings, key=_place)


def examination(cause: str) -> Callable[[Case], Statement]:
    """Return the function that examines a cause: it lies in the module of the same name."""
    module = import_module(f"analyzer.diagnose.causes.{cause}")
    examine: Callable[[Case], Statement] = getattr(module, cause)
    return examine


def _place(finding: Finding) -> tuple[bool, int, int]:
    return (finding.verdict not in _NAMED, -finding.explains, _RANK.index(finding.verdict))


def _finding(row: dict[str, str], case: Case, said: dict[str, Statement]) -> Finding:
    own = said[row["id"]]
    named = own.verdict in _NAMED
    # A rival that the logs contradict is none.
    rivals = [rival for rival in own.rivals if said[rival].verdict is not Verdict.CONTRADICTED]
    steps = advice(row["id"], own.systems, own.carriers, own.situations) if named else ()
    return Finding(
        cause=row["id"],
        title=Text(row["en"], row["zh"]),
        verdict=own.verdict,
        best=Verdict(row["best"]),
        evidence=own.evidence,
        messages=own.messages,
        rivals=tuple(rivals),
        advice=steps,
        decided_by=Text(row["decide_en"], row["decide_zh"]),
        explains=len(case.failed.intersection(own.attempts)) if named else 0,
        failed=len(case.failed),
    )
