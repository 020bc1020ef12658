"""A support case: a short text for a carrier, a service or a phone's maker, from the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from analyzer.report.masking import printable
from analyzer.report.words import Words
from analyzer.terms import term

_FILE = "cases.csv"
_SHOWN = 12
_FAILED = ("late", "expired", "garbled", "blocked", "missing", "refused")
_NAMED = ("shown", "consistent")
_ASKED = {"carrier": 3, "service": 3, "vendor": 2}
# What each of them can look into.
_CONCERNS = {
    "carrier": ("late", "expired", "missing", "garbled"),
    "service": ("late", "expired", "missing", "refused", "garbled"),
    "vendor": ("blocked", "garbled"),
}

Row = dict[str, Any]


class Addressee(StrEnum):
    """To whom a support case is written."""

    CARRIER = "carrier"
    SERVICE = "service"
    VENDOR = "vendor"


def support_case(
    document: Row, addressee: Addressee, words: Words, services: Sequence[str] = ()
) -> str:
    """Return the text, from a report's document; `services` are those the user asked for."""
    parts = (
        _title(addressee, words, services),
        _problem(document, words),
        _attempts(document, addressee, words),
        _tried(document, words),
        _shown(document, words),
        _not_shown(document, words),
        _ask(addressee, words),
        _basis(document, words),
    )
    return "\n\n".join(printable("\n".join(part)) for part in parts if part) + "\n"


def _title(addressee: Addressee, words: Words, services: Sequence[str]) -> list[str]:
    service = words.listed(services) or words.of(_FILE, "any_service")
    return [words.of(_FILE, f"title_{addressee}", service=service)]


def _problem(document: Row, words: Words) -> list[str]:
    attempts = document["attempts"]
    if not attempts:
        return [words.of(_FILE, "no_attempts")]
    failed = Counter(row["outcome"] for row in attempts if row["outcome"] in _FAILED)
    times = [datetime.fromisoformat(row["started_at"]) for row in attempts if row["started_at"]]
    said = words.of(
        _FILE,
        "problem" if failed else "no_problem",
        first=words.short_time(min(times, default=None)),
        last=words.short_time(max(times, default=None)),
        zone=words.zone,
        failed=sum(failed.values()),
        attempts=len(attempts),
        outcomes=words.listed(f"{words(name)} {n:,}" for name, n in failed.most_common()),
    )
    carriers = Counter(row["carrier"] for row in attempts if row["carrier"]).most_common()
    named = words.listed(f"{carrier} ({n:,})" for carrier, n in carriers)
    return [
        said,
        words.of(_FILE, "sim", carriers=named) if named else words.of(_FILE, "sim_unknown"),
    ]


def _attempts(document: Row, addressee: Addressee, words: Words) -> list[str]:
    concerned = [row for row in document["attempts"] if row["outcome"] in _CONCERNS[addressee]]
    if not concerned:
        return []
    latest = concerned[-_SHOWN:]
    failed = sum(row["outcome"] in _FAILED for row in document["attempts"])
    heading = words.of(
        _FILE, "cases", shown=len(latest), n=len(concerned), others=failed - len(concerned)
    )
    return [heading, *(f"- {_line(row, words)}" for row in latest)]


def _line(row: Row, words: Words) -> str:
    line = words.of(
        _FILE,
        "line",
        when=words.time(_moment(row["started_at"])),
        service=row["service"] or words.of(_FILE, "unnamed"),
        sender=row["sender"] or words.of(_FILE, "no_sender"),
        carrier=row["carrier"] or words("unknown"),
        outcome=words(row["outcome"]),
    )
    return ("，" if words.language == "zh" else ", ").join([line, *_details(row, words)])


def _details(row: Row, words: Words) -> Iterator[str]:
    if row["request_latency"] is not None:
        yield words.of(_FILE, "waited", seconds=f"{row['request_latency']:,.0f}")
    elif row["latency"] is not None:
        yield words.of(_FILE, "last_mile", seconds=f"{row['latency']:,.0f}")
    if row["outcome"] == "blocked" and row["blocked_by"]:
        by = term("system", row["blocked_by"]).get(words.language)
        reason = words.reason(row["block_reason"] or "unknown")
        yield words.of(_FILE, "blocked_as", by=by, reason=reason)


def _tried(document: Row, words: Words) -> list[str]:
    asked = [row for row in document["attempts"] if row["requests"]]
    lines = [words.of(_FILE, "no_requests")]
    if asked:
        lines = [
            words.of(
                _FILE,
                "requests",
                requests=sum(row["requests"] for row in asked),
                attempts=len(asked),
                resent=sum(row["requests"] > 1 for row in asked),
            )
        ]
    return [words.of(_FILE, "tried"), *_listed([*lines, words.of(_FILE, "own_words")])]


def _shown(document: Row, words: Words) -> list[str]:
    named = [
        words(
            "summary_line",
            verdict=words(row["verdict"]),
            title=row["title"],
            evidence=row["evidence"][0],
        )
        for row in document["diagnosis"]
        if row["verdict"] in _NAMED and row["evidence"]
    ]
    return [words.of(_FILE, "shown"), *_listed(named or [words.of(_FILE, "nothing_shown")])]


def _not_shown(document: Row, words: Words) -> list[str]:
    missing = any(row["outcome"] == "missing" for row in document["attempts"])
    ids = ["not_sent"] if missing else []
    ids += [] if document["codes"]["has_requests"] else ["not_upstream"]
    lines = [words.of(_FILE, what) for what in (*ids, "not_deleted")]
    return [words.of(_FILE, "not_shown"), *_listed(lines)]


def _ask(addressee: Addressee, words: Words) -> list[str]:
    lines = [
        words.of(_FILE, f"ask_{addressee}_{number}") for number in range(1, _ASKED[addressee] + 1)
    ]
    return [words.of(_FILE, "ask"), *_listed(lines)]


def _basis(document: Row, words: Words) -> list[str]:
    lines = [
        words.of(
            _FILE,
            "log_line",
            log=row["log"],
            format=row["format"],
            records=row["records"],
            sha=(row["sha256"] or "")[:16],
        )
        for row in document["logs"][:_SHOWN]
        if row["format"]
    ]
    made = words.of(
        _FILE, "made" if document["masked"] else "made_open", version=document["analyzer"]
    )
    return [words.of(_FILE, "basis"), *_listed(lines), made]


def _listed(lines: Sequence[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
