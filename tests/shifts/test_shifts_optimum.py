"""Tiny accounts: the plan is the best there is, and its price is what the bill and a linear program make of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shifts.shift_checks import assert_honest, assert_lawful
from shifts.shift_trying import best_by_trying

from planner.domain.account import Settings
from planner.domain.people import Premium, PremiumKind
from planner.domain.solve import Status
from planner.shifts import design_shifts

NIGHT = Premium(kind=PremiumKind.NIGHT, share=Decimal("0.25"))


def levels(hours: int, steps: tuple[int, ...]) -> np.ndarray:
    """Return a need that holds each of `steps` (in quarters of an agent) for an equal part of `hours`."""
    return np.repeat(np.array(steps) / 4, hours // len(steps))


def assert_best(account: Any, requirement: Any) -> None:
    plan, infos = design_shifts(requirement, account)
    assert_lawful(plan, account)
    assert_honest(infos, plan, requirement, account)
    optimum = best_by_trying(requirement, account)
    assert infos[0].objective == pytest.approx(optimum, abs=0.05)
    assert infos[0].status is Status.OPTIMAL
    for info in infos:
        assert info.bound is None or info.bound <= optimum + 0.05


@settings(max_examples=20, deadline=None)
@given(
    need=st.tuples(*[st.integers(0, 9)] * 6),
    price=st.sampled_from([4, 12, 30]),
    seats=st.integers(1, 4),
    absence=st.sampled_from([0.0, 0.2]),
    most=st.sampled_from([None, 2]),
)
def test_days_with_breaks_are_planned_at_the_optimum(
    make: Any, need: tuple[int, ...], price: int, seats: int, absence: float, most: int | None
) -> None:
    assume(any(need))
    rules = (
        make.rule("six", length_min=360, first=480, last=840, step=360, breaks=((60, False, 120, 180),)),
        make.rule("four", length_min=240, first=600, last=600),
    )
    account = make.account(
        rules=rules,
        sites=(make.site(seats=seats, premiums=(Premium(kind=PremiumKind.NIGHT, share=Decimal("0.5"), from_min=1080),)),),
        groups=(make.group(rules=("six", "four"), absence=absence, max_heads=most),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price),
    )
    assert_best(account, make.requirement(account, levels(24, need)))


@settings(max_examples=20, deadline=None)
@given(
    need=st.tuples(*[st.integers(0, 5)] * 8),
    price=st.sampled_from([7, 30]),
    days_per_week=st.integers(1, 7),
    seats=st.integers(1, 3),
)
def test_nights_over_two_midnights_are_planned_at_the_optimum(
    make: Any, need: tuple[int, ...], price: int, days_per_week: int, seats: int
) -> None:
    assume(any(need))
    rules = (make.rule("night", length_min=480, first=1200, last=1200), make.rule("day", length_min=600, first=600, last=600))
    account = make.account(
        rules=rules,
        days=2,
        sites=(make.site(seats=seats, premiums=(NIGHT,), oncost_share=Decimal("0.2")),),
        groups=(make.group(rules=("night", "day"), days_per_week=days_per_week),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price),
    )
    assert_best(account, make.requirement(account, levels(48, need)))


@settings(max_examples=20, deadline=None)
@given(
    english=st.tuples(*[st.integers(0, 6)] * 4),
    german=st.tuples(*[st.integers(0, 6)] * 4),
    factor=st.sampled_from(["1", "1.3", "2.5"]),
    loss=st.sampled_from([0.0, 0.1]),
    most=st.sampled_from([None, 1]),
)
def test_bilingual_agents_are_hired_at_the_optimum(
    make: Any, english: tuple[int, ...], german: tuple[int, ...], factor: str, loss: float, most: int | None
) -> None:
    assume(any(english + german))
    rules = (make.rule("four", length_min=240, first=480, last=720, step=240),)
    account = make.account(
        languages=("en", "de"),
        rules=rules,
        groups=(
            make.group("en"),
            make.group("de", languages=("de",)),
            make.group("both", languages=("de", "en"), wage_factor=Decimal(factor), in_shift_loss=loss, max_heads=most),
        ),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=25),
    )
    need = np.zeros((2, 24))
    need[:, 8:16] = levels(8, english), levels(8, german)
    assert_best(account, make.requirement(account, need))


def test_a_week_of_two_people_costs_what_the_hand_says(make: Any) -> None:
    account = make.account(days=7, rules=(make.rule("eight", length_min=480, first=480, last=480),))
    need = np.zeros(168)
    for day in range(5):
        need[24 * day + 8 : 24 * day + 16] = 1.0
    requirement = make.requirement(account, need)
    plan, infos = design_shifts(requirement, account)
    assert infos[0].objective == pytest.approx(5 * 8 * 10)
    assert plan.heads() == 1
    assert [(s.date.day, s.heads) for s in plan.shifts] == [(2, 1), (3, 1), (4, 1), (5, 1), (6, 1)]
    assert infos[0].note.startswith("of the cost, 0.00")


@pytest.mark.parametrize("price_per_h", [3.0, None])
def test_nobody_is_hired_who_costs_more_than_what_is_missed(make: Any, price_per_h: float | None) -> None:
    account = make.account(
        rules=(make.rule("eight", length_min=480, first=480, last=480),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price_per_h),
    )
    need = np.where((np.arange(24) >= 8) & (np.arange(24) < 9), 1.0, 0.0)
    plan, infos = design_shifts(make.requirement(account, need), account)
    # unset, an hour missed costs five times the dearest hour of work: less than a shift of eight
    assert plan.shifts == ()
    assert plan.heads() == 0
    assert infos[0].objective == pytest.approx(3.0 if price_per_h else 50.0)


@pytest.mark.parametrize("need", [0.0, np.nan])
def test_where_nothing_is_needed_nobody_works_and_nothing_is_paid(make: Any, need: float) -> None:
    account = make.account()
    plan, infos = design_shifts(make.requirement(account, need), account)
    assert plan.shifts == ()
    assert (infos[0].objective, infos[0].bound, infos[0].status) == (0.0, 0.0, Status.OPTIMAL)


def test_a_need_of_next_to_nothing_hires_nobody(make: Any) -> None:
    account = make.account()
    plan, infos = design_shifts(make.requirement(account, 1e-12), account)
    assert plan.shifts == ()
    assert infos[0].objective == pytest.approx(0.0, abs=1e-6)
