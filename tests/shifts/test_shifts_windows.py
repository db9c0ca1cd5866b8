"""Promises over windows inside the shift model: pieces, rows, layers, and plans that keep them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.account import Settings
from planner.domain.promised import Promised, PromisedWindow, Term
from planner.queueing import service_curve
from planner.shifts.answer import Answer, on_duty, price
from planner.shifts.assemble import assemble
from planner.shifts.design import design_from, redesign
from planner.shifts.layers import first_multipliers, layers_of, staffed
from planner.shifts.pieces import pieces_of
from planner.shifts.run import new_run
from planner.shifts.tour_model import tour_model
from planner.solver import SolveOptions, relaxed, solve
from planner.solver.build import lp_text

CALLS = np.array([0, 0, 0, 0, 0, 0, 0, 0, 12, 20, 30, 26, 18, 16, 20, 24, 22, 14, 8, 6, 0, 0, 0, 0], dtype=float)
QUICK = Settings(gap=0.0, time_limit_s=60, shortfall_price_per_h=80)


def term(queue: int, calls: np.ndarray, *, level: float = 0.8, window: int = 0, most: int = 14) -> Term:
    """An Erlang A queue with calls an hour of five minutes, 20 s and patience of three minutes."""
    at = calls > 0
    ahead = np.zeros((len(calls), most + 1))
    curve = service_curve(rate_per_h=calls[at], aht_s=300, threshold_s=20, patience_s=180, max_agents=most)
    ahead[at] = calls[at, None] * (curve - level)
    return Term(queue=queue, window=np.where(at, window, -1), ahead=ahead)


def asked(make: Any, account: Any, terms: list[Term], least: np.ndarray, levels: tuple[float, ...] = (0.8,)) -> Any:
    """A requirement of `least` agents and windows of `terms`."""
    need = make.requirement(account, least)
    windows = tuple(
        PromisedWindow(clause=f"w{n}", number=n, first_date=date(2026, 3, 2), level=level, offered=float(CALLS.sum()))
        for n, level in enumerate(levels)
    )
    promised = Promised(
        queues=need.queues, grid=need.grid, servers=np.ones(len(need.queues)), windows=windows, terms=tuple(terms)
    )
    return replace(need, promised=promised)


def one_desk(make: Any, **settings: Any) -> Any:
    account = make.account(
        rules=(make.rule("six", length_min=360, first=480, last=840, step=120),),
        groups=(make.group(rules=("six",), days_per_week=7),),
        settings=replace(QUICK, **settings),
    )
    return account, assemble(asked(make, account, [term(0, CALLS)], np.where(CALLS > 0, 1.0, 0.0)), account)


@settings(deadline=None)  # the first call compiles
@given(
    st.lists(st.floats(-4, 4), min_size=3, max_size=14),
    st.floats(0, 0.9),
    st.sampled_from([0.0, 0.35, 0.7, 1.0, 1.6]),
    st.sampled_from([0.0, 0.05, 0.5]),
)
def test_pieces_fall_and_lie_on_or_above_the_curve_wherever_agents_can_be(
    values: list[float], share: float, unit: float, slack: float
) -> None:
    curve = np.array([values])
    top = len(values) - 1
    floor = share * top
    found = pieces_of(curve, np.array([floor]), np.array([unit]), np.array([slack]))
    assert (np.diff(found.worth) <= 1e-9).all()
    assert (found.width > 0).all()
    ends = floor + np.concatenate([[0.0], np.cumsum(found.width)])
    values_at = found.start[0] + np.concatenate([[0.0], np.cumsum(found.width * found.worth)])
    step = unit or 1.0
    for at in np.arange(np.ceil(floor / step - 1e-9) * step, top + 1e-9, step):
        true = np.interp(at, np.arange(top + 1), curve[0])
        assert np.interp(at, ends, values_at) >= true - 0.26 * slack - 1e-6


def test_the_rows_of_a_window_read_as_they_should(make: Any) -> None:
    account = make.account(
        days=1,
        rules=(make.rule("two", length_min=120, first=600, last=600),),
        groups=(make.group(rules=("two",), days_per_week=7),),
    )
    ahead = np.zeros((24, 4))
    ahead[10], ahead[11] = [-8, -2, 1, 2], [-4, 0, 1.5, 1.75]
    window = np.full(24, -1)
    window[10:12] = 0
    least = np.zeros(24)
    least[10:12] = 1.0
    problem = assemble(asked(make, account, [Term(queue=0, window=window, ahead=ahead)], least), account)
    rows = lp_text(tour_model(problem).model).split("Subject To\n")[1].split("Bounds\n")[0].replace("\n ", " ").splitlines()
    promise = [row for row in rows if row.startswith("promise")]
    assert promise == [
        "promise(w0,0): missed(w0,0) + 3 service(q_en,10,0) + service(q_en,10,1) + 1.5 service(q_en,11,2) + 0.25 service(q_en,11,3) >= 2"
    ]
    cover = [row for row in rows if row.startswith("cover(0,10)")]
    assert cover == ["cover(0,10): on_duty(team,10) - service(q_en,10,0) - service(q_en,10,1) + short(0,10) >= 1"]


def test_a_small_plan_over_a_window_is_the_best_there_is(make: Any) -> None:
    account, problem = one_desk(make)
    found = design_from(asked(make, account, [term(0, CALLS)], np.where(CALLS > 0, 1.0, 0.0)), account)
    layers = layers_of(problem, first_multipliers(problem))
    cheapest = np.inf
    for agents in itertools.product(range(5), repeat=len(problem.kinds)):
        choices = {
            int(kind.duties[0]): np.zeros((n, 0), dtype=np.int64) for n, kind in zip(agents, problem.kinds, strict=True) if n
        }
        cost = price(problem, Answer(np.array(agents), choices), layers)
        if not cost.windows:
            cheapest = min(cheapest, cost.total)
    assert found.solves[0].objective == pytest.approx(cheapest)
    assert found.solves[0].bound is not None
    assert found.solves[0].bound <= cheapest + 1e-6


def test_the_bound_over_a_window_is_no_higher_than_by_interval(make: Any) -> None:
    account, problem = one_desk(make)
    curve = service_curve(rate_per_h=CALLS[CALLS > 0], aht_s=300, threshold_s=20, patience_s=180, max_agents=14)
    each = np.zeros(24)
    each[CALLS > 0] = np.argmax(curve >= 0.8, axis=1)
    alone = assemble(make.requirement(account, each), account)
    bounds = [solve(relaxed(tour_model(p).model), SolveOptions()).info.bound for p in (problem, alone)]
    assert bounds[0] is not None
    assert bounds[1] is not None
    assert bounds[0] <= bounds[1] + 1e-6


def test_layers_grow_and_cost_what_pieces_are_worth(make: Any) -> None:
    _, problem = one_desk(make)
    layers = layers_of(problem, first_multipliers(problem))
    assert (np.diff(layers.need, axis=0) >= -1e-12).all()
    assert (layers.worth > 0).all()
    assert layers.worth.sum() == pytest.approx(problem.price)
    assert (layers.need[0] >= problem.need - 1e-12).all()
    richer = layers_of(problem, 2 * first_multipliers(problem))
    assert (richer.need >= layers.need - 1e-12).all()


def test_agents_are_divided_to_the_last_one_and_counted_once(make: Any) -> None:
    account = make.account(
        languages=("en", "de"),
        groups=(
            make.group("en"),
            make.group("de", languages=("de",), absence=0.1),
            make.group("both", languages=("en", "de"), absence=0.2),
        ),
        settings=QUICK,
    )
    terms = [term(0, CALLS), term(1, 0.5 * CALLS, window=1)]
    problem = assemble(asked(make, account, terms, np.where(CALLS > 0, 1.0, 0.0), (0.8, 0.8)), account)
    present = np.random.default_rng(5).integers(0, 6, (3, 24)).astype(float)
    given = staffed(problem, layers_of(problem, first_multipliers(problem)), present)
    on_seat = present * problem.availability[:, None]
    at = CALLS > 0
    assert given.sum(axis=0)[at] == pytest.approx(on_seat.sum(axis=0)[at])
    assert (given[0] <= on_seat[[0, 2]].sum(axis=0) + 1e-9).all()
    assert (given[1] <= on_seat[[1, 2]].sum(axis=0) + 1e-9).all()
    assert (given >= -1e-12).all()


def test_the_search_knows_the_cost_of_its_plan(make: Any) -> None:
    _, problem = one_desk(make)
    run = new_run(problem, 3)
    from planner.shifts.anneal import first_plan

    first_plan(run.view, run.state)
    found = run.answer()
    present = on_duty(problem, found.heads(problem), found.breaks(problem)) * problem.availability[:, None]
    layers = run.view.layers
    short = np.maximum(layers.need[:, 0] - present[0], 0.0)
    wages = float(problem.duty_cost @ found.heads(problem))
    assert float(run.state.cost[0]) == pytest.approx(wages + float((layers.worth @ short).sum()))


def test_a_margin_is_kept_and_the_bound_stays(make: Any) -> None:
    account, problem = one_desk(make)
    first = design_from(asked(make, account, [term(0, CALLS)], np.where(CALLS > 0, 1.0, 0.0)), account)
    higher = redesign(first, np.array([12.0]), seconds=30)
    planned = higher.planned()
    assert planned is not None
    assert problem.service is not None
    assert problem.service.ahead(planned)[0] >= 12.0 - 1e-6
    assert higher.solves[0].bound == first.solves[0].bound
    assert higher.solves[0].objective >= first.solves[0].objective - 1e-6


def test_a_queue_held_to_two_promises_keeps_both(make: Any) -> None:
    account, _ = one_desk(make)
    least = np.where(CALLS > 0, 1.0, 0.0)
    both = [term(0, CALLS, level=0.8, window=0, most=14), term(0, CALLS, level=0.6, window=1, most=11)]
    strict = [term(0, CALLS, level=0.8, window=0, most=14)]
    found = design_from(asked(make, account, both, least, (0.8, 0.6)), account)
    alone = design_from(asked(make, account, strict, least), account)
    assert found.solves[0].objective == pytest.approx(alone.solves[0].objective)
    planned = found.planned()
    assert planned is not None
    assert found.problem.service is not None
    assert (found.problem.service.ahead(planned) >= -1e-6).all()


def test_a_promise_over_days_costs_no_more_where_starts_may_vary(make: Any) -> None:
    account = make.account(
        rules=(make.rule("six", length_min=360, first=420, last=840, step=60),),
        groups=(make.group(rules=("six",), days_per_week=7),),
        days=2,
        settings=QUICK,
    )
    calls = np.concatenate([CALLS, np.roll(CALLS, 2)])
    requirement = asked(make, account, [term(0, calls)], np.where(calls > 0, 1.0, 0.0))
    found = []
    for band in (0, 120):
        own = replace(account, groups=(replace(account.groups[0], start_band_min=band),))
        design = design_from(requirement, own)
        found.append(design.solves[0])
        assert " 0 windows" in design.solves[0].note
    alone, wide = found
    assert wide.objective is not None
    assert alone.objective is not None
    assert wide.bound is not None
    assert alone.bound is not None
    assert wide.bound < alone.bound - 1
    assert wide.objective <= alone.objective + 1e-6
    assert wide.bound <= wide.objective
