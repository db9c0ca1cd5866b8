"""One person, once: the division among queues is exactly fair, live first, and never gives more than there is (C6)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.evaluation.split import divide


def once(agents: list[float], need: list[float], live: list[bool], serves: list[list[int]]) -> np.ndarray:
    links = np.array(serves, dtype=bool).reshape(len(agents), len(need))
    return divide(np.array(agents)[:, None], np.array(need)[:, None], np.array(live, dtype=bool), links)[:, :, 0]


def fair_by_linear_programs(agents: np.ndarray, need: np.ndarray, live: np.ndarray, serves: np.ndarray) -> np.ndarray:
    """The same fair amounts per queue, found the slow way: raise the smallest ratio by an LP, freeze whoever cannot rise, repeat."""
    G, Q = serves.shape
    hold, met = np.zeros(Q), np.zeros(Q, dtype=bool)

    def most(rising: list[int], cap: float | None, *, queue: int | None = None, theta: float = 0.0) -> float:
        rows, limits = [], []
        for g in range(G):
            row = np.zeros(G * Q + 1)
            row[g * Q : (g + 1) * Q] = 1
            rows.append(row)
            limits.append(agents[g])
        for q in range(Q):
            row = np.zeros(G * Q + 1)
            row[[g * Q + q for g in range(G)]] = -1
            if q in rising and queue is None:
                row[-1] = need[q]
            rows.append(row)
            limits.append(-hold[q] - (need[q] * theta if q in rising else 0.0))
        cost = np.zeros(G * Q + 1)
        cost[-1 if queue is None else [g * Q + queue for g in range(G)]] = -1
        bounds = [(0, None if serves[g, q] else 0) for g in range(G) for q in range(Q)] + [(0, cap)]
        found = linprog(cost, A_ub=np.array(rows), b_ub=limits, bounds=bounds, method="highs")
        assert found.status == 0, found.message
        return -found.fun

    for turn in range(3):
        rising = [q for q in range(Q) if need[q] > 0 and (met[q] if turn == 2 else live[q] == (turn == 0))]
        risen = 0.0
        while rising:
            cap = None if turn == 2 else 1 - risen
            theta = most(rising, cap)
            stuck = [q for q in rising if most(rising, cap, queue=q, theta=theta - 1e-10) <= hold[q] + need[q] * theta + 1e-7]
            for q in rising:
                hold[q] += need[q] * theta
            risen += theta
            if turn < 2 and risen > 1 - 1e-9:
                met[rising] = True
                break
            assert stuck
            rising = [q for q in rising if q not in stuck]
    return hold


amount = st.one_of(st.just(0.0), st.integers(1, 12).map(float), st.floats(0.01, 30))


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    G, Q = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    agents = np.array([draw(amount) for _ in range(G)])
    need = np.array([draw(amount) for _ in range(Q)])
    live = np.array([draw(st.booleans()) for _ in range(Q)])
    serves = np.array([[draw(st.booleans()) for _ in range(Q)] for _ in range(G)])
    return agents, need, live, serves


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_the_division_is_the_one_linear_programs_find(case: tuple[np.ndarray, ...]) -> None:
    agents, need, live, serves = case
    given_to = divide(agents[:, None], need[:, None], live, serves)[:, :, 0].sum(axis=0)
    assert given_to == pytest.approx(fair_by_linear_programs(agents, need, live, serves), abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(case=cases())
def test_nobody_is_counted_twice_or_works_where_they_cannot(case: tuple[np.ndarray, ...]) -> None:
    agents, need, live, serves = case
    found = divide(agents[:, None], need[:, None], live, serves)[:, :, 0]
    assert (found >= -1e-9).all()
    assert (found[~serves] == 0).all()
    assert (found[:, need == 0] == 0).all()
    assert (found.sum(axis=1) <= agents + 1e-9).all()
    for g in range(len(agents)):
        if (serves[g] & (need > 0)).any():
            assert found[g].sum() == pytest.approx(agents[g], abs=1e-8)  # nobody idles who is needed anywhere


@settings(max_examples=100, deadline=None)
@given(case=cases(), factor=st.floats(0.1, 10))
def test_twice_the_people_for_twice_the_need_is_the_same_division(case: tuple[np.ndarray, ...], factor: float) -> None:
    agents, need, live, serves = case
    one = divide(agents[:, None], need[:, None], live, serves).sum(axis=0)
    other = divide(factor * agents[:, None], factor * need[:, None], live, serves).sum(axis=0)
    assert other == pytest.approx(factor * one, rel=1e-7, abs=1e-7)


def test_one_group_alone_gives_every_queue_the_same_share_of_its_need() -> None:
    assert once([6], [8, 4], [True, True], [[1, 1]]).tolist() == [[4, 2]]
    assert once([24], [8, 4], [True, True], [[1, 1]])[0] == pytest.approx([16, 8])


def test_live_queues_are_filled_before_work_that_can_wait() -> None:
    assert once([6], [4, 4], [True, False], [[1, 1]])[0] == pytest.approx([4, 2])
    assert once([3], [4, 4], [True, False], [[1, 1]])[0] == pytest.approx([3, 0])
    assert once([12], [4, 4], [True, False], [[1, 1]])[0] == pytest.approx([6, 6])


def test_the_bilingual_go_where_the_monolingual_are_short() -> None:
    # 5 English, 2 German, 4 who speak both; 6 English and 6 German needed: 11 of 12 to both alike
    found = once([5, 2, 4], [6, 6], [True, True], [[1, 0], [0, 1], [1, 1]])
    assert found.sum(axis=0) == pytest.approx([5.5, 5.5])
    # 9 English are more than needed already: the bilingual all speak German
    found = once([9, 2, 3], [6, 6], [True, True], [[1, 0], [0, 1], [1, 1]])
    assert found[2] == pytest.approx([0, 3])
    assert found.sum(axis=0) == pytest.approx([9, 5])


def test_a_chain_of_shared_groups_levels_from_end_to_end() -> None:
    # groups 0..4 each serve queues i and i+1; all the people are at one end, all needs are alike
    serves = [[int(q in (g, g + 1)) for q in range(6)] for g in range(5)]
    found = once([9, 1, 1, 1, 1], [3] * 6, [True] * 6, serves).sum(axis=0)
    assert found == pytest.approx([4.5, 4.5, 1, 1, 1, 1])


def test_a_live_queue_keeps_its_people_when_deferred_work_reroutes_them() -> None:
    # The only one for queue 2 (deferred) is group 1, which starts on the live queue 0; group 0 can take the live queue instead
    found = once([4, 4], [4, 0, 4], [True, True, False], [[1, 1, 0], [1, 0, 1]])
    assert found.sum(axis=0) == pytest.approx([4, 0, 4])


def test_intervals_are_divided_each_by_itself() -> None:
    rng = np.random.default_rng(5)
    agents, need = rng.uniform(0, 9, (3, 20)), rng.uniform(0, 9, (4, 20))
    live, serves = np.array([True, False, True, True]), np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)
    whole = divide(agents, need, live, serves)
    for t in range(20):
        assert (whole[:, :, [t]] == divide(agents[:, [t]], need[:, [t]], live, serves)).all()


def test_nobody_and_no_queue_are_no_trouble() -> None:
    assert divide(np.zeros((0, 4)), np.ones((2, 4)), np.ones(2, dtype=bool), np.zeros((0, 2), dtype=bool)).shape == (0, 2, 4)
    assert once([5.0], [3.0], [True], [[0]]).tolist() == [[0]]


@pytest.mark.parametrize(
    ("have", "want"), [(0.3 - 1e-13, 0.3), (0.1 + 0.2, 0.1 * 3), (0.1 + 0.2, 0.3), (4 * 0.77, 3.08 - 1e-13)]
)
def test_what_rounding_leaves_over_is_nobody(have: float, want: float) -> None:
    """A sliver of an agent would show up as a busy one: full occupancy in an interval that nobody works."""
    given = once([have, 1.0], [want, 2.0, 0.9], [True, False, True], [[1, 1, 0], [0, 0, 1]])
    slivers = given[(given > 0) & (given < 1e-9)]
    assert slivers.size == 0
