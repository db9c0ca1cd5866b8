"""From the basis of one linear program to the optimum of one like it: the same optimum as from nothing."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.solve import NeverStop, Status
from planner.solver import Model, Sense, SolveOptions, solve, solve_from


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
