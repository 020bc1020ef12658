"""The simulated last mile has the shape of the published figures it is made after."""

from __future__ import annotations

import random

import pytest

from analyzer.simulate.delivery import retry_seconds, shape

# Reference: the presets computed from published figures, docs/truth.md: seconds at p50, p75, p90,
# p95 and p99 of what is delivered, and the share within 10 s.
PUBLISHED = {
    "healthy": ((3.5, 4.9, 6.6, 8.1, 65), 0.97),
    "overseas": ((7.7, 14, 61, 124, 255), 0.62),
    "legacy": ((8.8, 73, 244, 308, 2706), 0.55),
}
DRAWS = 40_000


def delivered(name: str) -> list[float]:
    chance, drawn = random.Random(7), shape(name)
    seconds = (drawn.seconds(chance) for _ in range(DRAWS))
    return sorted(value for value in seconds if value is not None)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_quantiles_are_those_of_the_published_preset(name: str) -> None:
    quantiles, prompt = PUBLISHED[name]
    seconds = delivered(name)
    for quantile, published in zip((0.5, 0.75, 0.9, 0.95, 0.99), quantiles, strict=True):
        # As shares: where nothing lies between two tries, seconds would leap.
        found = sum(value <= published for value in seconds) / len(seconds)
        assert found == pytest.approx(quantile, abs=0.012), published
    assert sum(value <= 10 for value in seconds) / len(seconds) == pytest.approx(prompt, abs=0.02)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_share_of_lost_messages_is_the_preset_s(name: str) -> None:
    assert 1 - len(delivered(name)) / DRAWS == pytest.approx(shape(name).lost, abs=0.005)


def test_a_service_center_tries_every_minute_then_every_ten_minutes_then_every_hour() -> None:
    tries = retry_seconds()
    assert tries[:6] == (60, 120, 180, 240, 300, 900)
    assert tries[10:13] == (3900, 7500, 11100)


def test_a_healthy_path_meets_the_benchmarks_of_the_trade() -> None:
    """Twilio: a code within 10 s; StartMessaging: P50 2 to 6 s, P95 8 to 15 s."""
    seconds = delivered("healthy")
    assert 2 <= seconds[len(seconds) // 2] <= 6
    assert 7.5 <= seconds[int(0.95 * len(seconds))] <= 15
