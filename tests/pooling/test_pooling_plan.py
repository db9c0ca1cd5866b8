"""Plans of shared people: fewer heads than queues apart, promises kept on a floor that never met the optimiser, lawful all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

import planner
from planner.domain.account import Account
from planner.domain.evaluation import Basis
from planner.domain.plan import Plan
from planner.domain.targets import Window
from planner.evaluation.by_simulation import simulate
from planner.queueing import required_agents
from planner.rules.rule import lawful


def test_four_languages_of_two_erlangs_take_twelve_heads_where_dedicated_people_take_sixteen(shared_plan: Plan) -> None:
    apart = required_agents(rate_per_h=24, aht_s=300, threshold_s=20, service_level=0.8, patience_s=180)
    assert 4 * int(apart) == 16
    assert shared_plan.shifts.heads() <= 12


def test_the_promise_holds_on_customers_that_no_design_has_met(shared_plan: Plan) -> None:
    found = simulate(shared_plan, replications=400, seed=987_654)
    (row,) = [r for r in found.sla if r.clause == "all_languages" and r.window is Window.DAY]
    assert row.high is not None
    assert row.high >= 0.8
    assert row.level is not None
    assert row.level >= 0.79
    worst = min(r.level for r in found.sla if r.clause != "all_languages" and r.window is Window.DAY and r.level is not None)
    assert worst >= 0.65


def test_levels_of_shared_queues_are_the_simulated_ones_and_say_so(shared_plan: Plan) -> None:
    rows = [r for r in shared_plan.evaluation.sla if r.clause == "all_languages"]
    assert rows
    assert {r.basis for r in rows} == {Basis.SIMULATED}
    assert shared_plan.evaluation.simulation is not None
    beside = {(r.clause, r.window): r for r in shared_plan.evaluation.simulation.sla}
    assert all(r.level == beside[r.clause, r.window].level for r in rows)


def test_cost_told_is_that_of_the_shifts_and_its_bound_is_of_the_work_alone(shared_plan: Plan) -> None:
    whole, bound = shared_plan.solves[0], next(solve for solve in shared_plan.solves if solve.name == "work bound")
    assert whole.objective == pytest.approx(float(sum(line.amount for line in shared_plan.bill.cost)))
    assert whole.bound is not None
    assert whole.bound == bound.bound
    # 6.4 people would carry the work of 8 erlangs' four fifths: seven heads of the cheapest kind, and less than was found
    assert 7 * 40 <= whole.bound < whole.objective
    assert not any(solve.name == "bound" for solve in shared_plan.solves)
    assert "simulation" in whole.note
    assert "bound" in whole.note
    told = " ".join(shared_plan.summary().split())
    assert f"pay {whole.objective:,.2f} EUR; none that keeps every promise can be below {whole.bound:,.2f} EUR" in told
    assert "priced shortfall" not in told


def test_exchanged_and_trimmed_shifts_break_no_rule(shared_plan: Plan) -> None:
    assert lawful(tuple(planner.check(shared_plan.roster, shared_plan.shifts, shared_plan.account)))


def test_same_account_gives_the_same_plan(four_languages: Account, shared_plan: Plan) -> None:
    again = planner.plan(four_languages)
    assert again.shifts == shared_plan.shifts
    assert again.requirement == shared_plan.requirement


def test_people_of_one_queue_each_are_planned_as_before(four_languages: Account) -> None:
    apart = replace(four_languages, groups=tuple(g for g in four_languages.groups if len(g.languages) == 1))
    simulated = planner.plan(apart)
    as_before = planner.plan(replace(apart, settings=replace(apart.settings, skills="apart")))
    assert simulated.shifts == as_before.shifts
    assert simulated.solves[0].bound == as_before.solves[0].bound
