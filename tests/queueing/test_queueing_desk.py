"""Every measure with any patience, finite lines and balking, by the one function that answers for all of them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.targets import Formula
from planner.queueing import (
    EmpiricalPatience,
    ExponentialPatience,
    FixedPatience,
    WeibullPatience,
    chunks,
    erlang_b,
    general_law,
    lines_law,
    performance,
)

MEASURES = (
    "service_level", "prob_wait", "abandonment", "abandonment_within", "blocked", "occupancy", "queue_length",
    "asa_answered_s", "mean_wait_s", "mean_virtual_wait_s",
)  # fmt: skip
DESK = {"rate_per_h": 200.0, "aht_s": 180.0, "threshold_s": 20.0}
LOADS = st.floats(-1, 2.5).map(lambda x: 10**x)


def same(one, other, *, rel=1e-9, but=()):
    for name in MEASURES:
        if name not in but:
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=rel, abs=1e-11, nan_ok=True), name


@given(
    LOADS, st.floats(0.0, 1.5), st.floats(2, 5000), st.floats(0, 900), st.sampled_from(list(Formula)),
    st.sampled_from([{}, {"rate_cv": 0.2}, {"rate_factors": [0.6, 1.0, 1.7]}]),
)  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_weibull_patience_of_shape_one_is_exponential_by_every_measure(load, ratio, mean, t, definition, spread) -> None:
    known = {
        "rate_per_h": load * 20,
        "aht_s": 180,
        "agents": load * ratio,
        "threshold_s": t,
        "definition": definition,
        **spread,
    }
    same(performance(patience_s=WeibullPatience(mean, 1), **known), performance(patience_s=mean, **known))


@given(LOADS, st.floats(0.0, 1.5), st.one_of(st.none(), st.floats(5, 5000)), st.floats(0, 300), st.sampled_from(list(Formula)))
@settings(deadline=None, max_examples=100)
def test_lines_to_spare_are_no_lines_at_all(load, ratio, mean, t, definition) -> None:
    agents = load * ratio if mean is not None else 1 + load * 1.2
    known = {
        "rate_per_h": load * 20,
        "aht_s": 180,
        "agents": agents,
        "threshold_s": t,
        "definition": definition,
        "patience_s": mean,
    }
    endless = performance(**known)
    spare = performance(lines=100_000, **known)
    assert np.all(spare.blocked == 0)
    same(spare, endless)
    same(performance(lines=np.inf, balking=0.0, **known), endless, rel=1e-12)


def test_an_exponential_law_by_name_is_its_mean() -> None:
    known = {**DESK, "agents": [9, 10.5, 14]}
    same(performance(patience_s=ExponentialPatience(90), **known), performance(patience_s=90, **known), rel=1e-13)
    same(
        performance(patience_s=ExponentialPatience(90), lines=30, **known), performance(patience_s=90, lines=30, **known), rel=0
    )


def test_as_many_lines_as_agents_block_as_erlang_b_says() -> None:
    agents = np.arange(1, 20)
    got = performance(agents=agents, lines=agents, patience_s=60, **DESK)
    assert got.blocked == pytest.approx(erlang_b(10, agents), rel=1e-12)
    assert (got.prob_wait == 0).all()
    assert (got.mean_wait_s == 0).all()
    assert got.service_level == pytest.approx(1 - erlang_b(10, agents), rel=1e-12)
    assert got.occupancy == pytest.approx(10 * (1 - erlang_b(10, agents)) / agents, rel=1e-12)


def test_balkers_leave_as_erlang_b_says_when_everybody_balks() -> None:
    for patience in (None, 60, WeibullPatience(60, 0.7)):
        got = performance(agents=[8, 10, 13], balking=1.0, patience_s=patience, **DESK)
        assert got.abandonment == pytest.approx(erlang_b(10, [8, 10, 13]), rel=1e-12)
        assert (got.mean_wait_s == 0).all()


def test_one_agent_at_load_one_with_fixed_patience_by_hand() -> None:
    # the offered wait has density 1 up to the patience d (in handling times) and exp(d - u) beyond, against 1 for no wait
    d, t = 0.5, 0.3
    known = {"rate_per_h": 20, "aht_s": 180, "agents": 1, "threshold_s": t * 180, "patience_s": FixedPatience(d * 180)}
    got = performance(**known)
    whole = 2 + d
    assert got.prob_wait == pytest.approx((1 + d) / whole)
    assert got.abandonment == pytest.approx(1 / whole)
    assert got.abandonment_within == 0
    assert got.service_level == pytest.approx((1 + t) / whole)
    assert got.asa_answered_s == pytest.approx(180 * d**2 / 2 / (1 + d))
    assert got.mean_wait_s == pytest.approx(180 * (d**2 / 2 + d) / whole)
    assert got.mean_virtual_wait_s == pytest.approx(180 * (d**2 / 2 + d + 1) / whole)
    assert got.occupancy == pytest.approx((1 + d) / whole)
    assert got.queue_length == pytest.approx((d**2 / 2 + d) / whole)
    level = {f: float(performance(definition=f, **known).service_level) for f in Formula}
    assert level["answered"] == pytest.approx((1 + t) / (1 + d))
    assert level["excluding_short_abandons"] == pytest.approx((1 + t) / whole)
    assert level["crediting_short_abandons"] == pytest.approx((1 + t) / whole)
    assert level["virtual"] == pytest.approx((1 + t) / whole)


@pytest.mark.parametrize(
    "patience", [FixedPatience(60), WeibullPatience(60, 0.6), EmpiricalPatience([0, 30, 90], [0.9, 0.7, 0.4])]
)
@pytest.mark.parametrize("balking", [None, 0.2])
def test_whole_agents_get_the_general_law(patience, balking) -> None:
    agents = np.arange(0, 16)
    got = performance(agents=agents, patience_s=patience, balking=balking, **DESK)
    law = general_law(agents=agents, patience=patience, balking=balking or 0.0, **DESK)
    assert got.service_level == pytest.approx(law.answered_in_time, rel=1e-14)
    assert got.prob_wait == pytest.approx(law.prob_wait, rel=1e-14)
    assert got.abandonment == pytest.approx(law.abandoned, rel=1e-14)
    assert got.abandonment_within == pytest.approx(law.abandoned_in_time, rel=1e-14)
    assert got.asa_answered_s == pytest.approx(law.asa_answered_s, rel=1e-14, nan_ok=True)
    assert got.mean_wait_s == pytest.approx(law.mean_wait_s, rel=1e-14)
    assert got.mean_virtual_wait_s == pytest.approx(law.mean_offered_wait_s, rel=1e-14)
    assert got.occupancy[1:] == pytest.approx((10 * law.answered / np.maximum(agents, 1))[1:], rel=1e-12)


def test_shares_are_of_all_who_try_and_the_blocked_are_never_served_in_time() -> None:
    known = {
        "rate_per_h": 240.0,
        "aht_s": 180.0,
        "threshold_s": 20.0,
        "agents": 10,
        "lines": 13,
        "balking": 0.1,
        "patience_s": 90.0,
    }
    law = lines_law(**known)
    got = performance(**known)
    through = 1 - law.blocked
    assert law.blocked > 0.05
    assert got.blocked == law.blocked
    for name, value in (
        ("prob_wait", law.prob_wait),
        ("abandonment", law.abandoned),
        ("abandonment_within", law.abandoned_in_time),
        ("mean_wait_s", law.mean_wait_s),
        ("service_level", law.answered_in_time),
    ):
        assert getattr(got, name) == pytest.approx(through * value, rel=1e-13)
    assert got.asa_answered_s == pytest.approx(law.asa_answered_s, rel=1e-13)
    assert got.mean_virtual_wait_s == pytest.approx(law.mean_offered_wait_s, rel=1e-13)
    level = {f: float(performance(definition=f, **known).service_level) for f in Formula}
    in_time, lost_in = got.service_level, got.abandonment_within
    assert level["answered"] == pytest.approx(law.answered_in_time / law.answered, rel=1e-12)
    assert level["excluding_short_abandons"] == pytest.approx(in_time / (1 - lost_in), rel=1e-12)
    assert level["crediting_short_abandons"] == pytest.approx(in_time + lost_in, rel=1e-12)
    assert level["virtual"] == pytest.approx(through * (1 - law.prob_offered_wait_longer), rel=1e-12)


ANY = st.sampled_from(
    [
        {"patience_s": WeibullPatience(90, 0.6)},
        {"patience_s": FixedPatience(45)},
        {"patience_s": EmpiricalPatience([0, 20, 60], [0.95, 0.7, 0.5]), "balking": 0.1},
        {"patience_s": 120.0, "balking": 0.25},
        {"lines": 90},
        {"patience_s": 60.0, "lines": 90, "balking": 0.05},
    ]
)


@given(ANY, st.floats(0.5, 60), st.floats(0.2, 1.4), st.sampled_from([{}, {"rate_cv": 0.3}, {"rate_factors": [0.5, 1, 1.5]}]))
@settings(deadline=None, max_examples=100)
def test_flows_balance_at_any_desk(desk, load, ratio, spread) -> None:
    known = {"rate_per_h": load * 20, "aht_s": 180, "threshold_s": 20, **desk, **spread}
    agents = load * ratio
    got = performance(agents=agents, **known)
    assert got.occupancy * agents == pytest.approx(load * (1 - got.abandonment - got.blocked), rel=1e-9)
    assert got.queue_length == pytest.approx(load / 180 * got.mean_wait_s, rel=1e-12)
    assert 0 <= got.abandonment_within <= got.abandonment <= 1
    assert 0 <= got.occupancy <= 1 + 1e-12


@pytest.mark.parametrize("desk", [{"patience_s": WeibullPatience(90, 0.6)}, {"patience_s": 90, "lines": 14, "balking": 0.1}])
def test_agents_between_two_whole_numbers_share_their_time(desk) -> None:
    low, high, got = (performance(agents=s, **desk, **DESK) for s in (9, 10, 9.3))
    for name in MEASURES:
        if name != "occupancy":
            want = 0.7 * getattr(low, name) + 0.3 * getattr(high, name)
            assert getattr(got, name) == pytest.approx(want, rel=1e-13)
    assert got.occupancy == pytest.approx((0.7 * 9 * low.occupancy + 0.3 * 10 * high.occupancy) / 9.3, rel=1e-13)
    none = performance(agents=0.4, definition="answered", **desk, **DESK)
    one = performance(agents=1, definition="answered", **desk, **DESK)
    assert none.service_level == pytest.approx(0.4 * one.service_level, rel=1e-13)
    assert none.asa_answered_s == pytest.approx(one.asa_answered_s, rel=1e-13)


@pytest.mark.parametrize("desk", [{"patience_s": WeibullPatience(90, 0.6)}, {"patience_s": 90, "lines": 14, "balking": 0.1}])
def test_over_an_uncertain_rate_each_contact_weighs_alike(desk) -> None:
    factors = np.array([0.5, 1.0, 1.6])
    apart = performance(agents=11, **{**DESK, "rate_per_h": 200 * factors}, **desk)
    got = performance(agents=11, rate_factors=factors, **DESK, **desk)
    weights = factors / factors.sum()
    for name in ("service_level", "prob_wait", "abandonment", "abandonment_within", "blocked", "mean_wait_s"):
        assert getattr(got, name) == pytest.approx(weights @ getattr(apart, name), rel=1e-12)
    for name in ("occupancy", "queue_length"):
        assert getattr(got, name) == pytest.approx(getattr(apart, name).mean(), rel=1e-12)
    answered = weights * (1 - apart.abandonment - apart.blocked)
    assert got.asa_answered_s == pytest.approx(answered @ apart.asa_answered_s / answered.sum(), rel=1e-10)
    offered = weights * (1 - apart.blocked)
    assert got.mean_virtual_wait_s == pytest.approx(offered @ apart.mean_virtual_wait_s / offered.sum(), rel=1e-12)


def test_no_contacts_have_no_service() -> None:
    for desk in ({"patience_s": 60}, {"patience_s": FixedPatience(60)}, {"lines": 20}):
        got = performance(rate_per_h=[0, 0, 60], aht_s=180, agents=[5, 0, 5], threshold_s=20, **desk)
        for name in MEASURES:
            if name not in ("occupancy", "queue_length"):
                assert np.isnan(getattr(got, name)[:2]).all(), name
        assert got.queue_length[:2].tolist() == [0, 0]
        assert got.occupancy[0] == 0
        assert np.isnan(got.occupancy[1])
        assert got.blocked[2] < 1e-3


def test_nobody_gets_a_line_where_there_is_none() -> None:
    got = performance(rate_per_h=60, aht_s=180, agents=0, lines=0, threshold_s=20)
    assert (got.blocked, got.service_level, got.prob_wait, got.abandonment, got.mean_wait_s) == (1, 0, 0, 0, 0)
    assert np.isnan([got.asa_answered_s, got.mean_virtual_wait_s, got.occupancy]).all()


def test_too_many_who_never_give_up_wait_for_ever() -> None:
    patience = EmpiricalPatience([10.0, 60.0], [0.9, 0.6], math.inf)
    got = performance(rate_per_h=200, aht_s=180, agents=[6, 6.5, 7], threshold_s=20, patience_s=patience)
    assert got.service_level[0] == 0
    assert got.mean_wait_s.tolist()[:2] == [math.inf, math.inf]
    assert np.isfinite(got.mean_wait_s[2])
    assert got.occupancy[0] == 1


def test_parts_of_long_inputs_give_what_the_whole_gives(monkeypatch) -> None:
    known = {**DESK, "rate_per_h": np.linspace(0, 300, 47), "patience_s": WeibullPatience(90, 0.7)}
    whole = performance(agents=11.5, **known)
    monkeypatch.setattr(chunks, "CHUNK", 10)
    same(performance(agents=11.5, **known), whole, rel=0)
    assert performance(agents=11.5, **known).wait_quantile_s(0.9) == pytest.approx(whole.wait_quantile_s(0.9), nan_ok=True)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"patience_s": FixedPatience(60), "lines": 20},
            "lines take an exponential patience, patience_s in seconds or None, got FixedP",
        ),
        ({"patience_s": [FixedPatience(60)] * 2}, "patience_s must be a number or an array of numbers"),
        ({"patience_s": 0, "lines": 20}, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ({"lines": 13}, "lines must be at least the agents, rounded up (each takes one), got 13"),
        ({"lines": 14.5}, "lines must be a whole number from 0 to 10,000,000 (leave it out if there is no limit), got 14.5"),
        ({"lines": -1}, "lines must be a whole number from 0"),
        ({"lines": np.nan}, "lines must be a whole number from 0"),
        ({"balking": 5}, "balking must be a share from 0 on to 1, got 5; write 0.05 for 5%"),
        ({"balking": -0.1}, "balking must be a share from 0 on to 1, got -0.1"),
        ({"balking": 0.1, "agents": -1}, "agents must be a finite number of agents, zero or more, got -1"),
        ({"balking": 0.1, "threshold_s": -5}, "threshold_s must be a finite number of seconds, zero or more, got -5"),
        ({"balking": 0.1, "rate_per_h": -5}, "rate_per_h must be a finite number of contacts, zero or more, got -5"),
        ({"balking": 0.1, "aht_s": 0}, "aht_s must be a finite number of seconds above zero, got 0"),
        ({"balking": 0.1, "definition": "best"}, "unknown definition of service level 'best'"),
        ({"balking": 0.1, "rate_cv": 3}, "rate_cv must be a coefficient of variation from 0 to 2, got 3"),
        ({"balking": 0.1, "rate_cv": 0.1, "rate_factors": [1, 2]}, "give rate_cv or rate_factors, not both"),
        ({"lines": [20, 20, 20], "agents": [1, 2]}, "shapes do not fit together"),
    ],
)
def test_what_makes_no_sense_is_named(wrong, message) -> None:
    with pytest.raises(ValueError) as raised:
        performance(**{**DESK, "agents": 13.5, **wrong})
    assert message in str(raised.value)
