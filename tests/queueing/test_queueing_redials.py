"""Who gives up calls again: one balance between the calls that come and the service they get."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from planner.queueing import performance
from planner.queueing.redials import fresh_rate, with_redials

DESKS = st.tuples(
    st.floats(-1, 3).map(lambda x: 10**x),
    st.floats(0.2, 1.6),
    st.floats(0, 4).map(lambda x: 10**x),
    st.floats(0, 0.98),
    st.floats(0, 0.9),
)


@given(DESKS)
@settings(deadline=None)
def test_the_way_back_from_the_total_finds_the_fresh_calls_and_volumes_add_up(desk) -> None:
    load, ratio, patience, again, back = desk
    known = {"aht_s": 300, "agents": load * ratio, "patience_s": patience, "redial_prob": again, "redial_after_answer": back}
    got = with_redials(fresh_rate_per_h=load * 12, threshold_s=20, **known)
    assert fresh_rate(total_rate_per_h=got.total_per_h, **known) == pytest.approx(load * 12, rel=1e-12)
    assert got.total_per_h == pytest.approx(got.fresh_per_h + got.redial_per_h, rel=1e-15)
    lost = got.total_per_h * got.performance.abandonment
    assert got.redial_per_h == pytest.approx(again * lost + back * (got.total_per_h - lost), rel=1e-10, abs=1e-10 * load)
    assert load * 12 <= got.total_per_h * (1 + 1e-12) <= load * 12 / (1 - max(again, back)) * (1 + 1e-10)


@given(DESKS)
@settings(deadline=None, max_examples=30)
def test_a_search_that_knows_performance_alone_finds_the_same_total(desk) -> None:
    load, ratio, patience, again, back = desk
    known = {"aht_s": 300, "agents": max(1, round(load * ratio)), "patience_s": patience, "threshold_s": 20}

    def excess(total):
        lost = float(performance(rate_per_h=total, **known).abandonment)
        return total - load * 12 - total * (again * lost + back * (1 - lost))

    want = brentq(excess, load * 6, load * 13 / (1 - max(again, back)), xtol=1e-12, rtol=1e-14)
    got = with_redials(fresh_rate_per_h=load * 12, redial_prob=again, redial_after_answer=back, **known)
    assert got.total_per_h == pytest.approx(want, rel=1e-10)


def test_nobody_calling_again_is_the_plain_queue() -> None:
    known = {"aht_s": 180, "agents": [9, 14, 14.5], "threshold_s": 20, "patience_s": [60, 300, np.inf]}
    got = with_redials(fresh_rate_per_h=240, redial_prob=0, **known)
    assert got.total_per_h.tolist() == [240, 240, 240]
    assert got.redial_per_h.tolist() == [0, 0, 0]
    assert got.answered_in_the_end == pytest.approx(1 - got.performance.abandonment)
    want = performance(rate_per_h=240, **known)
    assert got.performance.service_level.tolist() == want.service_level.tolist()


@given(st.floats(1, 200), st.floats(0.3, 1.3), st.floats(5, 900), st.floats(0.05, 0.95))
@settings(deadline=None, max_examples=40)
def test_fresh_calls_rise_with_the_total_so_the_balance_is_unique(load, ratio, patience, again) -> None:
    totals = load * 12 * np.linspace(0.01, 6, 200)
    fresh = fresh_rate(
        total_rate_per_h=totals, aht_s=300, agents=max(1, round(load * ratio)), patience_s=patience, redial_prob=again
    )
    slope = np.diff(fresh) / np.diff(totals)
    assert (slope >= (1 - again) - 1e-9).all()
    assert (slope <= 1 + 1e-9).all()


def test_more_redials_mean_more_calls_and_worse_service_but_more_people_reached_in_the_end() -> None:
    got = with_redials(
        fresh_rate_per_h=240, aht_s=180, agents=12, patience_s=120, threshold_s=20, redial_prob=np.linspace(0, 0.95, 20)
    )
    assert (np.diff(got.total_per_h) > 0).all()
    assert (np.diff(got.performance.service_level) < 0).all()
    assert (np.diff(got.performance.abandonment) > 0).all()
    assert (np.diff(got.answered_in_the_end) > 0).all()
    assert got.total_per_h * (1 - got.performance.abandonment) == pytest.approx(240 * got.answered_in_the_end, rel=1e-12)


def test_history_with_ten_per_cent_abandonment_overstates_demand_by_several_per_cent() -> None:
    known = {"aht_s": 180, "agents": 12.36, "patience_s": 372}
    assert performance(rate_per_h=240, threshold_s=20, **known).abandonment == pytest.approx(0.10, abs=0.02)
    fresh = fresh_rate(total_rate_per_h=240, redial_prob=0.52, **known)
    assert 240 / fresh - 1 == pytest.approx(0.05, abs=0.015)


def test_limits_without_patience_without_agents_and_without_calls() -> None:
    endless = with_redials(
        fresh_rate_per_h=[100, 500], aht_s=180, agents=14, threshold_s=20, redial_prob=0.5, redial_after_answer=0.2
    )
    assert endless.total_per_h == pytest.approx([125, 625])
    assert endless.answered_in_the_end.tolist() == [1, 1]
    nobody = with_redials(fresh_rate_per_h=100, aht_s=180, agents=0, threshold_s=20, patience_s=60, redial_prob=0.5)
    assert (nobody.total_per_h, nobody.answered_in_the_end) == (pytest.approx(200), 0)
    none = with_redials(fresh_rate_per_h=0, aht_s=180, agents=5, threshold_s=20, patience_s=60, redial_prob=0.5)
    assert (none.total_per_h, none.redial_per_h) == (0, 0)
    assert np.isnan([none.answered_in_the_end, none.performance.service_level]).all()
    assert fresh_rate(total_rate_per_h=0, aht_s=180, agents=5, redial_prob=0.5) == 0


def test_shapes_broadcast() -> None:
    got = with_redials(
        fresh_rate_per_h=[[100], [200]], aht_s=180, agents=[6, 8, 10], threshold_s=20, patience_s=60, redial_prob=0.4
    )
    for values in (got.fresh_per_h, got.total_per_h, got.answered_in_the_end, got.performance.service_level):
        assert values.shape == (2, 3)


@given(
    st.floats(-9, 6).map(lambda x: 10**x), st.integers(0, 10_000), st.floats(-6, 12).map(lambda x: 10**x), st.floats(0, 0.999999),
    st.floats(0, 0.999999),
)  # fmt: skip
@settings(deadline=None, max_examples=150)
@pytest.mark.filterwarnings("error")
def test_the_balance_is_found_at_the_extremes(fresh, agents, patience, again, back) -> None:
    known = {"aht_s": 300, "agents": agents, "patience_s": patience, "redial_prob": again, "redial_after_answer": back}
    got = with_redials(fresh_rate_per_h=fresh, threshold_s=20, **known)
    assert got.redial_per_h >= -1e-12 * fresh
    assert fresh_rate(total_rate_per_h=got.total_per_h, **known) == pytest.approx(fresh, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("redial_prob", 1.0, "redial_prob must be a share from 0 on to 1 (excluded), got 1"),
        ("redial_prob", 52, "redial_prob must be a share from 0 on to 1 (excluded), got 52; write 0.52 for 52%"),
        (
            "redial_prob",
            [0.2, -0.1, np.nan],
            "redial_prob must be a share from 0 on to 1 (excluded), got -0.1 (2 of 3 values are wrong)",
        ),
        ("redial_after_answer", 1.0, "redial_after_answer must be a share from 0 on to 1 (excluded), got 1"),
        ("rate", -1, "rate_per_h must be a finite number of calls, zero or more, got -1"),
        ("aht_s", 0, "aht_s must be a finite number of seconds above zero, got 0"),
        ("agents", -1, "agents must be a finite number of agents, zero or more, got -1"),
        ("patience_s", 0, "patience_s must be between 1e-06 and 1e+12 seconds"),
    ],
)
def test_what_is_wrong_is_named(name, value, message) -> None:
    good = {"rate": 240, "aht_s": 180, "agents": 12, "patience_s": 60, "redial_prob": 0.5}
    given_ = {**good, name: value}
    rate = given_.pop("rate")
    with pytest.raises(ValueError) as raised:
        with_redials(fresh_rate_per_h=rate, threshold_s=20, **given_)
    assert message in str(raised.value)
    with pytest.raises(ValueError) as raised:
        fresh_rate(total_rate_per_h=rate, **given_)
    assert message in str(raised.value)
