"""Laws and limits of a queue that changes during the day."""

from itertools import pairwise
from math import factorial

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import poisson

from planner.domain.targets import Formula
from planner.queueing import performance
from planner.queueing.offered_load import offered_load
from planner.queueing.transient import transient
from planner.queueing.transient.rational import INVERSES, WEIGHTS

MEASURES = ("service_level", "prob_wait", "abandonment", "occupancy", "queue_length")
DAY = {"interval_s": 900, "threshold_s": 20}


def swing(load: float, *, intervals: int = 96, depth: float = 0.4, aht_s: float = 180) -> tuple[np.ndarray, np.ndarray]:
    """Contacts per hour of a day that rises and falls, and whole agents half a square root above the load."""
    a = load * (1 + depth * np.sin(2 * np.pi * (np.arange(intervals) + 0.5) / intervals))
    return a * 3600 / aht_s, np.ceil(a + 0.5 * np.sqrt(a))


def padded(law: np.ndarray) -> np.ndarray:
    return np.pad(law, [(0, 100 - n) for n in law.shape])


@pytest.mark.parametrize("method", ["uniformization", "tridiagonal"])
@pytest.mark.parametrize("load", [6, 90])
def test_patience_equal_to_handling_time_gives_a_poisson_law_under_any_staffing(load, method) -> None:
    aht = 400.0
    rng = np.random.default_rng(3)
    rate = load * 3600 / aht * rng.uniform(0.3, 1.7, 24)
    agents = np.where(np.arange(24) % 2, 0.5, 1.3) * load
    got = transient(rate_per_h=rate, agents=np.round(agents), aht_s=aht, patience_s=aht, method=method, **DAY)
    m, means = 0.0, []
    for a, s in zip(rate * aht / 3600, np.round(agents), strict=True):

        def wait(u, a=a, s=s, m=m):
            return poisson.sf(s - 1, a + (m - a) * np.exp(-u / aht))

        means.append(quad(wait, 0, 900, epsabs=1e-11, epsrel=1e-11, limit=200)[0] / 900)
        m = a + (m - a) * np.exp(-900 / aht)
    exact = method == "uniformization"
    assert got.prob_wait == pytest.approx(means, abs=1e-11 if exact else 1e-9)
    assert got.final == pytest.approx(poisson.pmf(np.arange(got.final.size), m), abs=1e-13 if exact else 1e-9)


def test_the_day_of_feldman_mandelbaum_massey_and_whitt() -> None:
    # lambda(t) = 100 + 20 sin t, mu = theta = 1: m(t) = 100 + 10 (sin t - cos t) after the start (Management Science 54 (2008))
    fine = 2 * np.pi / 200
    t = np.arange(800) * fine
    rate = 100 + 20 * (np.cos(t) - np.cos(t + fine)) / fine
    got = transient(rate_per_h=rate, agents=105, aht_s=3600, patience_s=3600, interval_s=3600 * fine, threshold_s=0)
    u = t + fine / 2
    assert got.prob_wait[400:] == pytest.approx(poisson.sf(104, 100 + 10 * (np.sin(u) - np.cos(u)))[400:], abs=1e-4)


@pytest.mark.parametrize("definition", tuple(Formula))
@pytest.mark.parametrize(("patience", "agents"), [(60, 12), (300, 8), (None, 12)])
def test_a_constant_day_settles_to_the_stationary_queue(definition, patience, agents) -> None:
    known = {
        "rate_per_h": 200,
        "aht_s": 180,
        "patience_s": patience,
        "agents": agents,
        "threshold_s": 20,
        "definition": definition,
    }
    want = performance(**known)
    settled = transient(**known, interval_s=900, start="stationary")
    late = transient(**{**known, "rate_per_h": [200] * 40}, interval_s=900)
    for name in MEASURES:
        assert getattr(settled, name) == pytest.approx(getattr(want, name), abs=1e-12)
        assert getattr(late, name)[-1] == pytest.approx(getattr(want, name), abs=1e-9)


def test_staff_that_leave_finish_or_hand_back_their_contacts() -> None:
    # 10 erlang on 12 agents in balance, then 8: P(wait) of the next quarter-hour, at handling time 240 s and patience 120 s
    known = {"rate_per_h": 150, "agents": [12, 8], "aht_s": 240, "patience_s": 120, "start": "stationary", **DAY}
    finish, back = transient(**known, staff_drop="finish"), transient(**known, staff_drop="return")
    assert finish.prob_wait[1] == pytest.approx(0.7047, abs=5e-5)
    assert back.prob_wait[1] == pytest.approx(0.7006, abs=5e-5)
    assert finish.prob_wait[0] == pytest.approx(back.prob_wait[0], abs=1e-13)
    assert finish.service_level[1] < back.service_level[1]


@pytest.mark.parametrize("staff_drop", ["return", "finish"])
@pytest.mark.parametrize("threshold", [0, 20, 1500])
def test_a_finer_grid_changes_nothing(staff_drop, threshold) -> None:
    rate, agents = swing(9, intervals=8)
    known = {"aht_s": 300, "patience_s": 200, "threshold_s": threshold, "staff_drop": staff_drop}
    coarse = transient(rate_per_h=rate * 0.6, agents=agents, interval_s=900, **known)
    fine = transient(rate_per_h=np.repeat(rate * 0.6, 3), agents=np.repeat(agents, 3), interval_s=300, **known)
    for name in ("offered", "answered_within", "abandoned"):
        assert getattr(fine, name).reshape(8, 3).sum(axis=1) == pytest.approx(getattr(coarse, name), rel=1e-9)
    assert fine.queue_length.reshape(8, 3).mean(axis=1) == pytest.approx(coarse.queue_length, rel=1e-11)
    assert padded(fine.final) == pytest.approx(padded(coarse.final), abs=1e-14)
    for name in ("service_level", "prob_wait", "abandonment", "occupancy"):
        assert getattr(fine.total, name) == pytest.approx(getattr(coarse.total, name), rel=1e-10)


@pytest.mark.parametrize("staff_drop", ["return", "finish"])
def test_a_day_continued_from_its_final_law_equals_one_run(staff_drop) -> None:
    rate, agents = swing(12, intervals=20)
    agents[9] = agents[8] - 4
    agents[10] = agents[9] - 3
    known = {"aht_s": 600, "patience_s": 150, "staff_drop": staff_drop, **DAY}
    whole = transient(rate_per_h=rate, agents=agents, **known)
    first = transient(rate_per_h=rate[:10], agents=agents[:10], **known)
    second = transient(rate_per_h=rate[10:], agents=agents[10:], start=first.final, **known)
    for name in MEASURES:
        # callers still in line at the cut cannot know what staff comes next
        both = np.concatenate([getattr(first, name)[:9], getattr(second, name)])
        assert both == pytest.approx(np.delete(getattr(whole, name), 9), abs=1e-8 if name == "abandonment" else 1e-12)
    assert np.concatenate([first.prob_wait, second.prob_wait]) == pytest.approx(whole.prob_wait, abs=1e-12)
    assert padded(second.final) == pytest.approx(padded(whole.final), abs=1e-13)


@pytest.mark.parametrize("definition", ["offered", "virtual"])
def test_both_methods_agree_for_large_queues(definition) -> None:
    rate, agents = swing(700, intervals=8)
    known = {"rate_per_h": rate, "agents": agents, "aht_s": 180, "patience_s": 120, "definition": definition, **DAY}
    exact, fast = transient(**known, method="uniformization"), transient(**known)
    assert (exact.method, fast.method) == ("uniformization", "tridiagonal")
    for name in MEASURES:
        assert getattr(fast, name) == pytest.approx(getattr(exact, name), abs=1e-9)


@given(
    st.lists(st.tuples(st.floats(0.2, 1.6), st.floats(0.6, 1.5)), min_size=1, max_size=4),
    st.floats(20, 400),
    st.one_of(st.none(), st.floats(10, 2000)),
    st.floats(60, 1500),
)
@settings(deadline=None, max_examples=30)
def test_the_fast_method_is_as_good_as_exact(swings, load, patience, aht) -> None:
    a = load * np.array([x for x, _ in swings])
    known = {
        "rate_per_h": a * 3600 / aht, "agents": np.round(a * [x for _, x in swings]), "aht_s": aht, "patience_s": patience,
        "interval_s": 1800, "threshold_s": 30,
    }  # fmt: skip
    exact, fast = transient(**known, method="uniformization"), transient(**known, method="tridiagonal")
    for name in ("service_level", "prob_wait", "abandonment", "occupancy"):
        assert getattr(fast, name) == pytest.approx(getattr(exact, name), abs=1e-9, nan_ok=True)
    least = min(exact.final.size, fast.final.size)
    assert fast.final[:least] == pytest.approx(exact.final[:least], abs=1e-9)


def test_the_partial_fractions_of_the_fast_method_are_those_of_order_eleven() -> None:
    terms = [2 * float((WEIGHTS * INVERSES**i).sum().real) for i in range(12)]
    assert terms == pytest.approx([1 / factorial(i) for i in range(12)], rel=1e-6, abs=3e-14)
    z = -np.logspace(-3, 6, 400)
    bounded = 2 * (WEIGHTS / (1 - INVERSES * z[:, None])).sum(axis=1).real
    assert (np.abs(bounded) <= 1).all()
    assert abs(bounded[-1]) < 1e-3


def test_an_overloaded_queue_without_patience_grows_and_drains() -> None:
    rate = np.array([1200, 1200, 1200, 300, 300, 300.0])
    got = transient(rate_per_h=rate, agents=40, aht_s=180, **DAY)
    # fluid: 20 erlang too many are a hundred contacts a quarter-hour
    assert got.queue_length[2] - got.queue_length[1] == pytest.approx(100, rel=1e-4)
    assert got.queue_length[5] < got.queue_length[4] < got.queue_length[3]
    assert got.abandonment == pytest.approx(np.zeros(6))
    assert got.service_level[2] < 1e-9 < 0.5 < got.service_level[5]


DAYS = st.tuples(
    st.lists(st.tuples(st.floats(0, 900), st.integers(0, 40), st.floats(40, 900)), min_size=1, max_size=6),
    st.one_of(st.none(), st.floats(2, 3000)),
    st.sampled_from(["return", "finish"]),
    st.sampled_from([0.0, 15.0, 400.0, 5000.0]),
    st.sampled_from([60.0, 900.0]),
)


def of(day, **more):
    intervals, patience, staff_drop, threshold, interval = day
    rate, agents, aht = (np.array(x) for x in zip(*intervals, strict=True))
    return transient(
        rate_per_h=rate, agents=agents, aht_s=aht, patience_s=patience, staff_drop=staff_drop, threshold_s=threshold,
        interval_s=interval, **more,
    )  # fmt: skip


@given(DAYS)
@settings(deadline=None, max_examples=40)
def test_probabilities_stay_probabilities_and_contacts_are_not_lost(day) -> None:
    intervals, patience, _, _, interval = day
    _, agents, aht = (np.array(x) for x in zip(*intervals, strict=True))
    levels = {d: of(day, definition=d) for d in Formula}
    got = levels[Formula.OFFERED]
    assert got.final.sum() == pytest.approx(1, abs=1e-12)
    assert (got.final >= 0).all()
    for one in levels.values():
        for name in ("service_level", "prob_wait", "abandonment", "occupancy"):
            values = getattr(one, name)
            inside = (values >= 0) & (values <= 1)
            assert (inside | np.isnan(values)).all()
        assert (np.isnan(one.prob_wait) == (one.offered == 0)).all()
    has = got.offered > 0
    offered, _, excluding, crediting, virtual = (levels[d].service_level[has] for d in Formula)
    noise = 1e-9
    assert (offered <= excluding + noise).all()
    assert (offered <= virtual + noise).all()
    assert (virtual <= crediting + noise).all()
    assert (got.answered_within + got.abandoned <= got.offered + noise * got.offered).all()
    if day[2] == "return":  # who came has been served, has given up, or is still there
        served = np.where(agents > 0, got.occupancy * agents, 0.0) * interval / aht
        gone = 0.0 if patience is None else got.queue_length.sum() * interval / patience
        still = got.final @ np.arange(got.final.size)
        assert still == pytest.approx(got.offered.sum() - served.sum() - gone, rel=1e-9, abs=1e-9)


@given(DAYS)
@example(([(1.0, 0, 40.0), (0.0, 23, 40.0), (1.0, 0, 40.0)], None, "finish", 0.0, 900.0))
@settings(deadline=None, max_examples=25)
def test_at_threshold_zero_the_level_is_the_share_that_need_not_wait(day) -> None:
    got = of((*day[:3], 0.0, day[4]))
    assert got.service_level == pytest.approx(1 - got.prob_wait, abs=1e-10, nan_ok=True)


def test_those_who_give_up_are_counted_where_they_came_in() -> None:
    # an overload, then nobody comes any more: whoever gave up did so in the end
    rate, agents = np.array([400, 400, 100, 0, 0, 0, 0, 0.0]), np.array([8, 5, 3, 2, 2, 2, 2, 2])
    got = transient(rate_per_h=rate, agents=agents, aht_s=180, patience_s=240, staff_drop="finish", **DAY)
    assert got.abandoned.sum() == pytest.approx(got.queue_length.sum() * 900 / 240, rel=1e-9)
    assert (got.abandoned[3:] == 0).all()
    assert got.queue_length[3] > 0.4
    assert np.isnan(got.abandonment[3:]).all()


def test_levels_of_the_day_are_weighted_by_contacts() -> None:
    rate, agents = swing(10, intervals=12)
    rate[4] = 0
    for definition in Formula:
        got = transient(rate_per_h=rate, agents=agents, aht_s=180, patience_s=100, definition=definition, **DAY)
        weight = got.offered
        if definition == Formula.ANSWERED:
            weight = got.offered - got.abandoned
        elif definition == Formula.EXCLUDING_SHORT_ABANDONS:
            with np.errstate(invalid="ignore"):
                weight = got.answered_within / got.service_level
        has = rate > 0
        assert got.total.service_level == pytest.approx(np.average(got.service_level[has], weights=weight[has]), rel=1e-12)
        assert got.total.prob_wait == pytest.approx(np.average(got.prob_wait[has], weights=got.offered[has]), rel=1e-12)
        assert got.total.occupancy == pytest.approx(np.average(got.occupancy, weights=agents), rel=1e-12)


def test_a_part_of_an_agent_lies_between_its_whole_neighbours() -> None:
    rate, agents = swing(10, intervals=6)
    known = {"rate_per_h": rate, "aht_s": 180, "patience_s": 100, **DAY}
    steps = [transient(agents=agents + x, **known) for x in (0, 1e-9, 0.25, 0.5, 0.75, 1 - 1e-9, 1)]
    for less, more in pairwise(steps):
        assert (more.service_level >= less.service_level - 1e-12).all()
        assert (more.prob_wait <= less.prob_wait + 1e-12).all()
        assert (more.queue_length <= less.queue_length + 1e-12).all()
    for a, b in ((steps[0], steps[1]), (steps[-2], steps[-1])):
        assert a.service_level == pytest.approx(b.service_level, abs=1e-8)
        assert a.abandonment == pytest.approx(b.abandonment, abs=1e-8)


def test_more_agents_or_fewer_contacts_never_hurt() -> None:
    rate, agents = swing(20, intervals=12)
    known = {"aht_s": 180, "patience_s": 240, **DAY}
    base = transient(rate_per_h=rate, agents=agents, **known)
    for better in (
        transient(rate_per_h=rate, agents=agents + 1, **known),
        transient(rate_per_h=0.97 * rate, agents=agents, **known),
    ):
        assert (better.service_level > base.service_level).all()
        assert (better.queue_length < base.queue_length).all()
        assert (better.abandonment < base.abandonment).all()


def test_one_long_closure_in_the_middle_of_a_wait() -> None:
    # nobody from the second hour on: callers of the first wait for the third, as far as their patience carries them
    got = transient(rate_per_h=[60, 60, 60], agents=[3, 0, 20], aht_s=300, patience_s=1800, interval_s=3600, threshold_s=7200)
    assert got.service_level[1] == pytest.approx((1 - np.exp(-2)) / 2, abs=0.01)
    assert got.prob_wait[1] == pytest.approx(1)
    assert np.isnan(got.occupancy[1])


def test_no_contacts_have_no_service_level() -> None:
    got = transient(rate_per_h=[0, 30, 0], agents=[0, 2, 1], aht_s=180, patience_s=60, **DAY)
    for name in ("service_level", "prob_wait", "abandonment"):
        assert np.isnan(getattr(got, name)).tolist() == [True, False, True]
    assert np.isnan(got.occupancy).tolist() == [True, False, False]
    assert got.occupancy[2] > 0
    assert got.offered.tolist() == [0, 7.5, 0]
    nobody = transient(rate_per_h=0, agents=0, aht_s=180, **DAY)
    assert np.isnan(nobody.total.service_level)
    assert np.isnan(nobody.total.occupancy)
    assert nobody.total.queue_length == 0


def test_a_start_may_be_given_as_a_law() -> None:
    p = poisson.pmf(np.arange(60), 10)
    got = transient(rate_per_h=200, agents=12, aht_s=180, patience_s=180, start=p / p.sum(), **DAY)
    same = transient(rate_per_h=200, agents=12, aht_s=180, patience_s=180, start="stationary", **DAY)
    assert got.service_level == pytest.approx(same.service_level, abs=1e-12)


def test_results_cannot_be_written_to_and_compare_by_content() -> None:
    known = {"rate_per_h": [200, 150], "agents": 12, "aht_s": 180, "patience_s": 180, **DAY}
    one, other = transient(**known), transient(**known)
    assert one == other
    with pytest.raises(ValueError, match="read-only"):
        one.service_level[0] = 1
    assert (one.definition, one.staff_drop) == ("offered", "return")


def day_of(load: float, aht_s: float, *, minutes: int) -> tuple[np.ndarray, np.ndarray]:
    """Two days of a load that swings by 60%, on a fine grid: contacts per hour and the modified offered load of each piece."""
    t = np.arange(2 * 1440 // minutes) * minutes / 60
    w = 2 * np.pi / 24
    a = load * (1 + 0.6 * (np.cos(w * t) - np.cos(w * (t + minutes / 60))) / (w * minutes / 60))
    return a * 3600 / aht_s, offered_load(rate_per_h=a * 3600 / aht_s, aht_s=aht_s, interval_s=minutes * 60, at="max")


@pytest.mark.parametrize(
    ("aht_s", "stationary"), [(180, (0.11, 0.28)), (900, (0.06, 0.41)), (1800, (0.03, 0.57)), (3600, (0.00, 0.84))]
)
def test_the_modified_offered_load_keeps_a_promise_that_stationary_planning_breaks(aht_s, stationary) -> None:
    # load 100 (1 + 0.6 sin), staffed by the quarter-hour to P(wait) 20% in balance, patience as long as handling; second day
    rate, load = day_of(100, aht_s, minutes=1)
    mean = offered_load(rate_per_h=rate, aht_s=aht_s, interval_s=60)
    n = np.arange(20, 220)
    ranges = {}
    for name, by_quarter in (
        ("stationary", (rate * aht_s / 3600).reshape(-1, 15).mean(axis=1)),
        ("mean", mean.reshape(-1, 15).mean(axis=1)),
        ("max", load.reshape(-1, 15).max(axis=1)),
    ):
        agents = n[(poisson.sf(n - 1, by_quarter[:, None]) <= 0.2).argmax(axis=1)]
        got = transient(
            rate_per_h=rate,
            agents=np.repeat(agents, 15),
            aht_s=aht_s,
            patience_s=aht_s,
            interval_s=60,
            threshold_s=0,
            start="stationary",
        )
        day = got.prob_wait[1440:]
        ranges[name] = (day.min(), day.max(), agents[96:].sum() / 4)
    assert ranges["stationary"][:2] == pytest.approx(stationary, abs=0.012)
    assert ranges["mean"][:2] == pytest.approx((0.13, 0.26), abs=0.012)
    assert ranges["max"][:2] == pytest.approx((0.09, 0.20), abs=0.006)
    assert ranges["max"][1] <= 0.2
    assert ranges["stationary"][2] == pytest.approx(2620, abs=2)
    assert ranges["mean"][2] == pytest.approx(2620, abs=2)
    assert ranges["max"][2] == pytest.approx(2650, abs=3)


GOOD = {"rate_per_h": [200, 100, 50], "agents": [12, 6, 4], "aht_s": 180.0, "patience_s": 90.0, **DAY}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate_per_h": [1, 2]}, "shapes do not fit together: rate_per_h (2,), agents (3,), aht_s ()"),
        ({"rate_per_h": [], "agents": 1}, "must be one number or one row of intervals, got shape (0,)"),
        ({"rate_per_h": np.ones((2, 3))}, "must be one number or one row of intervals, got shape (2, 3)"),
        ({"rate_per_h": [1, -2, 3]}, "rate_per_h must be a finite number of contacts, zero or more, got -2 at index [1]"),
        ({"rate_per_h": [1, np.nan, 3]}, "rate_per_h must be a finite number of contacts, zero or more, got nan at index [1]"),
        ({"agents": [1, 2, -1]}, "agents must be a finite number of agents, zero or more, got -1 at index [2]"),
        ({"agents": [1, 2.5, 1], "staff_drop": "finish"}, "agents must be whole where agents finish the contact in hand, got 2.5"),
        ({"aht_s": 0}, "aht_s must be a finite number of seconds above zero, got 0"),
        ({"interval_s": 0}, "interval_s must be a finite number of seconds above zero, got 0"),
        ({"interval_s": [900, 900]}, "interval_s must be one number, got shape (2,)"),
        ({"threshold_s": -1}, "threshold_s must be a finite number of seconds, zero or more, got -1"),
        ({"threshold_s": np.nan}, "threshold_s must be a finite number of seconds, zero or more, got nan"),
        ({"patience_s": 0}, "patience_s must be between 1e-06 and 1e+12 seconds"),
        ({"patience_s": 1e-3}, "patience_s must be at least 0.01 seconds here, got 0.001"),
        ({"definition": "best"}, "unknown definition of service level 'best'"),
        ({"method": "guess"}, "unknown method 'guess'; it is one of auto, uniformization, tridiagonal"),
        ({"staff_drop": "vanish"}, "unknown staff_drop 'vanish'; it is one of return, finish"),
        ({"start": "full"}, "unknown start 'full'; it is empty, stationary, or an array of probabilities"),
        ({"start": [0.5, 0.4]}, "start must sum to 1, got 0.9"),
        ({"start": [1.5, -0.5]}, "start must be a finite number of probability, zero or more, got -0.5 at index [1]"),
        ({"start": [[1.0]]}, "start must be a row by number in system, got shape (1, 1)"),
        ({"start": []}, "start must be a row by number in system, got shape (0,)"),
        ({"start": [], "staff_drop": "finish"}, "start must be a row, or a table of [busy, waiting], got shape (0,)"),
        ({"start": ["many"]}, "start must be empty, stationary, or an array of probabilities, got ['many']"),
        ({"start": "stationary", "patience_s": None, "agents": 9}, "10 erlang on 9 agents in the first interval and nobody gives up"),
        ({"start": "stationary", "patience_s": 1e12, "agents": 9}, "the queue in balance would hold up to 5.56e+09 contacts"),
        ({"start": "stationary", "patience_s": None, "agents": 10.000001}, "the queue in balance would hold up to 5e+08 contacts"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(change, message) -> None:
    with pytest.raises(ValueError) as raised:
        transient(**{**GOOD, **change})
    assert message in str(raised.value)


@pytest.mark.parametrize("agents", [0.3, 0.8556, 1.7112, 4.278, 5.5, 14.5])
@pytest.mark.parametrize("definition", list(Formula))
def test_parts_of_an_agent_serve_between_the_whole_numbers_by_every_formula(agents: float, definition: Formula) -> None:
    def day(s: float):
        return transient(
            rate_per_h=[12.5 * agents] * 6, agents=[s] * 6, aht_s=280, interval_s=900, threshold_s=30, patience_s=200,
            start="stationary", definition=definition,
        )  # fmt: skip

    low, here, high = day(np.floor(agents)), day(agents), day(np.ceil(agents))
    if agents > 1:
        assert (low.service_level <= here.service_level + 1e-9).all()
    assert (here.service_level <= high.service_level + 1e-9).all()
    assert (high.abandonment <= here.abandonment).all()
    assert (here.abandonment <= low.abandonment).all()
    assert (here.answered_within + here.abandoned <= here.offered + 1e-9).all()


def test_abandonment_can_be_left_out_where_it_takes_another_pass() -> None:
    known = {"rate_per_h": [100.0] * 3, "aht_s": 240, "interval_s": 900, "threshold_s": 20, "patience_s": 120}
    parts = transient(agents=[7.5, 8, 7], abandonment=False, **known)
    assert np.isnan(parts.abandonment).all()
    assert np.isnan(parts.total.abandoned)
    answered = {x: transient(agents=[7.5, 8, 7], abandonment=x, definition="answered", **known) for x in (True, False)}
    assert (answered[True].service_level == answered[False].service_level).all()
    whole = transient(agents=[7, 8, 7], abandonment=False, **known)
    assert np.isfinite(whole.abandonment).all()
