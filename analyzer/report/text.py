"""The report as text for a terminal or a file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text as RichText

from analyzer.measure.arrays import is_word, kept
from analyzer.report import tables
from analyzer.report.masking import printable
from analyzer.report.words import Words

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.report.document import Document

WIDTH = 80
_ROWS = 12
_PROBLEMS = 8
_LOGS = 40
_TROUBLE = ("late", "expired", "garbled", "blocked", "missing", "refused")


def rendered(parts: Iterable[RenderableType], width: int = WIDTH) -> str:
    """Return renderables as plain text without color or control sequences."""
    out = io.StringIO()
    console = Console(file=out, width=width, no_color=True, color_system=None, highlight=False)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def report(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield the whole report, section by section."""
    yield RichText(words("title"), style="bold")
    yield from diagnosis_summary(doc, words)
    yield from logs(doc, words)
    yield from outcomes(doc, words)
    yield from latency(doc, words)
    yield from request_latency(doc, words)
    yield from blocking(doc, words)
    yield from trouble(doc, words)
    yield from diagnosis(doc, words)
    if doc["masked"]:
        yield RichText("\n" + words("masked_note"), style="dim")


def heading(text: str) -> RichText:
    """Return the heading of a section."""
    return RichText(f"\n{text}", style="bold")


def paragraph(text: str, style: str = "") -> RichText:
    """Return a paragraph whose text cannot control the terminal."""
    return RichText(printable(text), style=style)


def diagnosis_summary(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield one line for each cause that is shown or consistent."""
    named = [row for row in doc["diagnosis"] if row["verdict"] in ("shown", "consistent")]
    for row in named:
        line = words(
            "summary_line",
            verdict=words(row["verdict"]),
            title=row["title"],
            evidence=row["evidence"][0],
        )
        yield paragraph(f"• {line}")
    if not named:
        yield paragraph("• " + words("no_cause"))


def logs(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield what was read, and what was wrong with it."""
    rows = doc["logs"]
    sums = {
        name: sum(row[name] for row in rows)
        for name in ("records", "kept", "duplicates", "rejected")
    }
    other = sum(sum(row["other"].values()) for row in rows)
    yield heading(words("logs"))
    yield paragraph(words("read_summary", logs=len(rows), other=other, **sums))
    yield paragraph(_period(doc, words))
    zones = sorted({row["zone"] for row in rows if row["zone"]})
    if zones:
        yield paragraph(words("zone", zone=", ".join(zones), shown=words.zone))
    else:
        yield paragraph(words("zone_shown", shown=words.zone))
    yield tables.logs_table(rows[:_LOGS], words)
    if len(rows) > _LOGS:
        yield paragraph(words("more_logs", count=len(rows) - _LOGS))
    if doc["events"]:
        yield paragraph(words("events", events=words.counted("event", doc["events"])))
    yield from problems(doc, words)


def problems(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield the problems of the logs: what, where, and what to do."""
    if not any(row["problems"] for row in doc["logs"]):
        return
    yield heading(words("problems"))
    troubled = [row for row in doc["logs"] if row["problems"]]
    for row in troubled[:_LOGS]:
        for problem in row["problems"][:_PROBLEMS]:
            yield paragraph(problem["sentence"])
            yield Padding(paragraph(problem["remedy"]), (0, 0, 0, 2))
        more = len(row["problems"]) - _PROBLEMS
        if more > 0:
            yield paragraph(words("rejects_more", count=more, log=row["log"]))
    if len(troubled) > _LOGS:
        yield paragraph(words("more_troubled", count=len(troubled) - _LOGS))


def outcomes(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield how the attempts ended."""
    codes = doc["codes"]
    yield heading(words("outcomes"))
    if not codes["attempts"]:
        yield paragraph(words("no_codes"))
        return
    yield paragraph(words("codes_summary", messages=codes["messages"], attempts=codes["attempts"]))
    yield tables.outcomes_table(codes["outcomes"], words, doc["late_after"])
    if not codes["has_requests"]:
        yield paragraph(words("no_requests"))


def latency(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield latency over all, by carrier, by sender and by both."""
    rows = doc["latency"]
    if not any(row["n"] for row in rows):
        return
    yield heading(words("latency"))
    yield paragraph(words("latency_note", late_after=doc["late_after"]), "dim")
    for by, group in groupings(rows):
        yield _captioned(by, words)
        yield tables.latency_table(group[:_ROWS], by, words)
        yield from _more(len(group) - _ROWS, "latency", by, words)


def request_latency(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield what users waited, over all and by service."""
    rows = doc["request_latency"]
    if not rows:
        return
    yield heading(words("request_latency"))
    yield paragraph(words("request_latency_note"), "dim")
    yield tables.request_latency_table(
        [
            row | {"service": row["service"] or words("overall")}
            for row in rows
            if not row["carrier"]
        ],
        ("service",),
        words,
    )


def blocking(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield blocking rates over all, by carrier, by sender and by both."""
    rows = doc["blocking"]
    if not any(row["n"] for row in rows):
        return
    yield heading(words("blocking"))
    yield paragraph(words("blocking_note"), "dim")
    for by, group in groupings(rows):
        yield _captioned(by, words)
        yield tables.blocking_table(group[:_ROWS], by, words)
        yield from _more(len(group) - _ROWS, "blocking", by, words)


def trouble(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield the newest attempts whose code did not come in time."""
    rows = [row for row in doc["attempts"] if row["outcome"] in _TROUBLE]
    if rows:
        yield heading(words("trouble"))
        yield tables.AttemptsTable(rows[-_ROWS:], words)
        if len(rows) > _ROWS:
            yield paragraph(words("more_rows", count=len(rows) - _ROWS, command="codes"))


def troubled(attempts: pa.Table) -> pa.Table:
    """Return the attempts that a text report lists some of: their code did not come in time."""
    return kept(attempts, is_word(attempts["outcome"], *_TROUBLE))


def diagnosis(doc: Document, words: Words) -> Iterator[RenderableType]:
    """Yield the causes: proven ones whole, the others in a line."""
    yield heading(words("diagnosis"))
    titles = {row["cause"]: row["title"] for row in doc["diagnosis"]}
    by_verdict: dict[str, list[Document]] = {}
    for row in doc["diagnosis"]:
        by_verdict.setdefault(row["verdict"], []).append(row)
    for row in doc["diagnosis"]:
        if row["verdict"] in ("shown", "consistent"):
            yield from _cause(row, titles, words)
    if not by_verdict.keys() & {"shown", "consistent"}:
        yield paragraph(words("no_cause"))
    yield from _next_steps(doc["next_steps"], words)
    for name, title in (("contradicted", "contradicted_list"), ("no_evidence", "no_evidence_list")):
        yield from _listed(words(title), by_verdict.get(name, []), words)


def _cause(row: Document, titles: dict[str, str], words: Words) -> Iterator[RenderableType]:
    title = RichText(f"\n{row['title']} – ").append(tables.verdict(row["verdict"], words))
    yield title
    if row["explains"]:
        line = words("explains", n=row["explains"], failed=row["failed"])
        yield Padding(paragraph(line), (0, 0, 0, 2))
    for sentence in row["evidence"]:
        yield Padding(paragraph(sentence), (0, 0, 0, 2))
    if row["rivals"]:
        rivals = words.listed(titles[rival] for rival in row["rivals"])
        yield Padding(paragraph(words("rivals", rivals=rivals)), (0, 0, 0, 2))
    for number, advice in enumerate(row["advice"], 1):
        yield Padding(paragraph(f"{number}. {advice}"), (0, 0, 0, 2))
    if row["verdict"] == "consistent":
        yield Padding(paragraph(words("decided_by", export=row["decided_by"])), (0, 0, 0, 2))


def _next_steps(steps: list[str], words: Words) -> Iterator[RenderableType]:
    """Yield what helps whatever the cause is."""
    if steps:
        yield RichText(f"\n{words('next_steps')}", style="bold")
    for number, step in enumerate(steps, 1):
        yield Padding(paragraph(f"{number}. {step}"), (0, 0, 0, 2))


def _listed(title: str, causes: list[Document], words: Words) -> Iterator[RenderableType]:
    """Yield causes in a line each, below a title."""
    if causes:
        yield RichText(f"\n{title}", style="bold")
    for row in causes:
        line = words("cause_line", title=row["title"], remark=row["evidence"][0])
        yield Padding(paragraph(line), (0, 0, 0, 2))


def groupings(rows: list[Document]) -> Iterator[tuple[tuple[str, ...], list[Document]]]:
    """Yield the groups of a four-grouping table: over all, by carrier, by sender, by both."""
    for by in ((), ("carrier",), ("sender",), ("sender", "carrier")):
        named = set(by)
        group = [
            row
            for row in rows
            if {key for key in ("sender", "carrier") if row[key] is not None} == named
        ]
        group.sort(key=lambda row: -row["n"])
        if group:
            yield by, group


def _captioned(by: tuple[str, ...], words: Words) -> RichText:
    caption = {(): "overall", ("carrier",): "by_carrier", ("sender",): "by_sender"}
    return RichText(f"\n{words(caption.get(by, 'by_both'))}", style="italic")


def _more(count: int, command: str, by: tuple[str, ...], words: Words) -> Iterator[RichText]:
    if count > 0:
        line = f"{command} --by {','.join(by)}"
        yield paragraph(words("more_rows", count=count, command=line))


def _period(doc: Document, words: Words) -> str:
    messages = doc["messages"]
    if not messages["received"]:
        return words("no_period")
    counts = {name: messages[name] for name in ("received", "blocked")}
    if not messages["first"]:
        return words("period_unknown", **counts)
    first, last = (words.time(datetime.fromisoformat(messages[end])) for end in ("first", "last"))
    return words("period", first=first, last=last, **counts)
