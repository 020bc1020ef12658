"""The judge of the analysis: what it counts, and the analysis on a few phones.

`make bench-truth` does the same over a thousand phones; docs/truth.md has its table.
"""

from __future__ import annotations

from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def truth(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import truth

    return truth


def test_thirty_random_phones_are_judged_right(truth) -> None:
    scores = truth.measured(30, 14, seed=11)
    goals = {name: (hits, n) for name, hits, n, _ in truth.goals(scores)}
    assert goals["false shown (absent or rival)"][0] == 0
    right, n = goals["outcomes of attempts right"]
    assert n > 1000
    assert right >= 0.99 * n, scores.wrong
    denied, n = goals["absent causes without evidence or contradicted"]
    assert denied >= 0.98 * n, scores.wrong
    found, groups = goals["offsets found, groups of 5 or more"]
    assert found == groups
    assert goals["messages without an offset corrected all the same"][0] == 0
    assert not [line for line in scores.wrong if "does not balance" in line]


def test_a_wrong_outcome_is_counted_and_told(truth, simulated) -> None:
    (folder, lines), *_ = simulated("healthy", devices=1, days=6).values()
    attempt = next(line for line in lines if line["kind"] == "attempt")
    attempt["outcome"], attempt["expected"] = "garbled", ["garbled"]
    scores = truth.judged(folder, lines)
    assert scores.outcomes["garbled", "in_time"] == 1
    assert len(scores.wrong) == 1


def test_a_cause_that_is_missed_or_invented_is_counted_and_told(truth, simulated) -> None:
    (folder, lines), *_ = simulated("garbled", devices=1, days=12).values()
    causes = lines[0]["causes"]
    causes["garbled_text"] = {"present": False, "best": None, "rival": False}
    causes["international_block"] = {"present": True, "best": "consistent", "rival": False}
    scores = truth.judged(folder, lines)
    assert scores.causes["garbled_text", "absent", "shown"] == 1
    assert len([line for line in scores.wrong if " is " in line]) == 2


def test_scores_of_several_phones_add_up(truth, simulated) -> None:
    phones = simulated("filter", devices=2, days=6)
    total = truth.Scores()
    for folder, lines in phones.values():
        total.add(truth.judged(folder, lines))
    assert total.phones == 2
    assert sum(total.causes.values()) == 2 * 16
