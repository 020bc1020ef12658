"""Every cause examined once, in the order of the catalogue."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.diagnose.causes.clock_fault import clock_fault
from analyzer.diagnose.causes.content_filter import content_filter
from analyzer.diagnose.causes.expired_on_arrival import expired_on_arrival
from analyzer.diagnose.causes.export_incomplete import export_incomplete
from analyzer.diagnose.causes.garbled_text import garbled_text
from analyzer.diagnose.causes.phone_filter import phone_filter
from analyzer.diagnose.causes.rate_limit import rate_limit
from analyzer.diagnose.causes.storage_full import storage_full
from analyzer.diagnose.finding import Case, Finding, Statement
from analyzer.schema import Verdict
from analyzer.texts import Text, rows

_DATA = "analyzer.diagnose.data"
_EXAMINED: dict[str, Callable[[Case], Statement]] = {
    "clock_fault": clock_fault,
    "content_filter": content_filter,
    "expired_on_arrival": expired_on_arrival,
    "export_incomplete": export_incomplete,
    "garbled_text": garbled_text,
    "phone_filter": phone_filter,
    "rate_limit": rate_limit,
    "storage_full": storage_full,
}
_NOT_EXAMINED = Text(
    "This version does not examine this cause.",
    "当前版本尚未检查该原因。",
)
_RANK = (Verdict.SHOWN, Verdict.CONSISTENT, Verdict.CONTRADICTED, Verdict.NO_EVIDENCE)


def diagnose(case: Case) -> list[Finding]:
    """Return a finding for every cause, proven ones first."""
    findings = [_finding(row, case) for row in rows(_DATA, "causes.csv")]
    return sorted(findings, key=lambda finding: _RANK.index(finding.verdict))


def _finding(row: dict[str, str], case: Case) -> Finding:
    cause = row["id"]
    examine = _EXAMINED.get(cause)
    said = examine(case) if examine else Statement(Verdict.NO_EVIDENCE, (_NOT_EXAMINED,))
    named = said.verdict in (Verdict.SHOWN, Verdict.CONSISTENT)
    return Finding(
        cause=cause,
        title=Text(row["en"], row["zh"]),
        verdict=said.verdict,
        best=Verdict(row["best"]),
        evidence=said.evidence,
        messages=said.messages,
        rivals=said.rivals,
        advice=_advice(cause, said) if named else (),
        decided_by=Text(row["decide_en"], row["decide_zh"]),
        examined=examine is not None,
    )


def _advice(cause: str, said: Statement) -> tuple[Text, ...]:
    wanted = {""}
    wanted.update(f"system:{system}" for system in said.systems)
    wanted.update(f"carrier:{carrier}" for carrier in said.carriers)
    return tuple(
        Text(row["en"], row["zh"])
        for row in rows(_DATA, "advice.csv")
        if row["cause"] == cause and row["when"] in wanted
    )
