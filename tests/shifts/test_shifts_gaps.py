"""A least gap between breaks: which starts go together, what numbers of heads stand for, and the cheapest plan under it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations_with_replacement, pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shifts.test_shifts_optimum import assert_best, levels

from planner.domain.account import Settings
from planner.domain.shifts import BreakRule, ShiftPlan, ShiftRule
from planner.shifts import design_shifts
from planner.shifts.assemble import assemble
from planner.shifts.gaps import counted, kept_apart, one_by_one, together
from planner.shifts.patterns import Pattern, break_choices

STARTS = st.lists(st.integers(0, 12), min_size=1, max_size=5, unique=True).map(lambda s: tuple(sorted(s)))
WIDE = ((60, False, 60, 240), (60, True, 60, 300))


def with_gap(make: Any, gap: int | None, *, breaks: Any = WIDE, **more: Any) -> ShiftRule:
    rules = tuple(BreakRule(minutes=m, paid=p, earliest_min=a, latest_min=b) for m, p, a, b in breaks)
    first = more.pop("first", 480)
    return ShiftRule(
        id="six",
        length_min=more.pop("length_min", 360),
        first_start_min=first,
        last_start_min=more.pop("last", first),
        breaks=rules,
        min_gap_min=gap,
        **more,
    )


def gaps_of(plan: ShiftPlan) -> list[float]:
    """Return the minutes between every two breaks that follow each other, shift by shift."""
    return [(b.start_utc - a.end_utc).total_seconds() / 60 for s in plan.shifts for a, b in pairwise(sorted(s.breaks))]


@settings(deadline=None)
@given(starts=st.lists(STARTS, min_size=1, max_size=3), wait=st.integers(1, 5))
def test_a_start_is_kept_when_some_choice_of_all_breaks_has_it(starts: list[tuple[int, ...]], wait: int) -> None:
    waits = [wait] * (len(starts) - 1)
    found = list(together(starts, waits))
    kept = kept_apart(starts, waits)
    assert kept == tuple(tuple(sorted({choice[n] for choice in found})) for n in range(len(starts)))
    if found:
        assert one_by_one(kept, waits) in found


@settings(max_examples=200, deadline=None)
@given(early=STARTS, late=STARTS, wait=st.integers(0, 6), heads=st.integers(1, 3))
def test_numbers_can_be_dealt_to_people_exactly_when_the_rows_hold(
    early: tuple[int, ...], late: tuple[int, ...], wait: int, heads: int
) -> None:
    rows = counted(early, late, wait)
    for first in combinations_with_replacement(early, heads):
        for second in combinations_with_replacement(late, heads):
            possible = any(all(b >= a + wait for a, b in zip(first, order, strict=True)) for order in permutations(second))
            x, y = Counter(first), Counter(second)
            held = all(sum(y[s] for s in late[:n]) <= sum(x[s] for s in early[:m]) for n, m in rows)
            assert held == possible
            assert possible == all(b >= a + wait for a, b in zip(first, second, strict=True)), "dealt in order of start"


@settings(max_examples=12, deadline=None)
@given(
    need=st.tuples(*[st.integers(0, 9)] * 6),
    gap=st.sampled_from([0, 60, 120]),
    price=st.sampled_from([12, 30]),
    seats=st.integers(1, 3),
)
def test_days_with_breaks_kept_apart_are_planned_at_the_optimum(
    make: Any, need: tuple[int, ...], gap: int, price: int, seats: int
) -> None:
    assume(any(need))
    account = make.account(
        rules=(with_gap(make, gap), make.rule("four", length_min=240, first=600, last=600)),
        sites=(make.site(seats=seats),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price),
    )
    requirement = make.requirement(account, levels(24, need))
    assert_best(account, requirement)
    assert all(found >= gap for found in gaps_of(design_shifts(requirement, account)[0]))


@settings(max_examples=8, deadline=None)
@given(need=st.tuples(*[st.integers(0, 9)] * 12))
def test_a_smaller_gap_never_costs_more(make: Any, need: tuple[int, ...]) -> None:
    assume(any(need))
    costs = []
    for gap in (120, 60, 0):
        account = make.account(
            rules=(with_gap(make, gap, last=600),),
            sites=(make.site(seats=3),),
            settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=25),
        )
        costs.append(design_shifts(make.requirement(account, levels(24, need)), account)[1][0].objective)
    assert costs[0] >= costs[1] - 0.01
    assert costs[1] >= costs[2] - 0.01


def test_windows_that_lie_apart_by_the_gap_anyway_share_pools_as_ever(make: Any) -> None:
    breaks = ((15, True, 60, 105), (30, False, 200, 240))
    plain, apart = (
        assemble(make.requirement(account, np.ones(24)), account)
        for account in (
            make.account(rules=(with_gap(make, gap, breaks=breaks, length_min=480, step_min=60),)) for gap in (None, 60)
        )
    )
    assert [(p.minutes, p.choices.tolist()) for p in plain.pools] == [(p.minutes, p.choices.tolist()) for p in apart.pools]
    assert all(p.after is None for p in apart.pools)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 7),
        ("Europe/Berlin", date(2026, 10, 24), 9),
        ("America/New_York", date(2026, 3, 7), 7),
        ("Australia/Sydney", date(2026, 4, 4), 9),
        ("Australia/Sydney", date(2026, 10, 3), 7),
    ],
)
def test_breaks_stay_apart_in_a_night_that_a_clock_change_makes_longer_or_shorter(
    make: Any, zone: str, day: date, hours: int
) -> None:
    breaks = ((15, True, 60, 330), (30, False, 60, 400), (15, True, 60, 465))
    rule = with_gap(make, 100, breaks=breaks, length_min=480, first=1320)
    account = make.account(
        zone=zone, start=day, days=1, interval_min=15, rules=(rule,), groups=(make.group(rules=("six",), days_per_week=7),)
    )
    plan, _ = design_shifts(make.requirement(account, np.full(account.grid.size, 1.0)), account)
    night = [s for s in plan.shifts if s.date == day]
    assert {(s.end_utc - s.start_utc).total_seconds() / 3600 for s in night} == {hours}
    assert all(len(s.breaks) == 3 and s.breaks[-1].end_utc <= s.end_utc for s in night)
    assert min(gaps_of(plan)) >= 100


def test_a_grid_that_leaves_no_start_gives_way_to_the_gap(make: Any) -> None:
    rule = with_gap(make, 20, breaks=((15, True, 61, 80), (15, True, 90, 100)), length_min=360)
    grid = make.account(interval_min=15).grid
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    choices = break_choices(Pattern(rule, 480), start=start, end=start + timedelta(hours=6), grid=grid)
    assert [[(s - int(start.timestamp())) // 60 for s in c] for c in choices] == [[61], [96]]


@pytest.mark.parametrize(
    ("gap", "breaks", "said"),
    [
        (None, ((15, True, 60, 120), (15, True, 100, 160)), "min_gap_min"),
        (-5, ((15, True, 60, 120),), "0 or more"),
        (60, ((15, True, 60, 120), (15, True, 60, 130)), "break 2 of shift six can start at 135 min"),
        (60, ((15, True, 60, 350),), "may end at 365 min"),
        (200, ((30, True, 10, 20), (60, True, 240, 260)), "an hour less"),
    ],
)
def test_gaps_that_cannot_be_kept_are_refused(make: Any, gap: int | None, breaks: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        with_gap(make, gap, breaks=breaks, length_min=330 if said == "an hour less" else 360)
