import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.special import gammaincc
from scipy.stats import poisson

from planner.queueing import erlang_b, erlang_c
from planner.queueing.chain import LinesLaw, chain_law, lines_law
from planner.queueing.chain_states import chain_states
from planner.queueing.erlang_a import erlang_a_law
from planner.queueing.erlang_c import erlang_c_law
from planner.queueing.general_patience import general_law, general_patience_law
from planner.queueing.patience import NEVER, ExponentialPatience

AHT = 300.0
INF = math.inf


def measures(load, agents, theta, t, balking=0.0, lines=INF):
    return chain_law(float(load), agents, float(theta), float(t), balking, float(lines))


def dense(load, agents, theta, t, balking, lines):
    """The same from the generator matrix of the chain and that of a tagged caller, by linear algebra and a matrix exponential."""
    q = np.zeros((lines + 1, lines + 1))
    for n in range(lines):
        q[n, n + 1] = load if n < agents else load * (1 - balking)
        q[n + 1, n] = min(n + 1, agents) + max(n + 1 - agents, 0) * theta
    q -= np.diag(q.sum(axis=1))
    p = np.linalg.lstsq(np.vstack([q.T, np.ones(lines + 1)]), np.append(np.zeros(lines + 1), 1), rcond=None)[0]
    blocked, p = p[-1], p[:-1] / p[:-1].sum()
    first, ahead = p[:agents].sum(), p[agents:]
    size = ahead.size
    if size == 0:
        return blocked, [0, 1, 1, 0, 0, 0, 0, 0, 0]
    own, patient = np.zeros((size, size)), np.zeros((size, size))
    served = np.zeros(size)
    for j in range(size):
        rate = agents + j * theta
        own[j, j], patient[j, j] = -(rate + theta), -rate
        if j:
            own[j, j - 1] = patient[j, j - 1] = rate
        else:
            served[0] = rate
    waits = ahead * (1 - balking)
    answered = waits @ np.linalg.solve(-own, served)
    still = waits @ expm(own * t)
    in_time = answered - still @ np.linalg.solve(-own, served)
    mean = waits @ np.linalg.solve(-own, np.ones(size))
    delayed = waits @ np.linalg.solve(-own, np.linalg.solve(-own, served))
    gone = balking * ahead.sum() + theta * mean
    gone_in = gone - theta * still @ np.linalg.solve(-own, np.ones(size))
    late = (ahead @ expm(patient * t)).sum()
    offered = ahead @ np.linalg.solve(-patient, np.ones(size))
    return blocked, [ahead.sum(), first + answered, first + in_time, gone, gone_in, late, mean, delayed, offered]


@given(
    st.floats(0.05, 30), st.integers(1, 15), st.sampled_from([0.0, 0.02, 1.0, 7.5, 300.0]), st.floats(0, 5),
    st.sampled_from([0.0, 0.1, 0.9, 1.0]), st.integers(0, 25),
)  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_linear_algebra_on_small_systems_gives_the_same(load, agents, theta, t, balking, queue) -> None:
    blocked, got = measures(load, agents, theta, t, balking, agents + queue)
    want_blocked, want = dense(load, agents, theta, t, balking, agents + queue)
    assert blocked == pytest.approx(want_blocked, rel=1e-8, abs=1e-11)
    assert got == pytest.approx(want, rel=1e-8, abs=1e-11)


def needed(load, agents, theta, balking=0.0):
    return max(0.0, load * (1 - balking) - agents) / theta + 50 * math.sqrt(load / theta + load) + 50 / theta**0.5


@given(
    st.floats(-3, math.log10(5000)).map(lambda x: 10**x), st.integers(1, 5000), st.floats(-3, 4).map(lambda x: 10**x),
    st.one_of(st.just(0.0), st.floats(-4, 4).map(lambda x: 10**x)), st.booleans(),
)  # fmt: skip
@example(110 * 0.9, 110, 2.0, 7.2, False)
@settings(deadline=None, max_examples=250)
def test_closed_form_and_chain_agree_to_nine_digits(load, agents, patience, t, near) -> None:
    if near:  # where planners are: agents within a few square roots of the load
        agents = max(1, round(load + (agents / 5000 * 8 - 4) * math.sqrt(load)))
    theta = 1 / patience
    assume(needed(load, agents, theta) <= 1e6)
    _, got = measures(load, agents, theta, t)
    want = erlang_a_law(load, agents, theta, t)
    assert got[:6] == pytest.approx(want[:6], rel=1e-9, abs=1e-13)
    assert got[6:] == pytest.approx(want[6:], rel=1e-9, abs=1e-100)


@given(
    st.floats(-1, 3).map(lambda x: 10**x), st.floats(0.3, 1.5), st.floats(-2, 3).map(lambda x: 10**x), st.floats(0, 10),
    st.floats(0, 1),
)  # fmt: skip
@settings(deadline=None, max_examples=80)
def test_with_balking_the_integral_and_the_chain_agree(load, ratio, patience, t, balking) -> None:
    agents = max(1, round(load * ratio))
    _, got = measures(load, agents, 1 / patience, t, balking)
    want = general_patience_law(load, agents, t, AHT, balking, AHT * patience, 1.0, NEVER.steps)
    assert got[:6] == pytest.approx(want[:6], rel=1e-9, abs=1e-13)
    assert got[6:] == pytest.approx(want[6:], rel=1e-9, abs=1e-100)


@given(st.floats(0.05, 3000), st.floats(1, 200), st.floats(0, 10))
@settings(deadline=None, max_examples=80)
def test_patient_callers_on_endless_lines_are_erlang_c(load, spare, t) -> None:
    agents = int(load + spare * max(1.0, math.sqrt(load) / 50))
    assume(agents > load * 1.0001)
    blocked, got = measures(load, agents, 0.0, t)
    want = erlang_c_law(load, agents, t)
    assert blocked == 0
    assert got[:6] == pytest.approx(want[:6], rel=1e-9, abs=1e-13)
    assert got[6:] == pytest.approx(want[6:], rel=1e-9, abs=1e-100)


def test_published_values_of_erlang_a_are_met() -> None:
    def of(rate, aht, patience, agents, within):
        return measures(rate * aht / 3600, agents, aht / patience, within / aht)[1]

    # CCmath's demonstration: abandonment, occupancy, virtual level
    got = of(240, 180, 60, 14, 0.333 * 60)
    assert (got[3], 12 * got[1] / 14, 1 - got[5]) == pytest.approx((0.0743, 0.7934, 0.8797), abs=5e-5)
    # the standard lecture example: 3.1% abandon, 3.7 s, 93%
    got = of(2880, 60, 120, 50, 20)
    assert (got[3], got[6] * 60, 48 * got[1] / 50) == pytest.approx((0.030912, 3.7095, 0.9303), abs=5e-5)
    # pyworkforce's tests: P(wait), abandonment, level
    got = of(200, 180, 300, 14, 20)
    assert (got[0], got[3], got[2]) == pytest.approx((0.14526, 0.013984, 0.916792), abs=5e-6)


# per hour, AHT, patience, agents, threshold: P(wait), P(abandon), E[wait], ASA answered, offered level, virtual level
TABLE = [
    ((12, 300, 120, 1, 30), (0.572555514, 0.427444486, 51.29333831, 23.90494084, 0.4651259729, 0.4700220111)),
    ((150, 200, 90, 8, 20), (0.4992840848, 0.1835279377, 16.5175144, 13.65632714, 0.6215398618, 0.6353308313)),
    ((600, 300, 150, 48, 20), (0.5322974232, 0.08833533241, 13.25029986, 12.57544053, 0.6761398187, 0.690151005)),
    ((3000, 240, 120, 195, 20), (0.5435034431, 0.0474523628, 5.694283536, 5.568042439, 0.8868191813, 0.918438942)),
    ((25000, 360, 60, 2450, 30), (0.5332657821, 0.02492931084, 1.49575865, 1.479550944, 0.9750706892, 1.0)),
]


@pytest.mark.parametrize(("inputs", "want"), TABLE)
def test_the_table_of_erlang_a_is_met_with_lines_to_spare(inputs, want) -> None:
    rate, aht, patience, agents, within = inputs
    got = lines_law(
        rate_per_h=rate, aht_s=aht, patience_s=patience, agents=agents, threshold_s=within, lines=[agents + 2000, np.inf]
    )
    level, virtual = got.answered_in_time, 1 - got.prob_offered_wait_longer
    found = np.array([got.prob_wait, got.abandoned, got.mean_wait_s, got.asa_answered_s, level, virtual])
    assert found == pytest.approx(np.transpose([want, want]), rel=5e-10)


def test_thresholds_beyond_what_exp_can_hold() -> None:
    # exp(-agents * threshold) underflows; another library says 0.80873 and 0.54587
    assert measures(100, 110, 0.5, 12.0)[1][2] == pytest.approx(0.99401, abs=5e-6)
    assert measures(1000, 1000, 1.5, 1.0)[1][2] == pytest.approx(0.98611, abs=5e-6)
    for theta, t in ((1e-3, 100.0), (1e-3, 800.0), (1e-2, 60.0)):
        agents, load = 100, 190.0
        assert agents * t > 745
        assert measures(load, agents, theta, t)[1] == pytest.approx(erlang_a_law(load, agents, theta, t), rel=1e-10)


@pytest.mark.parametrize("t", [0.5, 90.0, 98.5, 99.5, 110.0])
def test_patient_callers_on_full_lines_wait_an_erlang_time(t) -> None:
    # who finds j waiting waits for j + 1 agents to become free; on the average there are 4,945
    load, agents, lines = 60.0, 50, 5000
    first, states = chain_states(load, agents, 0.0, 0.0, float(lines))
    found = states[:-1] / states[:-1].sum()
    ahead = first + np.arange(found.size) - agents
    _, got = measures(load, agents, 0.0, t, 0.0, lines)
    assert got[5] == pytest.approx(found @ gammaincc(ahead + 1, agents * t), rel=1e-9, abs=1e-15)
    assert got[2] == pytest.approx(1 - got[5], rel=1e-12)
    assert got[6:8] == pytest.approx([found @ (ahead + 1) / agents] * 2, rel=1e-12)


@given(st.floats(0.01, 5000), st.floats(-3, 3))
@settings(deadline=None, max_examples=60)
def test_patience_equal_to_handling_time_leaves_a_poisson_number_in_the_system(load, spread) -> None:
    agents = max(1, round(load + spread * math.sqrt(load)))
    first, states = chain_states(load, agents, 1.0, 0.0, INF)
    n = first + np.arange(states.size)
    common = states > 1e-12
    assert states[common] == pytest.approx(poisson.pmf(n, load)[common], rel=1e-9)
    assert states.sum() == pytest.approx(1, rel=1e-12)
    assert measures(load, agents, 1.0, 0.1)[1][0] == pytest.approx(poisson.sf(agents - 1, load), rel=1e-9)
    lines = agents + 3  # cut off, it is a loss system of as many lines
    assert measures(load, agents, 1.0, 0.1, 0.0, lines)[0] == pytest.approx(erlang_b(load, lines), rel=1e-11)


@given(st.floats(-3, 5).map(lambda x: 10**x), st.floats(0.1, 2), st.floats(0, 100))
@settings(deadline=None, max_examples=80)
def test_as_many_lines_as_agents_is_erlang_b(load, ratio, theta) -> None:
    agents = min(100_000, max(1, round(load * ratio)))
    blocked, got = measures(load, agents, theta, 1.0, 0.0, agents)
    assert blocked == pytest.approx(erlang_b(load, agents), rel=1e-11, abs=1e-250)
    assert got[0] == got[3] == got[6] == 0
    assert got[1] == got[2] == 1


@given(
    st.floats(0.05, 2000), st.floats(0.3, 2), st.one_of(st.just(0.0), st.floats(0.001, 100)), st.floats(0, 3),
    st.floats(0, 1), st.integers(0, 300),
)  # fmt: skip
@settings(deadline=None, max_examples=120)
def test_flows_balance_and_every_line_admits_more(load, ratio, theta, t, balking, queue) -> None:
    agents = max(1, round(load * ratio))
    blocked, got = measures(load, agents, theta, t, balking, agents + queue)
    first, states = chain_states(load, agents, theta, balking, float(agents + queue))
    n = first + np.arange(states.size)
    let_in = load * (1 - blocked)
    assert states.sum() == pytest.approx(1, rel=1e-12)
    assert let_in * got[1] == pytest.approx((states * np.minimum(n, agents)).sum(), rel=1e-11)
    assert let_in * got[6] == pytest.approx((states * np.maximum(n - agents, 0)).sum(), rel=1e-11, abs=1e-200)
    assert got[3] == pytest.approx(balking * got[0] + theta * got[6], rel=1e-12, abs=1e-200)
    assert got[1] + got[3] == pytest.approx(1, abs=1e-12)
    assert all(0 <= v <= 1 for v in got[:6])
    more_blocked, more = measures(load, agents, theta, t, balking, agents + queue + 1)
    assert more_blocked <= blocked * (1 + 1e-12)
    assert more[0] >= got[0] * (1 - 1e-12)
    assert more[5] >= got[5] - 1e-13


def test_patient_callers_in_overload_fill_the_lines_and_keep_the_agents_busy() -> None:
    rho = 10.0 / 6  # M/M/1/N has a closed form
    got = lines_law(rate_per_h=20, aht_s=AHT, agents=1, threshold_s=0, lines=[1, 4, 400])
    n = np.array([1, 4, 400])
    assert got.blocked == pytest.approx((1 - rho) / (1 - rho**n * rho) * rho**n, rel=1e-12)
    assert 10 / 6 * (1 - got.blocked[2]) == pytest.approx(1, rel=1e-12)
    assert got.abandoned.tolist() == [0, 0, 0]
    assert got.mean_wait_s[2] == pytest.approx(AHT * (400 - 1 - 1 / (rho - 1)), rel=1e-12)
    never = lines_law(rate_per_h=20, aht_s=AHT, agents=1, threshold_s=0)
    assert (never.blocked, never.prob_wait, never.mean_wait_s) == (0, 1, INF)
    assert measures(5, 4, 0.0, 1.0)[1][:7] == (1, 1, 0, 0, 0, 1, INF)


def test_shares_are_of_those_who_get_a_line() -> None:
    known = {"rate_per_h": 240.0, "aht_s": 180.0, "threshold_s": 20.0, "patience_s": 60.0, "balking": 0.1}
    got = lines_law(agents=14, lines=16, **known)
    assert isinstance(got, LinesLaw)
    # arrivals find 0..13 contacts, 14 or 15 of which those agents are busy, or every line taken
    _, states = chain_states(12.0, 14, 3.0, 0.1, 16.0)
    assert got.blocked == pytest.approx(states[16], rel=1e-13)
    assert got.prob_wait == pytest.approx(states[14:16].sum() / states[:16].sum(), rel=1e-13)
    assert (1 - got.blocked) * got.prob_wait == pytest.approx(states[14:16].sum(), rel=1e-13)
    endless = lines_law(agents=[10, 14], **known)
    want = general_law(
        rate_per_h=240, aht_s=180, threshold_s=20, agents=[10, 14], patience=ExponentialPatience(60), balking=0.1
    )
    for name, value in vars(want).items():
        assert getattr(endless, name) == pytest.approx(value, rel=1e-14)


def test_without_agents_a_line_is_a_place_to_give_up() -> None:
    got = lines_law(rate_per_h=60, aht_s=AHT, agents=0, threshold_s=30, lines=[3, 0, 3], patience_s=[90, 90, np.inf])
    assert got.blocked == pytest.approx([erlang_b(1.5, 3), 1, 1])
    assert got.mean_wait_s[0] == pytest.approx(90)
    assert got.abandoned[0] == 1
    assert np.isnan(got.mean_wait_s[1:]).all()  # nobody gets a line
    assert np.isnan(got.prob_wait[1:]).all()


@given(
    st.floats(-9, 5).map(lambda x: 10**x), st.integers(0, 100_000), st.integers(0, 20_000),
    st.one_of(st.just(0.0), st.floats(-30, 8).map(lambda x: 10**x)), st.sampled_from([0.0, 1e-9, 0.1, 30.0, 1e5]),
    st.sampled_from([0.0, 0.1, 1.0]),
)  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_nothing_overflows_at_the_extremes(load, agents, queue, theta, t, balking) -> None:
    blocked, got = measures(load, agents, theta, t, balking, agents + queue)
    assert 0 <= blocked <= 1
    if blocked == 1.0 and math.isnan(got[0]):
        assert agents == 0
        return
    assert all(0 <= v <= 1 for v in got[:6])
    assert all(v >= 0 for v in got[6:])
    assert got[2] <= got[1] + 1e-15
    assert got[4] <= got[3]


def test_large_systems_are_cut_off_by_what_is_left_and_not_at_a_number_of_states() -> None:
    for load, agents in ((500.0, 500), (100_000.0, 99_500), (100_000.0, 100_400)):
        got, want = measures(load, agents, 2.5, 0.05)[1], erlang_a_law(load, agents, 2.5, 0.05)
        assert got == pytest.approx(want, rel=1e-10)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("lines", 4, "lines must be a whole number from the agents to 10,000,000 (leave it out if there is no limit), got 4"),
        ("lines", 7.5, "lines must be a whole number from the agents to 10,000,000"),
        ("lines", np.nan, "lines must be a whole number from the agents to 10,000,000"),
        ("lines", 1e8, "lines must be a whole number from the agents to 10,000,000"),
        ("agents", 4.5, "agents must be whole, got 4.5"),
        ("patience_s", -3, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ("balking", -0.1, "balking must be a share from 0 on to 1, got -0.1"),
        ("threshold_s", -1, "threshold_s must be a finite number of seconds, zero or more, got -1"),
    ],
)
def test_what_makes_no_sense_is_named(name, value, message) -> None:
    good = {"rate_per_h": 60, "aht_s": 180, "agents": 5, "threshold_s": 20, "lines": 8, "patience_s": 60, "balking": 0.0}
    with pytest.raises(ValueError) as raised:
        lines_law(**{**good, name: value})
    assert message in str(raised.value)


def test_no_contacts_have_no_service_and_erlang_c_is_met_where_callers_never_give_up() -> None:
    got = lines_law(rate_per_h=[0, 100], aht_s=180, agents=6, threshold_s=20, lines=[8, 5000])
    assert all(np.isnan(v[0]) for v in vars(got).values())
    assert got.prob_wait[1] == pytest.approx(erlang_c(5, 6), rel=1e-12)
