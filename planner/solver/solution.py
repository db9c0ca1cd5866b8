"""What came out: the honest end of a solve and, only if there is one, the solution's values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.solve import SolveInfo
from planner.solver.model import Model


@dataclass(frozen=True, kw_only=True)
class Solution:
    """End of a solve. `values` ``[columns]`` and `row_duals` ``[rows]`` are None when there is no solution (or no dual one).
    `basis` holds the statuses of variables and rows at a linear program's vertex, as numbers of HiGHS; None without one."""

    model: Model
    info: SolveInfo
    values: Floats | None
    row_duals: Floats | None = None
    basis: tuple[Ints, Ints] | None = None

    def __getitem__(self, block: str) -> Floats:
        """Return the values of one block of variables; raise ValueError when there is no solution."""
        if self.values is None:
            raise ValueError(f"{self.model.name} has no solution ({self.info.status})")
        for b in self.model.columns:
            if b.name == block:
                return self.values[b.first : b.first + b.count]
        raise KeyError(block)


def dual_bound(model: Model, row_duals: Floats) -> float:
    """Return the lower bound that any row duals prove: ``y b + sum_j min over the bounds of x_j of (c - yA)_j x_j``.

    Duals of the wrong sign count as zero, so the bound holds whatever accuracy they were found with (weak duality; Bertsimas and
    Tsitsiklis 1997, theorem 4.3). It is minus infinity where a reduced cost points to an infinite bound.
    """
    from planner.solver.model import Sense

    senses = np.array([{Sense.LE: -1, Sense.EQ: 0, Sense.GE: 1}[s] for s in model.senses], dtype=np.int64)
    y = np.where((senses == 1) & (row_duals < 0) | (senses == -1) & (row_duals > 0), 0.0, row_duals)
    starts, columns, values = model.matrix()
    reduced = model.cost - np.bincount(columns, weights=values * np.repeat(y, np.diff(starts)), minlength=model.n_columns)
    lower, upper = model.lower, model.upper
    unbounded = np.isinf(upper)
    # a reduced cost of -1e-9 against an infinite bound is rounding of the solver's arithmetic, not a proof of unboundedness
    at_upper = np.where(unbounded, np.where(reduced < -1e-7, -np.inf, 0.0), reduced * np.where(unbounded, 0.0, upper))
    return float(y @ model.rhs + np.sum(np.where(reduced >= 0, reduced * lower, at_upper))) + model.offset
