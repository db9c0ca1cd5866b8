"""Premiums for a shift's hours beyond a day's normal ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shifts.test_shifts_optimum import assert_best, levels

from planner.domain.account import Settings
from planner.domain.people import Premium, PremiumKind
from planner.domain.shifts import Split
from planner.economics import cost_lines
from planner.shifts import design_shifts

OVERTIME = Premium(kind=PremiumKind.OVERTIME, share=Decimal("0.5"), after_min=240)
NIGHT = Premium(kind=PremiumKind.NIGHT, share=Decimal("0.25"), from_min=720, to_min=900)


@settings(max_examples=12, deadline=None)
@given(need=st.tuples(*[st.integers(0, 7)] * 6), price=st.sampled_from([14, 30]), seats=st.integers(1, 3))
def test_days_with_overtime_are_planned_at_the_optimum(make: Any, need: tuple[int, ...], price: int, seats: int) -> None:
    assume(any(need))
    rules = (
        make.rule("six", length_min=360, first=480, last=480, breaks=((60, False, 120, 240),)),
        make.rule("four", length_min=240, first=480, last=720, step=240),
    )
    account = make.account(
        rules=rules,
        sites=(make.site(seats=seats, premiums=(NIGHT, OVERTIME), oncost_share=Decimal("0.1")),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price),
    )
    assert_best(account, make.requirement(account, levels(24, need)))


def test_paid_hours_beyond_the_limit_earn_it_and_unpaid_breaks_do_not(make: Any) -> None:
    rule = make.rule("nine", length_min=540, first=480, last=480, breaks=((60, False, 180, 240), (60, True, 360, 420)))
    account = make.account(rules=(rule,), sites=(make.site(premiums=(replace(OVERTIME, after_min=450),)),))
    need = np.zeros(24)
    need[8:17] = 2.0
    plan, infos = design_shifts(make.requirement(account, need), account)
    heads = sum(s.heads for s in plan.shifts)
    lines = {line.item: (float(line.hours), float(line.amount)) for line in cost_lines(plan, account)}
    assert lines["overtime"] == pytest.approx((0.5 * heads, 2.5 * heads))
    assert infos[0].objective is not None


def test_a_long_gap_is_no_overtime(make: Any) -> None:
    rule = replace(make.rule("two", length_min=360, first=480, last=480), split=Split(first_min=(180,), gap_min=(300,)))
    account = make.account(rules=(rule,), sites=(make.site(premiums=(OVERTIME,)),))
    need = np.zeros(24)
    need[[8, 9, 10, 16, 17, 18]] = 1.0
    _, infos = design_shifts(make.requirement(account, need), account)
    assert infos[0].objective == pytest.approx(6 * 10 + 2 * 5)


def test_overtime_limits_without_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 24 hours"):
        replace(OVERTIME, after_min=30)


@pytest.mark.parametrize(("days", "beyond_h"), [(6, 48 - 44), (5, 0), (4, 0)])
def test_a_week_earns_what_goes_beyond_its_own_limit(make: Any, days: int, beyond_h: float) -> None:
    rule = make.rule("nine", length_min=540, first=480, last=480, breaks=((60, False, 240, 300),))
    weekly = Premium(kind=PremiumKind.OVERTIME, share=Decimal("0.5"), after_week_min=44 * 60)
    account = make.account(
        rules=(rule,),
        sites=(make.site(premiums=(weekly,)),),
        groups=(make.group(rules=("nine",), days_per_week=days, min_heads=3),),
        days=14,
    )
    need = np.full(14 * 24, np.nan)
    for day in range(14):
        need[24 * day + 8 : 24 * day + 17] = 1.5
    plan, infos = design_shifts(make.requirement(account, need), account)
    agents = sum(tour.agents for tour in plan.tours)
    lines = {line.item: (float(line.hours), float(line.amount)) for line in cost_lines(plan, account)}
    assert agents >= 3
    assert lines.get("overtime", (0.0, 0.0)) == pytest.approx((2 * beyond_h * agents, 2 * 5 * beyond_h * agents), abs=0.01)
    assert lines["wage"][0] == pytest.approx(2 * 8 * days * agents)
    assert infos[0].objective is not None


def test_two_bands_of_overtime_are_told_apart_by_their_limits(make: Any) -> None:
    rule = make.rule("ten", length_min=600, first=480, last=480)
    weekly = Premium(kind=PremiumKind.OVERTIME, share=Decimal("0.25"), after_week_min=40 * 60)
    account = make.account(rules=(rule,), sites=(make.site(premiums=(replace(OVERTIME, after_min=540), weekly)),))
    need = np.zeros(24)
    need[8:18] = 1.0
    plan, _ = design_shifts(make.requirement(account, need), account)
    lines = {line.item: float(line.hours) for line in cost_lines(plan, account)}
    assert lines["overtime after 9 h"] == pytest.approx(1.0)
    assert lines["overtime after 40 h a week"] == pytest.approx(2.0)  # 40 h over five days are 8 a day
