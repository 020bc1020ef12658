"""How often the analysis is right, over simulated phones of which the truth is known.

Usage: python bench/truth.py [--phones 1000] [--days 30] [--seed 1] [--scenario random]
                             [--processes 1] [--wrong FILE]

Every phone is analyzed on its own, as `sms-analyzer report` does. Printed are, each with its n:
the verdict on every cause by how the cause stands (supportable: present, and the logs can show it;
unshowable: present, but they cannot; rival: absent with the same face; absent), the outcome of
every attempt, the share of 95 % intervals that hold the true value, and the share of quarter-hour
offsets found. --wrong writes what was judged wrong, one line each.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from judge import BANDS, DENIED, NAMED, Line, Scores, judged

VERDICTS = (*NAMED, *DENIED)
STANDINGS = ("supportable", "unshowable", "rival", "absent")


def _phones(folder: Path) -> Iterator[tuple[Path, list[Line]]]:
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    with (folder / "truth.jsonl").open(encoding="utf-8") as truth:
        for text in truth:
            line = json.loads(text)
            lines[line["device"]].append(line)
    for device, found in lines.items():
        yield folder / "logs" / device, found


def _judged(work: tuple[Path, list[Line]]) -> Scores:
    return judged(*work)


def measured(
    phones: int,
    days: int,
    seed: int,
    scenario: str = "random",
    processes: int = 1,
    tell: Callable[[int], None] | None = None,
) -> Scores:
    """Simulate phones, analyze each, and return the scores of all."""
    from analyzer.simulate import simulate

    total = Scores()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "phones"
        simulate(folder, scenario, devices=phones, days=days, seed=seed)
        with ProcessPoolExecutor(processes) as pool:
            work = _phones(folder)
            done = pool.map(_judged, work, chunksize=8) if processes > 1 else map(_judged, work)
            for scores in done:
                total.add(scores)
                if tell:
                    tell(total.phones)
    return total


def goals(scores: Scores) -> list[tuple[str, int, int, float | None]]:
    """Return what is asked of the analysis: name, hits, n, and the share that is the goal."""
    count = scores.causes
    by = lambda standing, verdicts: sum(  # noqa: E731
        n for (_, s, v), n in count.items() if s in standing and v in verdicts
    )
    attempts = sum(scores.outcomes.values())
    right = sum(n for (true, found), n in scores.outcomes.items() if true == found)
    large = {hit: sum(scores.offsets[band, hit] for band in (1, 2)) for hit in (True, False)}
    rows: list[tuple[str, int, int, float | None]] = [
        (
            "false shown (absent or rival)",
            by(("absent", "rival"), ("shown",)),
            by(("absent", "rival"), VERDICTS),
            0.0,
        ),
        (
            "supportable causes shown or consistent",
            by(("supportable",), NAMED),
            by(("supportable",), VERDICTS),
            0.95,
        ),
        (
            "absent causes without evidence or contradicted",
            by(("absent",), DENIED),
            by(("absent",), VERDICTS),
            0.98,
        ),
        ("outcomes of attempts right", right, attempts, 0.99),
        ("offsets found, groups of 5 or more", large[True], sum(large.values()), 0.999),
        (
            "messages without an offset corrected all the same",
            scores.corrections[True],
            sum(scores.corrections.values()),
            0.0,
        ),
    ]
    for what in ("p50", "p95", "blocking rate"):
        held, missed = scores.intervals[what, True], scores.intervals[what, False]
        rows.append(
            (f"95 % intervals of the {what} that hold the truth", held, held + missed, 0.95)
        )
    return rows


def printed(scores: Scores) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{'goal':55} {'hits':>8} {'n':>8} {'share':>8} {'goal':>7}"
    for name, hits, n, goal in goals(scores):
        share = f"{hits / n:8.2%}" if n else "  too few"
        yield f"{name:55} {hits:8,} {n:8,} {share} {'' if goal is None else f'{goal:.1%}':>7}"
    yield ""
    yield f"{'cause':22} {'standing':12} " + " ".join(f"{v:>12}" for v in VERDICTS)
    for cause in dict.fromkeys(cause for cause, _, _ in sorted(scores.causes)):
        for standing in STANDINGS:
            counts = [scores.causes[cause, standing, verdict] for verdict in VERDICTS]
            if any(counts):
                yield f"{cause:22} {standing:12} " + " ".join(f"{n:12,}" for n in counts)
    yield ""
    names = list(dict.fromkeys(name for pair in sorted(scores.outcomes) for name in pair))
    yield f"{'right outcome':14} " + " ".join(f"{name:>9}" for name in names)
    for true in names:
        if any(scores.outcomes[true, found] for found in names):
            counts = " ".join(f"{scores.outcomes[true, found]:9,}" for found in names)
            yield f"{true:14} {counts}"
    yield ""
    for number, (low, high) in enumerate(BANDS):
        found, lost = scores.offsets[number, True], scores.offsets[number, False]
        size = f"{low} to {high}" if high < 10**9 else f"{low} or more"
        yield f"offsets, groups of {size}: found {found} of {found + lost}"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("phones", 1000), ("days", 30), ("seed", 1), ("processes", 1)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    arguments.add_argument("--scenario", default="random")
    arguments.add_argument("--wrong", type=Path)
    given = arguments.parse_args()
    scores = measured(given.phones, given.days, given.seed, given.scenario, given.processes)
    print(f"{scores.phones} phones, {given.days} days, {given.scenario}, seed {given.seed}")
    print("\n".join(printed(scores)))
    if given.wrong:
        given.wrong.write_text("".join(line + "\n" for line in scores.wrong), encoding="utf-8")


if __name__ == "__main__":
    main()
