"""Quantiles of the wait: of all, of the answered, of those who never give up; at every desk `performance` knows."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

from planner.queueing import (
    EmpiricalPatience,
    ExponentialPatience,
    FixedPatience,
    WeibullPatience,
    erlang_b,
    erlang_c,
    performance,
    wait_quantile,
    with_redials,
)

DESK = {"rate_per_h": 200.0, "aht_s": 180.0, "threshold_s": 20.0}
WAITS = {"all": "crediting_short_abandons", "answered": "answered", "virtual": "virtual"}


def test_erlang_c_has_a_closed_form_and_one_wait() -> None:
    agents = np.array([11, 12, 14, 20])
    p = np.array([[0.5], [0.9], [0.999]])
    want = np.maximum(0, np.log(erlang_c(10, agents) / (1 - p)) * 180 / (agents - 10))
    got = performance(agents=agents, **DESK)
    for of in WAITS:
        assert got.wait_quantile_s(p, of=of) == pytest.approx(want, rel=1e-9)
    assert (want == 0).any()
    assert performance(agents=[9, 10], **DESK).wait_quantile_s(0.8).tolist() == [math.inf, math.inf]


@pytest.mark.parametrize(("agents", "mean"), [(8, 60.0), (10, 240.0), (12, 20.0)])
@pytest.mark.parametrize("p", [0.6, 0.9, 0.99])
def test_erlang_a_by_integrating_its_density(agents, mean, p) -> None:
    rate, serve = 200 / 3600, agents / 180

    def density(u):  # against 1 for no wait
        return rate * erlang_b(10, agents - 1) * math.exp(rate * mean * -math.expm1(-u / mean) - serve * u)

    total = 1 + quad(density, 0, 20_000, limit=500, points=[10, 100, 1000])[0]

    def stay(u):
        return math.exp(-u / mean)

    def above(t, weight):
        return quad(lambda u: density(u) * weight(u), t, t + 4000, limit=500, points=[t + 10, t + 100, t + 1000])[0] / total

    answered = 1 / total + above(0, stay)
    tails = {
        "all": lambda t: stay(t) * above(t, lambda u: 1.0),
        "answered": lambda t: above(t, stay) / answered,
        "virtual": lambda t: above(t, lambda u: 1.0),
    }
    got = performance(agents=agents, patience_s=mean, **DESK)
    for of, tail in tails.items():
        want = brentq(lambda t, tail=tail: tail(t) - (1 - p), 0, 3000, xtol=1e-9) if tail(0) > 1 - p else 0.0
        assert got.wait_quantile_s(p, of=of) == pytest.approx(want, rel=1e-6, abs=1e-6)


ANY = st.sampled_from(
    [
        {},
        {"patience_s": 75.0},
        {"patience_s": WeibullPatience(90, 0.6)},
        {"patience_s": WeibullPatience(90, 3.0), "balking": 0.1},
        {"patience_s": EmpiricalPatience([0, 20, 60], [0.95, 0.7, 0.5]), "balking": 0.1},
        {"patience_s": 120.0, "balking": 0.25},
        {"lines": 80},
        {"patience_s": 60.0, "lines": 80, "balking": 0.05},
    ]
)
SPREADS = st.sampled_from([{}, {"rate_cv": 0.3}, {"rate_factors": [0.5, 1, 1.5]}])


@given(
    ANY, SPREADS, st.floats(0.5, 30), st.floats(0.3, 2.4), st.booleans(), st.floats(0.01, 0.995), st.sampled_from(list(WAITS))
)
@settings(deadline=None, max_examples=250)
def test_at_its_quantile_the_wait_is_over_with_that_probability(desk, spread, load, ratio, whole, p, of) -> None:
    agents = math.ceil(load * ratio) if whole else max(1.0, load * ratio)
    known = {"rate_per_h": load * 20, "aht_s": 180, "agents": agents, **desk, **spread}
    q = float(performance(threshold_s=0, **known).wait_quantile_s(p, of=of))

    def over(t):
        got = performance(threshold_s=t, definition=WAITS[of], **known)
        if of == "answered":
            return float(got.service_level)
        # the blocked count as not served in time, but wait 0 s, or have no offered wait
        if of == "all":
            return float(got.service_level + got.blocked)
        low, high = (
            performance(threshold_s=t, definition="virtual", **{**known, "agents": f(agents)}) for f in (math.floor, math.ceil)
        )
        one, two = (float(x.service_level / (1 - x.blocked)) for x in (low, high))
        return one + (agents - math.floor(agents)) * (two - one)

    if q == 0:
        assert over(0.0) >= p - 1e-12
    elif q == math.inf:
        assert over(1e12) < p + 1e-9
    else:
        assert over(q * (1 + 1e-9)) >= p - 1e-9
        assert over(q * (1 - 1e-9)) <= p + 1e-9


def test_fractional_agents_mix_the_waits_of_their_neighbours() -> None:
    got = float(performance(agents=12.25, **DESK).wait_quantile_s(0.95))
    tail = 0.75 * erlang_c(10, 12) * math.exp(-2 * got / 180) + 0.25 * erlang_c(10, 13) * math.exp(-3 * got / 180)
    assert tail == pytest.approx(0.05, rel=1e-12)
    # a tenth of the time nobody is there: they wait until they give up, and those answered are answered by the one
    part = performance(agents=0.9, patience_s=60, **{**DESK, "rate_per_h": 2})
    one = performance(agents=1, patience_s=60, **{**DESK, "rate_per_h": 2})
    assert part.wait_quantile_s(0.97, of="answered") == one.wait_quantile_s(0.97, of="answered")
    assert part.wait_quantile_s(0.97, of="virtual") == math.inf
    assert np.isfinite(part.wait_quantile_s(0.97))


def test_over_an_uncertain_rate_each_contact_weighs_alike() -> None:
    factors = np.array([0.4, 1.0, 1.1])
    rates = 10 * factors
    got = float(performance(agents=12, rate_factors=factors, **DESK).wait_quantile_s(0.9))
    tail = factors @ (erlang_c(rates, 12) * np.exp(-(12 - rates) * got / 180)) / factors.sum()
    assert tail == pytest.approx(0.1, rel=1e-12)


def test_it_is_the_function_for_whole_agents() -> None:
    for patience in (None, ExponentialPatience(90), WeibullPatience(90, 0.6), FixedPatience(60)):
        got = performance(agents=[11, 12, 14], patience_s=patience, **DESK).wait_quantile_s(0.9)
        assert (got == wait_quantile(load=10, agents=[11, 12, 14], aht_s=180, patience=patience, p=0.9)).all()


def test_nobody_waits_longer_than_a_fixed_patience_and_full_lines_wait_not_at_all() -> None:
    assert performance(agents=8, patience_s=FixedPatience(60), **DESK).wait_quantile_s(0.99) == pytest.approx(60, rel=1e-14)
    full = performance(agents=8, lines=8, **DESK)
    assert [full.wait_quantile_s(0.999, of=of) for of in WAITS] == [0, 0, 0]
    none = performance(agents=0, lines=0, **DESK)
    assert none.wait_quantile_s(0.9) == 0
    assert np.isnan([none.wait_quantile_s(0.9, of="answered"), none.wait_quantile_s(0.9, of="virtual")]).all()


def test_shapes_broadcast_and_no_contacts_have_no_wait() -> None:
    got = performance(rate_per_h=[0.0, 200.0], aht_s=180, agents=12, threshold_s=20, patience_s=60)
    assert got.wait_quantile_s(0.9).shape == (2,)
    assert np.isnan(got.wait_quantile_s(0.9)[0])
    table = got.wait_quantile_s([[0.0], [0.5], [0.9], [0.99]])
    assert table.shape == (4, 2)
    assert table[0, 1] == 0
    assert (np.diff(table[:, 1]) >= 0).all()
    one = performance(agents=12, **DESK)
    assert one.wait_quantile_s([0.5, 0.9]).shape == (2,)
    assert isinstance(one.wait_quantile_s(0.9), float)
    with pytest.raises(ValueError, match="shapes do not fit together"):
        got.wait_quantile_s([0.1, 0.5, 0.9])


def test_a_desk_keeps_its_own_inputs() -> None:
    agents = np.array([11.0, 12.0])
    got = performance(agents=agents, **DESK)
    before = got.wait_quantile_s(0.95)
    agents[:] = 20
    assert (got.wait_quantile_s(0.95) == before).all()
    assert "_asked" not in repr(got)
    redials = with_redials(
        fresh_rate_per_h=200, aht_s=180, agents=12, patience_s=90, threshold_s=20, redial_prob=0.5
    ).performance
    assert redials.wait_quantile_s(0.95) > performance(agents=12, patience_s=90, **DESK).wait_quantile_s(0.95)


def test_what_makes_no_sense_is_named() -> None:
    got = performance(agents=12, **DESK)
    for p, said in ((90, "write 0.9 for 90%"), (-0.1, "got -0.1"), (np.nan, "got nan")):
        with pytest.raises(ValueError, match=r"p must be a share from 0 on to 1 \(excluded\)") as raised:
            got.wait_quantile_s(p)
        assert said in str(raised.value)
    with pytest.raises(ValueError, match="unknown kind of wait 'offered'; it is one of all, answered, virtual"):
        got.wait_quantile_s(0.9, of="offered")
    with pytest.raises(ValueError, match="wait quantiles need the inputs of the queue"):
        replace(got, _asked=None).wait_quantile_s(0.9)
    assert [f.name for f in fields(got) if not f.compare] == ["_asked"]
