"""Days off hold in any seven dates, lead-in and tail included, and people can be found who keep them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from shifts.shift_checks import assert_honest, assert_lawful

from planner.domain.account import Settings
from planner.roster import assign_tours
from planner.shifts import design_shifts


def busy(make: Any, *, days: int, days_per_week: int, seed: int) -> tuple[Any, Any]:
    """Two groups that work days and nights, a need that goes up and down at random by blocks of four hours."""
    rules = (
        make.rule("night", length_min=600, first=1200, last=1320, step=120, breaks=((60, False, 240, 300),)),
        make.rule("day", length_min=480, first=360, last=720, step=180, breaks=((60, True, 180, 300),)),
    )
    account = make.account(
        days=days,
        start=date(2026, 3, 4),
        rules=rules,
        groups=(
            make.group(rules=("night", "day"), days_per_week=days_per_week, absence=0.1),
            make.group("part", rules=("day",), days_per_week=2),
        ),
        settings=Settings(gap=0.03, time_limit_s=60, shortfall_price_per_h=40),
    )
    rng = np.random.default_rng(seed)
    return account, make.requirement(account, np.repeat(rng.uniform(0.2, 3.5, days * 6), 4))


@pytest.mark.parametrize(
    ("days", "days_per_week"), [(1, 5), (3, 5), (6, 4), (7, 5), (8, 6), (9, 3), (13, 5), (14, 5), (15, 7), (16, 1)]
)
def test_days_off_hold_in_any_seven_dates(make: Any, days: int, days_per_week: int) -> None:
    account, requirement = busy(make, days=days, days_per_week=days_per_week, seed=days)
    plan, infos = design_shifts(requirement, account)
    assert plan.shifts
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    worked: dict[str, list[date]] = defaultdict(list)
    dates = {shift.id: shift.date for shift in plan.shifts}
    roster = assign_tours(plan, account)
    groups = {agent.id: account.group(agent.group) for agent in roster.agents}
    for assignment in roster.assignments:
        worked[assignment.agent].append(dates[assignment.shift])
    assert sum(map(len, worked.values())) == sum(shift.heads for shift in plan.shifts)
    for agent, mine in worked.items():
        assert len(set(mine)) == len(mine)
        for first in mine:
            assert sum(first <= day < first + timedelta(days=7) for day in mine) <= groups[agent].days_per_week


def test_a_lead_in_night_takes_a_day_of_the_first_week_of_the_one_who_works_it(make: Any) -> None:
    account = make.account(
        days=7,
        start=date(2026, 3, 3),
        rules=(make.rule("night", length_min=480, first=1320, last=1320),),
        groups=(make.group(rules=("night",), max_heads=1, days_per_week=5),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=1000),
    )
    need = np.where(np.arange(168) % 24 < 6, 1.0, 0.0)
    plan, _ = design_shifts(make.requirement(account, need), account)
    # seven nights are wanted; the lead-in and six dates hold five, the seventh date starts a shift that ends the horizon
    dates = [shift.date for shift in plan.shifts]
    assert sum(day < date(2026, 3, 9) for day in dates) == 5
    assert sum(shift.lead_in for shift in plan.shifts) <= 1
    assert sum(day >= date(2026, 3, 3) for day in dates) == 5


def test_people_who_work_every_day_have_no_day_off(make: Any) -> None:
    account = make.account(
        days=8,
        rules=(make.rule("day", length_min=480, first=480, last=480),),
        groups=(make.group(rules=("day",), days_per_week=7),),
    )
    plan, _ = design_shifts(
        make.requirement(account, np.where((np.arange(192) % 24 >= 9) & (np.arange(192) % 24 < 13), 1.0, 0.0)), account
    )
    assert plan.heads() == 1
    assert len(plan.shifts) == 8
