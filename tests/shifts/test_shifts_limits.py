"""Seats, headcounts and people already at work; what cannot be had is said in words or shown as shortfall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from shifts.shift_checks import assert_honest, assert_lawful, least_shortfall, on_seat

from planner.domain.account import Settings
from planner.domain.shifts import PlacedBreak, Shift
from planner.errors import InfeasibleError
from planner.shifts import design_shifts

DAY = np.where((np.arange(24) >= 8) & (np.arange(24) < 16), 1.0, 0.0)


def office(make: Any, **more: Any) -> Any:
    return make.account(
        rules=(make.rule("eight", length_min=480, first=480, last=480),),
        groups=more.pop("groups", (make.group(rules=("eight",)),)),
        **more,
    )


@pytest.mark.parametrize("seats", [1, 2, 5])
def test_seats_are_kept_in_every_interval_breaks_included(make: Any, seats: int) -> None:
    rule = make.rule("six", length_min=360, first=360, last=960, step=120, breaks=((60, False, 120, 240),))
    account = make.account(
        days=2,
        rules=(rule,),
        sites=(make.site(seats=seats), make.site("there", seats=1, wage="12")),
        groups=(make.group(rules=("six",)), make.group("far", site="there", rules=("six",))),
        settings=Settings(gap=0.02, time_limit_s=60, shortfall_price_per_h=200),
    )
    requirement = make.requirement(account, np.tile(np.r_[np.zeros(8), np.full(8, 6.0), np.zeros(8)], 2))
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    busiest = {site.id: max(sum(s.heads for s in plan.shifts if s.site == site.id and s.start_utc <= t < s.end_utc)
                            for t in account.grid.starts()) for site in account.sites}  # fmt: skip
    assert busiest == {"here": seats, "there": 1}, "at such a price every seat is used"
    assert least_shortfall(requirement, account, on_seat(plan, account)).sum() > 0


def test_people_already_at_work_leave_fewer_seats(make: Any) -> None:
    at = datetime(2026, 3, 1, 23, tzinfo=UTC)
    running = Shift(
        id="c", site="here", group="team", pattern="x", date=at.date(), start_utc=at, end_utc=at + timedelta(hours=11), breaks=(),
        heads=2,
    )  # fmt: skip
    account = office(make, sites=(make.site(seats=3),), carry_in=(running,))
    plan, _ = design_shifts(make.requirement(account, 20 * DAY), account)
    assert sum(s.heads for s in plan.shifts) == 1
    assert_lawful(plan, account)


def test_shifts_already_running_cover_and_leave_no_lead_in(make: Any) -> None:
    night = make.rule("night", length_min=480, first=1320, last=1320)
    need = np.where(np.arange(24) < 6, 1.0, 0.0)
    without = make.account(rules=(night,))
    planned, _ = design_shifts(make.requirement(without, need), without)
    assert [(s.lead_in, s.date) for s in planned.shifts] == [(True, date(2026, 3, 1))]
    at = datetime(2026, 3, 1, 22, tzinfo=UTC)
    pause = PlacedBreak(start_utc=at + timedelta(hours=4), end_utc=at + timedelta(hours=4, minutes=30), paid=False)
    running = Shift(
        id="carried", site="here", group="team", pattern="night-2200", date=at.date(), start_utc=at,
        end_utc=at + timedelta(hours=8), breaks=(pause,), heads=1,
    )  # fmt: skip
    account = make.account(rules=(night,), carry_in=(running,))
    requirement = make.requirement(account, 2 * need)
    plan, infos = design_shifts(requirement, account)
    assert plan.shifts == (), "who works tonight is known, however many are missed"
    assert infos[0].objective == pytest.approx((6 + 0.5) * 50), "its break is missed as well, its pay is another bill's"
    assert_honest(infos, plan, requirement, account)


@pytest.mark.parametrize(("least", "most", "heads"), [(0, None, 3), (0, 1, 1), (5, 7, 5), (0, 0, 0), (4, None, 4)])
def test_headcounts_stay_between_their_bounds(make: Any, least: int, most: int | None, heads: int) -> None:
    account = office(make, groups=(make.group(rules=("eight",), min_heads=least, max_heads=most, days_per_week=7),))
    requirement = make.requirement(account, 3 * DAY)
    plan, infos = design_shifts(requirement, account)
    assert plan.heads() == heads
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    assert infos[0].objective == pytest.approx(80 * heads + 50 * 8 * max(0, 3 - heads))


def test_least_headcounts_hold_where_some_have_no_seat_that_day(make: Any) -> None:
    account = office(make, sites=(make.site(seats=1),), groups=(make.group(rules=("eight",), min_heads=2),))
    plan, _ = design_shifts(make.requirement(account, DAY), account)
    assert plan.heads() >= 2


def test_too_many_people_for_the_seats_is_not_possible_and_says_so(make: Any) -> None:
    account = office(
        make,
        days=7,
        sites=(make.site(seats=2), make.site("there", seats=1)),
        groups=(
            make.group("first", rules=("eight",), min_heads=2, days_per_week=7),
            make.group("second", rules=("eight",), min_heads=3, days_per_week=7),
            make.group("third", site="there", rules=("eight",), min_heads=1),
        ),
    )
    with pytest.raises(InfeasibleError) as caught:
        design_shifts(make.requirement(account, np.tile(DAY, 7)), account)
    (reason,) = caught.value.reasons
    for word in ("site here", "at least 5 agents", "first 2", "second 3", "2 seats", "at most 2", "add 3"):
        assert word in reason
    assert "third" not in reason


def test_every_reason_is_given_at_once(make: Any) -> None:
    account = make.account(
        languages=("en", "de"),
        rules=(make.rule("eight", length_min=480, first=480, last=480),),
        sites=(make.site(seats=1),),
        groups=(
            make.group("needed", rules=("eight",), min_heads=4, days_per_week=7),
            make.group("idle", languages=("de",), rules=("eight",), min_heads=1),
        ),
    )
    with pytest.raises(InfeasibleError) as caught:
        design_shifts(make.requirement(account, [DAY, 0 * DAY]), account)
    assert len(caught.value.reasons) == 2
    assert "group idle must have at least 1 agents" in caught.value.reasons[0]
    assert "lower min_heads" in caught.value.reasons[0]
    assert "needed 4" in caught.value.reasons[1]


def test_shortfall_is_priced_and_visible_where_nobody_can_be_hired(make: Any) -> None:
    account = office(make, groups=(make.group(rules=("eight",), max_heads=0),))
    requirement = make.requirement(account, 2.5 * DAY)
    plan, infos = design_shifts(requirement, account)
    assert (plan.shifts, plan.tours) == ((), ())
    assert infos[0].objective == pytest.approx(2.5 * 8 * 50)
    assert infos[0].bound == pytest.approx(infos[0].objective)
    assert "1,000.00 is the price of shortfall" in infos[0].note
    assert least_shortfall(requirement, account, on_seat(plan, account)).sum() == pytest.approx(20.0)


def test_a_language_nobody_speaks_is_missed_in_full_and_the_others_are_planned(make: Any) -> None:
    account = make.account(
        languages=("en", "zh"),
        rules=(make.rule("eight", length_min=480, first=480, last=480),),
        groups=(make.group(rules=("eight",)),),
    )
    requirement = make.requirement(account, [DAY, 2 * DAY])
    plan, infos = design_shifts(requirement, account)
    assert plan.heads() == 1
    assert infos[0].objective == pytest.approx(80 + 2 * 8 * 50)
    assert infos[0].bound == pytest.approx(infos[0].objective)
    assert_honest(infos, plan, requirement, account)


def test_closed_hours_need_nobody(make: Any) -> None:
    account = office(make)
    closed = np.where(DAY > 0, 1.0, np.nan)
    plan, infos = design_shifts(make.requirement(account, closed), account)
    assert plan.heads() == 1
    assert infos[0].objective == pytest.approx(80.0)


def test_wages_of_another_currency_are_counted_at_the_rate(make: Any) -> None:
    account = office(make, sites=(make.site(currency="USD"),), rates=(("USD", Decimal("0.9")),))
    plan, infos = design_shifts(make.requirement(account, DAY), account)
    assert plan.heads() == 1
    assert infos[0].objective == pytest.approx(72.0)


def test_least_headcounts_that_almost_fill_the_seats_end_with_a_plan_or_with_reasons(make):
    rule = make.rule("long", length_min=480, first=480, last=480)
    groups = (make.group("a", min_heads=4, rules=("long",)), make.group("b", min_heads=3, rules=("long",)))
    account = make.account(sites=(make.site(seats=5),), groups=groups, rules=(rule,), days=7)
    plan, infos = design_shifts(make.requirement(account, np.ones(24 * 7)), account)
    assert plan.heads() == 7
    assert infos[0].bound is not None
    assert infos[0].bound <= infos[0].objective + 1e-6
