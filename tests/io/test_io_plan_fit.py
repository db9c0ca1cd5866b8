"""Edited plan folders: a roster that names people or shifts its tables do not have is told in full, not planned on."""

from dataclasses import replace

from replan_cases import small_account, small_plan

from planner.domain.roster import Assignment
from planner.io.plan_fit import check_roster
from planner.io.plan_tables import Problems

PLAN = small_plan(small_account(), ((8, 8), (12, None)))


def test_a_roster_that_fits_its_tables_has_no_problem() -> None:
    problems = Problems()
    check_roster(PLAN.roster, PLAN.shifts, problems)
    assert problems.all() == ()


def test_unknown_people_and_shifts_and_double_ids_are_all_told() -> None:
    strange = (Assignment(agent="ghost", shift="none"), *PLAN.roster.assignments)
    agents = (*PLAN.roster.agents, PLAN.roster.agents[0])
    problems = Problems()
    check_roster(replace(PLAN.roster, agents=agents, assignments=strange), PLAN.shifts, problems)
    said = "\n".join(f"{p.place}: {p.message}" for p in problems.all())
    assert 'agents.csv: has the same id twice: "pt-001"' in said
    assert 'roster.csv: names 1 agent that agents.csv lacks: "ghost"' in said
    assert 'roster.csv: names 1 shift that shifts.csv lacks: "none"' in said
