"""What the page is about, and what its figures mean and do not mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from analyzer.report.html.bilingual import Both, same
from analyzer.report.words import Words
from analyzer.texts import Text

Row = dict[str, Any]
_MEANINGS = ("latency", "unknown", "late", "blocked", "missing", "interval")


def meanings(doc: Row, both: Both) -> list[tuple[Text, Text]]:
    """Return the terms of the page with what they mean, its time zone, and what made it."""
    terms = [
        (both(f"term_{name}"), both(f"means_{name}", late_after=doc["late_after"]))
        for name in _MEANINGS
    ]
    masked = "means_masked" if doc["masked"] else "means_revealed"
    made = both("means_made", version=doc["analyzer"], schema=doc["schema"])
    terms.append((both("term_masking"), both(masked)))
    terms.append((both("term_zone"), _zone(doc, both)))
    terms.append((both("term_made"), made))
    return terms


def period(doc: Row, both: Both) -> Text | None:
    """Return the days that the received messages span; None if there are none."""
    first, last = doc["messages"]["first"], doc["messages"]["last"]
    if not first or not last:
        return None
    return both("period", first=_day(first, both.en), last=_day(last, both.en))


def phones(doc: Row, both: Both) -> Text | None:
    """Return the name of the phone, or how many there are; None if no log names one."""
    names = sorted({row["device"] for row in doc["logs"] if row["device"]})
    if not names or names == ["phone"]:
        return None
    if len(names) == 1:
        return both("for_phone", devices=same(names[0]))
    return both("for_phones", count=len(names))


def _day(moment: str, words: Words) -> str:
    return words.time(datetime.fromisoformat(moment))[:10]


def _zone(doc: Row, both: Both) -> Text:
    zones = sorted({row["zone"] for row in doc["logs"] if row["zone"]})
    if zones:
        return both("means_zone_read", shown=both.en.zone, zone=", ".join(zones))
    return both("means_zone", shown=both.en.zone)
