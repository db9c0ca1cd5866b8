"""Starts within a band: the best plan there is, never dearer for a wider band, and lawful for every person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shifts.shift_checks import assert_honest, assert_lawful
from shifts.shift_trying import best_by_trying

from planner.domain.account import Account, Settings
from planner.domain.people import Block, BlockKind
from planner.domain.requirement import Requirement
from planner.domain.shifts import Shift, ShiftPlan
from planner.domain.solve import Status
from planner.roster.tours import assign_tours
from planner.rules import Severity, check
from planner.rules.start_check import band_findings
from planner.shifts import design_shifts
from planner.shifts.assemble import assemble
from planner.shifts.bands import bands, day_starts
from planner.shifts.blocks import work_of_tours
from planner.shifts.patterns import patterns
from planner.shifts.tour_model import tour_model
from planner.solver import SolveOptions, relaxed, solve


def desk(make: Any, *, band: int, days: int = 2, rules: tuple[Any, ...] | None = None, **more: Any) -> Account:
    rules = rules or (make.rule("four", length_min=240, first=480, last=720, step=60),)
    group = {"days_per_week": 7, "start_band_min": band, **more.pop("group", {})}
    return make.account(
        days=days,
        rules=rules,
        sites=more.pop("sites", None) or (make.site(seats=more.pop("seats", 4)),),
        groups=(make.group(rules=tuple(r.id for r in rules), **group),),
        settings=Settings(gap=more.pop("gap", 0.0), time_limit_s=60, shortfall_price_per_h=more.pop("price", 30)),
        **more,
    )


def with_band(account: Account, band: int) -> Account:
    return replace(account, groups=tuple(replace(g, start_band_min=band) for g in account.groups))


def humps(days: int, starts: tuple[int, ...], length: int = 4, heads: float = 1.0) -> np.ndarray:
    need = np.zeros((days, 24))
    for day, start in enumerate(starts):
        need[day, start : start + length] = heads
    return need.ravel()


def assert_kept(plan: ShiftPlan, account: Account) -> None:
    """Shifts, tours and people are lawful, and everybody's starts lie within the band."""
    assert_lawful(plan, account)
    assert not list(band_findings(plan, account))
    roster = assign_tours(plan, account)
    assert not [f for f in check(roster, plan, account) if f.severity is Severity.BREACH]
    rows = {shift.id: shift for shift in plan.shifts}
    for agent in roster.agents:
        own = [rows[a.shift] for a in roster.assignments if a.agent == agent.id]
        starts = [start_of(shift) for shift in own]
        assert max(starts, default=0) - min(starts, default=0) <= account.group(agent.group).start_band_min
        assert {shift.held for shift in own} <= {agent.pattern}


def start_of(shift: Shift) -> int:
    clock = shift.pattern.rpartition("-")[2]
    return 60 * int(clock[:2]) + int(clock[2:])


def bound_of(requirement: Requirement, account: Account) -> float:
    """The optimum of the linear program."""
    found = solve(relaxed(tour_model(assemble(requirement, account)).model), SolveOptions()).info
    assert found.status is Status.OPTIMAL
    assert found.objective is not None
    return found.objective


@settings(max_examples=25, deadline=None)
@given(
    starts=st.tuples(*[st.integers(8, 13)] * 2),
    heads=st.sampled_from([0.5, 1.0, 1.25]),
    band=st.sampled_from([60, 120, 180]),
    price=st.sampled_from([12, 30]),
    seats=st.integers(1, 3),
    most=st.sampled_from([None, 2]),
    pause=st.booleans(),
)
def test_days_with_starts_that_vary_are_planned_at_the_optimum(
    make: Any,
    starts: tuple[int, ...],
    heads: float,
    band: int,
    price: int,
    seats: int,
    most: int | None,
    pause: bool,
) -> None:
    breaks = ((60, False, 60, 120),) if pause else ()
    rules = (make.rule("four", length_min=240, first=480, last=660, step=60, breaks=breaks),)
    account = desk(make, band=band, rules=rules, seats=seats, price=price, group={"max_heads": most})
    requirement = make.requirement(account, humps(2, starts, heads=heads))
    plan, infos = design_shifts(requirement, account)
    assert_kept(plan, account)
    assert_honest(infos, plan, requirement, account)
    best = best_by_trying(requirement, account)
    assert infos[0].objective == pytest.approx(best, abs=0.05)
    assert infos[0].bound is not None
    assert infos[0].bound <= best + 0.05


@settings(max_examples=12, deadline=None)
@given(
    night=st.tuples(*[st.integers(0, 4)] * 6),
    days_per_week=st.integers(2, 7),
    band=st.sampled_from([60, 120]),
)
def test_late_shifts_of_which_only_some_reach_into_the_horizon_are_planned_at_the_optimum(
    make: Any, night: tuple[int, ...], days_per_week: int, band: int
) -> None:
    assume(any(night))
    rules = (make.rule("late", length_min=300, first=1080, last=1260, step=60),)
    account = desk(make, band=band, rules=rules, group={"days_per_week": days_per_week, "max_heads": 2})
    need = np.zeros(48)
    need[:2], need[18:22], need[22:26], need[42:44], need[44:46], need[46:] = (n / 4 for n in night)
    requirement = make.requirement(account, need)
    plan, infos = design_shifts(requirement, account)
    assert_kept(plan, account)
    assert infos[0].objective == pytest.approx(best_by_trying(requirement, account), abs=0.05)


@settings(max_examples=12, deadline=None)
@given(
    need=st.lists(st.integers(0, 8), min_size=21, max_size=21),
    zone=st.sampled_from(["UTC", "Asia/Manila", "America/New_York"]),
    seats=st.integers(1, 4),
    pause=st.booleans(),
)
def test_a_wider_band_never_raises_the_bound(make: Any, need: list[int], zone: str, seats: int, pause: bool) -> None:
    assume(any(need))
    breaks = ((60, False, 120, 240),) if pause else ()
    rules = (
        make.rule("eight", length_min=480, step=120, breaks=breaks),
        make.rule("four", length_min=240, first=360, last=1200, step=120),
    )
    account = desk(
        make,
        band=0,
        days=7,
        rules=rules,
        sites=(make.site(zone=zone, seats=seats),),
        group={"days_per_week": 5, "max_heads": 6},
    )
    requirement = make.requirement(account, np.repeat(np.array(need) / 4, 8))
    costs = [bound_of(requirement, with_band(account, band)) for band in (0, 60, 120, 240, 720)]
    assert costs[1] == costs[0]  # no two starts are so close
    for wide, narrow in zip(costs[1:], costs, strict=False):
        assert wide <= narrow + 1e-6 * (1 + narrow)


def test_starts_far_enough_apart_share_a_seat(make: Any) -> None:
    rules = (make.rule("eight", length_min=480, step=120, breaks=((60, False, 120, 240),)),)
    account = desk(make, band=0, days=7, rules=rules, seats=1, group={"days_per_week": 5, "max_heads": 9})
    need = np.array([0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 3, 3, 1, 3, 0, 2, 2, 2]) / 4
    requirement = make.requirement(account, np.repeat(need, 8))
    costs = [bound_of(requirement, with_band(account, band)) for band in (0, 240, 720)]
    assert costs[2] <= costs[1] + 1e-6
    assert costs[1] <= costs[0] + 1e-6


def test_a_person_who_may_start_later_does_the_work_of_two(make: Any) -> None:
    account = desk(make, band=120, days=3, price=1000)
    requirement = make.requirement(account, humps(3, (8, 9, 10)))
    plan, infos = design_shifts(requirement, account)
    assert plan.heads() == 1
    assert infos[0].objective == pytest.approx(3 * 4 * 10)
    assert [(t.pattern, t.agents) for t in plan.tours] == [("four-0800+120", 1)]
    assert [(s.pattern, s.tour) for s in plan.shifts] == [(f"four-{at:02d}00", "four-0800+120") for at in (8, 9, 10)]
    assert [s.id for s in plan.shifts] == [f"team.four-0800+120.2026030{n}.1" for n in (2, 3, 4)]
    alone, _ = design_shifts(requirement, with_band(account, 0))
    assert {s.tour for s in alone.shifts} == {""}
    assert alone.heads() > 1


def test_a_band_no_two_starts_fit_into_changes_nothing(make: Any) -> None:
    rules = (make.rule("eight", length_min=480, step=120, breaks=((60, False, 180, 240),)),)
    account = desk(make, band=0, days=7, rules=rules, group={"days_per_week": 5}, gap=0.3)
    requirement = make.requirement(account, np.tile(np.repeat([0.5, 2.0, 1.0], 8), 7))
    found = [assemble(requirement, with_band(account, band)) for band in (0, 119)]
    assert [k.name for k in found[0].kinds] == [k.name for k in found[1].kinds]
    models = [tour_model(p).model for p in found]
    assert all(np.array_equal(a, b) for a, b in zip(models[0].matrix(), models[1].matrix(), strict=True))
    plans = [design_shifts(requirement, with_band(account, band))[0] for band in (0, 119)]
    assert plans[0] == plans[1]


@settings(max_examples=50, deadline=None)
@given(
    starts=st.sets(st.integers(0, 23), min_size=1, max_size=9),
    band=st.sampled_from([60, 120, 300]),
    cut=st.integers(0, 23),
)
def test_whatever_starts_lie_within_the_band_belong_to_a_kind_and_no_kind_to_another(
    make: Any, starts: set[int], band: int, cut: int
) -> None:
    all_ = patterns(make.rule("one", length_min=60, step=60))
    found = [p for p in all_ if p.start_min // 60 in starts]
    kinds = bands(found, band, (60 * cut,), lambda early, late: late.start_min != 660)
    for kind in kinds:
        at = [found[n].start_min for n in kind]
        assert max(at) - min(at) <= band
        assert (min(at) >= 60 * cut) == (max(at) >= 60 * cut)
        assert 660 not in at[1:] or len(at) == 1
    for a, b in combinations(kinds, 2):
        assert not set(a) <= set(b)
        assert not set(b) <= set(a)
    for a, b in combinations(range(len(found)), 2):
        low, high = found[a].start_min, found[b].start_min
        blocked = any(low < found[n].start_min <= high and found[n].start_min == 660 for n in range(len(found)))
        fits = high - low <= band and (low >= 60 * cut) == (high >= 60 * cut) and not blocked
        assert fits == any({a, b} <= set(kind) for kind in kinds)


def test_a_band_is_cut_down_to_what_daily_rest_leaves(make: Any) -> None:
    rules = (make.rule("eight", length_min=480, first=300, last=720, step=60, breaks=((60, False, 180, 240),)),)
    site = replace(make.site(), country="DE", zone="Europe/Berlin")  # eleven hours of rest: five remain
    account = desk(
        make, band=360, days=7, rules=rules, sites=(site,), zone="Europe/Berlin", group={"days_per_week": 5}, gap=0.3
    )
    requirement = make.requirement(account, np.tile(np.repeat([0.0, 1.0, 0.0], [5, 18, 1]), 7))
    problem = assemble(requirement, account)
    assert {kind.band_min for kind in problem.kinds} == {300}
    plan, infos = design_shifts(requirement, account)
    assert_kept(plan, account)
    assert_honest(infos, plan, requirement, account)


def test_bands_end_where_days_of_the_horizon_begin_on_the_clock_of_the_site(make: Any) -> None:
    rules = (make.rule("eight", length_min=480, step=60),)
    site = make.site(zone="Asia/Manila")
    account = desk(
        make, band=180, days=7, rules=rules, sites=(site,), zone="Europe/Berlin", group={"days_per_week": 5}, gap=0.3
    )
    assert day_starts(account, site) == (420,)
    requirement = make.requirement(account, np.tile(np.repeat([0.3, 1.2, 0.6], 8), 7))
    problem = assemble(requirement, account)
    for kind in problem.kinds:
        first, last = kind.pattern.start_min, kind.pattern.start_min + kind.band_min
        assert (first < 420) == (last < 420)
        main = [
            {problem.duties[j].day for j in kind.duties if problem.duties[j].later_min == later} for later in range(0, 181, 60)
        ]
        assert len({len(dates - {min(dates)}) for dates in main if dates}) <= 2
    plan, infos = design_shifts(requirement, account)
    assert_kept(plan, account)
    assert_honest(infos, plan, requirement, account)


def test_five_weeks_over_clock_changes_have_a_bound_below_the_cost(make: Any) -> None:
    rules = (make.rule("eight", length_min=480, first=960, last=1320, step=60),)
    site = make.site(zone="America/New_York", seats=5)
    account = desk(
        make,
        band=120,
        days=35,
        rules=rules,
        sites=(site,),
        zone="Europe/Berlin",
        start=date(2026, 3, 2),
        group={"days_per_week": 5},
    )
    account = replace(account, settings=replace(account.settings, gap=0.5))
    requirement = make.requirement(account, np.tile(np.repeat([0.6, 0.0, 0.6], 8), 36)[: account.grid.size])
    plan, infos = design_shifts(requirement, account)
    assert_kept(plan, account)
    assert_honest(infos, plan, requirement, account)
    assert infos[0].bound is not None
    assert infos[0].bound > 0
    assert infos[1].note.endswith("each by itself")


def test_people_who_hand_over_may_start_within_the_band(make: Any) -> None:
    rules = (make.rule("six", length_min=360, first=480, last=900, step=30),)
    account = desk(
        make, band=60, days=3, interval_min=30, rules=rules, group={"handover_min": 30, "days_per_week": 6}, price=100
    )
    need = np.zeros((3, 48))
    need[:, 16:40] = 1.0
    requirement = make.requirement(account, need.ravel())
    plan, infos = design_shifts(requirement, account)
    assert_kept(plan, account)
    assert infos[0].bound is not None
    assert infos[0].objective is not None
    assert infos[0].bound <= infos[0].objective + 1e-6
    assert "people hand over wherever" in infos[0].note
    narrow = design_shifts(requirement, with_band(account, 0))[1][0]
    assert narrow.objective is not None
    assert infos[0].bound <= narrow.objective + 1e-6


def test_people_with_blocks_take_one_each_and_start_within_the_band(make: Any) -> None:
    rules = (make.rule("six", length_min=360, first=480, last=720, step=60),)
    training = Block(kind=BlockKind.TRAINING, minutes=60)
    account = desk(make, band=120, days=7, rules=rules, group={"blocks": (training,), "days_per_week": 5}, price=60)
    requirement = make.requirement(account, humps(7, (8, 9, 10, 9, 8, 10, 9), length=7))
    plan, _ = design_shifts(requirement, account)
    assert_blocks(plan)
    assert not list(band_findings(plan, account))
    assert any(shift.tour for shift in plan.shifts)


def assert_blocks(plan: ShiftPlan) -> None:
    for own in work_of_tours(plan).values():
        assert sum(len(shift.blocks) for shift in own) == 1
        assert len({shift.date for shift in own}) == len(own)


def test_starts_that_leave_their_tour_or_their_band_are_found(make: Any) -> None:
    account = desk(make, band=120, days=3, price=1000)
    requirement = make.requirement(account, humps(3, (8, 9, 10)))
    plan, _ = design_shifts(requirement, account)
    told = [f.sentence for f in band_findings(plan, with_band(account, 60))]
    assert told[0] == (
        "Shift team.four-0800+120.20260302.1 belongs to the tour four-0800+120, whose starts lie 120 min apart; team allows 60 "
        "(start_band_min)"
    )
    other = replace(plan.shifts[2], pattern="four-1100", start_utc=plan.shifts[2].start_utc + timedelta(hours=1))
    other = replace(other, end_utc=other.end_utc + timedelta(hours=1))
    wrong = replace(plan, shifts=(*plan.shifts[:2], other))
    assert [f.sentence for f in band_findings(wrong, account)] == [
        "Shift team.four-0800+120.20260304.1 is a four-1100, which is none of the tour four-0800+120"
    ]
    roster = assign_tours(wrong, account)
    found = [f for f in check(roster, wrong, account) if f.rule == "start_band" and f.agent]
    assert [(f.severity, f.measured, f.limit) for f in found] == [(Severity.BREACH, 180.0, 120.0)]
    assert (
        found[0].sentence
        == "team-001 starts from 08:00 to 11:00 in the week from 2026-03-02; team allows 120 min (start_band_min)"
    )


def test_one_start_is_held_without_a_band(make: Any) -> None:
    account = desk(make, band=0, days=2)
    plan, _ = design_shifts(make.requirement(account, humps(2, (8, 11))), account)
    roster = assign_tours(plan, account)
    assert not [f for f in check(roster, plan, account) if f.rule == "start_band"]
    first = roster.agents[0].id
    mixed = replace(roster, assignments=tuple(replace(a, agent=first) for a in roster.assignments))
    told = [f for f in check(mixed, plan, account) if f.rule == "start_band"]
    assert [f.severity for f in told] == [Severity.OPEN]
    assert "team allows one start, and the tour is four-" in told[0].sentence
