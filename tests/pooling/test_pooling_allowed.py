"""Hires, strokes and exchanges stay within headcounts, shares, seats and planned blocks; work nobody answers is no promise kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from shared_desk import write_four_languages

import planner
from planner.domain.account import Account
from planner.domain.people import Block, BlockKind
from planner.domain.plan import Plan
from planner.domain.shifts import ShiftPlan
from planner.domain.solve import NeverStop
from planner.pooling.allowed import held_by, limits, wrongs
from planner.pooling.exchange import exchanges
from planner.pooling.hires import Hires
from planner.pooling.mend import mend
from planner.pooling.restaff import offs
from planner.pooling.search import Search
from planner.pooling.trim import kept, without
from planner.shifts.assemble import assemble
from planner.shifts.blocks import work_of_tours


def fewer(shifts: ShiftPlan, people: int) -> ShiftPlan:
    for name, work in list(work_of_tours(shifts).items())[:people]:
        shifts = without(shifts, name.rsplit("/", 1)[0], work)
    return shifts


def with_account(search: Search, account: Account) -> tuple[Search, Hires]:
    found = Search(search.requirement, search.demand, account)
    found.computed = search.computed
    return found, Hires(assemble(search.requirement, account), search.requirement)


def test_no_more_people_are_hired_than_headcounts_allow(search: Search, shared_plan: Plan) -> None:
    short = fewer(shared_plan.shifts, 4)
    held = held_by(short, search.account)
    tight = replace(search.account, groups=tuple(replace(g, max_heads=held[g.id] + 1) for g in search.account.groups))
    floor, hires = with_account(search, tight)
    found = mend(short, hires, floor, seconds=60.0, stop=NeverStop())
    assert found.hired
    assert wrongs(found.shifts, tight) == frozenset()
    assert max(found.hired.values()) == 1


def test_no_more_people_are_hired_than_there_are_seats(search: Search, shared_plan: Plan) -> None:
    short = fewer(shared_plan.shifts, 4)
    sites = tuple(replace(site, seats=short.heads() + 2) for site in search.account.sites)
    crowded = replace(search.account, sites=sites)
    floor, hires = with_account(search, crowded)
    found = mend(short, hires, floor, seconds=60.0, stop=NeverStop())
    assert found.shifts.heads() == short.heads() + 2
    assert found.lacks > 0
    assert wrongs(found.shifts, crowded) == frozenset()


def test_limits_say_what_is_left_of_headcounts_shares_and_seats(shared_plan: Plan) -> None:
    account, shifts = shared_plan.account, shared_plan.shifts
    held = held_by(shifts, account)
    own = next(g for g in account.groups if held[g.id])
    groups = tuple(replace(g, max_heads=held[g.id] + 2) if g.id == own.id else g for g in account.groups)
    site = replace(account.sites[0], seats=shifts.heads() + 3)
    found = limits(shifts, replace(account, groups=groups, sites=(site,)), [own.id], [shifts.shifts[0:1]])
    assert sorted(right for weights, right in found if weights.any()) == [2.0, 3.0]


def test_too_many_and_too_few_are_wrong(shared_plan: Plan) -> None:
    account, shifts = shared_plan.account, shared_plan.shifts
    held = held_by(shifts, account)
    own = next(g for g in account.groups if held[g.id] > 1)
    for change in ({"max_heads": held[own.id] - 1}, {"min_heads": held[own.id] + 1}):
        groups = tuple(replace(g, **change) if g.id == own.id else g for g in account.groups)  # type: ignore[arg-type]
        assert wrongs(shifts, replace(account, groups=groups)) == {(own.id, "heads", held[own.id])}
    few = replace(account.sites[0], seats=shifts.heads() - 1)
    assert wrongs(shifts, replace(account, sites=(few,)))
    assert wrongs(shifts, account) == frozenset()


def test_exchanges_are_those_the_design_knows(shared_plan: Plan, search: Search) -> None:
    account = shared_plan.account
    hires = Hires(assemble(search.requirement, account), search.requirement)
    assert len(list(exchanges(shared_plan.shifts, account, hires))) == len(list(exchanges(shared_plan.shifts, account)))
    barred = replace(hires.problem, kinds=tuple(k for k in hires.problem.kinds if "_" not in account.groups[k.group].id))
    assert list(exchanges(shared_plan.shifts, account, Hires(barred, search.requirement))) == []


def test_blocks_are_placed_anew_for_everybody_who_stays(tmp_path: Path) -> None:
    account = planner.load_account(write_four_languages(tmp_path / "four"))
    block = Block(kind=BlockKind.TRAINING, minutes=30)
    groups = tuple(replace(g, blocks=(block,)) for g in account.groups)
    settings = replace(account.settings, time_limit_s=4.0, simulations=10)
    plan = planner.plan(replace(account, groups=groups, settings=settings, horizon=replace(account.horizon, days=7)))
    hires = Hires(assemble(plan.requirement, plan.account), plan.requirement)
    for one in offs(plan.shifts, plan.account)[:3]:
        left = hires.settled(without(plan.shifts, one.tour, one.work))
        agents = sum(t.agents for t in left.tours)
        assert agents == sum(t.agents for t in plan.shifts.tours) - 1
        # one block a week each
        assert sum(s.heads * len([b for b in s.breaks if b not in s.rests]) for s in left.shifts) == agents
        assert wrongs(left, plan.account) == frozenset()


def test_a_promise_whose_contacts_nobody_answers_any_more_is_not_kept(search: Search, shared_plan: Plan) -> None:
    rows = search.simulated(shared_plan.shifts, 15)
    least = dict.fromkeys([(r.clause, r.window, r.window_date, r.window_start_utc) for r in rows], 0.0)
    gone = tuple(replace(row, level=None, low=None, high=None, met=None) for row in rows)
    assert not kept(gone, least, 0.0)
    assert kept(gone, least, 0.0, look=True)
    assert search.unanswered(rows) == {}
    assert list(search.unanswered(gone).values()) == pytest.approx([r.target for r in rows])
