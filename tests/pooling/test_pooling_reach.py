"""Promises that no staffing keeps: found by a crowd, aimed at from near, and never a reason to hire for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from deferred_account import desk_account, desk_settings, desk_tables

import planner
from planner.demand import forecast_demand
from planner.domain.plan import Plan
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.domain.targets import Window
from planner.evaluation.promised_rows import binds
from planner.io import account_from
from planner.pooling.reach import NEAR, crowd, within_reach
from planner.pooling.search import Search
from planner.shifts.assemble import assemble
from planner.shifts.problem import Problem
from planner.simulation import Floor, simulate_floor
from planner.sizing import size


@pytest.fixture(scope="module")
def desk_search() -> Search:
    account = desk_account()
    demand = forecast_demand(account)
    requirement = size(demand, account)
    found = Search(requirement, demand, account)
    found.run()
    return found


@pytest.fixture(scope="module")
def simulated_plan() -> Plan:
    raw = desk_settings()
    raw["run"]["skills"] = "simulated"
    return planner.plan(account_from(raw, desk_tables()))


def problem_of(search: Search) -> Problem:
    return assemble(search.requirement, search.account)


def asked(search: Search) -> dict[WindowKey, float]:
    return {key_of(r): r.target for r in search.computed if binds(r, search.account)}


def test_promises_that_cannot_be_kept_are_aimed_at_from_near(desk_search: Search) -> None:
    promised = asked(desk_search)
    assert desk_search.reach  # messages of closed hours, and days that are over
    assert set(desk_search.reach) < set(promised)
    assert all(aim < promised[key] for key, aim in desk_search.reach.items())
    # what a crowd reaches with other customers, less two points and as many standard errors of thirty horizons
    ran = simulate_floor(crowd(desk_search.account, desk_search.demand, problem_of(desk_search)), replications=400, seed=9)
    reached = {key_of(row): row for row in desk_search._told(ran)}
    for key, aim in desk_search.reach.items():
        level, low = reached[key].level, reached[key].low
        assert level is not None
        assert low is not None
        error = (level - low) / 1.96 * (400 / 30) ** 0.5
        assert level - NEAR - 6 * error <= aim <= level + error
    lazada = {key[2] for key in desk_search.reach if key[0] == "lazada"}
    assert date(2026, 3, 29) in lazada  # a Sunday, when nobody works
    # amazon's thirty days: what is told of them stays as it is, so that only a share of the last few points is given up
    rolling = [aim for key, aim in desk_search.reach.items() if key[1] is Window.ROLLING]
    assert rolling
    assert all(aim > 0.86 for aim in rolling)


def test_a_crowd_has_people_of_every_group_on_every_hour_a_shift_may_have(desk_search: Search) -> None:
    problem = problem_of(desk_search)
    floor = crowd(desk_search.account, desk_search.demand, problem)
    on = np.zeros(problem.size)
    for start, end in zip(floor.hours.starts[0], floor.hours.ends[0], strict=True):
        if not np.isnan(start):
            on[int(start / floor.interval_s) : int(end / floor.interval_s)] = 1
    touched = np.zeros(problem.size)
    touched[problem.duty_cells.interval] = 1
    assert (on == touched).all()
    busiest = max(float((line.contacts * line.aht_s).max()) / floor.interval_s for line in floor.lines)
    assert len(floor.hours.pool) > 2 * busiest


def test_nobody_reaches_more_than_the_crowd(desk_search: Search) -> None:
    problem = problem_of(desk_search)
    ran = simulate_floor(crowd(desk_search.account, desk_search.demand, problem), replications=20, seed=9)
    floor = desk_search.rows_of(desk_search.tried[-1].shifts, replications=20, seed=9)
    most = {key_of(row): row.level for row in desk_search._told(ran)}
    for row in floor:
        if row.level is not None:
            assert row.level <= most[key_of(row)] + 1e-9


def test_an_account_whose_promises_can_be_kept_is_aimed_at_as_it_promises(search: Search) -> None:
    problem = problem_of(search)
    assert search._within_reach(problem) == {}


def test_a_crowd_that_is_too_small_is_doubled(search: Search) -> None:
    # of a crowd of so many people each misses less, up to the fourth
    asked: list[int] = []
    row = search.rows_of(ShiftPlan(grid=search.account.grid, shifts=(), tours=()), replications=15)[0]

    def told(floor: Floor, replications: int) -> tuple[SimulatedSla, ...]:
        asked.append(len(floor.hours.pool))
        level = min(0.2 * len(set(asked)), 0.79)
        return (replace(row, level=level, low=level - 0.001, high=level + 0.001, target=0.8),)

    problem = problem_of(search)
    found = within_reach(search.account, search.demand, problem, told, lambda: False)
    crowds = asked[:-1]
    assert [b / a for a, b in pairwise(crowds)] == [2.0] * (len(crowds) - 1)
    assert len(crowds) == 5  # 0.2, 0.4, 0.6, 0.79, and as much again
    assert asked[-1] == 0
    assert found.aims[key_of(row)] == 0.0  # nobody reached as much here
    assert within_reach(search.account, search.demand, problem, told, lambda: True).aims == {}


def test_a_plan_with_promises_out_of_reach_hires_no_crowd_and_says_so(simulated_plan: Plan) -> None:
    whole = simulated_plan.solves[0]
    assert "out of reach whoever works" in whole.note
    assert "hired" not in whole.note
    assert whole.bound is None
    assert whole.objective is not None
    assert whole.objective < 1_500  # with people for the last few contacts it cost 2,464 EUR
    cases = [r for r in simulated_plan.evaluation.sla if r.clause == "cases" and r.window is Window.WEEK]
    assert all(r.met for r in cases)
    rolling = [r.level for r in simulated_plan.evaluation.sla if r.window is Window.ROLLING]
    assert len(rolling) == 5
    assert all(level is not None and level > 0.86 for level in rolling)
