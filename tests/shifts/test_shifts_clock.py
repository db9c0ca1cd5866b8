"""Shifts live on the site's clock: changes of the clock, midnights, half-hour zones, hours off the grid."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from shifts.shift_checks import assert_honest, assert_lawful

from planner.domain.account import Settings
from planner.domain.people import Premium, PremiumKind
from planner.shifts import design_shifts

CHANGES = [
    ("Europe/Lisbon", date(2026, 3, 28), 7),
    ("Europe/Lisbon", date(2026, 10, 24), 9),
    ("Australia/Sydney", date(2026, 4, 4), 9),
    ("Australia/Sydney", date(2026, 10, 3), 7),
    ("America/New_York", date(2026, 3, 7), 7),
    ("America/New_York", date(2026, 10, 31), 9),
]


def around_the_clock(make: Any, zone: str, start: date, **more: Any) -> Any:
    rules = (
        make.rule("night", length_min=480, first=1320, last=1320, breaks=((30, False, 180, 240),)),
        make.rule("day", length_min=480, first=360, last=840, step=240, breaks=((30, False, 180, 240),)),
    )
    site = make.site(zone=zone, premiums=(Premium(kind=PremiumKind.NIGHT, share=Decimal("0.25")),))
    return make.account(
        zone=zone,
        start=start,
        days=more.pop("days", 3),
        rules=rules,
        sites=(site,),
        interval_min=30,
        groups=(make.group(rules=("night", "day")),),
        settings=Settings(gap=0.02, time_limit_s=60, shortfall_price_per_h=60),
        **more,
    )


@pytest.mark.parametrize(("zone", "eve", "hours"), CHANGES)
def test_the_night_of_a_clock_change_is_an_hour_shorter_or_longer_and_paid_so(
    make: Any, zone: str, eve: date, hours: int
) -> None:
    account = around_the_clock(make, zone, eve)
    assert account.grid.size == (24 * 3 + hours - 8) * 2
    requirement = make.requirement(account, 1.0)
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    nights = {s.date: s for s in plan.shifts if s.pattern == "night-2200"}
    assert (nights[eve].end_utc - nights[eve].start_utc).total_seconds() == hours * 3600
    assert nights[eve].paid_h_per_head == hours - 0.5
    local = [when.astimezone(ZoneInfo(zone)) for when in (nights[eve].start_utc, nights[eve].end_utc)]
    assert [(when.day, when.hour, when.minute) for when in local] == [(eve.day, 22, 0), ((eve.day % 31) + 1, 6, 0)]
    others = [s for s in plan.shifts if s.date != eve]
    assert others
    assert {s.paid_h_per_head for s in others} == {7.5}


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "America/New_York"])
def test_a_whole_week_with_a_clock_change_keeps_every_law(make: Any, zone: str) -> None:
    for start in (date(2026, 3, 5), date(2026, 10, 22)):
        start = start if zone == "America/New_York" else date(start.year, start.month, start.day + 3 * (start.month == 10))
        account = around_the_clock(make, zone, start, days=7)
        requirement = make.requirement(account, 1.5)
        plan, infos = design_shifts(requirement, account)
        assert_lawful(plan, account)
        assert_honest(infos, plan, requirement, account)


def test_a_late_break_of_a_shortened_night_still_lies_inside_it(make: Any) -> None:
    rule = make.rule("night", length_min=480, first=1320, last=1320, breaks=((30, False, 180, 240), (15, True, 450, 465)))
    account = make.account(rules=(rule,), zone="Europe/Lisbon", start=date(2026, 3, 28), days=2, interval_min=15)
    plan, _ = design_shifts(make.requirement(account, 1.0), account)
    night = next(s for s in plan.shifts if s.date == date(2026, 3, 28))
    assert night.breaks[-1].end_utc <= night.end_utc


def test_a_shift_over_midnight_belongs_to_the_date_it_starts_on(make: Any) -> None:
    account = make.account(days=2, rules=(make.rule("night", length_min=480, first=1320, last=1320),))
    need = np.zeros(48)
    need[[2, 3, 26, 27, 46, 47]] = 1.0
    plan, _ = design_shifts(make.requirement(account, need), account)
    assert [(s.date, s.start_utc, s.lead_in) for s in plan.shifts] == [
        (date(2026, 3, 1), datetime(2026, 3, 1, 22, tzinfo=UTC), True),
        (date(2026, 3, 2), datetime(2026, 3, 2, 22, tzinfo=UTC), False),
        (date(2026, 3, 3), datetime(2026, 3, 3, 22, tzinfo=UTC), False),
    ]
    assert plan.shifts[-1].end_utc == datetime(2026, 3, 4, 6, tzinfo=UTC) > account.grid.end_utc
    assert [s.id for s in plan.shifts] == [f"team.night-2200.{day}.1" for day in ("20260301", "20260302", "20260303")]


@pytest.mark.parametrize("horizon", ["Asia/Kolkata", "Europe/London"])
def test_indian_half_hours_fit_a_grid_of_quarters(make: Any, horizon: str) -> None:
    account = make.account(
        zone=horizon,
        interval_min=15,
        start=date(2026, 11, 9),
        rules=(make.rule("day", length_min=480, first=540, last=660, step=60, breaks=((30, False, 180, 240),)),),
        sites=(make.site(zone="Asia/Kolkata"),),
    )
    need = np.full(96, np.nan)
    first = 36 if horizon == "Asia/Kolkata" else 14  # 09:00 at the site
    need[first : first + 40] = 1.2
    requirement = make.requirement(account, need)
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    assert {s.start_utc.minute for s in plan.shifts} == {30}
    assert {s.start_utc.astimezone(ZoneInfo("Asia/Kolkata")).hour for s in plan.shifts} <= {9, 10, 11}
    assert {s.date for s in plan.shifts} == {date(2026, 11, 9)}


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu"])
def test_hours_off_the_grid_count_for_the_part_they_fill(make: Any, zone: str) -> None:
    account = make.account(
        interval_min=60,
        rules=(make.rule("day", length_min=240, first=360, last=1080, step=120),),
        sites=(make.site(zone=zone),),
        groups=(make.group(absence=0.1, rules=("day",)),),
        settings=Settings(gap=0.02, time_limit_s=60, shortfall_price_per_h=60),
    )
    requirement = make.requirement(account, np.r_[np.full(12, 1.3), np.full(12, 0.4)])
    plan, infos = design_shifts(requirement, account)
    assert plan.shifts
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)


def test_quarter_hour_breaks_on_a_grid_of_half_hours_cost_half_an_interval(make: Any) -> None:
    rule = make.rule("eight", length_min=480, first=480, last=600, step=60, breaks=((15, True, 90, 150), (30, False, 200, 270)))
    account = make.account(
        interval_min=30,
        rules=(rule,),
        groups=(make.group(rules=("eight",), max_heads=3),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=80),
    )
    requirement = make.requirement(account, np.where((np.arange(48) >= 16) & (np.arange(48) < 36), 2.0, np.nan))
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    pauses = [b for s in plan.shifts for b in s.breaks]
    assert {(b.end_utc - b.start_utc).seconds // 60 for b in pauses if b.paid} == {15}
    assert {b.start_utc.minute % 15 for b in pauses} == {0}
    assert {s.paid_h_per_head for s in plan.shifts} == {7.5}, "a paid break is paid, an unpaid one is not"
