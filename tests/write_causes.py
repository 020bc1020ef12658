"""Writes docs/causes.md from the tables of the diagnose stage: python tests/write_causes.py."""

from __future__ import annotations

from pathlib import Path

from analyzer.diagnose.advice import DATA
from analyzer.texts import rows

PAGE = Path(__file__).resolve().parent.parent / "docs" / "causes.md"
HEAD = """# Causes

Why a code did not come, as far as the logs of a phone can tell. Written by
`python tests/write_causes.py` from the tables in `analyzer/diagnose/data/`.

Every cause gets one of four verdicts. **shown**: the logs prove it. **consistent**: they fit it,
and rivals remain, which are named. **contradicted**: they speak against it. **no evidence**: they
say nothing. "At best" is the most that logs of a phone can ever say of a cause.

Two questions come before all others. What is bunched: if only the times of reception are, messages
were held back on the last mile (phone, coverage, storage, carrier); if the service center's
stamps are too, before it. Who is affected: all SIMs point to the phone, one SIM to its carrier, one
service to that service or its route. Where the logs answer neither, every cause of the class is
`consistent`, with the others as its rivals. Faults of clocks and exports are ruled out first.

A phone never tells whether a service sent at all, what a gateway refused, or whether a message that
never came was lost, blocked or refused.

Chance is ruled out before a pattern counts: a run of failures or a silent service must be less
than 5 % likely at the loss that the phone's other attempts show, for all its services together.
Gaps count from two held-back messages on; one late message has no cause.

Causes are ordered by how many of the failed attempts they could explain; each says so as n of m.
"""


def page() -> str:
    """Return the page."""
    known = {row["id"]: row for row in rows(DATA, "evidence.csv")}
    parts = [HEAD]
    for cause in rows(DATA, "causes.csv"):
        evidence = known[cause["id"]]
        parts.append(
            f"## {cause['en']} ({cause['zh']})\n\n"
            f"`{cause['id']}`, at best **{cause['best']}**.\n\n"
            f"- supports: {evidence['supports']}\n"
            f"- contradicts: {evidence['contradicts']}\n"
            f"- left open: {evidence['open']}\n"
            f"- would decide: {cause['decide_en']}\n"
        )
    parts.append("## Sources of the advice\n\n| step | says | source | date |\n|---|---|---|---|")
    table = "\n".join(
        f"| `{row['id']}` | {row['en']} | {row['source']} | {row['date']} |"
        for row in rows(DATA, "advice.csv")
    )
    return "\n".join(parts) + "\n" + table + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
