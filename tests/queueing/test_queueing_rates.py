"""Measures averaged over a rate that is not known for sure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from planner.domain.targets import Formula
from planner.queueing import performance, required_agents, required_agents_fractional

DESK = {"rate_per_h": 600, "aht_s": 180, "patience_s": 372, "threshold_s": 20}


def by_quadrature(cv: float, *, agents: int, **desk: float) -> dict[str, float]:
    """Contact-weighted averages over a Gamma rate, by scipy's adaptive quadrature."""
    law = stats.gamma(1 / cv**2, scale=cv**2)

    def average(measure):
        def integrand(x):
            got = performance(**{**desk, "rate_per_h": desk["rate_per_h"] * x}, agents=agents)
            return law.pdf(x) * x * float(getattr(got, measure))

        low, high = law.ppf(1e-13), law.isf(1e-13)
        return integrate.quad(integrand, low, high, limit=400, epsabs=1e-11, epsrel=1e-11, points=[1.0])[0]

    return {name: average(name) for name in ("service_level", "prob_wait", "abandonment", "abandonment_within", "mean_wait_s")}


@pytest.mark.parametrize(
    ("load", "agents", "cv"), [(10, 13, 0.2), (100, 103, 0.1), (0.5, 2, 0.5), (400, 380, 0.3), (30, 34, 1.0)]
)
def test_averages_agree_with_adaptive_quadrature(load, agents, cv) -> None:
    desk = {**DESK, "rate_per_h": load * 20.0}
    expected = by_quadrature(cv, agents=agents, **desk)
    got = performance(**desk, agents=agents, rate_cv=cv)
    for name, value in expected.items():
        assert getattr(got, name) == pytest.approx(value, rel=1e-8, abs=5e-9), name


def test_published_levels_under_uncertain_rates() -> None:
    # load 10 with 13 agents and 30 with 34, at rate CVs of 0, 10, 20 and 30%
    levels = [
        performance(**{**DESK, "rate_per_h": load * 20}, agents=agents, rate_cv=[0, 0.1, 0.2, 0.3]).service_level
        for load, agents in ((10, 13), (30, 34))
    ]
    assert np.array(levels) == pytest.approx(np.array([[0.85, 0.83, 0.78, 0.71], [0.85, 0.80, 0.70, 0.61]]), abs=0.01)
    need = required_agents(**{**DESK, "rate_per_h": np.array([10, 30]) * 20}, service_level=0.8, rate_cv=0.2)
    assert need.tolist() == [14, 37]


@pytest.mark.parametrize("definition", list(Formula))
def test_no_spread_is_the_plain_law(definition) -> None:
    plain = performance(**DESK, agents=34, definition=definition)
    for none in ({"rate_cv": 0.0}, {"rate_factors": [1.0]}, {"rate_cv": 1e-6}):
        got = performance(**DESK, agents=34, definition=definition, **none)
        assert got.service_level == pytest.approx(plain.service_level, abs=1e-8)
        assert got.mean_virtual_wait_s == pytest.approx(plain.mean_virtual_wait_s, rel=1e-7)


def test_given_rates_are_weighted_by_their_contacts() -> None:
    factors = np.array([0.5, 1.0, 1.8])
    parts = performance(**{**DESK, "rate_per_h": 600 * factors}, agents=34)
    got = performance(**DESK, agents=34, rate_factors=factors)
    assert got.service_level == pytest.approx((factors * parts.service_level).sum() / factors.sum(), rel=1e-12)
    assert got.queue_length == pytest.approx(parts.queue_length.mean(), rel=1e-12)
    assert got.occupancy == pytest.approx(parts.occupancy.mean(), rel=1e-12)
    answered = factors * (1 - parts.abandonment)
    assert got.asa_answered_s == pytest.approx((answered * parts.asa_answered_s).sum() / answered.sum(), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    load=st.floats(-1, 2.5).map(lambda x: 10**x),
    cv=st.sampled_from([0.05, 0.15, 0.4]),
    definition=st.sampled_from(list(Formula)),
    level=st.sampled_from([0.5, 0.8, 0.95]),
    patience_s=st.sampled_from([20.0, 150.0, 2000.0, None]),
)
def test_the_least_number_and_every_larger_one_meet_the_averaged_level(load, cv, definition, level, patience_s) -> None:
    desk = {"rate_per_h": load * 12, "aht_s": 300, "patience_s": patience_s, "threshold_s": 30, "definition": definition}
    need = int(required_agents(**desk, service_level=level, rate_cv=cv))
    around = np.arange(need, need + 12 + need // 4)
    assert (performance(**desk, agents=around, rate_cv=cv).service_level >= level).all()
    if need > 0:
        below = performance(**desk, agents=need - 1, rate_cv=cv).service_level
        assert not below >= level
    part = float(required_agents_fractional(**desk, service_level=level, rate_cv=cv))
    assert need - 1 - 1e-9 <= part <= need + 1e-9 or patience_s is None


def test_uncertainty_costs_agents_on_a_desk_near_its_target() -> None:
    need = required_agents(**DESK, service_level=0.8, rate_cv=np.linspace(0, 0.4, 9))
    assert (np.diff(need) >= 0).all()
    assert need[-1] > need[0]


def test_where_nobody_gives_up_rates_beyond_the_agents_are_never_answered_in_time() -> None:
    got = performance(rate_per_h=200, aht_s=180, agents=12, threshold_s=20, rate_factors=[0.8, 1.6])
    alone = performance(rate_per_h=160, aht_s=180, agents=12, threshold_s=20)
    assert got.service_level == pytest.approx(0.8 / 2.4 * alone.service_level, rel=1e-12)
    assert got.mean_wait_s == np.inf


@pytest.mark.parametrize(
    ("spread", "message"),
    [
        ({"rate_cv": -0.1}, "rate_cv must be a coefficient of variation from 0 to 2, got -0.1"),
        ({"rate_cv": 20}, "write 0.2 for 20%"),
        ({"rate_cv": float("nan")}, "rate_cv must be"),
        ({"rate_cv": [0.1, 0.2, 3.0]}, r"at index \[2\] \(1 of 3 values are wrong\)"),
        ({"rate_factors": []}, "rate_factors must be finite numbers"),
        ({"rate_factors": [0, 0]}, "not all zero"),
        ({"rate_factors": [1, -1]}, "zero or more"),
        ({"rate_cv": 0.1, "rate_factors": [1, 2]}, "give rate_cv or rate_factors, not both"),
    ],
)
def test_a_spread_that_makes_no_sense_is_refused(spread, message) -> None:
    with pytest.raises(ValueError, match=message):
        performance(**DESK, agents=34, **spread)
    with pytest.raises(ValueError, match=message):
        required_agents(**DESK, service_level=0.8, **spread)
