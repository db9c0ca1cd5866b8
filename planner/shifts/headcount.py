"""How many agents a group must and may have, and of its family at most what share (fifth family of constraints).

Contract classes are groups with the same work under other contracts; N(g) agents of class g keep

    N(g)  <=  max_share(g)  times the sum of N over the class's family.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints
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
    for g, share, family in shares_of(problem):
        members = inside[np.isin(groups, family)]
        row = model.add_rows("max_share", 1, sense=Sense.LE, rhs=0.0, labels=[problem.account.groups[g].id])
        model.add_terms(int(row[0]), tours.agents[members], np.where(problem.kind_group[members] == g, 1.0, 0.0) - share)


def shares_of(problem: Problem) -> tuple[tuple[int, float, tuple[int, ...]], ...]:
    """Return each group with a largest share of its family, that share, and the groups of the family; groups alone in theirs, as where
    a question leaves the others out, have no limit."""
    groups = problem.account.groups
    found = []
    for g, group in enumerate(groups):
        family = tuple(h for h, other in enumerate(groups) if other.family == group.family)
        if group.max_share < 1 and len(family) > 1:
            found.append((g, group.max_share, family))
    return tuple(found)


def shares_kept(problem: Problem, held: Floats | Ints) -> bool:
    """True when `held` ``[G]`` agents keep every largest share."""
    return all(held[g] <= share * held[list(family)].sum() + 1e-9 for g, share, family in shares_of(problem))
