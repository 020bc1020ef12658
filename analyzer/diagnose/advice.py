"""Next steps: rows of a table, chosen by cause, phone system, carrier and situation."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.texts import Text, rows

DATA = "analyzer.diagnose.data"
# Steps that do not depend on a cause.
GENERAL = "any"


def advice(
    cause: str,
    systems: Iterable[str] = (),
    carriers: Iterable[str] = (),
    situations: Iterable[str] = (),
) -> tuple[Text, ...]:
    """Return the next steps for a cause in the order of the table, the most useful first.

    Rows without a condition always apply; others if their system, carrier or situation is given.
    """
    given = {""}
    given.update(f"system:{system}" for system in systems)
    given.update(f"carrier:{carrier}" for carrier in carriers)
    given.update(f"situation:{situation}" for situation in situations)
    return tuple(
        Text(row["en"], row["zh"])
        for row in rows(DATA, "advice.csv")
        if cause in row["causes"].split() and row["when"] in given
    )
