"""One phone exported in three formats and imported together: each message once, and whole."""

from __future__ import annotations

import itertools
import runpy
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "one_phone.py"
MESSAGES = 2_000


@pytest.fixture(scope="module")
def bench():
    return runpy.run_path(str(BENCH))


@pytest.fixture(scope="module")
def phone(bench):
    return bench["invented_phone"](MESSAGES)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_three_exports_of_one_phone_give_each_message_once(order, bench, phone, tmp_path, read):
    paths = bench["write_exports"](phone, tmp_path)
    found = read(*(paths[place] for place in order)).ingested
    assert all(one.balanced and not one.rejected for one in found.accounts)
    outcome = bench["compared"](phone, found.messages.to_pylist())
    assert (outcome.rows, outcome.lost, outcome.twice) == (MESSAGES, 0, 0)


def test_what_any_export_knew_of_a_message_is_kept(bench, phone, tmp_path, read):
    messages = read(*bench["write_exports"](phone, tmp_path)).ingested.messages.to_pylist()
    outcome = bench["compared"](phone, messages)
    assert outcome.poorer == 0
    assert outcome.filled["creator"] == pytest.approx(0.9)


def test_a_lost_a_doubled_and_a_poorer_message_would_be_seen(bench, phone, tmp_path, read):
    messages = read(*bench["write_exports"](phone, tmp_path)).ingested.messages.to_pylist()
    spoiled = [*messages[1:], messages[-1], messages[5] | {"sub_id": None}]
    outcome = bench["compared"](phone, spoiled)
    assert (outcome.lost, outcome.twice, outcome.poorer) == (1, 2, 1)
