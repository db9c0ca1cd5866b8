"""Lines about what whole heads can win: valid for every division of every number of heads, and tight."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.account import Settings
from planner.domain.promised import Promised, PromisedWindow, Term
from planner.queueing import service_curve
from planner.shifts.answer import Answer, price
from planner.shifts.assemble import assemble
from planner.shifts.layers import first_multipliers, layers_of
from planner.shifts.service import service_of
from planner.shifts.tour_model import tour_model
from planner.shifts.whole_service import lines_of
from planner.solver import SolveOptions, relaxed, solve
from planner.solver.build import lp_text

QUICK = Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=80)


def two_queues(make: Any, curves: list[np.ndarray], floors: list[float], *, more: tuple[Any, ...] = (), **group: Any) -> Any:
    """One class of two queues from 10 to 12 h, each under a promise of its own, and the problem of their agents."""
    account = make.account(
        languages=("en", "de"),
        rules=(make.rule("two", length_min=120, first=600, last=600),),
        groups=(make.group(languages=("en", "de"), rules=("two",), days_per_week=7, **group), *more),
        settings=QUICK,
    )
    hours = slice(10, 12)
    terms, least = [], np.zeros((2, 24))
    for q, (curve, floor) in enumerate(zip(curves, floors, strict=True)):
        ahead, window = np.zeros((24, len(curve))), np.full(24, -1)
        ahead[hours], window[hours] = curve, q
        least[q, hours] = floor
        terms.append(Term(queue=q, window=window, ahead=ahead))
    need = make.requirement(account, least)
    windows = tuple(
        PromisedWindow(clause=f"w{n}", number=n, first_date=date(2026, 3, 2), level=0.8, offered=40.0) for n in range(2)
    )
    promised = Promised(queues=need.queues, grid=need.grid, servers=np.ones(2), windows=windows, terms=tuple(terms))
    return assemble(replace(need, promised=promised), account)


def most_won(curves: list[np.ndarray], floors: tuple[float, float], weight: np.ndarray, agents: float) -> float:
    """The best of very many divisions: those that end at a whole number of servers, and others between."""
    over = agents - sum(floors)
    whole = np.arange(40)
    first = np.concatenate([np.linspace(0, over, 21), whole - floors[0], over - (whole - floors[1])])
    first = first[(first >= 0) & (first <= over)]
    total = np.zeros(len(first))
    for w, curve, floor, more in zip(weight, curves, floors, (first, over - first), strict=True):
        value = np.interp([floor, *(floor + more)], np.arange(len(curve)), curve)
        total += w * (value[1:] - value[0])
    return float(total.max())


curves_of = st.lists(st.integers(0, 20), min_size=2, max_size=5).map(lambda steps: np.cumsum([0, *steps]) - 5.0)


@given(st.tuples(curves_of, curves_of), st.tuples(st.floats(0, 2.5), st.floats(0, 2.5)), st.sampled_from((1.0, 0.8, 0.5, 0.37)))
@settings(deadline=None, max_examples=60)
def test_no_division_of_any_heads_wins_more_than_a_line_says(
    make: Any, both: tuple[np.ndarray, np.ndarray], floors: tuple[float, float], size: float
) -> None:
    grid = make.account().grid
    terms, least = [], np.zeros((2, grid.size))
    for q, curve in enumerate(both):
        ahead, window = np.zeros((grid.size, len(curve))), np.full(grid.size, -1)
        ahead[10], window[10], least[q, 10] = curve, q, floors[q]
        terms.append(Term(queue=q, window=window, ahead=ahead))
    windows = tuple(
        PromisedWindow(clause=f"w{n}", number=n, first_date=date(2026, 3, 2), level=0.8, offered=9.0) for n in range(2)
    )
    promised = Promised(queues=("a", "b"), grid=grid, servers=np.ones(2), windows=windows, terms=tuple(terms))
    service = service_of(promised, np.zeros(2, dtype=np.int64), least, np.zeros(2), 10.0)
    weight = np.array([1.0, 0.7])
    lines = lines_of(service, np.array([[True]]), np.array([size]), weight, np.array([True]))
    for n in range(len(lines.of)):
        tight = []
        for heads, part in itertools.product(range(24), (0.0, 1e-3, 0.1, 0.25, 0.4, 0.7, 1.0, 1.3, 2.0, 3.0)):
            agents = size * heads + part
            if agents >= sum(floors):
                says = lines.offset[n] + lines.head[n] * heads + lines.part[n] * part
                wins = most_won(list(both), floors, weight, agents)
                assert wins <= says + 1e-6 * (1 + abs(wins))
                tight.append(says - wins if part == 0 else np.inf)
        assert min(tight) < 1e-6


def test_the_row_of_a_line_reads_as_it_should(make: Any) -> None:
    problem = two_queues(make, [np.array([-8.0, -2, 1, 2]), np.array([0.0, 0.0])], [0.5, 0.0])
    rows = lp_text(tour_model(problem).model).split("Subject To\n")[1].split("Bounds\n")[0].replace("\n ", " ").splitlines()
    found = [row.split(": ")[1].replace(" 1 service", " service") for row in rows if row.startswith("whole_service(0,10")]
    # beyond the least half agent 1, 2 and 3 heads win 3, 6 and 7 contacts; pieces 0 and 1 win 6 and 3 an agent, piece 2 wins 1
    assert found == [
        "- on_duty(team,10) + 2 service(q_en,10,0) + service(q_en,10,1) + 0.333333333333 service(q_en,10,2) - short(0,10) <= 0",
        "- on_duty(team,10) + 6 service(q_en,10,0) + 3 service(q_en,10,1) + service(q_en,10,2) - short(0,10) <= 4",
    ]


def test_a_bound_with_lines_is_higher_and_below_every_plan(make: Any) -> None:
    problem = two_queues(make, [np.array([-8.0, -2, 1, 2]), np.array([0.0, 0.0])], [0.5, 0.0], absence=0.25)
    assert problem.lines is not None
    bounds = [solve(relaxed(tour_model(p).model), SolveOptions()).info.bound for p in (problem, replace(problem, lines=None))]
    whole = solve(tour_model(problem).model, SolveOptions(gap=0.0)).info.objective
    plans = []
    for n in range(9):
        heads = {int(problem.kinds[0].duties[0]): np.zeros((n, 0), dtype=np.int64)} if n else {}
        plans.append(price(problem, Answer(np.array([n]), heads), layers_of(problem, first_multipliers(problem))).total)
    assert bounds[0] is not None
    assert bounds[1] is not None
    assert whole is not None
    hour = 20.0  # two hours at 10: by hand, 5 contacts an hour take 1 2/3 agents in parts, or between 2 and 3 heads of 0.75
    assert bounds[1] == pytest.approx(hour * (5 / 3) / 0.75)
    assert bounds[0] == pytest.approx(hour * (2 + 0.5 / 1.75))
    assert bounds[0] <= whole + 1e-6
    assert whole <= min(plans) + 1e-6


@pytest.mark.parametrize("both", [False, True])
def test_shared_people_count_by_what_they_give_or_by_their_heads(make: Any, both: bool) -> None:
    """A third queue's bilinguals help out: bounds stay below the optimum of whole people."""
    account = make.account(
        languages=("en", "de"),
        rules=(make.rule("two", length_min=120, first=600, last=600),),
        groups=(
            make.group("en", rules=("two",), days_per_week=7, absence=0.3),
            make.group("de", languages=("de",), rules=("two",), days_per_week=7, absence=0.3),
            make.group(
                "both",
                languages=("en", "de"),
                rules=("two",),
                days_per_week=7,
                absence=0.3 if both else 0.2,
                wage_factor=Decimal("1.1"),
            ),
        ),
        settings=QUICK,
    )
    calls = np.array([6.0, 4.0])
    curves = service_curve(rate_per_h=calls, aht_s=300, threshold_s=20, patience_s=180, max_agents=8)
    least, terms = np.zeros((2, 24)), []
    for q in range(2):
        ahead, window = np.zeros((24, curves.shape[1])), np.full(24, -1)
        ahead[10:12], window[10:12] = calls[q] * (curves[q] - 0.8), q
        least[q, 10:12] = 0.5
        terms.append(Term(queue=q, window=window, ahead=ahead))
    need = make.requirement(account, least)
    windows = tuple(
        PromisedWindow(clause=f"w{n}", number=n, first_date=date(2026, 3, 2), level=0.8, offered=10.0) for n in range(2)
    )
    promised = Promised(queues=need.queues, grid=need.grid, servers=np.ones(2), windows=windows, terms=tuple(terms))
    problem = assemble(replace(need, promised=promised, agents=least), account)
    lines = lines_of(
        problem.service, problem.serves, problem.availability, first_multipliers(problem), np.ones(2, dtype=np.bool_)
    )
    problem = replace(problem, lines=lines)
    bound = solve(relaxed(tour_model(problem).model), SolveOptions()).info.bound
    loose = solve(relaxed(tour_model(replace(problem, lines=None)).model), SolveOptions()).info.bound
    cheapest = np.inf
    layers = layers_of(problem, first_multipliers(problem))
    for agents in itertools.product(range(5), repeat=3):
        choices = {int(problem.kinds[k].duties[0]): np.zeros((n, 0), dtype=np.int64) for k, n in enumerate(agents) if n}
        for more in (0.3, 1.0, 3.0):
            layers = layers_of(problem, first_multipliers(problem) * np.array([1.0, more]))
            cheapest = min(cheapest, price(problem, Answer(np.array(agents), choices), layers).total)
    assert bound is not None
    assert loose is not None
    assert loose - 1e-6 <= bound <= cheapest + 1e-6
