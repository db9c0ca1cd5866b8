"""How a solve ended is told as it was, whatever the libraries' status words say."""

from __future__ import annotations

import numpy as np
import pytest
from solver.solver_models import Stopped, market_split, two_columns, wide_program

from planner.domain.solve import Progress, Status
from planner.solver import Model, Sense, Solution, SolveOptions, solve

SOLVERS = ("highs", "cbc")


def assert_values_cost_what_is_said(solution: Solution) -> None:
    model, info = solution.model, solution.info
    assert solution.values is not None
    assert info.objective == pytest.approx(float(model.cost @ solution.values) + model.offset, abs=1e-6)
    assert (solution.values >= model.lower - 1e-6).all()
    assert (solution.values <= model.upper + 1e-6).all()
    assert np.allclose(solution.values[model.integer], np.rint(solution.values[model.integer]), atol=1e-6)
    assert info.bound is None or info.bound <= info.objective + 1e-6


def assert_no_numbers(solution: Solution) -> None:
    assert solution.values is None
    assert solution.info.objective is None
    assert solution.info.gap is None
    with pytest.raises(ValueError, match=solution.info.status.value):
        solution[solution.model.columns[0].name]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("integer", [False, True])
def test_solved_to_the_end_is_optimal_and_its_own_bound(solver: str, integer: bool) -> None:
    model = two_columns(Sense.GE, 2.5, cost=(1, 3), upper=2, integer=integer)
    solution = solve(model, SolveOptions(solver=solver))
    assert solution.info.status is Status.OPTIMAL
    assert_values_cost_what_is_said(solution)
    assert solution.info.objective == pytest.approx(5.0 if integer else 3.5)
    assert solution.info.bound == pytest.approx(solution.info.objective)
    assert (solution.info.variables, solution.info.rows) == (2, 1)
    assert solver in solution.info.solver.lower()


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_gap_that_was_allowed_and_used_is_not_called_optimal(solver: str) -> None:
    model, _ = market_split(slack=True)
    floor = model.add_columns("floor", 1, lower=0.0, upper=1.0, cost=100.0, integer=True)
    rows = model.add_rows("pay", 1, sense=Sense.GE, rhs=1.0)
    model.add_terms(rows, floor, 1.0)
    solution = solve(model, SolveOptions(solver=solver, gap=0.9, time_limit_s=20))
    assert solution.info.status is Status.GAP_REACHED
    assert_values_cost_what_is_said(solution)
    assert solution.info.gap is not None
    assert 1e-6 < solution.info.gap <= 0.9


@pytest.mark.parametrize("solver", SOLVERS)
def test_out_of_time_with_a_solution_is_not_called_optimal(solver: str) -> None:
    model, _ = market_split(slack=True)
    solution = solve(model, SolveOptions(solver=solver, time_limit_s=0.6))
    assert solution.info.status is Status.TIME_LIMIT
    assert not solution.info.status.repeatable
    assert_values_cost_what_is_said(solution)
    assert solution.info.objective is not None
    assert solution.info.objective > 0.5
    assert solution.info.bound == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("solver", SOLVERS)
def test_out_of_time_without_a_solution_is_not_called_infeasible(solver: str) -> None:
    model, exact = market_split(slack=False)
    starts, columns, values = model.matrix()
    sums = np.add.reduceat(values * exact[columns], starts[:-1])
    assert np.allclose(sums, model.rhs), "the model does have a solution"
    solution = solve(model, SolveOptions(solver=solver, time_limit_s=0.4))
    assert solution.info.status is Status.TIME_LIMIT
    assert_no_numbers(solution)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("slack", [True, False])
def test_cancelled_before_any_solution_has_no_numbers(solver: str, slack: bool) -> None:
    model, _ = market_split(slack=slack)
    solution = solve(model, SolveOptions(solver=solver), stop=Stopped())
    assert solution.info.status is Status.CANCELLED
    assert_no_numbers(solution)


@pytest.mark.parametrize("method", ["simplex", "ipm"])
def test_a_linear_program_stopped_midway_has_no_numbers(method: str) -> None:
    model = wide_program()
    whole = solve(model, SolveOptions(lp_method=method))
    stopped = solve(model, SolveOptions(lp_method=method), stop=Stopped())
    assert whole.info.status is Status.OPTIMAL
    assert stopped.info.status is Status.CANCELLED
    assert_no_numbers(stopped)
    assert whole.info.objective is not None
    assert stopped.info.bound is None or stopped.info.bound <= whole.info.objective + 1e-9


def test_cancelled_after_a_solution_keeps_it_and_reports_on_the_way() -> None:
    model, _ = market_split(slack=True)
    heard: list[Progress] = []

    class AfterTheFirst:
        def is_set(self) -> bool:
            return any(p.best is not None for p in heard)

    solution = solve(model, SolveOptions(time_limit_s=30), report=heard.append, stop=AfterTheFirst(), stage="shifts")
    assert solution.info.status is Status.CANCELLED
    assert_values_cost_what_is_said(solution)
    last = heard[-1]
    assert last.stage == "shifts"
    assert last.best is not None
    assert solution.info.objective is not None
    assert solution.info.objective <= last.best + 1e-6
    assert last.bound == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("integer", [False, True])
def test_infeasible_has_no_numbers(solver: str, integer: bool) -> None:
    solution = solve(two_columns(Sense.GE, 3, cost=(1, 1), upper=1, integer=integer), SolveOptions(solver=solver))
    assert solution.info.status is Status.INFEASIBLE
    assert_no_numbers(solution)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("integer", [False, True])
def test_unbounded_is_not_called_infeasible(solver: str, integer: bool) -> None:
    solution = solve(two_columns(Sense.GE, 1, cost=(-1, 0), integer=integer), SolveOptions(solver=solver))
    assert solution.info.status in (Status.UNBOUNDED, Status.INFEASIBLE_OR_UNBOUNDED)
    assert solution.info.bound is None


@pytest.mark.parametrize("solver", SOLVERS)
def test_unbounded_has_no_numbers(solver: str) -> None:
    assert_no_numbers(solve(two_columns(Sense.GE, 1, cost=(-1, 0)), SolveOptions(solver=solver)))


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("columns", [0, 2])
def test_a_model_without_costs_is_solved_like_any_other(solver: str, columns: int) -> None:
    model = Model("free")
    if columns:
        numbers = model.add_columns("x", columns, upper=4)
        model.add_terms(model.add_rows("sum", 1, sense=Sense.EQ, rhs=3.0), numbers, 1.0)
    solution = solve(model, SolveOptions(solver=solver))
    assert solution.info.status is Status.OPTIMAL
    assert solution.info.objective == 0
    assert solution.values is not None
    assert solution.values.sum() == pytest.approx(3.0 if columns else 0.0)


@pytest.mark.parametrize("solver", SOLVERS)
def test_nodes_end_a_search_the_same_way_twice(solver: str) -> None:
    model, _ = market_split(slack=True)
    first, second = (solve(model, SolveOptions(solver=solver, max_nodes=3, time_limit_s=60)) for _ in range(2))
    assert first.info.status is Status.ROUNDS_DONE
    assert first.info.status.repeatable
    assert_values_cost_what_is_said(first)
    assert first.info.objective == second.info.objective
    assert np.array_equal(first.values, second.values)
