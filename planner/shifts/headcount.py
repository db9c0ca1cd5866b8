"""How many agents a group must and may have (fifth family of constraints)."""

from __future__ import annotations

import numpy as np

from planner.shifts.problem import Problem
from planner.shifts.tours import TourColumns
from planner.solver import Model, Sense


def add_headcount(model: Model, problem: Problem, tours: TourColumns, *, least: bool = True) -> None:
    """Add the least and the most agents of each group with kinds in the model: ``min_heads <= sum of agents <= max_heads``.

    Without `least` only the upper bound is added.
    """
    inside = np.flatnonzero(tours.agents >= 0)
    groups = problem.kind_group[inside]
    bounds = [(g, problem.account.groups[g]) for g in np.unique(groups).tolist()]
    lower = [(g, group.id, group.min_heads) for g, group in bounds if least and group.min_heads > 0]
    upper = [(g, group.id, group.max_heads) for g, group in bounds if group.max_heads is not None]
    for name, sense, wanted in (("min_heads", Sense.GE, lower), ("max_heads", Sense.LE, upper)):
        if not wanted:
            continue
        rows = model.add_rows(name, len(wanted), sense=sense, rhs=[float(w[2]) for w in wanted], labels=[w[1] for w in wanted])
        for row, (g, _, _) in zip(rows.tolist(), wanted, strict=True):
            model.add_terms(row, tours.agents[inside[groups == g]], 1.0)
