"""A long horizon week by week: what the weeks prove together holds for the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from planner.domain.account import Settings
from planner.domain.promised import Promised, PromisedWindow, Term
from planner.domain.requirement import Requirement
from planner.queueing import service_curve
from planner.shifts.assemble import assemble
from planner.shifts.by_week import divisible, total, weekly
from planner.shifts.design import design_shifts
from planner.shifts.tour_model import tour_model
from planner.solver import SolveOptions, relaxed, solve

CALLS = np.array([2, 2, 1, 1, 1, 1, 2, 3, 6, 9, 10, 9, 8, 8, 9, 9, 8, 7, 6, 5, 4, 3, 3, 2], dtype=float)


def long(make: Any, *, days: int, shift: int = 0, start: date = date(2026, 3, 2)) -> tuple[Any, Requirement]:
    """A desk around the clock with days and nights, promised 80 in 100 per week; windows begin `shift` hours after the horizon's weeks."""
    account = make.account(
        rules=(
            make.rule("day", length_min=480, first=480, last=600, step=120, breaks=((60, False, 180, 240),)),
            make.rule("night", length_min=480, first=1200, last=1320, step=120, breaks=((60, False, 180, 240),)),
        ),
        days=days,
        zone="Europe/Lisbon",
        start=start,
        settings=Settings(gap=0.02, time_limit_s=30, shortfall_price_per_h=60),
    )
    size = account.grid.size
    calls = np.tile(CALLS, days + 1)[:size] * (1 + 0.3 * (np.arange(size) // 168))
    curve = service_curve(rate_per_h=calls, aht_s=300, threshold_s=20, patience_s=180, max_agents=12)
    window = np.maximum(np.arange(size) - shift, 0) // 168
    ahead = calls[:, None] * (curve - 0.8)
    need = make.requirement(account, np.full(size, 0.6))
    windows = tuple(
        PromisedWindow(clause="w", number=n, first_date=date(2026, 3, 2), level=0.8, offered=100.0)
        for n in range(int(window.max()) + 1)
    )
    promised = Promised(
        queues=need.queues,
        grid=need.grid,
        servers=np.ones(1),
        windows=windows,
        terms=(Term(queue=0, window=window, ahead=ahead),),
    )
    return account, replace(need, promised=promised)


def bound_of(problem: Any) -> float:
    found = solve(relaxed(tour_model(problem).model), SolveOptions()).info.bound
    assert found is not None
    return found


@pytest.mark.parametrize(("days", "shift"), [(21, 0), (21, 9), (24, 9)])
def test_the_weeks_together_prove_no_more_than_the_whole(make: Any, days: int, shift: int) -> None:
    account, need = long(make, days=days, shift=shift)
    whole = assemble(need, account)
    parts = list(weekly(need, account, whole))
    assert [p.size for p in parts] == [168, 168, 168, 72][: len(parts)]
    together, joint = sum(bound_of(p) for p in parts), bound_of(whole)
    assert 0.85 * joint < together <= joint + 1e-6


def test_weeks_hold_on_to_the_clock_when_it_changes(make: Any) -> None:
    account, need = long(make, days=21, start=date(2026, 3, 16))
    parts = list(weekly(need, account, assemble(need, account)))
    assert [p.size for p in parts] == [168, 167, 168]
    assert sum(bound_of(p) for p in parts) <= bound_of(assemble(need, account)) + 1e-6


def test_a_promise_over_all_weeks_keeps_them_together(make: Any) -> None:
    account, need = long(make, days=21)
    assert divisible(need, account)
    assert need.promised is not None
    month = tuple(replace(term, window=np.zeros_like(term.window)) for term in need.promised.terms)
    assert not divisible(replace(need, promised=replace(need.promised, terms=month)), account)
    assert not divisible(*reversed(long(make, days=14)))


def test_a_long_plan_says_how_its_bound_was_found(make: Any) -> None:
    account, need = long(make, days=21)
    _, infos = design_shifts(need, account)
    assert infos[0].bound is not None
    assert infos[0].objective is not None
    assert infos[0].bound <= infos[0].objective
    assert infos[1].note == "3 weeks, each by itself"
    assert infos[1].bound == pytest.approx(sum(bound_of(p) for p in weekly(need, account, assemble(need, account))), rel=1e-6)


def test_a_week_without_a_bound_leaves_the_whole_without_one(make: Any) -> None:
    account, need = long(make, days=21)
    info = solve(relaxed(tour_model(next(weekly(need, account, assemble(need, account)))).model), SolveOptions()).info
    assert total([info, replace(info, bound=None)]).bound is None
    assert total([info, info]).bound == pytest.approx(2 * (info.bound or 0.0))
