"""Answers against independent ones: scipy for linear programs, trying everything for whole numbers, one solver against the other."""

from __future__ import annotations

from copy import deepcopy
from itertools import product
from pathlib import Path

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.domain.solve import Status
from planner.solver import Model, Sense, SolveOptions, relaxed, solve
from planner.solver.build import lp_text
from planner.solver.solution import dual_bound

WHOLE = st.integers(-5, 5)
SENSES = st.sampled_from(list(Sense))


@st.composite
def models(draw: st.DrawFn, *, integer: bool = False, most: int = 5) -> Model:
    """Draw a model of a few bounded variables, some coefficients given twice."""
    n, m = draw(st.integers(1, most)), draw(st.integers(0, 5))
    lower = np.array(draw(st.lists(st.integers(-2, 2), min_size=n, max_size=n)), dtype=float)
    upper = lower + np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    model = Model("drawn", offset=draw(st.integers(-3, 3)))
    # cost of the first is never zero: a model without any cost is another test
    cost = [draw(WHOLE.filter(bool)), *draw(st.lists(WHOLE, min_size=n - 1, max_size=n - 1))]
    split = draw(st.integers(0, n - 1))
    columns = [model.add_columns("a", n - split, lower=lower[split:], upper=upper[split:], cost=cost[split:], integer=integer)]
    if split:
        columns.insert(
            0, model.add_columns("b", split, lower=lower[:split], upper=upper[:split], cost=cost[:split], integer=integer)
        )
    order = np.concatenate(columns)
    for i in range(m):
        row = model.add_rows(f"r{i}", 1, sense=draw(SENSES), rhs=draw(st.integers(-8, 8)))
        model.add_terms(row, order, draw(st.lists(WHOLE, min_size=n, max_size=n)))
        if draw(st.booleans()):
            model.add_terms(row, order[:1], draw(WHOLE))
    return model


def dense(model: Model) -> np.ndarray:
    """Return the coefficients ``[rows, columns]``."""
    starts, columns, values = model.matrix()
    found = np.zeros((model.n_rows, model.n_columns))
    for row in range(model.n_rows):
        for at in range(starts[row], starts[row + 1]):
            found[row, columns[at]] += values[at]
    return found


def by_scipy(model: Model) -> float | None:
    """Return the optimum of the linear program, None where there is no solution."""
    matrix, senses = dense(model), np.array([s.value for s in model.senses])
    sign = np.where(senses == ">=", -1.0, 1.0)[:, None]
    loose, tight = senses != "=", senses == "="
    done = linprog(
        model.cost,
        A_ub=(sign * matrix)[loose] if loose.any() else None,
        b_ub=(sign[:, 0] * model.rhs)[loose] if loose.any() else None,
        A_eq=matrix[tight] if tight.any() else None,
        b_eq=model.rhs[tight] if tight.any() else None,
        bounds=list(zip(model.lower, model.upper, strict=True)),
    )
    assert done.status in (0, 2)
    return None if done.status == 2 else float(done.fun) + model.offset


def by_trying(model: Model) -> float | None:
    """Return the optimum over all whole points, None where there is none."""
    ranges = [range(int(low), int(up) + 1) for low, up in zip(model.lower, model.upper, strict=True)]
    points = np.array(list(product(*ranges)), dtype=float)
    sums = points @ dense(model).T
    good = np.ones(len(points), dtype=bool)
    for row, (sense, rhs) in enumerate(zip(model.senses, model.rhs, strict=True)):
        difference = sums[:, row] - rhs
        good &= {Sense.LE: difference <= 1e-9, Sense.EQ: abs(difference) <= 1e-9, Sense.GE: difference >= -1e-9}[sense]
    return float((points[good] @ model.cost).min()) + model.offset if good.any() else None


def assert_agrees(model: Model, options: SolveOptions, best: float | None) -> None:
    solution = solve(model, options)
    if best is None:
        assert solution.info.status in (Status.INFEASIBLE, Status.INFEASIBLE_OR_UNBOUNDED)
        assert solution.values is None
        return
    assert solution.info.status is Status.OPTIMAL
    assert solution.info.objective == pytest.approx(best, abs=1e-6)
    assert solution.info.bound == pytest.approx(best, abs=1e-5)
    assert solution.values is not None
    assert float(model.cost @ solution.values) + model.offset == pytest.approx(best, abs=1e-6)
    for value, sense, rhs in zip(dense(model) @ solution.values, model.senses, model.rhs, strict=True):
        assert {Sense.LE: value <= rhs + 1e-6, Sense.EQ: abs(value - rhs) <= 1e-6, Sense.GE: value >= rhs - 1e-6}[sense]


@settings(max_examples=80, deadline=None)
@given(model=models(), method=st.sampled_from(["choose", "simplex", "ipm"]))
def test_linear_programs_end_where_scipy_ends(model: Model, method: str) -> None:
    assert_agrees(model, SolveOptions(lp_method=method), by_scipy(model))


@settings(max_examples=60, deadline=None)
@given(model=models(integer=True))
def test_whole_programs_end_at_the_best_point_there_is(model: Model) -> None:
    assert_agrees(model, SolveOptions(gap=0.0), by_trying(model))


@st.composite
def mixed_models(draw: st.DrawFn) -> Model:
    """Draw a model of one or two whole variables and one or two that may be parts, so that they can stand in for each other."""
    n, m = draw(st.integers(2, 4)), draw(st.integers(1, 4))
    whole = n // 2
    model = Model("mixed")
    costs = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(any))
    columns = [
        model.add_columns("whole", whole, upper=draw(st.integers(1, 4)), cost=costs[:whole], integer=True),
        model.add_columns("part", n - whole, upper=draw(st.sampled_from([1.5, 4, 50])), cost=costs[whole:]),
    ]
    for i in range(m):
        row = model.add_rows(f"r{i}", 1, sense=draw(SENSES), rhs=draw(st.integers(0, 12)) / 2)
        model.add_terms(row, np.concatenate(columns), draw(st.lists(st.integers(-2, 3), min_size=n, max_size=n)))
    return model


def by_trying_the_whole_part(model: Model) -> float | None:
    """Return the optimum: every choice of the whole variables, the rest by scipy."""
    whole = np.flatnonzero(model.integer)
    found = []
    for point in product(*(range(int(model.lower[j]), int(model.upper[j]) + 1) for j in whole)):
        linear = deepcopy(relaxed(model))
        linear.fix(whole, np.array(point, dtype=float))
        best = by_scipy(linear)
        if best is not None:
            found.append(best)
    return min(found) if found else None


@settings(max_examples=60, deadline=None)
@given(model=mixed_models())
def test_mixed_programs_end_at_the_best_there_is(model: Model) -> None:
    assert_agrees(model, SolveOptions(gap=0.0), by_trying_the_whole_part(model))


def test_a_part_is_used_where_it_is_cheaper_than_a_whole() -> None:
    """HiGHS 1.14.0 answers 15, x = 0 and z = 5, and calls it optimal: its presolve is wrong (ERGO-Code/HiGHS#3043)."""
    model = Model("trap")
    columns = [model.add_columns("x", 1, upper=10, cost=2), model.add_columns("z", 1, upper=10, cost=3, integer=True)]
    model.add_terms(model.add_rows("r", 1, sense=Sense.GE, rhs=4.5), np.concatenate(columns), 1.0)
    solution = solve(model)
    assert solution.info.objective == pytest.approx(9.0)
    assert solution["x"].tolist() == pytest.approx([4.5])


@settings(max_examples=12, deadline=None)
@given(model=models(), whole=models(integer=True, most=4))
def test_cbc_agrees_with_scipy_and_with_trying_everything(model: Model, whole: Model) -> None:
    assert_agrees(model, SolveOptions(solver="cbc"), by_scipy(model))
    assert_agrees(whole, SolveOptions(solver="cbc", gap=0.0), by_trying(whole))


@settings(max_examples=40, deadline=None)
@given(model=models(integer=True))
def test_the_relaxation_bounds_every_whole_solution_and_leaves_the_model_alone(model: Model) -> None:
    best = by_trying(model)
    linear = relaxed(model)
    assert model.integer.all()
    assert not linear.integer.any()
    solution = solve(linear)
    if best is not None:
        assert solution.info.objective is not None
        assert solution.info.objective <= best + 1e-6
        assert solution.info.objective == pytest.approx(by_scipy(model), abs=1e-6)


def test_holding_a_variable_of_the_relaxation_does_not_hold_it_in_the_model() -> None:
    model = Model("m")
    columns = model.add_columns("x", 2, upper=3, cost=-1.0, integer=True)
    relaxed(model).fix(columns, 1.5)
    assert model.upper.tolist() == [3.0, 3.0]
    assert solve(model).info.objective == pytest.approx(-6.0)


@settings(max_examples=80, deadline=None)
@given(model=models(), data=st.data())
def test_any_row_duals_at_all_prove_a_bound(model: Model, data: st.DataObject) -> None:
    best = by_scipy(model)
    duals = np.array(data.draw(st.lists(st.floats(-9, 9), min_size=model.n_rows, max_size=model.n_rows)))
    if best is not None:
        assert dual_bound(model, duals) <= best + 1e-6


@settings(max_examples=40, deadline=None)
@given(model=models())
def test_interior_point_without_crossover_still_proves_its_bound(model: Model) -> None:
    best = by_scipy(model)
    solution = solve(model, SolveOptions(lp_method="ipm", crossover=False))
    if best is None:
        assert solution.values is None
    else:
        assert solution.info.bound is not None
        assert solution.info.bound <= best + 1e-6
        assert solution.info.bound >= best - 1e-3


@settings(max_examples=30, deadline=None)
@given(model=models(integer=True))
def test_the_text_of_a_model_reads_back_as_the_same_problem(tmp_path_factory: pytest.TempPathFactory, model: Model) -> None:
    reader = read_back(model, tmp_path_factory.mktemp("lp"))
    best = by_trying(model)
    if best is None:
        assert reader.getModelStatus() is not highspy.HighsModelStatus.kOptimal
    else:
        assert reader.getInfo().objective_function_value + model.offset == pytest.approx(best, abs=1e-6)


def test_the_text_of_an_open_variable_reads_back(tmp_path: Path) -> None:
    model = Model("open")
    columns = model.add_columns("x", 2, upper=[np.inf, 2.0], cost=[3.0, 4.0])
    model.add_terms(model.add_rows("floor", 1, sense=Sense.GE, rhs=4.5), columns, 1.0)
    reader = read_back(model, tmp_path)
    assert reader.getNumCol() == 2
    assert reader.getInfo().objective_function_value == pytest.approx(13.5)


def read_back(model: Model, folder: Path) -> highspy.Highs:
    """Return a solver that has read and solved the text of `model`."""
    path = folder / "model.lp"
    path.write_text(lp_text(model), encoding="utf-8")
    reader = highspy.Highs()
    reader.setOptionValue("output_flag", False)
    reader.readModel(str(path))
    reader.run()
    return reader


def test_a_bound_against_an_infinite_upper_bound_is_minus_infinity() -> None:
    model = Model("open")
    columns = model.add_columns("x", 1, cost=1.0)
    model.add_terms(model.add_rows("r", 1, sense=Sense.GE, rhs=4.0), columns, 2.0)
    assert dual_bound(model, np.array([0.5])) == pytest.approx(2.0)
    assert dual_bound(model, np.array([1.0])) == -np.inf
    assert dual_bound(model, np.array([-1.0])) == 0.0
