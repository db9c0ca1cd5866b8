"""One person more, hired for contacts that come too late: lawful wherever the plan was, in the hours that are worth most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from long_account import LONG, long_account
from plan_laws import every_head_is_somebody, every_shift_is_legal, seats_hold_everybody
from small_accounts import small_account

import planner
from planner.domain.account import Account
from planner.domain.plan import Plan
from planner.errors import DataError, InfeasibleError
from planner.pooling.hires import Hire, Hires
from planner.pooling.pay import cost_of
from planner.roster import staff_shifts
from planner.rules import check
from planner.rules.rule import lawful
from planner.shifts.assemble import assemble


def hires_of(plan: Plan) -> Hires:
    return Hires(assemble(plan.requirement, plan.account), plan.requirement)


def offered(plan: Plan, worth: np.ndarray, most: int = 3) -> list[Hire]:
    hires = hires_of(plan)
    return [hire for g in range(len(plan.account.groups)) for hire in hires.best(plan.shifts, worth, g, most)]


def quick(account: Account) -> Account:
    return replace(account, settings=replace(account.settings, simulations=0, time_limit_s=2.0))


SEEN: list[int] = []
"""Hires tried, by example."""


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 500))
def test_whoever_is_hired_leaves_the_plan_lawful_and_costs_what_the_bill_says(seed: int) -> None:
    try:
        plan = planner.plan(quick(small_account(seed)))
    except (DataError, InfeasibleError):
        return
    if not lawful(check(plan.roster, plan.shifts, plan.account)):
        return
    worth = np.random.default_rng(seed).random(plan.shifts.grid.size)
    hires, found = hires_of(plan), offered(plan, worth)
    SEEN.append(len(found))
    for hire in found:
        more = hires.hired(plan.shifts, {hire: 1})
        shifts, roster, _ = staff_shifts(more, plan.account, requirement=plan.requirement)
        assert lawful(check(roster, shifts, plan.account))
        for law in (every_shift_is_legal, seats_hold_everybody, every_head_is_somebody):
            law(replace(plan, shifts=shifts, roster=roster))
        assert cost_of(more, plan.account) - cost_of(plan.shifts, plan.account) == pytest.approx(hire.cost, abs=0.05)


def test_the_examples_had_people_to_hire() -> None:
    if not SEEN:
        pytest.skip("the examples were not run")
    assert sum(SEEN) >= 2


@pytest.fixture(scope="module")
def one_week(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = long_account(tmp_path_factory.mktemp("long") / "account")
    return planner.plan(quick(planner.load_account(folder, override=LONG)))


def test_hires_work_where_contacts_are_late(one_week: Plan) -> None:
    plan, late = one_week, np.zeros(one_week.shifts.grid.size)
    clock = plan.shifts.grid.clock(plan.account.markets[0].zone)
    open_ = plan.requirement.open[0]
    late[open_ & (clock.minute >= 16 * 60) & (clock.minute < 18 * 60)] = 1.0
    best = offered(plan, late, most=1)[0]
    days = plan.account.group(best.group).days_per_week
    assert len({shift.date for shift in best.work}) == days
    covered = np.zeros(len(late), dtype=np.bool_)
    for shift in best.work:
        covered[round(plan.shifts.grid.position(shift.start_utc)) : round(plan.shifts.grid.position(shift.end_utc))] = True
    # all but what breaks take
    assert late[covered].sum() >= 0.75 * days * 2 * 3600 / plan.shifts.grid.interval_s


def test_nobody_is_offered_where_nothing_is_late_or_the_group_is_full(one_week: Plan) -> None:
    worth = np.ones(one_week.shifts.grid.size)
    assert offered(one_week, np.zeros_like(worth)) == []
    heads = sum(tour.agents for tour in one_week.shifts.tours)
    account = one_week.account
    full = replace(account, groups=tuple(replace(g, max_heads=max(heads, g.min_heads)) for g in account.groups))
    assert offered(one_week, worth)
    assert offered(replace(one_week, account=full), worth) == []


def test_people_hired_alike_join_the_rows_there_are(one_week: Plan) -> None:
    hire = offered(one_week, np.ones(one_week.shifts.grid.size), most=1)[0]
    hires = hires_of(one_week)
    once, twice = hires.hired(one_week.shifts, {hire: 1}), hires.hired(one_week.shifts, {hire: 2})
    assert hires.hired(once, {hire: 1}) == twice
    assert len({shift.id for shift in twice.shifts}) == len(twice.shifts)
    assert sum(s.heads for s in twice.shifts) - sum(s.heads for s in one_week.shifts.shifts) == 2 * len(hire.work)
