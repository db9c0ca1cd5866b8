"""Agents that promises take where patience has any law, lines are finite, callers balk or waits are limited; and service curves."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.targets import Formula
from planner.queueing import (
    EmpiricalPatience,
    FixedPatience,
    WeibullPatience,
    chunks,
    performance,
    required_agents,
    required_agents_fractional,
    service_curve,
)

DESK = {"rate_per_h": 200.0, "aht_s": 180.0, "threshold_s": 20.0}
SPREADS = st.sampled_from([{}, {}, {"rate_cv": 0.25}, {"rate_factors": [0.3, 1, 1.2]}])
FORMULAS = st.sampled_from(list(Formula))
PATIENCE = st.sampled_from(
    [
        {"patience_s": WeibullPatience(90, 0.6)},
        {"patience_s": WeibullPatience(15, 4.0)},
        {"patience_s": FixedPatience(45)},
        {"patience_s": EmpiricalPatience([0, 20, 60], [0.95, 0.7, 0.5]), "balking": 0.1},
        {"patience_s": EmpiricalPatience([10.0, 60.0], [0.9, 0.6], np.inf)},
        {"patience_s": 120.0, "balking": 0.25},
        {"balking": 0.25},
    ]
)
LIMITS = st.sampled_from(
    [
        {"service_level": 0.8},
        {"service_level": 0.0},
        {"max_asa_s": 12.0},
        {"max_abandonment": 0.04},
        {"max_occupancy": 0.75},
        {"max_wait_s": 25.0},
        {"max_wait_s": 40.0, "wait_share": 0.97, "wait_of": "answered"},
        {"max_wait_s": 0.0, "wait_share": 0.6, "wait_of": "virtual"},
        {"service_level": 0.6, "max_asa_s": 30.0, "max_abandonment": 0.1, "max_occupancy": 0.9, "max_wait_s": 60.0},
    ]
)


def meets(agents, known, limits):
    """Whether each of `agents` meets the limits, from `performance` alone."""
    got = performance(agents=agents, **known)
    ok = np.ones(agents.shape, dtype=bool)
    if "rate_cv" not in known and "rate_factors" not in known:
        ok &= np.isfinite(got.mean_wait_s)
    if "service_level" in limits:
        ok &= got.service_level >= limits["service_level"]
    if "max_asa_s" in limits:
        ok &= got.asa_answered_s <= limits["max_asa_s"]
    if "max_abandonment" in limits:
        ok &= got.abandonment <= limits["max_abandonment"]
    if "max_occupancy" in limits:
        ok &= ~(got.occupancy > limits["max_occupancy"] * (1 + 1e-12))
    if "max_wait_s" in limits:
        wait = got.wait_quantile_s(limits.get("wait_share", 0.9), of=limits.get("wait_of", "all"))
        ok &= wait <= limits["max_wait_s"] * (1 + 1e-12)
    return ok


def least(known, limits, most):
    ok = meets(np.arange(most + 1), known, limits)
    failing = np.flatnonzero(~ok)
    return (failing[-1] + 1 if failing.size else 0), ok


@given(PATIENCE, SPREADS, LIMITS, FORMULAS, st.floats(-1, 1.5).map(lambda x: 10**x))
@settings(deadline=None, max_examples=150)
def test_it_and_every_larger_number_meet_the_limits_and_one_fewer_does_not(desk, spread, limits, definition, load) -> None:
    known = {"rate_per_h": load * 20, "aht_s": 180, "threshold_s": 20, "definition": definition, **desk, **spread}
    want, ok = least(known, limits, int(3 * load) + 40)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert required_agents(**known, **limits) == want
    if said:
        assert ok[:want].any()


@given(
    st.integers(1, 40), st.one_of(st.none(), st.floats(-1, 4).map(lambda x: 10**x)), st.sampled_from([None, 0.3, 0.9]),
    LIMITS, FORMULAS, st.floats(-0.5, 2).map(lambda x: 10**x), SPREADS,
)  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_behind_finite_lines_every_number_up_to_them_is_tried(
    lines, patience, balking, limits, definition, load, spread
) -> None:
    known = {
        "rate_per_h": load * 20, "aht_s": 180, "threshold_s": 20, "definition": definition, "patience_s": patience,
        "balking": balking, "lines": lines, **spread,
    }  # fmt: skip
    want, ok = least(known, limits, lines)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        if want > lines:
            with pytest.raises(ValueError, match="out of reach behind their lines"):
                required_agents(**known, **limits)
            return
        assert required_agents(**known, **limits) == want
    if said:
        assert ok[:want].any()


def test_behind_finite_lines_more_agents_may_serve_worse() -> None:
    # patience of 0.4 s leaves the two lines free, a call that is answered takes one of them for 180 s
    known = {"rate_per_h": 1600.0, "aht_s": 180, "threshold_s": 60, "patience_s": 0.4, "balking": 0.9, "lines": 2}
    level = performance(agents=[0, 1, 2], definition="crediting_short_abandons", **known).service_level
    assert level == pytest.approx([0.9998, 0.983, 0.025], abs=1e-3)
    with pytest.raises(
        ValueError, match="1 of 1 requirements are out of reach behind their lines, the first at 2 lines and a load of 80"
    ):
        required_agents(service_level=0.9, definition="crediting_short_abandons", **known)


def test_a_smaller_number_that_also_does_is_told() -> None:
    # with nobody on seat and callers who never give up every line is taken for good: nobody gives up
    known = {"rate_per_h": 12.0, "aht_s": 180, "threshold_s": 20, "balking": 0.3, "lines": 14}
    assert (performance(agents=[0, 1, 2], **known).abandonment <= 0.1).tolist() == [True, False, True]
    with pytest.warns(
        UserWarning, match="1 of 1 requirements are met by a smaller number of agents too, but not by all larger"
    ):
        assert required_agents(max_abandonment=0.1, **known) == 2


@given(
    st.floats(-1, 2).map(lambda x: 10**x), st.floats(5, 900), SPREADS, FORMULAS, st.floats(0.3, 0.97), st.floats(2, 90),
    st.floats(0.01, 0.2), st.floats(0.4, 0.95),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_weibull_patience_of_shape_one_takes_as_many_as_exponential(
    load, mean, spread, definition, level, asa, lost, cap
) -> None:
    known = {"rate_per_h": load * 20, "aht_s": 180, "threshold_s": 20, "definition": definition, **spread}
    limits = {"service_level": level, "max_asa_s": asa, "max_abandonment": lost, "max_occupancy": cap}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for one in [{name: value} for name, value in limits.items()] + [limits]:
            for function in (required_agents, required_agents_fractional):
                want = function(patience_s=mean, **known, **one)
                assert function(patience_s=WeibullPatience(mean, 1), **known, **one) == pytest.approx(want, rel=1e-8)


@given(PATIENCE, LIMITS, FORMULAS, st.floats(-1, 1.5).map(lambda x: 10**x))
@settings(deadline=None, max_examples=80)
def test_the_fractional_answer_rounds_up_to_the_whole_one_and_just_meets_the_limits(desk, limits, definition, load) -> None:
    known = {"rate_per_h": load * 20, "aht_s": 180, "threshold_s": 20, "definition": definition, **desk}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a desk without agents, which has no occupancy either
        whole = int(required_agents(**known, **limits))
    part = float(required_agents_fractional(**known, **limits))
    assert whole - 1 - 1e-12 <= part <= whole
    if part == 0:  # any part of an agent will do
        return
    got = performance(agents=part, **known)
    slack = 1e-9
    assert not got.service_level < limits.get("service_level", 0) - slack
    assert not got.asa_answered_s > limits.get("max_asa_s", np.inf) * (1 + slack)
    assert got.abandonment <= limits.get("max_abandonment", 1) + slack
    assert got.occupancy <= limits.get("max_occupancy", 1) + slack
    if "max_wait_s" in limits:
        share = limits.get("wait_share", 0.9)
        assert got.wait_quantile_s(share - slack, of=limits.get("wait_of", "all")) <= limits["max_wait_s"] * (1 + slack)


def test_the_wait_of_a_share_is_limited_as_its_quantile_says() -> None:
    for of in ("all", "answered", "virtual"):
        for patience in (None, 90.0, WeibullPatience(90, 0.6)):
            known = {**DESK, "patience_s": patience}
            need = int(required_agents(max_wait_s=30, wait_share=0.95, wait_of=of, **known))
            few, enough = performance(agents=[need - 1, need], **known).wait_quantile_s(0.95, of=of)
            assert few > 30 >= enough
            part = float(required_agents_fractional(max_wait_s=30, wait_share=0.95, wait_of=of, **known))
            if of != "answered":
                assert performance(agents=part, **known).wait_quantile_s(0.95, of=of) == pytest.approx(30, rel=1e-9)
    assert required_agents(max_wait_s=30, **DESK) == required_agents(max_wait_s=30, wait_share=0.9, wait_of="virtual", **DESK)


def test_who_all_gives_up_in_time_needs_nobody_unless_only_waits_for_an_answer_count() -> None:
    known = {**DESK, "patience_s": FixedPatience(30)}
    assert required_agents(max_wait_s=30, **known) == 0
    assert required_agents(max_wait_s=30, wait_of="virtual", **known) > 5


def test_an_occupancy_that_an_empty_desk_keeps_and_one_agent_does_not_is_looked_past() -> None:
    known = {**DESK, "patience_s": WeibullPatience(8, 1)}
    assert (performance(agents=[1, 2, 3], **known).occupancy <= 0.9375).tolist() == [False, True, True]
    with pytest.warns(UserWarning, match="met by a smaller number of agents too"):
        assert required_agents(max_occupancy=0.9375, **known) == 2


def test_work_that_never_gives_up_has_to_be_done() -> None:
    # six of ten erlang never give up
    known = {**DESK, "patience_s": EmpiricalPatience([10.0, 60.0], [0.9, 0.6], np.inf)}
    assert required_agents(service_level=0.0, **known) == 7
    assert required_agents_fractional(service_level=0.0, **known) == pytest.approx(6)
    assert required_agents(service_level=0.0, balking=0.5, **DESK) == 6
    assert required_agents_fractional(service_level=0.0, balking=0.5, **DESK) == pytest.approx(5)
    assert required_agents_fractional(service_level=0.0, lines=12, **DESK) == 0


def test_large_desks_and_hard_limits() -> None:
    known = {"rate_per_h": 100_000, "aht_s": 180, "threshold_s": 20, "patience_s": WeibullPatience(120, 0.8)}
    need = int(required_agents(service_level=0.95, max_occupancy=0.9, **known))
    got = performance(agents=[need - 1, need], **known)
    assert (got.service_level[0] < 0.95) | (got.occupancy[0] > 0.9)
    assert got.service_level[1] >= 0.95
    assert got.occupancy[1] <= 0.9
    with pytest.raises(ValueError, match="1 of 1 requirements exceed 10,000,000 agents, the first at a load of 10 erlang"):
        required_agents(max_occupancy=1e-9, **{**DESK, "patience_s": FixedPatience(60)})


def test_shapes_broadcast_and_no_contacts_take_nobody(monkeypatch) -> None:
    known = {
        "rate_per_h": np.linspace(0, 300, 23)[:, None], "aht_s": [180, 240], "threshold_s": 20,
        "patience_s": WeibullPatience(90, 0.7), "service_level": 0.8, "wait_share": [0.8, 0.9], "max_wait_s": 15,
    }  # fmt: skip
    need, part = required_agents(**known), required_agents_fractional(**known)
    assert need.shape == part.shape == (23, 2)
    assert need.dtype == np.int64
    assert (need[0] == 0).all()
    assert (part[0] == 0).all()
    monkeypatch.setattr(chunks, "CHUNK", 10)
    assert (required_agents(**known) == need).all()
    assert (required_agents_fractional(**known) == part).all()


@given(PATIENCE, FORMULAS, st.floats(-1, 1.5).map(lambda x: 10**x))
@settings(deadline=None, max_examples=60)
def test_every_value_of_a_curve_is_the_level_of_that_many_agents(desk, definition, load) -> None:
    known = {"rate_per_h": load * 20, "aht_s": 180, "threshold_s": 20, "definition": definition, **desk}
    most = int(1.5 * load) + 8
    curve = service_curve(max_agents=most, **known)
    level = performance(agents=np.arange(most + 1), **known).service_level
    assert curve == pytest.approx(np.nan_to_num(level, nan=0.0), abs=1e-14)
    assert (np.diff(curve) >= -1e-12).all()


def test_a_curve_is_held_from_the_level_asked_for_and_once_every_line_has_an_agent() -> None:
    known = {**DESK, "patience_s": 90.0}
    curve = service_curve(max_agents=16, lines=13, **known)
    level = performance(agents=np.arange(14), lines=13, **known).service_level
    assert curve[:14] == pytest.approx(level, abs=1e-14)
    assert (curve[13:] == curve[13]).all()
    known = {**DESK, "rate_per_h": [0, 100, 200], "patience_s": WeibullPatience(90, 0.7)}
    whole, part = service_curve(max_agents=20, **known), service_curve(max_agents=20, up_to=0.9, **known)
    assert part.shape == (3, 21)
    assert np.isnan(part[0]).all()
    for row, held in zip(whole[1:], part[1:], strict=True):
        first = int(np.argmax(row >= 0.9))
        assert (held[: first + 1] == row[: first + 1]).all()
        assert (held[first:] == row[first]).all()


@pytest.mark.parametrize("function", [required_agents, required_agents_fractional])
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"patience_s": FixedPatience(60)},
            "nothing is asked for: give at least one of service_level, max_asa_s, max_abandonment, max",
        ),
        ({}, "max_occupancy, max_wait_s"),
        ({"max_wait_s": -1}, "max_wait_s must be a finite number of seconds, zero or more, got -1"),
        (
            {"max_wait_s": 20, "wait_share": 90},
            "wait_share must be a share from 0 (excluded) to 1 (excluded), got 90; write 0.9 for 90%",
        ),
        ({"max_wait_s": 20, "wait_of": "some"}, "unknown kind of wait 'some'; it is one of all, answered, virtual"),
        (
            {"lines": 20, "service_level": 80},
            "service_level must be a share from 0 on to 1 (excluded), got 80; write 0.8 for 80%",
        ),
        ({"lines": 20, "max_asa_s": 0}, "max_asa_s must be a finite number of seconds above zero, got 0"),
        ({"lines": 20.5, "service_level": 0.8}, "lines must be a whole number from 0"),
        (
            {"lines": 20, "threshold_s": -1, "service_level": 0.8},
            "threshold_s must be a finite number of seconds, zero or more",
        ),
        ({"lines": 20, "patience_s": FixedPatience(60), "service_level": 0.8}, "lines take an exponential patience"),
        (
            {"lines": [9, 20], "service_level": 0.9},
            "1 of 2 requirements are out of reach behind their lines, the first at 9 lines",
        ),
        ({"balking": 2, "service_level": 0.8}, "balking must be a share from 0 on to 1, got 2; write 0.02 for 2%"),
        ({"balking": 0.1, "service_level": 0.8, "definition": "best"}, "unknown definition of service level 'best'"),
    ],
)
def test_what_makes_no_sense_is_named(function, asked, message) -> None:
    with pytest.raises(ValueError) as raised:
        function(**{**DESK, **asked})
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"max_agents": 2.5}, "max_agents must be a whole number"),
        ({"threshold_s": -1}, "threshold_s must be a finite number of seconds, zero or more"),
        ({"rate_per_h": np.ones(3000), "max_agents": 100_000}, "ask for them in parts"),
    ],
)
def test_a_curve_names_what_makes_no_sense(asked, message) -> None:
    with pytest.raises(ValueError, match=message):
        service_curve(**{**DESK, "patience_s": FixedPatience(60), "max_agents": 9, **asked})
