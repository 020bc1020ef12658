"""Measure recognition on labelled messages: `python -m analyzer.recognize.evaluate FOLDER`.

Prints the shares of each set and language of one half (`labelled` says how it is split), the code
in damaged Chinese, how far the stated confidence can be believed, and all this beside the best
existing detectors' figures (data/peers.csv).
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from analyzer.recognize.folding import DATA
from analyzer.recognize.labelled import DEV, UNSEEN, Case, cases
from analyzer.recognize.scoring import (
    Bin,
    Pair,
    Score,
    Undone,
    answers,
    damage_scores,
    reliability,
    score,
)

_HEAD = f"{'set':24}{'pos':>6}{'neg':>7}" + "".join(
    f"{name:>8}" for name in ("prec", "recall", "F1", "exact", "strict")
)


def main(arguments: list[str]) -> int:
    """Print the measures of one half of a folder's messages."""
    options = _options().parse_args(arguments)
    if not options.folder.is_dir():
        sys.stderr.write(
            f"{options.folder}: no such folder. Name the one with the *.jsonl files.\n"
        )
        return 2
    chosen = [case for case in cases(options.folder) if case.half == options.half]
    if not chosen:
        sys.stderr.write(f"{options.folder}: no labelled messages (*.jsonl) in it.\n")
        return 2
    pairs = list(zip(chosen, answers([case.text for case in chosen]), strict=True))
    for line in report(pairs, options.half):
        sys.stdout.write(line + "\n")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analyzer.recognize.evaluate")
    parser.add_argument("folder", type=Path, help="folder of labelled messages (*.jsonl)")
    parser.add_argument("--half", choices=(DEV, UNSEEN), default=UNSEEN)
    return parser


def report(pairs: list[Pair], half: str) -> Iterator[str]:
    """Yield the lines of the whole report on one half."""
    scores = {name: score(members) for name, members in _sets(pairs).items()}
    undone = damage_scores(case for case, _ in pairs)
    yield f"== {half}: {len(pairs)} messages. Shares in percent; FA: false alarms per 1,000."
    yield _HEAD + f"{'FA':>9}"
    yield from (_line(name, scores[name]) for name in sorted(scores, key=_order))
    yield ""
    yield f"{'Chinese, damaged':32}{'n':>5}{'exact':>8}{'named':>8}"
    yield from (_damage_line(way, found) for way, found in undone.items())
    yield ""
    yield "Confidence: stated probability of a code message, and how often it was one (percent)"
    yield f"{'stated':>14}{'n':>7}{'mean':>8}{'seen':>8}"
    wanted = [pair for pair in pairs if {"mix", "templates"} & set(pair[0].sets)]
    yield from (_bin_line(found) for found in reliability(wanted))
    yield ""
    yield "Beside the best existing detectors"
    yield f"{'set':30}{'measure':14}{'ours':>7}{'theirs':>8}  detector"
    yield from _beside(scores, undone)


def _sets(pairs: list[Pair]) -> dict[str, list[Pair]]:
    """Return the pairs of each set and language."""
    sets: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for name in (*pair[0].sets, *_by_language(pair[0])):
            sets[name].append(pair)
    return sets


def _by_language(case: Case) -> tuple[str, ...]:
    if not {"curated", "templates"} & set(case.sets):
        return ()
    return (f"lang {case.language.partition('-')[0]}",)


def _order(name: str) -> tuple[bool, str]:
    return name.startswith("lang "), name


def _line(name: str, s: Score) -> str:
    shares = (s.precision, s.recall, s.f1, s.exact, s.strict_f1)
    percents = "".join(f"{_percent(share):>8}" for share in shares)
    return f"{name:24}{s.positives:6}{s.negatives:7}{percents}{_number(s.false_alarms, 2):>9}"


def _damage_line(way: str, found: Undone) -> str:
    return f"{way:32}{found.messages:5}{_percent(found.exact):>8}{_percent(found.named):>8}"


def _bin_line(found: Bin) -> str:
    span = f"{found.low:.2f} to {found.high:.2f}"
    return (
        f"{span:>14}{found.messages:7}{_percent(found.predicted):>8}{_percent(found.observed):>8}"
    )


def _beside(scores: dict[str, Score], undone: dict[str, Undone]) -> Iterator[str]:
    """Yield our figure beside each figure of another detector."""
    with (DATA / "peers.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            name, measure = row["set"], row["measure"]
            kind, _, way = name.partition(" ")
            if kind == "damage":
                ours = 100 * undone[way].exact
            elif name in scores:
                ours = getattr(scores[name], measure) * (1 if measure == "false_alarms" else 100)
            else:
                continue
            note = f" ({row['note']})" if row["note"] else ""
            theirs = f"{float(row['value']):.1f}"
            yield f"{name:30}{measure:14}{_number(ours, 1):>7}{theirs:>8}  {row['detector']}{note}"


def _percent(share: float) -> str:
    return _number(100 * share, 1)


def _number(value: float, digits: int) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
