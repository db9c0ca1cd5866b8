"""Schedules with a home, days that must be worked, history that does not count, and costs of days off alone and of days worked."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from named_problems import all_schedules, encloses_the_optimum, personal, small

from planner.domain.solve import Status
from planner.roster.check_named import broken_by_person, cost_of
from planner.roster.columns import priced
from planner.roster.kit import kit_of
from planner.roster.problem import NamedProblem, NamedRoster
from planner.roster.schedules import all_legal, schedules_within
from planner.roster.solve import solve_named

_ = -1
E, L = 0, 1


def without_cover(problem):
    kept = {f.name: getattr(problem, f.name) for f in fields(problem)}
    return NamedProblem(**(kept | {"over_cost": np.zeros_like(problem.over_cost), "need": np.zeros_like(problem.need)}))


@given(seed=st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_best_schedule_is_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    problem = without_cover(personal(rng, people=1, days=6))
    price = rng.normal(0, 3, (6, 2))
    every = all_schedules(problem)
    legal = [days for days in every if not broken_by_person(problem, 0, days)]
    kit = kit_of(problem)
    assert all_legal(kit, np.zeros(len(every), dtype=np.int64), np.array(every)).sum() == len(legal)

    def worth(days):
        at = np.flatnonzero(days >= 0)
        return cost_of(problem, NamedRoster(work=days[None])) - problem.wish_on.sum() - price[at, days[at]].sum()

    work, value, bound = priced(kit, np.array([0]), price)
    if not legal:
        assert value[0] == np.inf
        return
    assert value[0] == pytest.approx(min(map(worth, legal)))
    assert bound[0] == value[0]
    assert worth(work[0]) == pytest.approx(value[0])
    rows, costs = np.empty((2000, 6), dtype=np.int64), np.empty(2000)
    count = schedules_within(kit, 0, price, value[0] + 2.5, rows, costs)
    within = {days.tobytes() for days in legal if worth(days) <= value[0] + 2.5}
    assert {row.tobytes() for row in rows[:count]} == within


@given(seed=st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_bound_and_objective_enclose_the_optimum(seed):
    problem = personal(np.random.default_rng(seed), people=2, days=5)
    encloses_the_optimum(problem, seed)


def test_a_day_off_alone_is_one_between_two_shifts_and_no_other():
    problem = small(lone_off_cost=[3.0])
    costs = {
        "alone": cost_of(problem, NamedRoster(work=np.array([[E, _, E, _, _, E, _]]))),
        "together": cost_of(problem, NamedRoster(work=np.array([[_, E, E, _, _, E, _]]))),
    }
    assert costs["alone"] - costs["together"] == 3.0


def test_a_gap_ends_the_search_early_and_honestly():
    problem = personal(np.random.default_rng(3), people=5, days=7)
    roster, info = solve_named(problem, gap=0.5, rounds=2)
    assert roster is None or info.status in (Status.OPTIMAL, Status.GAP_REACHED, Status.ROUNDS_DONE)
    if info.status is Status.GAP_REACHED:
        assert 0 < info.gap <= 0.5
