"""Hand-overs: where one person leaves and another comes, they overlap, at the least cost there is, and what lacks is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from shift_checks import assert_lawful, price_again

from planner.domain.account import Account, Settings
from planner.domain.people import Block, BlockKind
from planner.domain.queues import OpeningHours, OpenSpan
from planner.domain.requirement import Requirement
from planner.roster import staff_shifts
from planner.rules import check
from planner.rules.hand_over import lacking
from planner.shifts import design_shifts, hand_over
from planner.shifts.assemble import assemble, on_duty
from planner.shifts.design import design_from

SIX = 360


def desk(
    make: Any, *, handover_min: int = 30, starts: tuple[int, ...] = (480, 810, 840), need: float = 1.0, **more: Any
) -> tuple[Account, Requirement]:
    """One day from 08:00 to 20:00 with shifts of six hours."""
    rules = tuple(make.rule(f"six_{at}", length_min=SIX, first=at, last=at) for at in starts)
    account = make.account(
        rules=rules,
        groups=(make.group(rules=tuple(r.id for r in rules), handover_min=handover_min, **more),),
        interval_min=30,
        settings=Settings(gap=0.0, time_limit_s=30, shortfall_price_per_h=50),
    )
    hours = OpeningHours(tuple(OpenSpan(d, 480, 1200) for d in range(7)))
    account = replace(account, queues=(replace(account.queues[0], opening=hours),))
    wanted = np.full(48, np.nan)
    wanted[16:40] = need
    return account, make.requirement(account, wanted)


def by_trying(account: Account, starts: tuple[int, ...], need: float) -> float:
    """Least cost of every number of people on each shift, an hour without hand-over at the price of four agents missing."""
    k = account.groups[0].handover_min // 30
    found = []
    for heads in product(range(4), repeat=len(starts)):
        hours = np.array([[s <= t < s + SIX for t in range(480, 1200, 30)] for s in starts])
        there = hours & (np.array(heads) > 0)[:, None]
        short = np.maximum(need - np.array(heads) @ hours, 0.0).sum() / 2
        some = there.any(axis=0)
        at = np.flatnonzero(some)
        at_work = some.copy()
        for a, b in pairwise(at.tolist()):
            at_work[a:b] |= (b - a - 1) * 30 < 240
        lack = (at_work[:-k] & at_work[k:] & (some[:-k] | some[k:]) & ~(there[:, :-k] & there[:, k:]).any(axis=0)).sum() / 2
        found.append(60.0 * sum(heads) + 50 * short + 4 * 50 * lack)
    return min(found)


@pytest.mark.parametrize(
    ("starts", "need"),
    [((480, 810, 840), 1.0), ((480, 840), 1.0), ((480, 600, 840), 1.4), ((480, 720, 810, 840), 2.0), ((480, 510, 870), 0.6)],
)
def test_a_desk_hands_over_at_the_cost_of_trying_everything(make: Any, starts: tuple[int, ...], need: float) -> None:
    account, requirement = desk(make, starts=starts, need=need)
    plan, solves = design_shifts(requirement, account)
    best = by_trying(account, starts, need)
    assert solves[0].objective == pytest.approx(best)
    assert solves[0].bound == pytest.approx(best)
    lack = sum(lack.minutes for lack in lacking(plan.shifts, account, plan.grid)) / 60
    heads = sum(on_duty(s, account.grid) for s in plan.shifts)
    short = np.maximum(np.nan_to_num(requirement.agents[0]) - heads, 0).sum() / 2
    assert solves[0].objective == pytest.approx(60 * plan.heads() + 50 * short + 200 * lack)


@pytest.mark.parametrize(("starts", "need"), [((480, 810, 840), 1.0), ((480, 600, 840), 1.4), ((480, 720, 810, 840), 2.0)])
def test_moving_agents_finds_hand_overs_and_the_linear_bound_holds(
    make: Any, monkeypatch: pytest.MonkeyPatch, starts: tuple[int, ...], need: float
) -> None:
    monkeypatch.setattr(hand_over, "small_enough", lambda problem: False)
    account, requirement = desk(make, starts=starts, need=need)
    plan, solves = design_shifts(requirement, account)
    best = by_trying(account, starts, need)
    assert solves[0].objective is not None
    assert solves[0].bound is not None
    assert solves[0].bound <= best + 1e-6
    assert best - 1e-6 <= solves[0].objective <= 1.25 * best
    assert lacking(plan.shifts, account, plan.grid) == ()


def test_a_desk_of_many_kinds_with_breaks_hands_over_lawfully(make: Any) -> None:
    pause = ((30, False, 120, 270),)
    rules = (
        make.rule("eight", length_min=480, breaks=pause, step=60),
        make.rule("more", length_min=510, breaks=pause, step=60),
    )
    account = make.account(
        rules=rules,
        groups=(make.group(rules=("eight", "more"), handover_min=30, absence=0.1),),
        days=9,
        interval_min=30,
        settings=Settings(gap=0.2, time_limit_s=60, shortfall_price_per_h=50),
    )
    hours = np.arange(account.grid.size) / 2 % 24
    requirement = make.requirement(account, np.where((hours >= 8) & (hours < 18), 2.5, 0.7))
    plan, solves = design_shifts(requirement, account)
    assert_lawful(plan, account)
    lacks = sum(lack.minutes for lack in lacking(plan.shifts, account, plan.grid)) / 60
    assert solves[0].objective == pytest.approx(price_again(plan, requirement, account) + 4 * 50 * lacks)
    free = replace(account, groups=(replace(account.groups[0], handover_min=0),))
    plain, before = design_shifts(requirement, free)
    assert before[0].objective is not None
    assert solves[0].objective is not None
    assert lacking(plain.shifts, account, plain.grid), "without the key nobody sees to it"
    assert lacks == 0


def test_people_overlap_with_the_key_and_need_not_without_it(make: Any) -> None:
    account, requirement = desk(make)
    plan, solves = design_shifts(requirement, account)
    assert {s.start_utc.strftime("%H:%M") for s in plan.shifts} >= {"08:00", "13:30"}
    assert "people hand over wherever" in solves[0].note
    free, _ = desk(make, handover_min=0)
    plain, before = design_shifts(requirement, free)
    assert {s.start_utc.strftime("%H:%M") for s in plain.shifts} == {"08:00", "14:00"}
    assert before[0].objective == pytest.approx(120.0)
    assert "hand" not in before[0].note
    assert solves[0].objective is not None
    assert solves[0].objective > 120
    assert solves[0].bound == pytest.approx(solves[0].objective)


def test_what_cannot_be_handed_over_is_told_with_its_time(make: Any) -> None:
    account, requirement = desk(make, starts=(480, 840))
    plan, solves = design_shifts(requirement, account)
    assert solves[0].objective == pytest.approx(220.0)  # half an hour without hand-over, at 200 an hour
    assert (
        "hand-overs lack once, first: No hand-over of 30 min at team: nobody is on shift both at Mon 2026-03-02 13:30"
        in solves[0].note
    )
    shifts, roster, _ = staff_shifts(plan, account, requirement=requirement)
    found = [f for f in check(roster, shifts, account) if f.rule == "hand_over"]
    assert [(f.severity.value, f.measured, f.unit) for f in found] == [("breach", 30.0, "min")]


def test_a_desk_round_the_clock_hands_over_at_midnight_too(make: Any) -> None:
    """Eight hours from 22:00, 06:00 and 14:00, or half an hour earlier, a week on one desk far from UTC."""
    zone = "Asia/Kolkata"
    rules = tuple(make.rule(f"h_{at}", length_min=510, first=at, last=at) for at in (930, 1410, 450))
    tight = tuple(make.rule(f"t_{at}", length_min=480, first=at, last=at) for at in (960, 0, 480))
    account = make.account(
        rules=(*rules, *tight),
        sites=(make.site(zone=zone),),
        groups=(make.group(rules=tuple(r.id for r in (*rules, *tight)), days_per_week=7, handover_min=30),),
        zone=zone,
        days=7,
        interval_min=30,
        start=date(2026, 3, 2),
        settings=Settings(gap=0.0, time_limit_s=30, shortfall_price_per_h=50),
    )
    requirement = make.requirement(account, np.ones(account.grid.size))
    plan, solves = design_shifts(requirement, account)
    assert lacking(plan.shifts, account, plan.grid) == ()
    assert {s.pattern for s in plan.shifts if not s.lead_in} & {"h_930-1530", "h_1410-2330", "h_450-0730"}
    free = replace(account, groups=(replace(account.groups[0], handover_min=0),))
    plain, before = design_shifts(requirement, free)
    assert solves[0].objective is not None
    assert before[0].objective is not None
    assert solves[0].objective > before[0].objective
    over = lacking(plain.shifts, account, plain.grid)
    assert any("23:30" in lack.sentence(account) for lack in over)


def test_kinds_that_only_overlap_are_kept_for_groups_that_hand_over(make: Any) -> None:
    account, requirement = desk(make, starts=(480, 450), max_heads=5)
    free, _ = desk(make, starts=(480, 450), handover_min=0, max_heads=5)
    assert len(assemble(requirement, account).kinds) == 2
    assert len(assemble(requirement, free).kinds) == 1


def test_plans_with_hand_overs_are_repeatable(make: Any) -> None:
    account, requirement = desk(make)
    first, second = (design_from(requirement, account) for _ in range(2))
    assert first.shifts() == second.shifts()
    assert first.solves[0].objective == second.solves[0].objective


def test_blocks_off_the_phones_and_hand_overs_go_together(make: Any) -> None:
    rules = tuple(make.rule(f"six_{at}", length_min=SIX, first=at, last=at) for at in (480, 810, 840))
    training = Block(kind=BlockKind.TRAINING, minutes=30)
    account = make.account(
        rules=rules,
        groups=(make.group(rules=tuple(r.id for r in rules), handover_min=30, blocks=(training,), days_per_week=7),),
        interval_min=30,
        days=7,
        settings=Settings(gap=0.0, time_limit_s=30, shortfall_price_per_h=50),
    )
    hours = OpeningHours(tuple(OpenSpan(d, 480, 1200) for d in range(7)))
    account = replace(account, queues=(replace(account.queues[0], opening=hours),))
    wanted = np.where((np.arange(336) % 48 >= 16) & (np.arange(336) % 48 < 40), 1.0, np.nan)
    plan, solves = design_shifts(make.requirement(account, wanted), account)
    assert lacking(plan.shifts, account, plan.grid) == ()
    assert any(shift.blocks for shift in plan.shifts)
    assert solves[0].objective is not None
    assert solves[0].bound is not None
    assert solves[0].bound <= solves[0].objective
    assert "people hand over wherever" in solves[0].note
