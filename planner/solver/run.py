"""Solve a model with the solver its options name."""

from __future__ import annotations

import copy
import dataclasses

from planner.domain.solve import NeverStop, Report, StopFlag, no_report
from planner.solver.model import Model
from planner.solver.options import SolveOptions
from planner.solver.solution import Solution

_DEFAULT = SolveOptions()


def solve(
    model: Model, options: SolveOptions = _DEFAULT, *, report: Report = no_report, stop: StopFlag | None = None, stage: str = ""
) -> Solution:
    """Solve `model` and return its honest end (status, objective, bound, seconds) and values if there are any.

    `report` is called now and then with the best solution's cost and the bound; a `stop` flag that is set ends the search soon,
    keeping the best solution so far.
    """
    if options.start is not None and len(options.start) != model.n_columns:
        raise ValueError(f"start must have a value for each of {model.n_columns} variables, got {len(options.start)}")
    never = stop if stop is not None else NeverStop()
    if options.solver == "cbc":
        from planner.solver.cbc import solve_with_cbc

        return solve_with_cbc(model, options, never)
    from planner.solver.highs import solve_with_highs

    return solve_with_highs(model, options, report, never, stage or model.name)


def relaxed(model: Model) -> Model:
    """Return `model` without its whole-number conditions: its linear relaxation, whose optimum bounds every solution."""
    import numpy as np

    return dataclasses.replace(copy.deepcopy(model), _integer=[np.zeros(b.count, dtype=np.bool_) for b in model.columns])
