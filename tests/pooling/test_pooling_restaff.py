"""People taken off for others by cuts of the simulated floor: cheaper at every stroke, with every promise as far ahead as it must be."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from planner.domain.account import Account
from planner.domain.plan import Plan
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop
from planner.pooling.hires import Hires
from planner.pooling.margins import floors
from planner.pooling.pay import cost_of
from planner.pooling.restaff import offs, restaff
from planner.pooling.search import Search
from planner.pooling.trim import SURE, kept, without
from planner.rules.shift_check import shift_findings


def with_two_more(shifts: ShiftPlan) -> ShiftPlan:
    for row in list(shifts.tours)[:2]:
        shifts = replace(
            shifts,
            tours=tuple(replace(t, agents=t.agents + 1) if t.group == row.group else t for t in shifts.tours),
            shifts=tuple(replace(s, heads=s.heads + 1) if s.group == row.group else s for s in shifts.shifts),
        )
    return shifts


def test_a_plan_that_costs_too_much_gets_cheaper_and_stays_as_far_ahead(
    search: Search, hires: Hires, shared_plan: Plan
) -> None:
    dear = with_two_more(shared_plan.shifts)
    least = floors(search.seen(dear, SURE)[0])
    found = restaff(dear, hires, search, seconds=60.0, stop=NeverStop())
    costs = [cost_of(plan, search.account) for plan in (dear, *found.met)]
    assert len(found.met) >= 1
    assert all(later < earlier for earlier, later in pairwise(costs))
    assert kept(search.seen(found.shifts, SURE)[0], least, 0.0)
    assert not list(shift_findings(found.shifts, search.account))
    assert found.in_time
    assert found.shifts.heads() == dear.heads() - found.off + found.on
    assert sum(t.agents for t in found.shifts.tours) == sum(s.heads for s in found.shifts.shifts)


def test_people_whom_headcounts_need_may_not_go(shared_plan: Plan, four_languages: Account) -> None:
    held = {g.id: sum(t.agents for t in shared_plan.shifts.tours if t.group == g.id) for g in four_languages.groups}
    tight = replace(four_languages, groups=tuple(replace(g, min_heads=held[g.id]) for g in four_languages.groups))
    assert offs(shared_plan.shifts, four_languages)
    assert offs(shared_plan.shifts, tight) == []


def test_people_who_work_alike_are_tried_once(shared_plan: Plan, four_languages: Account) -> None:
    twice = with_two_more(shared_plan.shifts)
    tours = [one.tour for one in offs(twice, four_languages)]
    assert len(tours) == len(set(tours)) == len(twice.tours)


def test_time_that_runs_out_leaves_the_plan(search: Search, hires: Hires, shared_plan: Plan) -> None:
    found = restaff(shared_plan.shifts, hires, search, seconds=0.0, stop=NeverStop())
    assert found.shifts is shared_plan.shifts
    assert (found.off, found.on, found.met, found.in_time) == (0, 0, (), False)


def test_one_person_less_is_as_without_them(shared_plan: Plan, four_languages: Account) -> None:
    one = offs(shared_plan.shifts, four_languages)[0]
    less = without(shared_plan.shifts, one.tour, one.work)
    assert cost_of(shared_plan.shifts, four_languages) - cost_of(less, four_languages) == pytest.approx(one.cost)
