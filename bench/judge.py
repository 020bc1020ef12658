"""One simulated phone analyzed and compared with its truth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from analyzer.analysis import Analysis
    from analyzer.ingest import LogAccount

Line = dict[str, Any]
NAMED, DENIED = ("shown", "consistent"), ("no_evidence", "contradicted")
TIME_FAULTS = (
    "outage",
    "off",
    "storage",
    "slow_route",
    "poor_route",
    "zone",
    "skew",
    "no_stamp",
    "copied",
)
BANDS = ((3, 4), (5, 9), (10, 10**9))


@dataclass
class Scores:
    """Counts of one or more phones; those of several phones add up.

    `causes` counts (cause, standing, verdict), `outcomes` (right outcome, given outcome),
    `intervals` (what, held the truth), `offsets` (band of group size, found), `corrections`
    (rows without an offset, corrected all the same).
    """

    phones: int = 0
    causes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    intervals: Counter[tuple[str, bool]] = field(default_factory=Counter)
    offsets: Counter[tuple[int, bool]] = field(default_factory=Counter)
    corrections: Counter[bool] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Scores) -> None:
        """Add the counts of another set of phones."""
        self.phones += other.phones
        for name in ("causes", "outcomes", "intervals", "offsets", "corrections"):
            getattr(self, name).update(getattr(other, name))
        self.wrong += other.wrong


def judged(folder: Path, truth: list[Line]) -> Scores:
    """Analyze one phone's folder and compare it with the lines of its truth."""
    from analyzer.analysis import analyze
    from analyzer.ingest import IngestOptions, ingest
    from analyzer.ingest.records import Role

    options = IngestOptions(tz="Asia/Shanghai", device_from_folder=True)
    analysis = analyze(ingest([(folder, Role.MESSAGES)], options))
    device = next(line for line in truth if line["kind"] == "device")
    messages = [line for line in truth if line["kind"] == "message"]
    scores = Scores(phones=1)
    _judge_accounts(analysis.accounts, device, scores)
    _judge_causes({f.cause: f.verdict.value for f in analysis.findings}, device, scores)
    attempts = [line for line in truth if line["kind"] == "attempt"]
    _judge_attempts(_given_attempts(analysis), attempts, device, scores)
    _judge_offsets(_rows(analysis), messages, device, scores)
    _judge_intervals(analysis, device, messages, scores)
    return scores


def _judge_accounts(accounts: Iterable[LogAccount], device: Line, scores: Scores) -> None:
    for account in accounts:
        parts = account.kept + account.duplicates + sum(account.other.values()) + account.rejected
        if account.records != parts or (account.rejected and "cut" not in _kinds(device)):
            scores.wrong.append(f"{device['device']}: account of {account.log} does not balance")


def _kinds(device: Line) -> set[str]:
    return {fault["fault"] for fault in device["faults"]}


def _judge_causes(verdicts: dict[str, str], device: Line, scores: Scores) -> None:
    for cause, stands in device["causes"].items():
        standing = _standing(stands)
        verdict = verdicts[cause]
        scores.causes[cause, standing, verdict] += 1
        missed = standing == "supportable" and verdict in DENIED
        invented = standing == "absent" and verdict in NAMED
        false_shown = verdict == "shown" and standing in ("absent", "rival")
        if missed or invented or false_shown:
            faults = ",".join(sorted(_kinds(device))) or "healthy"
            scores.wrong.append(
                f"{device['device']}: {cause} is {standing}"
                f"{' (' + stands['best'] + ')' if stands['best'] else ''}, "
                f"found {verdict}; faults {faults}; exports {','.join(device['exports'])}, "
                f"requests {device['requests']}"
            )


def _standing(stands: Line) -> str:
    if stands["best"]:
        return "supportable"
    if stands["present"]:
        return "unshowable"
    return "rival" if stands["rival"] else "absent"


@dataclass
class _Given:
    """One attempt as the analysis has it; times in ms since 1970 UTC."""

    service: str
    started: int | None
    received: set[int]
    outcome: str
    why: str | None


def _given_attempts(analysis: Analysis) -> list[_Given]:
    times = dict(
        zip(
            analysis.table["message_id"].to_pylist(),
            analysis.table["received_at"].cast("int64").to_pylist(),
            strict=True,
        )
    )
    columns = ("service", "started_at", "message_ids", "outcome", "why")
    table = analysis.attempts.select(columns)
    table = table.set_column(1, "started_at", table["started_at"].cast("int64"))
    return [
        _Given(
            (row["service"] or "").casefold(),
            row["started_at"],
            {times[m] for m in row["message_ids"] or () if times.get(m) is not None},
            row["outcome"],
            row["why"],
        )
        for row in table.to_pylist()
    ]


def _judge_attempts(
    given: list[_Given], attempts: list[Line], device: Line, scores: Scores
) -> None:
    """Match attempts by service and first request, else by the reception of a code."""
    left = set(range(len(given)))
    by_start = {
        (given[n].service, given[n].started // 1000): n
        for n in left
        if given[n].started is not None
    }
    by_code = {moment: n for n in left for moment in given[n].received}
    for attempt in attempts:
        number = None
        if device["requests"]:
            key = (attempt["service"].casefold(), attempt["started_written"] // 1000)
            number = by_start.get(key)
        if number is None:
            number = next((by_code[t] for t in attempt["written"] if t in by_code), None)
        found = given[number].outcome if number is not None else "none"
        why = given[number].why if number is not None else None
        if number is not None:
            left.discard(number)
        _count_outcome(attempt, found, why, device, scores)
    for number in left:
        if attempts and "wrapped" not in _kinds(device):
            scores.outcomes["none", given[number].outcome] += 1
            scores.wrong.append(
                f"{device['device']}: attempt of {given[number].service!r} "
                f"({given[number].outcome}, {given[number].why}) belongs to none"
            )


def _count_outcome(
    attempt: Line, found: str, why: str | None, device: Line, scores: Scores
) -> None:
    right = found if found in attempt["expected"] else attempt["expected"][0]
    scores.outcomes[right, found] += 1
    if right != found:
        faults = ",".join(sorted(_kinds(device))) or "healthy"
        scores.wrong.append(
            f"{device['device']}: {attempt['service']} at {attempt['started_at']} is {right}, "
            f"found {found} ({why}); cause {attempt['cause']}; faults {faults}; "
            f"exports {','.join(device['exports'])}, requests {device['requests']}"
        )


def _rows(analysis: Analysis) -> dict[int, tuple[str | None, float | None]]:
    """Basis and latency of each received message by its written time (ms)."""
    table = analysis.table
    times = table["received_at"].cast("int64").to_pylist()
    bases = table["latency_basis"].to_pylist()
    return dict(zip(times, zip(bases, table["latency"].to_pylist(), strict=True), strict=True))


def _judge_offsets(
    rows: dict[int, tuple[str | None, float | None]],
    messages: list[Line],
    device: Line,
    scores: Scores,
) -> None:
    kinds = _kinds(device)
    if kinds & {"wrapped", "no_stamp", "copied", "skew"}:
        return
    key = lambda m: (m["slot"], m["center"], m["quarters"])  # noqa: E731
    for (slot, center, quarters), group in groupby(sorted(messages, key=key), key=key):
        stamped = [m for m in group if m["written"] in rows and not m["blocked"]]
        if not quarters:
            corrected = sum(rows[m["written"]][0] == "offset_corrected" for m in stamped)
            scores.corrections.update({True: corrected, False: len(stamped) - corrected})
            continue
        right = sum(_is_right(rows[m["written"]], m) for m in stamped)
        for number, (low, high) in enumerate(BANDS):
            if low <= len(stamped) <= high:
                found = right > len(stamped) / 2
                scores.offsets[number, found] += 1
                if not found:
                    where = f"slot {slot}, {center or 'no center'}, {quarters} quarters"
                    scores.wrong.append(
                        f"{device['device']}: offset of {where} found for {right} of "
                        f"{len(stamped)} messages"
                    )


def _is_right(row: tuple[str | None, float | None], message: Line) -> bool:
    basis, latency = row
    true = message["stamped_latency"] - message["quarters"] * 900
    return basis == "offset_corrected" and latency is not None and abs(latency - true) < 1


def _judge_intervals(
    analysis: Analysis, device: Line, messages: list[Line], scores: Scores
) -> None:
    """Compare intervals of percentiles and rates with the values the phone was simulated by."""
    import pandas as pd

    from analyzer.measure import blocking_table, latency_table
    from analyzer.simulate.facts import services

    codes = analysis.codes
    if not _kinds(device) & set(TIME_FAULTS):
        for abroad, name in ((False, "healthy"), (True, "abroad")):
            named = [s.name for s in services().values() if s.abroad == abroad]
            row = latency_table(_of_services(codes, named)).iloc[0]
            for percentile in ("p50", "p95"):
                low, high = row[f"{percentile}_low"], row[f"{percentile}_high"]
                if pd.notna(low) and pd.notna(high):
                    true = true_percentile(name, int(percentile[1:]))
                    scores.intervals[percentile, bool(low <= true <= high)] += 1
    for fault in device["faults"]:
        if fault["fault"] == "filter" and device["blocked"] and _keeps(messages):
            for service in fault["services"]:
                row = blocking_table(_of_services(codes, [service])).iloc[0]
                if row["n"] >= 5:
                    held = row["rate_low"] <= fault["amount"] <= row["rate_high"]
                    scores.intervals["blocking rate", bool(held)] += 1


def _keeps(messages: list[Line]) -> bool:
    """Whether the filter moves messages at all; SpamBlocker leaves them in the inbox."""
    return any(message["blocked"] for message in messages)


def _of_services(codes: pa.Table, names: list[str]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    return codes.filter(pc.is_in(codes["service"].cast(pa.string()), pa.array(names)))


@cache
def true_percentile(shape_name: str, percentile: int, draws: int = 200_000) -> int:
    """Return a percentile of a simulated latency, in the whole seconds that phones can show.

    A stamp is cut to its second, so what is measured is the latency plus a share of a second.
    """
    from analyzer.simulate.delivery import shape

    chance, drawn = random.Random(shape_name), shape(shape_name)
    seconds = (drawn.seconds(chance) for _ in range(draws))
    measured = sorted(int(s + chance.random()) for s in seconds if s is not None)
    return measured[-(-percentile * len(measured) // 100) - 1]
