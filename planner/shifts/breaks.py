"""When the breaks fall, without a variable per shift and break combination (second family of constraints).

Aykin's implicit breaks (Aykin 1996): the heads on duty choose among the possible starts of each break, and only their number per
start matters. Breaks with the same group, length and possible starts are pooled over the shifts they belong to, as they can be
exchanged. Where a least gap keeps two breaks of a shift apart, the heads of both are counted along the day, no second break before a
first one that lies far enough back; :mod:`planner.shifts.gaps` proves that personal breaks can be dealt from such numbers. Numbers may
stay continuous for a bound; a finished plan has whole ones.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Bools, Ints
from planner.shifts.gaps import counted
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
    _keep_apart(model, problem, inside, chosen)
    return chosen


def _keep_apart(model: Model, problem: Problem, pools: list[int], chosen: Ints) -> None:
    """One row per start of a later break, as far as the earlier one may still be to come."""
    found: list[tuple[int, Ints, Ints]] = []
    for p in pools:
        pool = problem.pools[p]
        if pool.after is None:
            continue
        before = problem.pools[pool.after].choices
        times = [tuple(problem.choice_start_s[c].tolist()) for c in (before, pool.choices)]
        found += [(p, chosen[pool.choices[:n]], chosen[before[:m]]) for n, m in counted(times[0], times[1], pool.wait_s)]
    if not found:
        return
    rows = model.add_rows(
        "apart", len(found), sense=Sense.LE, rhs=0.0, labels=lambda i: f"pool{found[i][0]},{len(found[i][1])}"
    )
    for row, (_, later, earlier) in zip(rows.tolist(), found, strict=True):
        model.add_terms(row, later, 1.0)
        model.add_terms(row, earlier, -1.0)


def choice_name(problem: Problem, choice: int) -> str:
    """Return the name of a break choice in models: its pool and its start in minutes from the start of the grid."""
    minutes = (int(problem.choice_start_s[choice]) - int(problem.grid.start_utc.timestamp())) // 60
    return f"pool{int(problem.choice_pool[choice])},{minutes}".replace("-", "m")
