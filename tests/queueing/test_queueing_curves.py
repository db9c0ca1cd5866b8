"""Service against agents in one pass, and its concave majorant."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.targets import Formula
from planner.queueing import concave_majorant, performance, required_agents, service_curve

DEFINITIONS = list(Formula)


@settings(max_examples=150, deadline=None)
@given(
    load=st.floats(-3, 2.7).map(lambda x: 10**x),
    patience=st.one_of(st.none(), st.floats(-1, 6).map(lambda x: 10**x)),
    threshold_s=st.sampled_from([0.0, 5.0, 20.0, 300.0, 20_000.0]),
    aht_s=st.sampled_from([30.0, 240.0, 3000.0]),
    definition=st.sampled_from(DEFINITIONS),
)
def test_every_value_is_the_level_of_that_many_agents(load, patience, threshold_s, aht_s, definition) -> None:
    desk = {"rate_per_h": load * 3600 / aht_s, "aht_s": aht_s, "patience_s": patience, "threshold_s": threshold_s}
    most = int(1.3 * load) + 8
    curve = service_curve(**desk, max_agents=most, definition=definition)
    level = performance(**desk, agents=np.arange(most + 1), definition=definition).service_level
    assert curve == pytest.approx(np.nan_to_num(level, nan=0.0), abs=2e-12)
    assert ((curve >= 0) & (curve <= 1)).all()
    assert (np.diff(curve) >= -1e-12).all()


def test_shapes_broadcast_and_agents_are_the_last_axis() -> None:
    curve = service_curve(
        rate_per_h=np.array([[60.0], [120.0]]), aht_s=[180, 240, 300], patience_s=90, threshold_s=20, max_agents=9
    )
    assert curve.shape == (2, 3, 10)
    one = service_curve(rate_per_h=120, aht_s=240, patience_s=90, threshold_s=20, max_agents=9)
    assert one.shape == (10,)
    assert (curve[1, 1] == one).all()


def test_from_the_level_asked_for_on_the_curve_is_flat() -> None:
    desk = {"rate_per_h": 120, "aht_s": 240, "patience_s": 90, "threshold_s": 20}
    whole = service_curve(**desk, max_agents=30)
    part = service_curve(**desk, max_agents=30, up_to=0.95)
    first = int(np.argmax(whole >= 0.95))
    assert (part[: first + 1] == whole[: first + 1]).all()
    assert (part[first:] == whole[first]).all()
    assert first == required_agents(**desk, service_level=0.95)


def test_no_contacts_have_no_level_and_an_empty_desk_answers_nobody() -> None:
    desk = {"aht_s": 240, "patience_s": 90, "threshold_s": 20}
    assert np.isnan(service_curve(rate_per_h=0, max_agents=3, **desk)).all()
    for definition in DEFINITIONS:
        empty = service_curve(rate_per_h=60, max_agents=0, definition=definition, **desk)
        assert empty == pytest.approx([1 - np.exp(-20 / 90) if definition == "crediting_short_abandons" else 0.0])


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_majorant_is_the_least_concave_function_above(values) -> None:
    curve = np.array(values)
    raised = concave_majorant(curve)
    assert (raised >= curve - 1e-12).all()
    assert (np.diff(raised, 2) <= 1e-12).all() if len(values) > 2 else True
    # the least one: at every point the highest chord of two points of the curve around it
    n = np.arange(len(values))
    for s in n:
        chords = [
            curve[a] if a == b else curve[a] + (curve[b] - curve[a]) * (s - a) / (b - a) for a in n[: s + 1] for b in n[s:]
        ]
        assert raised[s] == pytest.approx(max(chords), abs=1e-9)


def test_a_concave_curve_is_its_own_majorant_and_missing_curves_stay_missing() -> None:
    curve = np.array([[0.0, 0.5, 0.8, 0.9], [np.nan] * 4, [0.0, 0.0, 0.9, 1.0]])
    raised = concave_majorant(curve)
    assert raised[0] == pytest.approx(curve[0])
    assert np.isnan(raised[1]).all()
    assert raised[2] == pytest.approx([0.0, 0.45, 0.9, 1.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_agents": -1}, "max_agents must be a whole number of agents, zero or more, got -1"),
        ({"max_agents": 2.5}, "max_agents must be a whole number"),
        ({"up_to": 0}, "up_to must be a level above 0"),
        ({"rate_per_h": [1, -2]}, r"rate_per_h must be a finite number of contacts, zero or more, got -2 at index \[1\]"),
        ({"definition": "best"}, "unknown definition of service level 'best'"),
        ({"rate_per_h": np.ones(10**6), "max_agents": 1000}, "ask for them in parts"),
    ],
)
def test_what_makes_no_sense_is_refused(change, message) -> None:
    desk = {"rate_per_h": 60, "aht_s": 240, "patience_s": 90, "threshold_s": 20, "max_agents": 5}
    with pytest.raises(ValueError, match=message):
        service_curve(**{**desk, **change})
