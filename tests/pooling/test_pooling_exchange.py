"""Heads taken off and people exchanged: what is left is counted right, headcounts are kept, and nothing needed goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest

from planner.domain.account import Account
from planner.domain.people import Block, BlockKind
from planner.domain.plan import Plan
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SimulatedSla
from planner.domain.solve import NeverStop
from planner.domain.targets import Window
from planner.economics import bill
from planner.pooling.exchange import exchange, exchanges, moved
from planner.pooling.trim import Rows, room_of, spared, trim, without
from planner.shifts.blocks import work_of_tours


def heads_by_date(shifts: ShiftPlan) -> int:
    return sum(shift.heads for shift in shifts.shifts)


def renamed(shifts: ShiftPlan, pattern: str) -> ShiftPlan:
    return replace(
        shifts,
        shifts=tuple(replace(s, pattern=pattern) for s in shifts.shifts),
        tours=tuple(replace(t, pattern=pattern) for t in shifts.tours),
    )


def row_of(shifts: ShiftPlan, plan: Plan, level: float) -> SimulatedSla:
    return SimulatedSla(
        clause="all_languages",
        scope="",
        window=Window.DAY,
        window_start_utc=plan.shifts.grid.start_utc,
        window_date=plan.account.horizon.start,
        level=level,
        low=level,
        high=level,
        target=0.8,
        met=level >= 0.8,
        probability=None,
        computed=None,
    )


def by_heads(plan: Plan, needed: float) -> Rows:
    """A floor whose level is how many heads there are by how many are needed; bilingual ones count for one and a half."""

    def rows(shifts: ShiftPlan, replications: int) -> tuple[SimulatedSla, ...]:
        worth = sum(t.agents * (1.5 if "_" in t.group else 1.0) for t in shifts.tours)
        return (row_of(shifts, plan, 0.8 * worth / needed),)

    return rows


def test_one_agent_less_takes_one_head_off_each_shift_worked(shared_plan: Plan) -> None:
    name, work = next((n, w) for n, w in work_of_tours(shared_plan.shifts).items() if w)
    left = without(shared_plan.shifts, name.rsplit("/", 1)[0], work)
    assert left.heads() == shared_plan.shifts.heads() - 1
    assert heads_by_date(left) == heads_by_date(shared_plan.shifts) - len(work)


def test_people_are_taken_off_while_the_floor_keeps_its_promise_and_no_longer(shared_plan: Plan) -> None:
    worth = sum(t.agents * (1.5 if "_" in t.group else 1.0) for t in shared_plan.shifts.tours)
    found = trim(shared_plan.shifts, shared_plan.account, by_heads(shared_plan, worth - 3.0), seconds=60, stop=NeverStop())
    left = sum(t.agents * (1.5 if "_" in t.group else 1.0) for t in found.shifts.tours)
    assert worth - 3.0 <= left < worth - 1.4
    assert len(found.taken) == shared_plan.shifts.heads() - found.shifts.heads()
    tight = trim(shared_plan.shifts, shared_plan.account, by_heads(shared_plan, worth), seconds=60, stop=NeverStop())
    assert tight.shifts == shared_plan.shifts


def test_least_headcounts_are_kept(shared_plan: Plan, four_languages: Account) -> None:
    held = {group.id: sum(t.agents for t in shared_plan.shifts.tours if t.group == group.id) for group in four_languages.groups}
    group = next(id for id, n in held.items() if n)
    assert spared(held, group, four_languages)
    bound = replace(
        four_languages,
        groups=tuple(replace(g, min_heads=held[group]) if g.id == group else g for g in four_languages.groups),
    )
    assert not spared(held, group, bound)


def test_only_people_who_can_do_more_take_anothers_place(shared_plan: Plan, four_languages: Account) -> None:
    spoken = {group.id: set(group.languages) for group in four_languages.groups}
    found = list(exchanges(shared_plan.shifts, four_languages))
    assert found
    for plan, step in found:
        assert spoken[step.source] < spoken[step.to]
        assert plan.heads() == shared_plan.shifts.heads()
        assert heads_by_date(plan) == heads_by_date(shared_plan.shifts)
        assert len({shift.id for shift in plan.shifts}) == len(plan.shifts)


def test_work_moved_to_another_group_keeps_its_hours(shared_plan: Plan) -> None:
    name, work = next((n, w) for n, w in work_of_tours(shared_plan.shifts).items() if w and "_" not in w[0].group)
    to = next(g.id for g in shared_plan.account.groups if g.id.startswith(f"{work[0].group}_"))
    found = moved(shared_plan.shifts, name.rsplit("/", 1)[0], work, to)

    def held(shifts: ShiftPlan, group: str) -> Counter[tuple[datetime, datetime]]:
        return Counter(hours for s in shifts.shifts if s.group == group for hours in [(s.start_utc, s.end_utc)] * s.heads)

    hours = Counter((s.start_utc, s.end_utc) for s in work)
    assert held(found, to) - held(shared_plan.shifts, to) == hours
    assert held(shared_plan.shifts, work[0].group) - held(found, work[0].group) == hours


def test_exchanges_pay_or_are_undone(shared_plan: Plan) -> None:
    account = shared_plan.account
    before = float(sum(line.amount for line in bill(shared_plan.shifts, account).cost))
    worth = sum(t.agents * (1.5 if "_" in t.group else 1.0) for t in shared_plan.shifts.tours)
    found = exchange(shared_plan.shifts, account, by_heads(shared_plan, worth), seconds=20, stop=NeverStop())
    after = float(sum(line.amount for line in bill(found.shifts, account).cost))
    assert after <= before
    assert bool(found.steps) == (after < before - 1e-6)
    dear = replace(
        account, groups=tuple(replace(g, wage_factor=g.wage_factor * 9) if "_" in g.id else g for g in account.groups)
    )
    none = exchange(shared_plan.shifts, dear, by_heads(shared_plan, worth), seconds=20, stop=NeverStop())
    cost = float(sum(line.amount for line in bill(none.shifts, dear).cost))
    assert cost <= float(sum(line.amount for line in bill(shared_plan.shifts, dear).cost)) + 1e-6


def test_an_exchange_may_not_make_a_missed_promise_worse(shared_plan: Plan) -> None:
    worth = sum(t.agents * (1.5 if "_" in t.group else 1.0) for t in shared_plan.shifts.tours)
    rows = by_heads(shared_plan, worth + 5.0)
    found = trim(shared_plan.shifts, shared_plan.account, rows, seconds=30, stop=NeverStop())
    assert found.shifts == shared_plan.shifts
    assert rows(found.shifts, 1)[0].level == pytest.approx(0.8 * worth / (worth + 5.0))


def test_nobody_takes_a_shift_their_group_does_not_work(shared_plan: Plan, four_languages: Account) -> None:
    # as split shifts are named: with the end of the first part and the start of the second
    split = renamed(shared_plan.shifts, "day-0900-1000-1200")
    assert len(list(exchanges(split, four_languages))) == len(list(exchanges(shared_plan.shifts, four_languages)))
    assert list(exchanges(renamed(shared_plan.shifts, "late-0900-1000-1200"), four_languages)) == []


def test_people_with_planned_blocks_or_another_band_of_starts_are_not_exchanged(
    shared_plan: Plan, four_languages: Account
) -> None:
    assert list(exchanges(shared_plan.shifts, four_languages))
    block = Block(kind=BlockKind.TRAINING, minutes=30)
    for change in ({"blocks": (block,)}, {"start_band_min": 60}):
        alone = tuple(g if "_" in g.id else replace(g, **change) for g in four_languages.groups)  # type: ignore[arg-type]
        ring = tuple(g for _, g in exchanges(shared_plan.shifts, replace(four_languages, groups=alone)))
        assert ring == ()


def test_people_whose_promises_have_most_to_spare_are_tried_first(shared_plan: Plan) -> None:
    account = shared_plan.account
    row = row_of(shared_plan.shifts, shared_plan, 0.83)
    tight = replace(row, scope="de_calls", level=0.801)
    roomy = replace(row, scope="nl_calls", level=0.99, clause="dutch")
    room = room_of((tight, roomy), {}, account)
    assert room["nl"] == 1.0
    assert room["de"] == pytest.approx(0.02)  # of five points a fiftieth
    assert room["nl_de"] == room["de_fr"] == room["de"]
    assert room["fr"] == 1.0
