"""When the breaks fall, without a variable per shift and break combination (second family of constraints).

Aykin's implicit breaks (Aykin 1996): the heads on duty choose among the possible starts of each break, and only their number per
start matters. Breaks with the same group, length and possible starts are pooled over the shifts they belong to, as they can be
exchanged. Numbers may
stay continuous for a bound; a finished plan has whole ones.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Bools, Ints
from planner.shifts.problem import Problem
from planner.shifts.tours import TourColumns
from planner.solver import Model, Sense


def add_breaks(model: Model, problem: Problem, tours: TourColumns, *, whole: bool = False) -> Ints:
    """Add the number of heads that start a break at each choice, and return its variables ``[O]`` (-1 where not in the model).

    `whole` asks for whole numbers of heads.
    """
    inside = [p for p, pool in enumerate(problem.pools) if bool((tours.heads[pool.duties] >= 0).any())]
    chosen = np.full(len(problem.choice_start_s), -1, dtype=np.int64)
    if not inside:
        return chosen
    choices = np.concatenate([problem.pools[p].choices for p in inside])
    pool_of = np.repeat(np.arange(len(inside)), [len(problem.pools[p].choices) for p in inside])
    chosen[choices] = model.add_columns(
        "breaks",
        len(choices),
        cost=problem.choice_cost[choices],
        integer=whole,
        labels=lambda i: choice_name(problem, int(choices[i])),
    )
    rows = model.add_rows("rests", len(inside), sense=Sense.EQ, rhs=0.0, labels=lambda i: f"pool{inside[i]}")
    model.add_terms(rows[pool_of], chosen[choices], 1.0)
    for row, p in zip(rows.tolist(), inside, strict=True):
        duties = problem.pools[p].duties
        present: Bools = tours.heads[duties] >= 0
        model.add_terms(row, tours.heads[duties[present]], -1.0)
    return chosen


def choice_name(problem: Problem, choice: int) -> str:
    """Return the name of a break choice in models: its pool and its start in minutes from the start of the grid."""
    minutes = (int(problem.choice_start_s[choice]) - int(problem.grid.start_utc.timestamp())) // 60
    return f"pool{int(problem.choice_pool[choice])},{minutes}".replace("-", "m")
