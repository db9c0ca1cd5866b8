"""How a day's agents are best divided among many classes, where sets of classes are too many to list: a linear program."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.shifts.problem import Problem
from planner.solver import Model, Sense, SolveOptions, solve


def divided(problem: Problem, part: tuple[int, ...], on_seat: Floats) -> Floats:
    """Return the least shortfall of the classes in `part` per interval ``[T]``, given on-seat agents ``[G, T]``."""
    classes = list(part)
    need = problem.need[classes]
    size = problem.size
    model = Model("divide")
    short = model.add_columns("short", need.size, upper=need.ravel(), cost=1.0)
    cover = model.add_rows("cover", need.size, sense=Sense.GE, rhs=need.ravel())
    model.add_terms(cover, short, 1.0)
    for g in np.flatnonzero(problem.serves[:, classes].any(axis=1)).tolist():
        own = np.flatnonzero(problem.serves[g, classes])
        given = model.add_columns(f"given_{g}", len(own) * size).reshape(len(own), size)
        split = model.add_rows(f"split_{g}", size, sense=Sense.LE, rhs=on_seat[g])
        model.add_terms(split[None, :], given, 1.0)
        model.add_terms(cover.reshape(len(classes), size)[own], given, 1.0)
    solution = solve(model, SolveOptions())
    missing: Floats = solution["short"].reshape(len(classes), size).sum(axis=0)
    return missing
