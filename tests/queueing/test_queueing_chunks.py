"""Long inputs are worked through in parts and come out as if they had not been."""

import numpy as np
import pytest

from planner.queueing import chunks, performance, required_agents, required_agents_fractional, service_curve

DESK = {"aht_s": np.array([[180.0], [240.0]]), "patience_s": 90.0, "threshold_s": 20.0}
RATES = np.linspace(0, 500, 57)


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 10)


def answers():
    return [
        required_agents(rate_per_h=RATES, service_level=0.8, **DESK),
        required_agents_fractional(rate_per_h=RATES, service_level=0.8, rate_cv=0.1, **DESK),
        service_curve(rate_per_h=RATES, max_agents=5, **DESK),
        performance(rate_per_h=RATES, agents=9, **DESK).queue_length,
        performance(rate_per_h=RATES, agents=9, rate_factors=[0.8, 1.2], **DESK).service_level,
    ]


def test_parts_give_what_the_whole_gives(monkeypatch) -> None:
    whole = answers()
    monkeypatch.setattr(chunks, "CHUNK", 10)
    for one, other in zip(whole, answers(), strict=True):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


@pytest.mark.usefixtures("small_parts")
def test_a_wrong_value_is_named_by_its_place_in_the_whole() -> None:
    rates = RATES.copy()
    rates[43] = -1
    with pytest.raises(ValueError, match=r"rate_per_h .* got -1 at index \[0, 43\] \(2 of 114 values are wrong\)"):
        required_agents(rate_per_h=rates, service_level=0.8, **DESK)


@pytest.mark.usefixtures("small_parts")
def test_shapes_that_clash_are_told_as_ever() -> None:
    with pytest.raises(ValueError, match="shapes do not fit together"):
        performance(rate_per_h=RATES, agents=[1, 2, 3], aht_s=180, threshold_s=20)
