"""Runs that began before the stretch planned: the best schedule is that of all legal ones, listed ones are all there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from named_problems import after_work, all_schedules

from planner.roster.check_named import broken_by_person, verified
from planner.roster.columns import priced
from planner.roster.kit import kit_of
from planner.roster.problem import NamedRoster
from planner.roster.schedules import all_legal, schedule_cost, schedules_within
from planner.roster.solve import solve_named


@given(seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_best_schedule_after_work_is_the_best_of_all_schedules(seed):
    rng = np.random.default_rng(seed)
    problem = after_work(rng, people=1, days=5, before=2)
    price = rng.normal(1, 2, (7, 2))
    everything = np.array(all_schedules(problem))
    kit = kit_of(problem)
    legal = [days for days in everything if not broken_by_person(problem, 0, days)]
    assert all_legal(kit, np.zeros(len(everything), dtype=np.int64), everything).sum() == len(legal)

    def worth(days):
        at = np.flatnonzero(days >= 0)
        return schedule_cost(kit, 0, days) - price[at, days[at]].sum()

    work, value, bound = priced(kit, np.array([0]), price)
    if not legal:
        assert value[0] == np.inf
        return
    assert value[0] == bound[0] == pytest.approx(min(map(worth, legal)))
    assert not broken_by_person(problem, 0, work[0])
    rows, costs = np.empty((3000, 7), dtype=np.int64), np.empty(3000)
    count = schedules_within(kit, 0, price, value[0] + 3.0, rows, costs)
    assert count == sum(worth(days) <= value[0] + 3.0 for days in legal)


def test_runs_from_before_are_seen_to_apart_from_the_table():
    seen = [kit_of(after_work(np.random.default_rng(seed), people=6, days=5, before=2)).joined.any() for seed in range(8)]
    assert any(seen)


def test_rosters_after_work_are_legal_and_enclosed():
    for seed in range(6):
        problem = after_work(np.random.default_rng(seed), people=4, days=6, before=3)
        roster, info = solve_named(problem, rounds=4)
        if roster is not None:
            assert verified(problem, NamedRoster(work=roster.work)) == info.objective
            assert info.bound <= info.objective
