"""The square-root limit: its formulas as published, and how far from exact they are."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.queueing import performance, required_agents
from planner.queueing.square_root import square_root, square_root_agents


def normal(beta):
    """phi, Phi and the hazard rate of the standard normal distribution, in 40 digits."""
    with mpmath.workdps(40):
        phi, below = mpmath.npdf(beta), mpmath.ncdf(beta)
        return phi, below, phi / mpmath.ncdf(-mpmath.mpf(beta))


@pytest.mark.parametrize("beta", [-3.0, -0.5, 0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("patience", [20.0, 180.0, 2000.0])
def test_the_formulas_are_those_of_garnett_mandelbaum_and_reiman(beta, patience) -> None:
    load, aht, within = 400.0, 180.0, 15.0
    got = square_root(rate_per_h=load * 3600 / aht, aht_s=aht, agents=load + beta * 20, threshold_s=within, patience_s=patience)
    y = mpmath.sqrt(patience / mpmath.mpf(aht))
    wait = 1 / (1 + normal(beta * y)[2] / (y * normal(-beta)[2]))
    assert got.prob_wait == pytest.approx(float(wait), rel=1e-10)
    step = mpmath.sqrt(aht / mpmath.mpf(patience) / load)
    lost = wait * (1 - normal(beta * y)[2] / normal(beta * y + step)[2])
    assert got.abandonment == pytest.approx(float(lost), rel=1e-9)
    assert got.mean_wait_s == pytest.approx(float(lost) * patience, rel=1e-9)
    # answered in time: at once, or after an offered wait with the density of a normal distribution cut off at zero
    pull = load / mpmath.mpf(aht)

    def stays(u):
        return mpmath.exp(-(pull * beta / 20) * u - pull * u * u / patience / 2 - u / patience)

    with mpmath.workdps(25):
        whole = mpmath.quad(lambda u: stays(u) * mpmath.exp(u / patience), [0, 5, 20, 60, 200, 2000])
        level = 1 - wait + wait * mpmath.quad(stays, [0, 5, within]) / whole
    assert got.service_level == pytest.approx(float(level), abs=2e-6)


@pytest.mark.parametrize("beta", [0.1, 0.5, 1.0, 2.5])
def test_the_formula_is_that_of_halfin_and_whitt(beta) -> None:
    got = square_root(rate_per_h=8000, aht_s=180, agents=400 + beta * 20, threshold_s=15)
    phi, below, _ = normal(beta)
    wait = float(1 / (1 + beta * below / phi))
    assert (got.beta, got.prob_wait) == pytest.approx((beta, wait), rel=1e-12)
    assert got.service_level == pytest.approx(1 - wait * np.exp(-beta * 20 * 15 / 180), rel=1e-12)
    assert got.mean_wait_s == pytest.approx(wait * 180 / (beta * 20), rel=1e-12)
    assert got.abandonment == 0


def test_patience_equal_to_handling_time_gives_the_normal_tail() -> None:
    beta = np.linspace(-2, 2, 9)
    got = square_root(rate_per_h=2000, aht_s=180, agents=100 + 10 * beta, threshold_s=20, patience_s=180)
    assert got.prob_wait == pytest.approx([float(normal(-b)[1]) for b in beta], rel=1e-12)


def test_long_patience_is_halfin_and_whitt() -> None:
    known = {"rate_per_h": 2000, "aht_s": 180, "agents": [102, 105, 110, 120], "threshold_s": 20}
    long, endless = square_root(patience_s=1e10, **known), square_root(**known)
    assert long.prob_wait == pytest.approx(endless.prob_wait, rel=1e-4)
    assert long.service_level == pytest.approx(endless.service_level, rel=1e-4)


ERRORS = {14: (1.1, 4.3, 4.0), 100: (0.3, 1.7, 1.1), 1000: (0.1, 0.52, 0.1), 5000: (0.049, 0.24, 0.021)}


@pytest.mark.parametrize("load", ERRORS)
def test_the_errors_are_those_the_documentation_states(load) -> None:
    least, most, level = ERRORS[load]
    agents = np.ceil(load + np.linspace(0.1, 2, 20) * np.sqrt(load))
    known = {"rate_per_h": load * 20, "aht_s": 180, "agents": agents, "threshold_s": 20}
    for patience in (60, 180, 600, None):
        exact, near = performance(patience_s=patience, **known), square_root(patience_s=patience, **known)
        short = 100 * (exact.prob_wait - near.prob_wait)
        assert (short >= least).all()
        assert (short <= most).all()
        kind = 100 * (near.service_level - exact.service_level)
        assert ((kind >= 0) & (kind <= level)).all()


def test_the_error_fades_with_the_square_root_of_the_load() -> None:
    load = np.array([25, 100, 400, 1600, 6400])
    known = {"rate_per_h": load * 20, "aht_s": 180, "agents": load + np.sqrt(load), "threshold_s": 20, "patience_s": 180}
    short = performance(**known).prob_wait - square_root(**known).prob_wait
    assert short[1:] / short[:-1] == pytest.approx(0.5, abs=0.02)


def test_the_rule_of_thumb_is_short_of_exact_by_what_the_documentation_states() -> None:
    load = np.exp(np.linspace(np.log(3), np.log(5000), 1500))
    known = {"rate_per_h": load * 20, "aht_s": 180, "threshold_s": 20, "service_level": 0.8}
    endless, even, hasty = (square_root_agents(patience_s=p, **known) for p in (None, 180, 60))
    for got in (endless, even, hasty):
        assert (got.exact - got.agents >= 0).all()
    assert (endless.exact - endless.agents <= 1).all()
    short = even.exact - even.agents
    assert (short[load <= 100] <= 1).all()
    assert 4 <= short[load <= 1000].max() <= 5
    assert (short[load > 100] / even.exact[load > 100]).max() <= 0.0101
    short = hasty.exact - hasty.agents
    assert 2 <= short[(load >= 30) & (load <= 100)].max() <= 3
    assert (short[load > 30] / hasty.exact[load > 30]).max() <= 0.067
    assert (short[load > 300] / hasty.exact[load > 300]).max() <= 0.038
    assert (endless.exact == required_agents(**known)).all()
    assert np.ceil(endless.fractional).tolist() == endless.agents.tolist()


@given(st.floats(0.1, 3000), st.floats(0.05, 0.99), st.one_of(st.none(), st.floats(5, 3000)), st.floats(0, 120))
@settings(deadline=None, max_examples=60)
def test_the_fractional_agents_just_meet_the_level_of_the_limit(load, level, patience, within) -> None:
    known = {"rate_per_h": load * 20, "aht_s": 180, "threshold_s": within, "patience_s": patience}
    got = square_root_agents(service_level=level, **known)
    reached = square_root(agents=got.fractional, **known).service_level
    assert reached >= level - 1e-9
    if got.fractional > 1e-3:
        assert square_root(agents=got.fractional * (1 - 1e-6), **known).service_level <= level + 1e-9


@given(
    st.floats(-9, 9).map(lambda x: 10**x), st.floats(-1, 5).map(lambda x: 10**x), st.floats(0, 1e6),
    st.one_of(st.none(), st.floats(-6, 12).map(lambda x: 10**x)), st.sampled_from([0.0, 20.0, 604_800.0]),
)  # fmt: skip
@settings(deadline=None, max_examples=200)
@pytest.mark.filterwarnings("error")
def test_every_measure_stays_in_its_range_at_the_extremes(rate, aht, agents, patience, within) -> None:
    got = square_root(rate_per_h=rate, aht_s=aht, agents=agents, threshold_s=within, patience_s=patience)
    for value in (got.prob_wait, got.abandonment, got.service_level):
        assert 0 <= value <= 1
    assert got.mean_wait_s >= 0


def test_no_contacts_no_room_and_no_sense() -> None:
    none = square_root(rate_per_h=0, aht_s=180, agents=5, threshold_s=20)
    assert np.isnan([none.prob_wait, none.service_level, none.abandonment, none.mean_wait_s, none.beta]).all()
    need = square_root_agents(rate_per_h=[0, 200], aht_s=180, service_level=0.8, threshold_s=20)
    assert (need.agents[0], need.exact[0], need.fractional[0]) == (0, 0, 0)
    assert np.isnan(need.beta[0])
    assert need.exact[1] == 14
    over = square_root(rate_per_h=200, aht_s=180, agents=[10, 9], threshold_s=20)
    assert over.prob_wait.tolist() == [1, 1]
    assert over.service_level.tolist() == [0, 0]
    assert np.isinf(over.mean_wait_s).all()
    with pytest.raises(ValueError, match=r"service_level must be a share .* got 80; write 0.8 for 80%"):
        square_root_agents(rate_per_h=200, aht_s=180, service_level=80, threshold_s=20)
    with pytest.raises(ValueError, match="agents must be a finite number of agents, zero or more, got -1"):
        square_root(rate_per_h=200, aht_s=180, agents=-1, threshold_s=20)
