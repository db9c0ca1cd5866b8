"""Split shifts: two parts with an unpaid gap, for which people leave their seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations_with_replacement, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shifts.shift_checks import assert_honest, price_again
from shifts.test_shifts_optimum import levels

from planner.domain.account import Account, Settings
from planner.domain.people import Premium, PremiumKind
from planner.domain.requirement import Requirement
from planner.domain.shifts import PlacedBreak, Shift, ShiftPlan, ShiftRule, Split, Tour
from planner.io.plan_people import parse_breaks
from planner.report.tables import breaks_json
from planner.rules import Severity, unlawful_shifts
from planner.shifts import design_shifts
from planner.shifts.assemble import assemble
from planner.shifts.patterns import patterns

EVENING = Premium(kind=PremiumKind.NIGHT, share=Decimal("0.5"), from_min=720, to_min=900)


def split_rule(
    make: Any, *, breaks: Any = (), first: tuple[int, ...] = (180,), gap: tuple[int, ...] = (180,), **more: Any
) -> ShiftRule:
    rule = make.rule("split", length_min=more.pop("length_min", 360), first=480, last=480, **more, breaks=breaks)
    return replace(rule, split=Split(first_min=first, gap_min=gap))


def by_trying(requirement: Requirement, account: Account, rules: tuple[ShiftRule, ...], seats: int, most: int) -> float:
    """Return the least objective with at most `most` people of one group on one day: every set of shifts, hour by hour."""
    ways: list[tuple[np.ndarray, np.ndarray, Shift]] = []
    midnight = requirement.grid.start_utc
    for rule in rules:
        for pattern in patterns(rule):
            begin = pattern.start_min // 60
            hours = np.zeros(24)
            hours[begin : begin + (rule.length_min + pattern.gap_min) // 60] = 1
            gap: tuple[PlacedBreak, ...] = ()
            if pattern.gap_min:
                leave = begin + pattern.first_min // 60
                hours[leave : leave + pattern.gap_min // 60] = 0
                a, b = (midnight + timedelta(minutes=60 * leave + more) for more in (0, pattern.gap_min))
                gap = (PlacedBreak(start_utc=a, end_utc=b, paid=False, off_site=True),)
            for at in range(24) if rule.breaks else (None,):
                breaks, present = gap, hours.copy()
                if at is not None:
                    (pause,) = rule.breaks
                    worked = int(hours[begin:at].sum()) * 60
                    if not hours[at] or not pause.earliest_min <= worked <= pause.latest_min:
                        continue
                    present[at] = 0
                    start = midnight + timedelta(hours=at)
                    breaks = (*gap, PlacedBreak(start_utc=start, end_utc=start + timedelta(hours=1), paid=pause.paid))
                shift = Shift(
                    id="x", site="here", group="team", pattern=pattern.id, date=midnight.date(), breaks=tuple(sorted(breaks)),
                    start_utc=midnight + timedelta(hours=begin), heads=1,
                    end_utc=midnight + timedelta(minutes=pattern.start_min + rule.length_min + pattern.gap_min),
                )  # fmt: skip
                ways.append((hours, present, shift))
    need = np.nan_to_num(requirement.agents[0])
    best = 50.0 * float(need.sum())
    pay = [
        price_again(ShiftPlan(grid=requirement.grid, shifts=(s,), tours=(Tour(group="team", pattern="p", agents=1),)),
                    replace_need(requirement), account)
        for _, _, s in ways
    ]  # fmt: skip
    for people in range(1, most + 1):
        for chosen in combinations_with_replacement(range(len(ways)), people):
            if sum(ways[n][0] for n in chosen).max() > seats:  # type: ignore[union-attr]
                continue
            short = np.maximum(need - sum(ways[n][1] for n in chosen), 0.0).sum()
            best = min(best, sum(pay[n] for n in chosen) + 50.0 * float(short))
    return best


def replace_need(requirement: Requirement) -> Requirement:
    return replace(requirement, agents=np.zeros_like(requirement.agents))


@settings(max_examples=12, deadline=None)
@given(need=st.tuples(*[st.integers(0, 9)] * 12), seats=st.integers(1, 3), rest=st.booleans())
def test_days_with_split_shifts_are_planned_at_the_optimum(make: Any, need: tuple[int, ...], seats: int, rest: bool) -> None:
    assume(any(need))
    breaks = ((60, False, 60, 240),) if rest else ()
    rules = (
        split_rule(make, first=(180, 240), gap=(120, 240), breaks=breaks),
        make.rule("four", length_min=240, first=660, last=660),
    )
    account = make.account(
        rules=rules,
        sites=(make.site(seats=seats, premiums=(EVENING,)),),
        groups=(make.group(rules=("split", "four"), max_heads=3),),
    )
    requirement = make.requirement(account, levels(24, need))
    plan, infos = design_shifts(requirement, account)
    assert_honest(infos, plan, requirement, account)
    assert infos[0].objective == pytest.approx(by_trying(requirement, account, rules, seats, 3), abs=0.05)


def test_everybody_leaves_between_the_parts_unpaid_and_another_takes_the_seat(make: Any) -> None:
    rules = (split_rule(make, first=(180,), gap=(180,)), make.rule("three", length_min=180, first=660, last=660))
    account = make.account(rules=rules, sites=(make.site(seats=1),))
    need = np.zeros(24)
    need[8:17] = 1.0
    plan, infos = design_shifts(make.requirement(account, need), account)
    found = {shift.pattern: shift for shift in plan.shifts}
    assert set(found) == {"split-0800-1100-1400", "three-1100"}
    gap = found["split-0800-1100-1400"].breaks[0]
    assert (gap.start_utc.hour, gap.end_utc.hour, gap.paid, gap.off_site) == (11, 14, False, True)
    assert found["split-0800-1100-1400"].paid_h_per_head == 6
    assert infos[0].objective == pytest.approx(90)


def test_a_break_lies_in_one_part_whole(make: Any) -> None:
    rule = split_rule(make, breaks=((60, True, 60, 300),), first=(150,), gap=(90,))
    account = make.account(rules=(rule,), interval_min=30)
    problem = assemble(make.requirement(account, np.ones(48)), account)
    pool = next(p for p in problem.pools if not p.off_site)
    at = [datetime.fromtimestamp(int(problem.choice_start_s[c]), UTC).strftime("%H:%M") for c in pool.choices]
    assert at == ["09:00", "09:30", "12:00", "12:30", "13:00", "13:30", "14:00", "14:30"], "none from 9:31 to 11:59"


@pytest.mark.parametrize(
    ("zone", "day", "start", "away_h", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 0, 1, 7),
        ("Europe/Berlin", date(2026, 10, 25), 0, 3, 9),
        ("Australia/Sydney", date(2026, 10, 4), 0, 1, 7),
        ("Australia/Sydney", date(2026, 4, 5), 0, 3, 9),
        ("America/New_York", date(2026, 11, 1), 0, 3, 9),
    ],
)
def test_a_gap_over_a_clock_change_keeps_its_hours_on_the_wall_clock(
    make: Any, zone: str, day: date, start: int, away_h: int, hours: int
) -> None:
    rule = replace(
        split_rule(make, first=(90,), gap=(120,), breaks=((15, True, 30, 60), (15, True, 200, 300))),
        first_start_min=start,
        last_start_min=start,
    )
    account = make.account(
        zone=zone, start=day, interval_min=15, rules=(rule,), groups=(make.group(rules=("split",), days_per_week=7),)
    )
    plan, _ = design_shifts(make.requirement(account, np.ones(account.grid.size)), account)
    for shift in (s for s in plan.shifts if s.date == day):
        (gap,) = (b for b in shift.breaks if b.off_site)
        assert gap.end_utc - gap.start_utc == timedelta(hours=away_h)
        assert shift.end_utc - shift.start_utc == timedelta(hours=hours)
        assert shift.paid_h_per_head == pytest.approx(6)
        assert all(a.end_utc <= b.start_utc for a, b in pairwise(shift.breaks))
        assert len(shift.breaks) == 3
    assert plan.shifts


def test_more_ways_to_split_never_cost_more(make: Any) -> None:
    need = levels(24, (0, 0, 0, 0, 6, 4, 1, 1, 5, 7, 2, 0))
    costs = []
    for first, gap in (((180,), (120,)), ((180, 240), (120,)), ((180, 240), (120, 180, 240))):
        account = make.account(
            rules=(split_rule(make, first=first, gap=gap),), settings=Settings(gap=0.0, shortfall_price_per_h=50)
        )
        costs.append(design_shifts(make.requirement(account, need), account)[1][0].objective)
    assert costs == sorted(costs, reverse=True)


def test_a_spread_over_too_long_by_law_is_said_before_anything_is_planned(make: Any) -> None:
    sites = (replace(make.site(zone="Asia/Kuala_Lumpur"), country="MY"),)
    wide, narrow = (make.account(rules=(split_rule(make, gap=gap),), sites=sites) for gap in ((60, 300), (60, 180)))
    said = [u for u in unlawful_shifts(wide) if u.rule == "spread_over_h"]
    assert [u.severity for u in said] == [Severity.BREACH]
    assert not [u for u in unlawful_shifts(narrow) if u.rule == "spread_over_h"]


@pytest.mark.parametrize(
    ("first", "gap", "breaks", "said"),
    [
        ((), (120,), (), "first part of a split shift needs lengths"),
        ((180,), (30,), (), "gap of a split shift needs lengths of an hour or more"),
        ((330,), (120,), (), "second part of split shift split must last an hour"),
        ((180,), (660,), (), "takes 17 hours from start to end"),
        ((180,), (120,), ((60, False, 150, 170),), "break 1 of split shift split fits into neither part"),
    ],
)
def test_splits_that_cannot_be_worked_are_refused(make: Any, first: Any, gap: Any, breaks: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        split_rule(make, first=first, gap=gap, breaks=breaks)


def test_the_gap_is_written_and_read_back_as_it_was(make: Any) -> None:
    account = make.account(rules=(split_rule(make, breaks=((15, True, 60, 90),)),))
    plan, _ = design_shifts(make.requirement(account, np.ones(24)), account)
    for shift in plan.shifts:
        assert parse_breaks(breaks_json(shift.breaks)) == shift.breaks
    with pytest.raises(ValueError, match="off site"):
        parse_breaks('[["2026-03-02T08:00:00Z","2026-03-02T09:00:00Z",false,"away"]]')
