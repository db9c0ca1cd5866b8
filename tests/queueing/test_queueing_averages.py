"""The level over many rates, agents after agents, against the law of every rate by itself and against the chain in 40 digits."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.targets import Formula
from planner.queueing import erlang_b, performance, required_agents
from planner.queueing.averages import UNKNOWN, level_over_rates
from planner.queueing.levels import code

FACTORS = np.array([0.02, 0.55, 0.8, 0.0, 1.0, 1.15, 1.7])  # one of them without contacts
SHARES = np.array([0.1, 0.1, 0.3, 0.05, 0.25, 0.15, 0.05])
FACTORS /= SHARES @ FACTORS


def one_by_one(definition: str, agents: int, **desk: float) -> float:
    """The level of all contacts from `performance` at each rate."""
    answered = in_time = late = within = 0.0
    for factor, share in zip(FACTORS, SHARES * FACTORS, strict=True):
        if share > 0:
            known = {**desk, "rate_per_h": desk["rate_per_h"] * factor, "agents": agents}
            got = performance(**known)
            in_time += share * float(got.service_level)
            answered += share * (1 - float(got.abandonment))
            late += share * (1 - float(performance(**known, definition="virtual").service_level))
            within += share * (1 - float(performance(**known, definition="crediting_short_abandons").service_level))
    if definition == "answered":
        return in_time / answered
    if definition == "excluding_short_abandons":
        return in_time / (in_time + within)
    return {"offered": in_time, "virtual": 1 - late, "crediting_short_abandons": 1 - within}[definition]


@settings(deadline=None, max_examples=60)
@given(
    load=st.floats(-1.5, 2.8).map(lambda x: 10**x),
    patience_s=st.one_of(st.none(), st.floats(0.7, 4).map(lambda x: 10**x)),
    threshold_s=st.sampled_from([0.0, 5.0, 20.0, 120.0, 900.0]),
    beta=st.floats(-1.2, 2.5),
    definition=st.sampled_from(list(Formula)),
)
def test_the_level_over_rates_is_that_of_every_rate_by_itself(load, patience_s, threshold_s, beta, definition) -> None:
    desk = {"rate_per_h": load * 12, "aht_s": 300.0, "patience_s": patience_s, "threshold_s": threshold_s}
    theta = 0.0 if patience_s is None else 300 / patience_s
    middle = max(2, int(load + beta * np.sqrt(load)))
    work = np.empty((4, 1000))
    work[0, 0] = UNKNOWN
    for agents in (middle, middle + 1, middle + 4, middle - 1):  # up from what is known, and down
        got = level_over_rates(load, agents, theta, threshold_s / 300, code(definition), FACTORS, SHARES, work)
        assert got == pytest.approx(one_by_one(definition, agents, **desk), abs=1e-12)


@pytest.mark.parametrize(
    ("load", "agents", "theta", "t"), [(3.0, 4, 0.7, 0.1), (40.0, 45, 2.0, 0.3), (90.0, 70, 0.5, 0.05), (25.0, 24, 9.0, 1.5)]
)
def test_the_level_over_rates_agrees_with_the_chain_in_40_digits(exact_chain, load, agents, theta, t) -> None:
    factors, shares = np.array([0.7, 1.0, 1.3]), np.array([0.3, 0.4, 0.3])
    laws = [exact_chain(load=load * f, agents=agents, theta=theta, t=t) for f in factors]
    in_time, answered, late = (
        sum(f * w * law[name] for f, w, law in zip(factors, shares, laws, strict=True))
        for name in ("in_time", "answered", "late")
    )
    gone_late = mpmath.exp(-theta * t) * late
    exact = {
        "offered": in_time,
        "answered": in_time / answered,
        "excluding_short_abandons": in_time / (in_time + gone_late),
        "crediting_short_abandons": 1 - gone_late,
        "virtual": 1 - late,
    }
    for definition, value in exact.items():
        work = np.empty((4, 1000))
        work[0, 0] = UNKNOWN
        got = level_over_rates(load, agents, theta, t, code(definition), factors, shares, work)
        assert got == pytest.approx(float(value), abs=1e-13)


@settings(deadline=None, max_examples=40)
@given(
    load=st.floats(-1, 2.7).map(lambda x: 10**x),
    patience_s=st.one_of(st.none(), st.floats(1, 3.5).map(lambda x: 10**x)),
    threshold_s=st.sampled_from([0.0, 20.0, 300.0]),
    level=st.floats(0.05, 0.99),
    cv=st.sampled_from([0.05, 0.1, 0.2, 0.6]),
    definition=st.sampled_from([Formula.OFFERED, Formula.CREDITING_SHORT_ABANDONS, Formula.VIRTUAL]),
)
def test_the_least_agents_over_rates_are_those_of_a_scan(load, patience_s, threshold_s, level, cv, definition) -> None:
    desk = {"rate_per_h": load * 12, "aht_s": 300.0, "patience_s": patience_s, "threshold_s": threshold_s}
    desk |= {"rate_cv": cv, "definition": definition}
    agents = np.arange(int(2 * load * (1 + 3 * cv) + 12 * np.sqrt(load) + 20))
    met = performance(**desk, agents=agents).service_level >= level
    need = int(required_agents(**desk, service_level=level))
    if met.any():
        assert need == int(np.argmax(met))
    else:
        assert need >= agents.size


@settings(deadline=None, max_examples=150)
@given(
    load=st.floats(-2, 4).map(lambda x: 10**x),
    threshold_s=st.sampled_from([0.0, 1.0, 20.0, 120.0, 7200.0]),
    level=st.floats(0.001, 0.9999),
    max_asa_s=st.one_of(st.none(), st.floats(0.5, 500)),
)
def test_where_nobody_gives_up_the_least_agents_are_those_of_a_scan(load, threshold_s, level, max_asa_s) -> None:
    desk = {"rate_per_h": load * 12, "aht_s": 300.0, "threshold_s": threshold_s}
    need = int(required_agents(**desk, service_level=level, max_asa_s=max_asa_s))
    agents = np.arange(int(load), need + 1)
    got = performance(**desk, agents=agents)
    asa = np.inf if max_asa_s is None else max_asa_s
    assert ((got.service_level >= level) & ~(got.asa_answered_s > asa)).tolist() == [False] * (need - int(load)) + [True]


@pytest.mark.parametrize("load", [23.4, 23.5, 24.0, 24.49, 24.5, 25.5, 31.5, 100.2, 777.7, 5000.5])
def test_blocking_near_the_load_in_40_digits(load) -> None:
    for agents in {int(load) - 1, int(load), int(load) + 1, int(load) + 2, int(1.2 * load)}:
        with mpmath.workdps(40):
            term = inverse = mpmath.mpf(1)
            for n in range(agents, 0, -1):
                term *= n / mpmath.mpf(load)
                inverse += term
            exact = float(1 / inverse)
        assert erlang_b(load, agents) == pytest.approx(exact, rel=5e-15)
