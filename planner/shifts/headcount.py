"""How many agents a group must and may have, and of its family what share (fifth family of constraints).

Contract classes are groups with the same work under other contracts; N(g) agents of class g keep

    min_share(g)  times the sum of N over the class's family  <=  N(g)  <=  max_share(g)  times that sum.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.people import Group
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
    shares = [("max_share", Sense.LE, shares_of(problem))]
    shares += [("min_share", Sense.GE, least_shares_of(problem))] if least else []
    for name, sense, limits in shares:
        if not limits:
            continue
        rows = model.add_rows(
            name, len(limits), sense=sense, rhs=0.0, labels=[problem.account.groups[g].id for g, _, _ in limits]
        )
        for row, (g, share, family) in zip(rows.tolist(), limits, strict=True):
            members = inside[np.isin(groups, family)]
            model.add_terms(row, tours.agents[members], np.where(problem.kind_group[members] == g, 1.0, 0.0) - share)


def shares_of(problem: Problem) -> tuple[tuple[int, float, tuple[int, ...]], ...]:
    """Return each group with a largest share of its family, that share, and the groups of the family; groups alone in theirs, as where
    a question leaves the others out, have no limit."""
    return tuple((g, g_.max_share, family) for g, g_, family in _families(problem) if g_.max_share < 1)


def least_shares_of(problem: Problem) -> tuple[tuple[int, float, tuple[int, ...]], ...]:
    """Return each group with a least share of its family, as `shares_of` does those with a largest one."""
    return tuple((g, g_.min_share, family) for g, g_, family in _families(problem) if g_.min_share > 0)


def shares_kept(problem: Problem, held: Floats | Ints) -> bool:
    """True when `held` ``[G]`` agents keep every largest and every least share."""
    largest = all(held[g] <= share * held[list(family)].sum() + 1e-9 for g, share, family in shares_of(problem))
    return largest and all(held[g] >= share * held[list(family)].sum() - 1e-9 for g, share, family in least_shares_of(problem))


def _families(problem: Problem) -> Iterator[tuple[int, Group, tuple[int, ...]]]:
    """Groups that share their work with others, and all of the family."""
    groups = problem.account.groups
    for g, group in enumerate(groups):
        family = tuple(h for h, other in enumerate(groups) if other.family == group.family)
        if len(family) > 1:
            yield g, group, family
