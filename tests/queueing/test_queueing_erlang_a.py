from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from planner.domain.targets import Formula
from planner.queueing import erlang_b, performance

DEFINITIONS = tuple(Formula)


def all_levels(**inputs):
    return [float(performance(definition=d, **inputs).service_level) for d in DEFINITIONS]


# per hour, AHT, patience, agents, threshold: P(wait), P(abandon), E[wait], ASA answered, and the levels offered, answered, excluding
# and crediting short abandons, virtual. Computed by the closed form and by a tagged caller in the chain, which agree to 1e-12.
TABLE = [
    ((12, 300, 120, 1, 30), (0.572555514, 0.427444486, 51.29333831, 23.90494084),
     (0.4651259729, 0.8123683406, 0.5298327238, 0.5872527273, 0.4700220111)),
    ((150, 200, 90, 8, 20), (0.4992840848, 0.1835279377, 16.5175144, 13.65632714),
     (0.6215398618, 0.7612506178, 0.6803610887, 0.7079957569, 0.6353308313)),
    ((600, 300, 150, 48, 20), (0.5322974232, 0.08833533241, 13.25029986, 12.57544053),
     (0.6761398187, 0.7416540782, 0.7137461075, 0.7288284266, 0.690151005)),
    ((3000, 240, 120, 195, 20), (0.5435034431, 0.0474523628, 5.694283536, 5.568042439),
     (0.8868191813, 0.9309971981, 0.9277718409, 0.930960055, 0.918438942)),
    ((25000, 360, 60, 2450, 30), (0.5332657821, 0.02492931084, 1.49575865, 1.479550944),
     (0.9750706892, 1.0, 1.0, 1.0, 1.0)),
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "measures", "levels"), TABLE)
def test_the_table_of_two_methods_is_reproduced(inputs, measures, levels) -> None:
    rate, aht, patience, agents, within = inputs
    known = {"rate_per_h": rate, "aht_s": aht, "patience_s": patience, "agents": agents, "threshold_s": within}
    got = performance(**known)
    assert (got.prob_wait, got.abandonment, got.mean_wait_s, got.asa_answered_s) == pytest.approx(measures, rel=5e-10)
    assert all_levels(**known) == pytest.approx(levels, rel=2e-10)


def test_published_values_are_reproduced() -> None:
    # CCmath: abandonment 7.43%, occupancy 79.34%, virtual level 87.97% (its documentation names offered, which is 86.15%)
    known = {"rate_per_h": 240, "aht_s": 180, "patience_s": 60, "agents": 14, "threshold_s": 0.333 * 60}
    got = performance(**known)
    assert (got.abandonment, got.occupancy) == pytest.approx((0.0743, 0.7934), abs=5e-5)
    assert performance(definition="virtual", **known).service_level == pytest.approx(0.8797, abs=5e-5)
    assert got.service_level == pytest.approx(0.8615, abs=5e-5)
    # the standard lecture example of Erlang A: 3.1% abandon, 3.7 s, 93%
    got = performance(rate_per_h=2880, aht_s=60, patience_s=120, agents=50, threshold_s=20)
    assert (got.abandonment, got.mean_wait_s, got.occupancy) == pytest.approx((0.030912, 3.7095, 0.9303), abs=5e-5)
    # pyworkforce's tests: P(wait), abandonment, level
    got = performance(rate_per_h=200, aht_s=180, patience_s=300, agents=14, threshold_s=20)
    assert (got.prob_wait, got.abandonment, got.service_level) == pytest.approx((0.14526, 0.013984, 0.916792), abs=5e-6)
    # one agent alone, ten erlang, patience a minute: the answered wait longer than the average caller
    got = performance(rate_per_h=200, aht_s=180, patience_s=60, agents=1, threshold_s=20)
    assert (got.asa_answered_s, got.mean_wait_s) == pytest.approx((81.6, 54.0), abs=0.05)


@pytest.mark.parametrize(
    ("inputs", "level"),
    [
        ((600, 600, 1200, 110, 7200), 0.99401),  # pyworkforce 0.5.4: 0.80873, exp(-rate T) underflows
        ((20000, 180, 120, 1000, 180), 0.98611),  # 0.54587 there
        ((2880, 60, 120, 50, 20), 0.94302),  # pyqueueing 0.8533, turbotab 0.6435
    ],
)
def test_levels_that_other_tools_get_wrong(inputs, level) -> None:
    rate, aht, patience, agents, within = inputs
    got = performance(rate_per_h=rate, aht_s=aht, patience_s=patience, agents=agents, threshold_s=within)
    assert got.service_level == pytest.approx(level, abs=5e-6)


def test_large_systems_are_not_truncated() -> None:
    # pyqueueing stops at 500 states and says P(wait) 0.0348, nobody abandons; most-queue gives nan from 1,000 erlang on
    got = performance(rate_per_h=500 * 12, aht_s=300, patience_s=120, agents=500, threshold_s=20)
    assert (got.prob_wait, got.abandonment) == pytest.approx((0.3948, 0.02185), abs=5e-5)
    for load in (1000, 4000, 100_000):
        assert np.isfinite(all_levels(rate_per_h=load * 12, aht_s=300, patience_s=120, agents=load, threshold_s=20)).all()


def test_crediting_short_abandons_can_be_gamed_by_one_agent() -> None:
    known = {"rate_per_h": 100 * 12, "aht_s": 300, "patience_s": 30, "agents": 1, "threshold_s": 60}
    offered, *_, crediting, _ = all_levels(**known)
    assert crediting == pytest.approx(0.866, abs=1e-3)
    assert offered < 0.005


# load, agents over load, handling time over patience, threshold in handling times
SPREAD = [
    *product((0.03, 4.0, 37.5), (0.4, 1.0, 1.3), (1e-3, 0.8, 900.0), (0.0, 0.1, 3.0)),
    (800.0, 1.01, 2.5, 0.05), (800.0, 0.9, 0.2, 1.0), (3000.0, 0.99, 1.5, 0.02), (0.9, 600.0, 3.0, 0.1), (1200.0, 0.05, 40.0, 0.1),
]  # fmt: skip


@pytest.mark.parametrize(("load", "ratio", "theta", "t"), SPREAD)
def test_an_independent_method_agrees_to_eleven_digits(load, ratio, theta, t, exact_chain) -> None:
    agents = max(1, round(load * ratio))
    want = exact_chain(load=load, agents=agents, theta=theta, t=t)
    known = {"rate_per_h": load * 12, "aht_s": 300, "patience_s": 300 / theta, "agents": agents, "threshold_s": t * 300}
    got = performance(**known)
    assert got.prob_wait == pytest.approx(float(want["wait"]), rel=1e-11)
    assert got.abandonment == pytest.approx(float(want["abandonment"]), rel=1e-11)
    assert got.mean_wait_s == pytest.approx(300 * float(want["mean_wait"]), rel=1e-11)
    assert got.asa_answered_s == pytest.approx(300 * float(want["asa_answered"]), rel=1e-11)
    assert got.occupancy == pytest.approx(float(want["carried"]) / agents, rel=1e-11)
    names = ("offered", "answered_level", "excluding_short_abandons", "crediting_short_abandons", "virtual")
    assert all_levels(**known) == pytest.approx([float(want[n]) for n in names], abs=1e-12)


@given(st.floats(0.01, 3000), st.floats(-3, 3))
@settings(deadline=None)
def test_patience_equal_to_handling_time_is_a_poisson_law(load: float, spread: float) -> None:
    agents = max(1, round(load + spread * load**0.5))
    got = performance(rate_per_h=load * 20, aht_s=180, patience_s=180, agents=agents, threshold_s=20)
    assert got.prob_wait == pytest.approx(poisson.sf(agents - 1, load), rel=1e-9)


@given(st.floats(0.05, 300), st.integers(1, 40))
@settings(deadline=None)
def test_endless_patience_tends_to_erlang_c_and_none_to_erlang_b(load: float, more: int) -> None:
    agents = int(load) + more
    known = {"rate_per_h": load * 12, "aht_s": 300, "agents": agents, "threshold_s": 20}
    patient, endless = performance(patience_s=1e12, **known), performance(**known)
    if agents > load * 1.001 + 0.05:
        assert patient.service_level == pytest.approx(endless.service_level, abs=1e-6)
        assert patient.mean_wait_s == pytest.approx(endless.mean_wait_s, rel=1e-4, abs=1e-9)
    hasty = performance(patience_s=1e-6, **known)
    assert hasty.abandonment == pytest.approx(erlang_b(load, agents), rel=1e-6)
    assert hasty.mean_wait_s < 1e-5


EXTREME = st.tuples(
    st.floats(-9, 5).map(lambda x: 10**x),
    st.integers(0, 100_000),
    st.floats(-3, 9).map(lambda x: 10**x),
    st.sampled_from([0.0, 1e-3, 20.0, 3600.0, 604_800.0]),
)


@given(EXTREME)
@example((10**4.234375, 1192, 1.0, 0.0))
@settings(max_examples=200, deadline=None)
def test_every_measure_stays_in_its_range_at_the_extremes(inputs) -> None:
    load, agents, patience, within = inputs
    known = {"rate_per_h": load * 12, "aht_s": 300, "patience_s": patience, "agents": agents, "threshold_s": within}
    got = performance(**known)
    levels = [x for x in all_levels(**known) if not np.isnan(x)]
    assert agents == 0 or len(levels) == 5
    for value in (got.prob_wait, got.abandonment, *levels):
        assert 0 <= value <= 1
    assert agents == 0 or 0 <= got.occupancy <= 1
    assert got.mean_wait_s >= 0
    assert agents == 0 or got.asa_answered_s >= 0


@given(st.floats(0.05, 400), st.floats(0.3, 1.6), st.floats(5, 3000), st.floats(0, 300))
@settings(deadline=None)
def test_every_level_rises_and_every_wait_falls_with_one_more_agent(load, ratio, patience, within) -> None:
    known = {"rate_per_h": load * 12, "aht_s": 300, "patience_s": patience, "threshold_s": within}
    agents = max(1, round(load * ratio))
    here, more = performance(agents=agents, **known), performance(agents=agents + 1, **known)
    noise = 1e-13
    assert (np.diff([all_levels(agents=agents, **known), all_levels(agents=agents + 1, **known)], axis=0) >= -noise).all()
    assert more.abandonment <= here.abandonment + noise
    assert more.asa_answered_s <= here.asa_answered_s * (1 + 1e-12)
    assert more.occupancy <= here.occupancy * (1 + 1e-12)


@given(st.floats(0.05, 400), st.floats(0.3, 1.6), st.floats(5, 3000))
@settings(deadline=None)
def test_littles_law_and_the_balance_of_those_who_give_up(load, ratio, patience) -> None:
    agents = max(1, round(load * ratio))
    got = performance(rate_per_h=load * 12, aht_s=300, patience_s=patience, agents=agents, threshold_s=20)
    assert got.queue_length == pytest.approx(load / 300 * got.mean_wait_s, rel=1e-12)
    assert load / 300 * got.abandonment == pytest.approx(got.queue_length / patience, rel=1e-11)
    assert got.occupancy * agents == pytest.approx(load * (1 - got.abandonment), rel=1e-11)


def test_without_agents_everybody_gives_up() -> None:
    got = performance(rate_per_h=60, aht_s=300, patience_s=90, agents=0, threshold_s=30)
    assert (got.prob_wait, got.abandonment, got.service_level) == (1, 1, 0)
    assert got.mean_wait_s == 90
    assert np.isnan(got.occupancy)
    assert np.isnan(got.asa_answered_s)
