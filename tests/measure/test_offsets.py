"""Quarter-hour offsets over many simulated groups, and what may be mistaken for one."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.measure.offsets import find_offsets

RETRIES = np.concatenate([[0], np.cumsum([60] * 5 + [600] * 6 + [3600] * 24)])
QUARTERS = (4, -4, 32, -32, 22, 64)


def simulated(rng, size, quarters, first_fails=0.08, resent=0.3):
    """Received (ms) and difference (s) of one group: fast, retried, sometimes asked for again."""
    gaps = np.where(
        rng.random(size) < resent, 60 + rng.exponential(20, size), rng.exponential(21_600, size)
    )
    sent = np.floor(np.cumsum(gaps))
    tries = rng.geometric(1 - first_fails, size) - 1
    late = rng.lognormal(np.log(3.5), 0.45, size) + rng.random(size) + RETRIES[tries]
    order = np.argsort(sent + late)
    return (sent + late)[order] * 1000, late[order] + quarters * 900.0


def found(*groups):
    """Offsets of several groups at once, as one array a group."""
    sizes = [len(received) for received, _ in groups]
    numbers = np.repeat(np.arange(len(groups)), sizes)
    received, difference = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    offsets = find_offsets(numbers, received, difference).quarters
    return np.split(offsets, np.cumsum(sizes)[:-1])


@pytest.mark.parametrize("quarters", QUARTERS)
def test_offsets_of_five_rows_and_more_are_found(quarters):
    rng = np.random.default_rng(quarters % 97)
    sizes = rng.integers(5, 40, 2000)
    answers = found(*(simulated(rng, size, quarters) for size in sizes))
    right = np.mean([(answer == quarters).all() for answer in answers])
    assert right >= 0.999


@pytest.mark.parametrize("quarters", QUARTERS)
def test_offsets_of_three_rows_are_found_mostly_and_never_wrong(quarters):
    rng = np.random.default_rng(quarters % 89)
    answers = np.array(found(*(simulated(rng, 3, quarters) for _ in range(1000))))
    assert np.isin(answers, [0, quarters]).all()
    assert (answers == quarters).all(axis=1).mean() >= 0.9


def test_real_delays_are_never_corrected():
    rng = np.random.default_rng(11)
    groups = [simulated(rng, size, 0, first_fails=0.3) for size in rng.integers(3, 40, 3000)]
    assert not any(answer.any() for answer in found(*groups))


def test_a_message_an_hour_late_does_not_hide_that_stamps_are_an_hour_ahead():
    received = np.arange(8) * 20_000_000.0
    difference = np.array([-3597.2, -3596.1, -3598.0, 4.5, -3597.5, -3595.9, -3597.0, -3598.1])
    offsets = find_offsets(np.zeros(8, np.int64), received, difference)
    assert offsets.quarters.tolist() == [-4, -4, -4, 0, -4, -4, -4, -4]
    assert offsets.open.tolist() == [False] * 3 + [True] + [False] * 4


def test_late_messages_between_shifted_ones_are_shifted_too():
    late = np.array([0] * 5 + [1500, 2400, 3300, 2000] + [0] * 5)
    difference = 32 * 900 + 3.5 + late
    offsets = find_offsets(np.zeros(14, np.int64), np.arange(14) * 9_000_000.0, difference)
    assert offsets.quarters.tolist() == [32] * 14
    assert not offsets.open.any()


def test_late_messages_after_the_last_shifted_one_are_open():
    late = np.array([0] * 5 + [1500, 2400, 3300, 2000])
    difference = 32 * 900 + 3.5 + late
    offsets = find_offsets(np.zeros(9, np.int64), np.arange(9) * 9_000_000.0, difference)
    assert offsets.quarters.tolist() == [32] * 9
    assert offsets.open.tolist() == [False] * 5 + [True] * 4


def test_three_rows_of_two_moments_establish_an_offset_only_without_others():
    received, difference = np.array([0.0, 65e3, 40e6]), np.array([3603.5, 3604.2, 3602.9])
    alone = find_offsets(np.zeros(3, np.int64), received, difference)
    assert alone.quarters.tolist() == [4, 4, 4]
    beside = find_offsets(
        np.zeros(5, np.int64),
        np.append(received, [80e6, 120e6]),
        np.append(difference, [3.1, 4.4]),
    )
    assert not beside.quarters.any()


def test_three_rows_of_one_release_establish_nothing():
    received, difference = np.array([0.0, 2e3, 5e3]), np.array([3603.5, 3604.2, 3602.9])
    assert not find_offsets(np.zeros(3, np.int64), received, difference).quarters.any()


def test_an_offset_that_changes_with_travel_is_followed():
    rng = np.random.default_rng(4)
    parts = [simulated(rng, 30, quarters, first_fails=0.02, resent=0) for quarters in (0, 32, 4)]
    received = np.concatenate([part[0] + n * 5e9 for n, part in enumerate(parts)])
    difference = np.concatenate([part[1] for part in parts])
    offsets = find_offsets(np.zeros(90, np.int64), received, difference)
    assert offsets.quarters.tolist() == [0] * 30 + [32] * 30 + [4] * 30
