"""Values that make no sense: one sentence naming the argument, the value and what was expected."""

import numpy as np
import pytest

from planner.queueing import erlang_b, erlang_c, performance, required_agents, required_agents_fractional

GOOD = {"rate_per_h": 200.0, "aht_s": 180.0, "threshold_s": 20.0}


@pytest.mark.parametrize("function", [erlang_b, erlang_c])
@pytest.mark.parametrize(("load", "agents"), [(5, -3), (-1, 4), (np.nan, 4), (5, np.nan), (np.inf, 4)])
def test_negative_or_missing_loads_and_agents_are_refused(function, load, agents) -> None:
    with pytest.raises(ValueError, match=r"must be a finite number of (agents|erlang), zero or more"):
        function(load, agents)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("rate_per_h", -1, "rate_per_h must be a finite number of contacts, zero or more, got -1"),
        ("rate_per_h", np.nan, "rate_per_h must be a finite number of contacts, zero or more, got nan"),
        ("aht_s", 0, "aht_s must be a finite number of seconds above zero, got 0"),
        ("threshold_s", -5, "threshold_s must be a finite number of seconds, zero or more, got -5"),
        ("patience_s", 0, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ("patience_s", -20, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ("agents", -3, "agents must be a finite number of agents, zero or more, got -3"),
        ("agents", "many", "agents must be a number or an array of numbers, got 'many'"),
        ("definition", "best", "unknown definition of service level 'best'; it is one of offered, answered"),
    ],
)
def test_performance_names_what_is_wrong(name, value, message) -> None:
    with pytest.raises(ValueError) as raised:
        performance(**{**GOOD, "agents": 14, name: value})
    assert message in str(raised.value)


@pytest.mark.parametrize("function", [required_agents, required_agents_fractional])
@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"service_level": 80}, "service_level must be a share from 0 on to 1 (excluded), got 80; write 0.8 for 80%"),
        ({"service_level": 1.0}, "no number of agents reaches 100%, write 0.99"),
        ({"service_level": np.nan}, "service_level must be a share"),
        ({"max_occupancy": 0}, "max_occupancy must be a share from 0 (excluded) to 1, got 0"),
        ({"max_occupancy": 1e-9}, "exceed 10,000,000 agents, the first at a load of 10 erlang"),
        ({"max_asa_s": 0}, "max_asa_s must be a finite number of seconds above zero, got 0"),
        ({"max_abandonment": -0.1}, "max_abandonment must be a share from 0 (excluded) to 1, got -0.1"),
        ({}, "nothing is asked for: give at least one of service_level, max_asa_s, max_abandonment, max_occupancy"),
    ],
)
def test_the_inverse_names_what_is_wrong(function, limits, message) -> None:
    with pytest.raises(ValueError) as raised:
        function(**GOOD, **limits)
    assert message in str(raised.value)


def test_an_occupancy_no_desk_can_reach_is_refused_with_patience_too() -> None:
    with pytest.raises(ValueError, match="exceed 10,000,000 agents"):
        required_agents(**GOOD, patience_s=60, max_occupancy=1e-9)


def test_the_first_wrong_value_of_an_array_is_located_and_all_are_counted() -> None:
    aht = np.full((2, 3), 180.0)
    aht[1, 0] = aht[1, 2] = -4
    with pytest.raises(ValueError, match=r"got -4 at index \[1, 0\] \(2 of 6 values are wrong\)"):
        performance(rate_per_h=10, aht_s=aht, agents=3, threshold_s=20)


def test_shapes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"shapes do not fit together: rate_per_h \(2,\), aht_s \(3,\)"):
        performance(rate_per_h=[1, 2], aht_s=[1, 2, 3], agents=3, threshold_s=20)


def test_no_contacts_have_no_service_level_and_need_nobody() -> None:
    got = performance(rate_per_h=[0.0, 0.0], aht_s=180, agents=[5, 0], threshold_s=20, patience_s=[np.inf, 60])
    for name in ("service_level", "prob_wait", "abandonment", "asa_answered_s", "mean_wait_s"):
        assert np.isnan(getattr(got, name)).all()
    assert got.queue_length.tolist() == [0, 0]
    assert got.occupancy[0] == 0
    assert np.isnan(got.occupancy[1])
    assert required_agents_fractional(rate_per_h=0, aht_s=180, threshold_s=20, service_level=0.8) == 0


def test_inputs_are_never_written_to() -> None:
    rate = np.array([10.0, 20.0])
    rate.flags.writeable = False
    required_agents(rate_per_h=rate, aht_s=180, threshold_s=20, service_level=0.8)
    assert rate.tolist() == [10, 20]
