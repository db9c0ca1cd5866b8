"""From the basis of one linear program to the optimum of one like it: the same optimum as from nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.solve import NeverStop, Status
from planner.solver import Model, Sense, SolveOptions, solve, solve_from, solve_linear
from planner.solver.overlay import laid_over


def diet(rhs: float, columns: int = 4, extra: bool = False) -> Model:
    """Cover `rhs` of two needs by `columns` foods at growing prices; with `extra` a third need."""
    model = Model("diet")
    food = model.add_columns("food", columns, cost=np.arange(1.0, columns + 1), upper=3.0, labels=str)
    rows = model.add_rows("need", 2, sense=Sense.GE, rhs=rhs, labels=str)
    model.add_terms(np.repeat(rows, columns), np.tile(food, 2), np.r_[np.linspace(1, 2, columns), np.linspace(2, 1, columns)])
    if extra:
        more = model.add_rows("more", 1, sense=Sense.GE, rhs=1.5, labels=str)
        model.add_terms(more, food[-1:], 1.0)
    return model


BASE = solve(diet(4.0))


@pytest.mark.parametrize("other", [diet(4.0), diet(6.5), diet(4.0, columns=6), diet(5.0, columns=3), diet(4.0, extra=True)])
def test_the_optimum_is_the_same_as_from_nothing(other: Model) -> None:
    warm = solve_from(other, BASE, time_limit_s=10, stop=NeverStop())
    cold = solve(other, SolveOptions())
    assert warm.info.status is Status.OPTIMAL
    assert warm.info.objective == pytest.approx(cold.info.objective)
    assert warm.info.bound == pytest.approx(warm.info.objective)


def test_what_cannot_be_is_said() -> None:
    assert solve_from(diet(100.0), BASE, time_limit_s=10, stop=NeverStop()).info.status is Status.INFEASIBLE


def test_without_a_vertex_there_is_nothing_to_begin_from() -> None:
    whole = Model("whole")
    whole.add_columns("x", 1, upper=1.0, integer=True)
    with pytest.raises(ValueError, match="basis"):
        solve_from(diet(4.0), solve(whole), time_limit_s=1, stop=NeverStop())


def market(seed: int, columns: list[int], rows: list[int]) -> Model:
    """A program of some of eight variables and some of six rows of every comparison, named by their numbers; always possible."""
    rng = np.random.default_rng(seed)
    table = np.where(rng.random((6, 8)) < 0.6, rng.integers(1, 6, (6, 8)), 0.0)
    cost, rhs = rng.integers(1, 9, 8).astype(float), rng.integers(4, 20, 6).astype(float)
    model = Model("market")
    x = model.add_columns("x", len(columns), cost=cost[columns], upper=12.0, labels=[str(c) for c in columns])
    senses = [Sense.GE, Sense.GE, Sense.LE, Sense.EQ, Sense.GE, Sense.LE]
    for r in rows:
        row = model.add_rows(f"r{r}", 1, sense=senses[r], rhs=rhs[r] * (4 if senses[r] is Sense.LE else 1))
        model.add_terms(row, x, table[r, columns])
        if senses[r] is not Sense.LE:
            missing = model.add_columns(f"missing{r}", 1, cost=50.0)
            model.add_terms(row, missing, 1.0)
        if senses[r] is Sense.EQ:
            model.add_terms(row, model.add_columns(f"over{r}", 1, cost=30.0), -1.0)
    return model


some_columns = st.lists(st.integers(0, 7), min_size=1, max_size=8, unique=True)
some_rows = st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True)


@given(st.integers(0, 10_000), some_columns, some_rows, some_columns, some_rows)
def test_variables_and_rows_may_come_and_go(
    seed: int, columns: list[int], rows: list[int], other_columns: list[int], other_rows: list[int]
) -> None:
    known = solve_linear(market(seed, columns, rows), time_limit_s=10, stop=NeverStop())
    other = market(seed, other_columns, other_rows)
    warm, cold = solve_from(other, known, time_limit_s=10, stop=NeverStop()), solve(other, SolveOptions())
    assert warm.info.status is cold.info.status is Status.OPTIMAL
    assert warm.info.objective == pytest.approx(cold.info.objective, abs=1e-6)
    assert warm.info.bound == pytest.approx(cold.info.objective, abs=1e-5)
    assert warm.values is not None
    assert len(warm.values) == other.n_columns
    assert warm.row_duals is not None
    assert len(warm.row_duals) == other.n_rows
    onwards = solve_from(market(seed, columns, rows), warm, time_limit_s=10, stop=NeverStop())
    assert onwards.info.objective == pytest.approx(known.info.objective, abs=1e-6)


def test_the_basis_of_a_program_laid_over_another_stays_square() -> None:
    known = solve_linear(market(3, list(range(8)), list(range(6))), time_limit_s=10, stop=NeverStop())
    over = laid_over(market(3, [0, 2], [1, 3]), known.model)
    assert known.basis is not None
    assert sorted(over.columns.tolist()) == list(range(len(over.program.cost)))
    assert sorted(over.rows.tolist()) == list(range(len(over.program.row_lower)))
    assert int((known.basis[0] == 1).sum() + (known.basis[1] == 1).sum()) == len(over.program.row_lower)


@pytest.mark.parametrize("block", ["service", "whole_service"])
def test_a_number_that_only_counts_does_not_make_another_name(block: str) -> None:
    def pieces(first: int) -> Model:
        model = Model("pieces")
        model.add_columns(block, 3, upper=1.0, cost=1.0, labels=lambda i: f"calls,{i // 2},{first + i}")
        return model

    assert laid_over(pieces(0), pieces(7)).columns.tolist() == [0, 1, 2]


def test_handed_over_as_arrays_a_program_has_the_optimum_it_has_through_pulp() -> None:
    for model in (diet(4.0), diet(6.5, extra=True), diet(100.0), Model("empty")):
        direct, through = solve_linear(model, time_limit_s=10, stop=NeverStop()), solve(model, SolveOptions(lp_method="ipm"))
        assert direct.info.status is through.info.status
        assert direct.info.objective == pytest.approx(through.info.objective)
    whole = Model("whole")
    whole.add_columns("x", 1, upper=1.0, integer=True)
    with pytest.raises(ValueError, match="whole"):
        solve_linear(whole, time_limit_s=1, stop=NeverStop())
