"""Promises missed on the simulated floor are mended by hiring, about as cheaply as trying everybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.account import Account
from planner.domain.plan import Plan
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop
from planner.pooling.hires import Hires
from planner.pooling.late import late, places
from planner.pooling.margins import levels, margins
from planner.pooling.mend import ROUNDS, Mended, mend
from planner.pooling.pay import cost_of
from planner.pooling.search import Search
from planner.pooling.trim import SURE, without
from planner.shifts.assemble import assemble
from planner.shifts.blocks import work_of_tours


def fewer(shifts: ShiftPlan, people: int) -> ShiftPlan:
    for name, work in list(work_of_tours(shifts).items())[:people]:
        shifts = without(shifts, name.rsplit("/", 1)[0], work)
    return shifts


def mended(shifts: ShiftPlan, hires: Hires, search: Search, seconds: float = 60.0) -> Mended:
    return mend(shifts, hires, search, seconds=seconds, stop=NeverStop())


def test_what_two_people_less_make_short_is_kept_again_at_least_cost(search: Search, hires: Hires, shared_plan: Plan) -> None:
    short = fewer(shared_plan.shifts, 2)
    before = search.simulated(short, SURE)
    assert min(levels(before).values()) < 0
    found = mended(short, hires, search)
    (wanted,) = margins(before).values()
    assert min(levels(search.simulated(found.shifts, SURE)).values()) >= wanted > 0.002
    assert 1 <= found.rounds <= ROUNDS
    assert found.cuts >= found.rounds
    assert found.in_time
    paid = sum(hire.cost * heads for hire, heads in found.hired.items())
    assert cost_of(found.shifts, search.account) - cost_of(short, search.account) == pytest.approx(paid)
    # two people of the dearest kind are what was taken off at most
    dearest = max(hire.cost for hire in found.hired)
    assert paid <= cost_of(shared_plan.shifts, search.account) - cost_of(short, search.account) + dearest + 0.01


def test_a_plan_that_keeps_its_promises_is_left_alone(search: Search, hires: Hires, shared_plan: Plan) -> None:
    found = mended(shared_plan.shifts, hires, search)
    assert found.shifts is shared_plan.shifts
    assert (found.rounds, found.cuts, dict(found.hired)) == (0, 0, {})


def test_a_higher_aim_is_reached_too(search: Search, hires: Hires, shared_plan: Plan) -> None:
    ahead = levels(search.simulated(shared_plan.shifts, SURE))
    aims = {key: points + 0.03 for key, points in ahead.items()}
    found = mend(shared_plan.shifts, hires, search, seconds=60.0, stop=NeverStop(), aims=aims)
    reached = levels(search.simulated(found.shifts, SURE))
    assert found.hired
    assert all(reached[key] >= aim for key, aim in aims.items())


def test_where_nobody_may_be_hired_the_plan_stays_and_says_so_in_time(search: Search, shared_plan: Plan) -> None:
    held = {g.id: sum(t.agents for t in shared_plan.shifts.tours if t.group == g.id) for g in search.account.groups}
    short = fewer(shared_plan.shifts, 2)
    full = replace(search.account, groups=tuple(replace(g, max_heads=0) for g in search.account.groups))
    assert held
    nobody = Hires(replace(assemble(search.requirement, search.account), account=full), search.requirement)
    found = mended(short, nobody, search)
    assert found.shifts is short
    assert not found.hired


def test_time_that_runs_out_keeps_the_best_so_far(search: Search, hires: Hires, shared_plan: Plan) -> None:
    short = fewer(shared_plan.shifts, 2)
    found = mended(short, hires, search, seconds=0.0)
    assert not found.in_time
    assert found.shifts is short


def test_late_contacts_are_those_of_the_promise_and_no_more_than_one_handles(search: Search, shared_plan: Plan) -> None:
    rows, ran = search.seen(fewer(shared_plan.shifts, 3), SURE)
    worth = late(search.account, rows[0], ran)
    assert worth.shape == (4, search.account.grid.size)
    assert (worth >= 0).all()
    assert worth.max() <= search.account.grid.interval_s / 300
    inside = dict(places(rows[0], search.account))
    assert sorted(inside) == [0, 1, 2, 3]
    assert worth[:, ~np.any(list(inside.values()), axis=0)].sum() == 0
    yes, all_ = ran.counted("de_calls", rows_formula(search.account), 20)
    assert worth[0].sum() <= (all_ - yes).mean(axis=0).sum() + 1e-9


def rows_formula(account: Account):  # type: ignore[no-untyped-def]
    return account.queues[0].target.formula  # type: ignore[union-attr]
