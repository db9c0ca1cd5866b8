"""Options are followed or refused, a start is taken up, names and numbers go through as they were given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from solver.solver_models import market_split, two_columns

from planner.domain.solve import Status
from planner.solver import Model, Sense, SolveOptions, solve
from planner.solver.build import lp_text, to_pulp

GOLDEN = """\
Minimize
cost: 80 heads(team,four.0800,20260302) + 92.5 heads(team,four.2000,20260302)
 + 50 short(0,8)
Subject To
cover(0,8): 0.9 heads(team,four.0800,20260302) + short(0,8) >= 2.5
cover(0,20): 0.9 heads(team,four.2000,20260302) >= 1
week(team,four.0800): - 5 agents(team,four.0800)
 + heads(team,four.0800,20260302) = 0
most(all): agents(team,four.0800) + agents(team,four.2000) <= 7
Bounds
 0 <= agents(team,four.0800) <= 4
 0 <= agents(team,four.2000) <= 4
 short(0,8) <= 2.5
Generals
agents(team,four.0800)
agents(team,four.2000)
heads(team,four.0800,20260302)
heads(team,four.2000,20260302)
End
"""


def readable() -> Model:
    """Return a model that speaks of shifts: three senses, several blocks, labels by list and by function."""
    model = Model("shifts", offset=3.0)
    starts = ["team,four.0800", "team,four.2000"]
    agents = model.add_columns("agents", 2, upper=4, integer=True, labels=starts)
    heads = model.add_columns("heads", 2, cost=[80, 92.5], integer=True, labels=lambda i: f"{starts[i]},20260302")
    short = model.add_columns("short", 1, upper=2.5, cost=50, labels=["0,8"])
    cover = model.add_rows("cover", 2, sense=Sense.GE, rhs=[2.5, 1.0], labels=["0,8", "0,20"])
    model.add_terms(cover, heads, 0.9)
    model.add_terms(cover[:1], short, 1.0)
    week = model.add_rows("week", 1, sense=Sense.EQ, rhs=0.0, labels=starts[:1])
    model.add_terms(week, heads[:1], 1.0)
    model.add_terms(week, agents[:1], -5.0)
    most = model.add_rows("most", 1, sense=Sense.LE, rhs=7, labels=["all"])
    model.add_terms(most, agents, 1.0)
    return model


def test_a_model_of_shifts_reads_like_a_planner_s_sentence() -> None:
    assert lp_text(readable()) == GOLDEN


def test_every_name_goes_through_as_it_was_given() -> None:
    model = readable()
    problem, variables = to_pulp(model)
    assert [v.name for v in variables] == [block.label(i) for block in model.columns for i in range(block.count)]
    assert list(problem._constraints) == [block.label(i) for block in model.rows for i in range(block.count)]
    assert variables[2].name == "heads(team,four.0800,20260302)"


def test_blocks_are_numbered_on() -> None:
    model = Model("m")
    assert model.add_columns("a", 2).tolist() == [0, 1]
    assert model.add_columns("b", 3, lower=[1, 2, 3], upper=9).tolist() == [2, 3, 4]
    assert model.lower.tolist() == [0, 0, 1, 2, 3]
    assert model.upper.tolist() == [np.inf, np.inf, 9, 9, 9]
    assert (model.n_columns, model.n_rows) == (5, 0)
    model.add_rows("r", 1, sense=Sense.LE, rhs=0)
    with pytest.raises(ValueError, match="already has a block called r"):
        model.add_rows("r", 1, sense=Sense.LE, rhs=0)


def test_numbers_can_be_replaced_across_blocks() -> None:
    model = Model("m")
    first, second = model.add_columns("a", 2, upper=5, cost=1.0), model.add_columns("b", 2, upper=5, cost=2.0)
    rows = [model.add_rows(n, 1, sense=Sense.GE, rhs=0.0) for n in ("r", "s")]
    model.add_terms(rows[0], first, 1.0)
    model.add_terms(rows[1], second, 1.0)
    model.set_rhs(np.concatenate(rows), [3.0, 4.0])
    model.set_cost(np.array([1, 2]), [7.0, 8.0])
    model.fix(np.array([0, 3]), [0.5, 2.5])
    assert model.rhs.tolist() == [3.0, 4.0]
    assert model.cost.tolist() == [1.0, 7.0, 8.0, 2.0]
    solution = solve(model)
    assert solution["a"].tolist() == pytest.approx([0.5, 2.5])
    assert solution["b"].tolist() == pytest.approx([1.5, 2.5])
    with pytest.raises(KeyError):
        solution["c"]


def test_a_good_start_is_taken_up() -> None:
    model, exact = market_split(slack=True)
    start = np.full(model.n_columns, np.nan)
    start[: len(exact)] = exact
    without = solve(model, SolveOptions(time_limit_s=0.4, gap=0.0))
    given = solve(model, SolveOptions(time_limit_s=0.4, gap=0.0, start=start))
    assert without.info.objective is not None
    assert without.info.objective > 0.5
    assert given.info.status is Status.OPTIMAL
    assert given.info.objective == pytest.approx(0.0, abs=1e-9)
    assert np.array_equal(np.rint(given["pick"]), exact)


def test_a_start_that_breaks_rows_does_no_harm() -> None:
    model = two_columns(Sense.GE, 3, cost=(1, 2), upper=2, integer=True)
    solution = solve(model, SolveOptions(start=np.zeros(2)))
    assert solution.info.status is Status.OPTIMAL
    assert solution.info.objective == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"solver": "gurobi"}, "highs or cbc"),
        ({"solver": ""}, "highs or cbc"),
        ({"lp_method": "barrier"}, "lp_method"),
        ({"gap": -0.1}, "gap must be 0 or more"),
    ],
)
def test_senseless_options_are_refused(options: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        SolveOptions(**options)


@pytest.mark.parametrize("options", [{"time_limit_s": -1.0}, {"gap": float("nan")}, {"max_nodes": -1}, {"start": np.zeros(7)}])
def test_options_no_solver_can_follow_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        solve(two_columns(Sense.GE, 3, cost=(1, 2), upper=2), SolveOptions(**options))


def test_another_number_of_threads_in_one_process_is_refused() -> None:
    model = two_columns(Sense.GE, 3, cost=(1, 2), upper=2)
    assert solve(model, SolveOptions(threads=1)).info.status is Status.OPTIMAL
    with pytest.raises(ValueError, match="1 threads"):
        solve(model, SolveOptions(threads=2))
    assert solve(model, SolveOptions(threads=1)).info.status is Status.OPTIMAL
