"""The words of the tables, in the languages of the program."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.texts import Text, catalog


def term(kind: str, value: str) -> Text:
    """Return a value of a table in words; the value itself where no word is known."""
    return catalog("analyzer.terms", "terms.csv").get(f"{kind}_{value}", Text(value, value))


def counted(kind: str, counts: Mapping[str, int], most: int = 4) -> Text:
    """Return counts in words, in the order given: "keyword 3, smart filter 1"."""
    shown = list(counts.items())[:most]
    rest = ", ..." if len(counts) > most else ""
    return Text(
        ", ".join(f"{term(kind, value).en} {count:,}" for value, count in shown) + rest,
        "、".join(f"{term(kind, value).zh} {count:,}" for value, count in shown) + rest,
    )
