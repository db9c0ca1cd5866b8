import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from planner.queueing import erlang_c, performance


def exact(load: float, agents: int) -> float:
    """Erlang C from the states' weights in 50 digits."""
    with mpmath.workdps(50):
        a, term, total = mpf(load), mpf(1), mpf(0)
        for n in range(agents):
            total += term
            term *= a / (n + 1)
        queueing = term * agents / (agents - a)
        return float(queueing / (total + queueing))


# (contacts per hour, AHT, agents, threshold, P(wait), service level, ASA), tolerance half a unit of the last digit printed
PUBLIC = [
    # CRAN package ErlangC; pyworkforce's tests
    (200, 180, 14, 20, (0.1741319, 5e-8), (0.88835, 5e-6), (7.83593701, 5e-9)),
    # CCmath's online calculator (0.333 min; its ASA is in minutes)
    (240, 180, 14, 0.333 * 60, None, (0.6142, 5e-5), (0.72 * 60, 0.3)),
    # call-center-tools
    (1000, 120, 40, 20, (0.1907, 5e-5), (0.9372, 5e-5), (3.43, 5e-3)),
    # kpg141260/Erlang
    (910, 340, 93, 30, (0.3500, 5e-5), (0.8122, 5e-5), None),
    # Abstract Micro Systems; its last digits are off by 5e-7
    (200, 240, 20, 20, None, None, (2.243506, 1e-6)),
    (200, 300, 20, 20, None, None, (30.43123, 1e-5)),
    # computed by the closed form and by the chain's weights in 50 digits
    (12, 300, 2, 30, (0.3333333333, 1e-10), (0.6983875273, 1e-10), (100, 1e-9)),
    (150, 200, 10, 20, (0.487610608, 1e-9), (0.5872465315, 1e-10), (58.51327296, 1e-8)),
    (480, 300, 45, 30, (0.3407061108, 1e-10), (0.7933512978, 1e-10), (20.44236665, 1e-8)),
    (3000, 240, 210, 20, (0.375614824, 1e-9), (0.8367584704, 1e-10), (9.014755775, 1e-9)),
    (25000, 360, 2530, 20, (0.436026832, 1e-9), (0.9176451693, 1e-10), (5.232321984, 1e-9)),
]


@pytest.mark.parametrize(("rate", "aht", "agents", "within", "wait", "level", "asa"), PUBLIC)
def test_published_values_are_reproduced(rate, aht, agents, within, wait, level, asa) -> None:
    got = performance(rate_per_h=rate, aht_s=aht, agents=agents, threshold_s=within)
    for value, said in ((got.prob_wait, wait), (got.service_level, level), (got.asa_answered_s, asa)):
        if said is not None:
            assert value == pytest.approx(said[0], abs=said[1])


def test_published_occupancies_are_reproduced() -> None:
    assert performance(rate_per_h=240, aht_s=180, agents=14, threshold_s=20).occupancy == pytest.approx(
        0.8571, abs=5e-5
    )  # CCmath
    assert performance(rate_per_h=910, aht_s=340, agents=93, threshold_s=30).occupancy == pytest.approx(0.9241, abs=5e-5)


@pytest.mark.parametrize(
    ("load", "agents", "waits"),
    [(2, 3, 0.4444), (1, 2, 0.3333), (10, 14, 0.1741319), (20, 25, 0.2091)],  # wfmplan 0.4000, 0.2500; a Go suite 0.261
)
def test_values_that_other_tools_get_wrong(load: float, agents: int, waits: float) -> None:
    assert erlang_c(load, agents) == pytest.approx(waits, abs=5e-5)


@pytest.mark.parametrize(("load", "agents"), [(5, 10), (10, 5), (8, 10), (10, 8), (10, 10)])
def test_a_load_that_reaches_the_agents_waits_for_ever_and_never_goes_negative(load: float, agents: int) -> None:
    # pyworkforce 0.5.1 and erlanglib: P(wait) 4.409; erlanglib: level -6.68; call-center-tools: ASA -18 s, or division by zero
    got = performance(rate_per_h=load * 20, aht_s=180, agents=agents, threshold_s=20)
    if load < agents:
        assert 0 < got.prob_wait < 1
        return
    assert (got.prob_wait, got.service_level, got.occupancy) == (1, 0, 1)
    assert got.asa_answered_s == got.mean_wait_s == got.queue_length == np.inf


@given(st.floats(1e-9, 2000), st.integers(1, 400))
@settings(deadline=None)
def test_the_closed_form_agrees_with_the_weights_of_the_states(load: float, more: int) -> None:
    agents = int(load) + more
    assert erlang_c(load, agents) == pytest.approx(exact(load, agents), rel=1e-11, abs=1e-300)


def test_a_hundred_thousand_agents_are_no_trouble() -> None:
    agents = 100_000
    load = agents - 0.5 * np.sqrt(agents)
    # Halfin and Whitt (1981): P(wait) = 1 / (1 + beta Phi(beta) / phi(beta)), too low by less than 0.1 points at this size
    beta = (agents - load) / np.sqrt(load)
    phi, cumulative = np.exp(-(beta**2) / 2) / np.sqrt(2 * np.pi), float(mpmath.ncdf(beta))
    assert erlang_c(load, agents) == pytest.approx(1 / (1 + beta * cumulative / phi), abs=1e-3)


@given(st.floats(0.01, 500), st.integers(1, 60), st.floats(0, 600))
@settings(deadline=None)
def test_littles_law_and_one_law_for_every_definition_when_nobody_gives_up(load: float, more: int, within: float) -> None:
    agents = int(load) + more
    rate = load * 3600 / 240
    got = performance(rate_per_h=rate, aht_s=240, agents=agents, threshold_s=within)
    assert got.queue_length == pytest.approx(rate / 3600 * got.mean_wait_s, rel=1e-12)
    assert got.abandonment == 0
    for definition in ("answered", "excluding_short_abandons", "crediting_short_abandons", "virtual"):
        other = performance(rate_per_h=rate, aht_s=240, agents=agents, threshold_s=within, definition=definition)
        assert other.service_level == pytest.approx(got.service_level, abs=1e-15)


def test_agents_between_whole_numbers_share_their_time() -> None:
    low, high, between = (performance(rate_per_h=200, aht_s=180, agents=n, threshold_s=20) for n in (14, 15, 14.25))
    for name in ("service_level", "prob_wait", "queue_length", "asa_answered_s", "mean_wait_s"):
        assert getattr(between, name) == pytest.approx(0.75 * getattr(low, name) + 0.25 * getattr(high, name), rel=1e-13)
    assert between.occupancy == pytest.approx(10 / 14.25, rel=1e-13)
    assert erlang_c(10, 14.25) == pytest.approx(between.prob_wait, rel=1e-13)


def test_zero_seconds_count_those_who_do_not_wait() -> None:
    # pyworkforce and pyqueueing refuse a threshold of zero
    got = performance(rate_per_h=200, aht_s=180, agents=14, threshold_s=0)
    assert got.service_level == pytest.approx(1 - got.prob_wait, abs=1e-15)
