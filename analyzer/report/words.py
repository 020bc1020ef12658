"""The words of a report, in its language."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from analyzer.identify import carrier_display
from analyzer.terms import counted, term
from analyzer.texts import Language, catalog


def computer_zone() -> str | None:
    """Return the IANA name of the computer's own zone, or None where the system does not tell."""
    named = os.environ.get("TZ", "").lstrip(":")
    if named:
        return named if named in available_timezones() else None
    place = str(Path("/etc/localtime").resolve())
    return place.split("/zoneinfo/")[1] if "/zoneinfo/" in place else None


class Words:
    """Speaks one language: texts by id, numbers, times, carriers, reasons."""

    def __init__(self, language: Language, zone: str | None = None) -> None:
        self.language = language
        self._zone = ZoneInfo(zone) if zone else None

    def __call__(self, what: str, **values: object) -> str:
        """Return a text with its placeholders filled; integers get thousands separators."""
        return self.of("texts.csv", what, **values)

    def of(self, file: str, what: str, **values: object) -> str:
        """Return a text of another file of texts, likewise."""
        text = catalog("analyzer.report.data", file)[what].get(self.language)
        grouped = {k: f"{v:,}" if isinstance(v, int) else v for k, v in values.items()}
        return text.format_map(grouped) if values else text

    def carrier(self, name: str | None) -> str | None:
        """Return a carrier's name in the language; null stays null."""
        if name == "unknown":
            return self("unknown")
        return carrier_display(name, self.language) if name else None

    def reason(self, reason: str) -> str:
        """Return a block reason in the language."""
        return term("reason", reason).get(self.language)

    def counted(self, kind: str, counts: dict[str, int]) -> str:
        """Return counts of a kind of value in the language: "keyword 3, smart filter 1"."""
        return counted(kind, counts, most=len(counts)).get(self.language)

    def listed(self, parts: Iterable[str]) -> str:
        """Return parts of a sentence as a list, with the comma of the language."""
        return ("、" if self.language == "zh" else ", ").join(parts)

    def why(self, word: str) -> str:
        """Return in the language why an outcome is undecided."""
        return term("why", word).get(self.language)

    def seconds(self, value: float | None) -> str:
        """Return seconds for a table: whole ones, the sign of too few where unknown."""
        return self("too_few") if value is None or value != value else f"{value:,.0f}"

    def percent(self, share: float | None) -> str:
        """Return a share as percent with one decimal."""
        return self("too_few") if share is None or share != share else f"{100 * share:.1f} %"

    @property
    def zone_name(self) -> str | None:
        """The IANA name of that zone; None: the computer's own."""
        return str(self._zone) if self._zone else None

    @property
    def zone(self) -> str:
        """The zone in which times are shown, by name."""
        if self._zone:
            return str(self._zone)
        return (computer_zone() or f"{datetime.now(UTC).astimezone().tzname()}").removeprefix(
            "Etc/"
        )

    def short_time(self, moment: datetime | None) -> str:
        """Return a moment to the minute, for narrow tables."""
        return self.time(moment)[:16]

    def time(self, moment: datetime | None) -> str:
        """Return a moment to the second, in the zone of the report."""
        if moment is None:
            return self("too_few")
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
