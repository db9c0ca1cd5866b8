"""Calls first and outbound in the idle time, with a few agents kept free."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from planner.domain.targets import Formula
from planner.queueing import performance
from planner.queueing.blending import blended

SHARED = ("service_level", "prob_wait", "abandonment", "asa_answered_s", "mean_wait_s", "queue_length")


def by_dense_algebra(rate, aht, agents, reserved, threshold, patience, *, longest=400):
    """From the chain of how many are busy and wait, outbound started in the very moment that an agent too many is idle."""
    lam, mu, theta = rate / 3600, 1 / aht, 0.0 if patience is None else 1 / patience
    least = max(0, agents - reserved)
    size = agents - least + longest + 1
    q = np.zeros((size, size))
    started = np.zeros(size)
    for i in range(size):
        n = least + i
        if i + 1 < size:
            q[i, i + 1] += lam
        done = min(n, agents) * mu + max(0, n - agents) * theta
        if n > least:
            q[i, i - 1] += done
        else:
            started[i] = done  # the agent who finishes starts the next outbound contact at once
    np.fill_diagonal(q, -q.sum(axis=1))
    a = q.copy()
    a[:, 0] = 1.0
    p = np.linalg.solve(a.T, np.eye(size)[0])
    busy = np.minimum(least + np.arange(size), agents)
    queue = p[agents - least :]
    moving = np.zeros((queue.size + 2, queue.size + 2))
    for ahead in range(queue.size):
        moving[ahead, ahead - 1 if ahead else queue.size] += agents * mu + ahead * theta
        moving[ahead, queue.size + 1] += theta
    np.fill_diagonal(moving, -moving.sum(axis=1))
    level = 1 - queue.sum() + (np.append(queue, [0, 0]) @ expm(moving * threshold))[queue.size]
    waiting = queue @ np.arange(queue.size)
    return {
        "service_level": level, "prob_wait": queue.sum(), "abandonment": theta * waiting / lam, "queue_length": waiting,
        "mean_wait_s": waiting / lam, "occupancy": p @ busy / agents, "outbound_per_h": 3600 * p @ started,
    }  # fmt: skip


def test_the_published_desk_is_reproduced() -> None:
    # CCmath's blending demo prints 63.34%, 0.43 min, 95.83% and 1.11 a minute; it is met by 240 calls of 180 s an hour and 0.333 min
    got = blended(rate_per_h=240, aht_s=180, agents=16, reserved=2, threshold_s=0.333 * 60)
    assert got.service_level == pytest.approx(0.6334, abs=5e-5)
    assert got.asa_answered_s / 60 == pytest.approx(0.43, abs=5e-3)
    assert got.occupancy == pytest.approx(0.9583, abs=5e-5)
    assert got.outbound_per_h / 60 == pytest.approx(1.11, abs=5e-3)
    # by hand: states 14, 15, 16 weigh 1, 0.8, 0.6 and the queue 4 times the last, 4.2 in all
    assert (got.prob_wait, got.outbound_per_h) == pytest.approx((2.4 / 4.2, 14 / 4.2 * 20), rel=1e-14)


@pytest.mark.parametrize(
    ("rate", "aht", "agents", "reserved", "threshold", "patience"),
    [
        (240, 180, 16, 2, 20, None),
        (240, 180, 16, 2, 20, 60),
        (500, 180, 16, 5, 10, 45),
        (60, 300, 8, 8, 30, 120),
        (60, 300, 8, 3, 30, 900),
        (20, 240, 3, 0, 15, None),
        (20, 240, 3, 0, 60, 100),
        (10, 240, 1, 1, 60, 100),
        (10, 240, 2, 9, 60, None),
    ],
)
def test_dense_algebra_agrees(rate, aht, agents, reserved, threshold, patience) -> None:
    want = by_dense_algebra(rate, aht, agents, reserved, threshold, patience)
    got = blended(rate_per_h=rate, aht_s=aht, agents=agents, reserved=reserved, threshold_s=threshold, patience_s=patience)
    for name, value in want.items():
        assert getattr(got, name) == pytest.approx(value, rel=1e-9, abs=1e-12), name


DESKS = st.tuples(
    st.floats(-1, 2.5).map(lambda x: 10**x), st.floats(0.4, 2), st.one_of(st.none(), st.floats(1, 3000)), st.floats(0, 200)
)


@given(DESKS, st.sampled_from(list(Formula)), st.integers(0, 3))
@settings(deadline=None, max_examples=60)
def test_with_every_agent_reserved_there_are_calls_alone(desk, definition, more) -> None:
    load, ratio, patience, within = desk
    agents = max(1, round(load * ratio))
    known = {"rate_per_h": load * 12, "aht_s": 300, "agents": agents, "threshold_s": within, "patience_s": patience}
    got = blended(reserved=agents + more, definition=definition, **known)
    want = performance(definition=definition, **known)
    for name in SHARED:
        assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-9, abs=1e-12), name
    assert got.occupancy == pytest.approx(want.occupancy, rel=1e-9)
    assert got.outbound_per_h == 0


@given(DESKS)
@settings(deadline=None, max_examples=40)
def test_each_agent_reserved_trades_outbound_for_service(desk) -> None:
    load, ratio, patience, within = desk
    agents = max(1, round(load * ratio))
    rate = load * 12
    got = blended(
        rate_per_h=rate, aht_s=300, agents=agents, reserved=np.arange(agents + 1), threshold_s=within, patience_s=patience
    )
    for falling in (got.prob_wait, got.abandonment, got.mean_wait_s, got.occupancy, got.outbound_per_h):
        assert (np.diff(falling[np.isfinite(falling)]) <= 1e-9 * (1 + falling[np.isfinite(falling)][1:])).all()
    assert (np.diff(got.service_level) >= -1e-12).all()
    assert (got.prob_wait[0], got.occupancy[0]) == (1, 1)
    if patience is not None or load < agents:  # who works is on a call that was answered or on an outbound contact
        work = got.inbound_occupancy * agents + got.outbound_per_h * 300 / 3600
        assert work == pytest.approx(got.occupancy * agents, rel=1e-9)
        assert got.inbound_occupancy * agents == pytest.approx(load * (1 - got.abandonment), rel=1e-9)
    if patience is not None:
        assert rate / 3600 * got.abandonment == pytest.approx(got.queue_length / patience, rel=1e-9)


def test_long_patience_tends_to_none_and_overload_without_it_leaves_no_time() -> None:
    known = {"rate_per_h": 240, "aht_s": 180, "agents": 16, "reserved": [0, 2, 16], "threshold_s": 20}
    endless, long = blended(**known), blended(patience_s=1e10, **known)
    for name in ("service_level", "prob_wait", "mean_wait_s", "occupancy", "outbound_per_h"):
        assert getattr(long, name) == pytest.approx(getattr(endless, name), rel=1e-6), name
    over = blended(rate_per_h=[320, 900], aht_s=180, agents=16, reserved=2, threshold_s=20)
    assert over.prob_wait.tolist() == over.occupancy.tolist() == over.inbound_occupancy.tolist() == [1, 1]
    assert over.outbound_per_h.tolist() == over.service_level.tolist() == [0, 0]
    assert np.isinf([over.mean_wait_s, over.asa_answered_s, over.queue_length]).all()


def test_without_calls_all_but_the_reserved_do_outbound_work() -> None:
    got = blended(rate_per_h=0, aht_s=180, agents=[16, 1, 0], reserved=2, threshold_s=20)
    assert np.isnan([got.service_level, got.prob_wait, got.abandonment, got.mean_wait_s, got.asa_answered_s]).all()
    assert got.queue_length.tolist() == [0, 0, 0]
    assert got.outbound_per_h.tolist() == pytest.approx([280, 0, 0])
    assert got.occupancy[:2].tolist() == [0.875, 0]
    assert np.isnan(got.occupancy[2])


def test_agents_between_two_whole_numbers_share_their_time() -> None:
    known = {"rate_per_h": 240, "aht_s": 180, "reserved": 2, "threshold_s": 20, "patience_s": 90}
    low, got, high = (blended(agents=n, **known) for n in (15, 15.4, 16))
    for name in (*SHARED, "outbound_per_h"):
        assert getattr(got, name) == pytest.approx(0.6 * getattr(low, name) + 0.4 * getattr(high, name), rel=1e-12), name
    assert got.occupancy * 15.4 == pytest.approx(0.6 * low.occupancy * 15 + 0.4 * high.occupancy * 16, rel=1e-12)
    assert blended(agents=0.5, **known).asa_answered_s == blended(agents=1, **known).asa_answered_s


@given(
    st.floats(-300, 8).map(lambda x: 10**x), st.floats(-2, 5).map(lambda x: 10**x), st.integers(0, 3000), st.integers(0, 3000),
    st.one_of(st.none(), st.floats(-6, 12).map(lambda x: 10**x)), st.sampled_from([0.0, 20.0, 604_800.0]),
)  # fmt: skip
@settings(deadline=None, max_examples=200)
@pytest.mark.filterwarnings("error")
def test_every_measure_stays_in_its_range_at_the_extremes(rate, aht, agents, reserved, patience, within) -> None:
    got = blended(rate_per_h=rate, aht_s=aht, agents=agents, reserved=reserved, threshold_s=within, patience_s=patience)
    for value in (got.service_level, got.prob_wait, got.abandonment):
        assert 0 <= value <= 1
    assert agents == 0 or 0 <= got.inbound_occupancy <= got.occupancy <= 1
    assert got.mean_wait_s >= 0
    assert agents == 0 or got.asa_answered_s >= 0
    assert 0 <= got.outbound_per_h <= agents * 3600 / aht * (1 + 1e-12)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("reserved", 1.5, "reserved must be whole agents, got 1.5"),
        ("reserved", -1, "reserved must be a finite number of agents, zero or more, got -1"),
        ("agents", np.nan, "agents must be a finite number of agents, zero or more, got nan"),
        ("rate_per_h", -5, "rate_per_h must be a finite number of calls, zero or more, got -5"),
        ("aht_s", 0, "aht_s must be a finite number of seconds above zero, got 0"),
        ("threshold_s", -1, "threshold_s must be a finite number of seconds, zero or more, got -1"),
        ("patience_s", 0, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ("definition", "best", "unknown definition of service level 'best'"),
    ],
)
def test_what_is_wrong_is_named(name, value, message) -> None:
    good = {"rate_per_h": 240, "aht_s": 180, "agents": 16, "reserved": 2, "threshold_s": 20}
    with pytest.raises(ValueError) as raised:
        blended(**{**good, name: value})
    assert message in str(raised.value)
