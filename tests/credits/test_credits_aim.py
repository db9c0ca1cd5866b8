"""Frontiers of a window, the best aim along them, and the search that asks for plans there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.credits import Frontier, best_shift, binding, frontier_of, least_total
from planner.domain.arrays import Floats
from planner.domain.grid import TimeGrid
from planner.domain.promised import Promised, PromisedWindow, Term
from planner.evaluation import CreditLaw
from planner.evaluation.window_law import WindowLaw

GRID = TimeGrid.for_days(zone="UTC", start=date(2026, 3, 2), days=1, interval_s=3600)
CURVES = np.array([[-8.0, -2.0, 1.0, 2.0], [-4.0, 0.0, 1.5, 1.75]])


def promised(*, servers: int = 1) -> Promised:
    """Two intervals of one window, with 0 to 3 servers each."""
    ahead = np.zeros((24, 4))
    ahead[10:12] = CURVES
    window = np.full(24, -1)
    window[10:12] = 0
    named = PromisedWindow(clause="w", number=0, first_date=date(2026, 3, 2), level=0.8, offered=20.0)
    return Promised(
        queues=("q",),
        grid=GRID,
        servers=np.array([servers]),
        windows=(named,),
        terms=(Term(queue=0, window=window, ahead=ahead),),
    )


def law(*, spread: float, credit: float) -> CreditLaw:
    """A window that ends `spread` around its level of 80%, by luck alone."""
    luck = np.array([[spread**2], [spread**2], [0.0]])
    known = WindowLaw(counted=np.array([1000.0]), within=np.array([800.0]), expected=1000.0, levels=(0.8,), luck=luck)
    return CreditLaw(law=known, steps=(Decimal(str(credit)),))


def test_the_frontier_takes_the_worthiest_agents_of_all_intervals_first() -> None:
    least = np.full((1, 24), np.nan)
    least[0, 10:12] = 1.0
    found = frontier_of(promised(), least, 0)
    assert found.ahead == pytest.approx([-2, 1, 2.5, 3.5, 3.75])
    assert found.agents == pytest.approx([0, 1, 2, 3, 4])
    assert found.agents_at(np.array([-5.0, -0.5, 9.0])) == pytest.approx([0, 0.5, 4])
    assert found.agent_cost(0.0, 10.0) == pytest.approx(30)  # the last contact was a third of an agent's
    assert found.agent_cost(99.0, 10.0) == pytest.approx(2.5)


def test_chats_held_at_once_make_agents_fewer() -> None:
    least = np.full((1, 24), np.nan)
    least[0, 10:12] = 0.5
    found = frontier_of(promised(servers=2), least, 0)
    assert found.ahead == pytest.approx([-2, 1, 2.5, 3.5, 3.75])
    assert found.agents == pytest.approx([0, 0.5, 1, 1.5, 2])


@settings(deadline=None)
@given(
    slopes=st.lists(st.floats(0.2, 6), min_size=2, max_size=12),
    ahead=st.floats(0, 1),
    cost=st.floats(0.5, 200),
    spread=st.floats(1, 40),
    credit=st.floats(1, 20_000),
)
def test_no_aim_of_a_fine_grid_beats_the_best_shift(
    slopes: list[float], ahead: float, cost: float, spread: float, credit: float
) -> None:
    won = 12 * np.sort(np.array(slopes))[::-1]
    front = Frontier(ahead=-80 + np.r_[0.0, np.cumsum(won)], agents=12.0 * np.arange(len(won) + 1))
    owed = law(spread=spread, credit=credit)
    at = float(front.ahead[0] + ahead * (front.ahead[-1] - front.ahead[0]))

    def total(shift: Floats) -> Floats:
        return cost * front.agents_at(at + shift) + owed.curve(shift)

    best = best_shift(front, at, cost, owed)
    assert front.ahead[0] - at - 1e-9 <= best <= front.ahead[-1] - at + 1e-9
    every = total(np.linspace(front.ahead[0] - at, front.ahead[-1] - at, 4001))
    assert total(np.array([best]))[0] <= every.min() + 0.01 * (credit + float(every.max() - every.min()))


@dataclass(frozen=True)
class Toy:
    """A plan of two windows whose money is known at every margin; nothing below -30 can be saved."""

    margin: Floats

    @property
    def reached(self) -> Floats:
        return np.maximum(self.margin, -30.0)

    @property
    def key(self) -> tuple[int, float]:
        return 0, float((np.abs(self.reached - np.array([13.0, -30.0]))).sum())


def test_the_search_ends_at_the_best_margins_it_may_ask_for() -> None:
    asked: list[Floats] = []

    def attempt(known: Toy, margin: Floats) -> Toy:
        asked.append(margin)
        return Toy(margin)

    spread = np.array([10.0, 10.0])
    best = least_total(
        Toy(np.zeros(2)),
        attempt=attempt,
        aim=lambda known: known.reached + np.array([5.0, -5.0]),
        given_up=np.array([-40.0, -40.0]),
        spread=spread,
        tries=30,
    )
    assert best.key[1] <= 6.0
    assert len({tuple(margin) for margin in asked}) == len(asked) <= 30


def test_plans_that_nothing_new_can_come_of_are_not_asked_for() -> None:
    asked: list[Floats] = []

    def attempt(known: Toy, margin: Floats) -> Toy | None:
        asked.append(margin)
        return Toy(margin) if len(asked) < 3 else None

    start = Toy(np.array([0.0, -60.0]))  # the second window is held at -30 by something else
    same = np.array([0.2, -90.0])
    best = least_total(start, attempt=attempt, aim=lambda known: same, given_up=same, spread=np.array([10.0, 10.0]))
    assert all(margin[0] != 0.2 for margin in asked)
    assert len(asked) == 3  # time was up
    assert best.key <= start.key


def test_a_margin_binds_where_the_plan_just_reaches_it() -> None:
    reached, margin, spread = np.array([12.0, 12.0, 0.0]), np.array([10.0, -10.0, 0.0]), np.array([10.0, 10.0, 0.0])
    assert binding(reached, margin, spread).tolist() == [True, False, True]
