"""Prices at the margin are slopes and differences of proven bounds: they agree with each other, with trying, and with money's scale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shifts.conftest import Make
from shifts.shift_trying import best_by_trying

from planner.domain.account import Settings
from planner.explanation.asking import Cheapest, Demands, cheapest, least_missing_cover, linear, need_prices, slope
from planner.explanation.budget import Budget
from planner.explanation.case import Case
from planner.explanation.limits import limits_of, without
from planner.explanation.prices import number_prices, rule_prices, shift_prices
from planner.explanation.relaxations import moved, steps_of
from planner.explanation.result import LimitKind, Source
from planner.solver import Model, Sense, relaxed, solve
from planner.solver.regroup import regrouped

S = 60.0


def least(case: Case) -> Cheapest:
    return cheapest(linear(case), time_limit_s=S)


def cost(case: Case) -> float:
    found = least(case).cost
    assert found is not None
    return found


def week(seed: int = 3, **more: Any) -> Case:
    """A week of four-hour blocks whose seats and headcount bind."""
    account = Make.account(
        sites=(Make.site(seats=3, wage=more.get("wage", "10")),),
        groups=(Make.group(rules=("six",), max_heads=9, min_heads=2),),
        rules=(Make.rule("six", length_min=360, first=360, last=1080, step=120, breaks=((30, True, 120, 180),)),),
        days=7,
        settings=Settings(gap=0.0, shortfall_price_per_h=more.get("price", 60)),
    )
    need = np.zeros(24 * 7)
    rng = np.random.default_rng(seed)
    for day in range(7):
        need[day * 24 + 6 : day * 24 + 22] = np.repeat(rng.integers(1, 5, 4), 4)
    return Case(account, Make.requirement(account, need))


def test_a_dual_price_is_never_above_the_difference_solved_again_and_meets_it_for_small_steps() -> None:
    case = week()
    base = least(case)
    assert base.cost is not None
    priced = 0
    for limit in limits_of(case.account):
        if limit.kind not in (LimitKind.SEATS, LimitKind.MOST, LimitKind.LEAST):
            continue
        step = moved(case, limit, 1)
        assert step is not None
        price = slope(base, linear(step.case))
        assert price is not None
        again = cost(step.case) - base.cost
        assert price <= again + 1e-4
        assert again <= 1e-4
        priced += price < -1e-3
    assert priced, "something binds"


def test_the_price_of_need_is_the_slope_of_the_least_cost_per_head() -> None:
    case = week()
    base = least(case)
    assert base.cost is not None
    prices = need_prices(base)
    need = case.requirement.agents[0]
    assert (prices >= -1e-6).all()
    met = 0
    for t in np.flatnonzero(need > 0)[::9].tolist():
        more, less = need.copy(), need.copy()
        more[t] += 1
        less[t] -= 1
        up, down = cost(case.with_need("q_en", more)) - base.cost, base.cost - cost(case.with_need("q_en", less))
        assert down - 1e-4 <= prices[0, t] <= up + 1e-4
        met += abs(up - down) < 1e-4
    assert met, "where both sides agree the slope is exact"


def test_needs_times_prices_and_the_rents_of_limits_make_up_the_least_cost() -> None:
    """Without whole-head rounding and bounds that bind, the optimum is what its right-hand sides are worth (strong duality)."""
    account = Make.account(groups=(Make.group(),), days=1)
    case = Case(account, Make.requirement(account, np.tile([1.0, 3.0], 12)))
    base = least(case)
    assert base.cost == pytest.approx(float((need_prices(base) * base.linear.problem.need).sum()), rel=1e-6)


def test_money_scales() -> None:
    one, three = week(), week(wage="30", price=180)
    a, b = least(one), least(three)
    assert a.cost is not None
    assert b.cost == pytest.approx(3 * a.cost)
    first, second = (rule_prices(c, x, Budget(S)) for c, x in ((one, a), (three, b)))
    assert [p.limit for p in first] == [p.limit for p in second]
    for p, q in zip(first, second, strict=True):
        assert q.figure.amount == pytest.approx(3 * p.figure.amount, abs=0.01)
        assert q.share == pytest.approx(p.share, abs=1e-5)


def test_what_is_left_out_never_costs_more_and_no_price_is_made_up() -> None:
    case = week()
    base = least(case)
    budget = Budget(S)
    prices = (*rule_prices(case, base, budget), *shift_prices(case, base, budget), *number_prices(case, base, budget))
    asked = [q.objective for q in budget.questions]
    assert base.cost is not None
    for price in prices:
        if price.limit == "breaks" and "no breaks" in price.change:
            continue  # unpaid breaks left out are paid
        assert price.figure.amount >= -price.figure.error - 1e-3, price
        if price.figure.source is Source.BOUND:
            assert any(q is not None and price.figure.amount == pytest.approx(base.cost - q) for q in asked)
    for limit in limits_of(case.account):
        if limit.kind is not LimitKind.BREAKS:
            assert cost(without(case, [limit])) <= base.cost + 1e-3, limit.id


def test_a_wider_start_band_is_priced_by_what_it_saves_up_to_starts_held_by_nobody() -> None:
    case = week()
    base = least(case)
    assert base.cost is not None
    prices = {p.limit: p for p in rule_prices(case, base, Budget(S))}
    assert prices["start_band"].change == "starts of one person up to 120 min apart"
    saved = base.cost - cost(case.with_group("team", start_band_min=120))
    assert prices["start_band"].figure.amount == pytest.approx(saved, abs=1e-3)
    assert saved > 1
    assert prices["one_start"].figure.amount >= saved - 1e-3
    wide = case.with_group("team", start_band_min=120)
    told = {p.limit: p for p in rule_prices(wide, least(wide), Budget(S))}
    assert told["one_start"].limit == "one_start"
    assert told["start_band"].change == "starts of one person up to 240 min apart"


def test_whatever_is_widened_can_still_be_worked_as_before() -> None:
    case = week()
    before = cost(case)
    for limit in limits_of(case.account):
        if limit.kind is LimitKind.DAYS:
            continue  # six days of seven are another contract, not a wider one
        for step in steps_of(case, limit):
            assert cost(step.case) <= before + 1e-3, step.sentence


@settings(max_examples=6, deadline=None)
@given(need=st.tuples(*[st.integers(0, 9)] * 6), seats=st.integers(1, 3), most=st.sampled_from([None, 2]))
def test_tiny_accounts_agree_with_trying_every_plan(need: tuple[int, ...], seats: int, most: int | None) -> None:
    rules = (Make.rule("six", length_min=360, first=480, last=840, step=360, breaks=((60, False, 120, 180),)),)
    price = 1000
    account = Make.account(
        rules=rules,
        sites=(Make.site(seats=seats, wage="0.001"),),
        groups=(Make.group(rules=("six",), max_heads=most),),
        settings=Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=price),
    )
    case = Case(account, Make.requirement(account, np.repeat(np.array(need) / 4, 4)))
    demands = np.nan_to_num(case.requirement.agents)
    best = best_by_trying(case.requirement, account)
    whole = least_missing_cover(case, Demands(demands), time_limit_s=S, whole=True)
    parts = least_missing_cover(case, Demands(demands), time_limit_s=S)
    assert whole.amount is not None
    assert parts.proven is not None
    assert price * whole.amount == pytest.approx(best, abs=0.5)
    assert parts.proven <= whole.amount + 1e-6
    assert cost(case) <= best + 0.05  # bills are in cents
    full = cheapest(linear(case), time_limit_s=S, full_cover=True)
    assert (full.cost is None) == parts.impossible


def test_days_and_starts_set_free_are_relaxations() -> None:
    case = week()
    groups = frozenset({"team"})
    start = cost(replace(case, any_start=groups))
    days = cost(replace(case, any_start=groups, any_days=groups))
    assert days <= start + 1e-3
    assert start <= cost(case) + 1e-3


def test_rows_added_up_are_a_relaxation_and_different_comparisons_are_refused() -> None:
    model = Model("sum")
    x = model.add_columns("x", 3, cost=[1.0, 2.0, 3.0])
    rows = model.add_rows("at_least", 3, sense=Sense.GE, rhs=[1.0, 2.0, 3.0])
    model.add_terms(rows, x, 1.0)
    both = regrouped(model, lambda block, i: "a" if i < 2 else "b")
    found = solve(relaxed(both))
    assert found.info.objective == pytest.approx(3 * 1 + 3 * 3)
    assert both.n_rows == 2
    none = regrouped(model, lambda block, i: None)
    assert none.n_rows == 0
    assert none.n_columns == 3
    mixed = Model("mixed")
    mixed.add_columns("y", 1)
    mixed.rows.append(replace(mixed_block(), first=0))
    mixed._sense.append([Sense.GE, Sense.LE])
    mixed._rhs.append(np.zeros(2))
    with pytest.raises(ValueError, match="different comparisons"):
        regrouped(mixed, lambda block, i: "same")


def mixed_block() -> Any:
    from planner.solver.model import Block

    return Block("rows", 0, 2, None)
