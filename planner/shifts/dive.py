"""Whole heads from a linear optimum: round a share of the numbers that are nearly whole, solve again, and so on down.

Where many agents hold few kinds, the linear program knows best how many; a dive keeps that knowledge, each later solve making good what
the last rounding cost (Danna, Rothberg and Le Pape 2005 on diving). Only kinds the linear optimum uses take part. Groups of several
classes are rounded first, in order of their starts, what is rounded off passing on to the next; what they give to each class is then
held, and every class dives alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.solve import StopFlag
from planner.shifts.answer import Answer, missing_agents
from planner.shifts.breaks import add_breaks
from planner.shifts.cover import add_cover
from planner.shifts.headcount import add_headcount, shares_kept
from planner.shifts.problem import Problem
from planner.shifts.seats import add_seats
from planner.shifts.tour_model import TourModel
from planner.shifts.tours import WEEK, TourColumns, add_tours, fewest_agents
from planner.solver import Model, Solution, SolveOptions, relaxed, solve

SHARES = (0.5, 0.34)
"""Of the numbers that are not whole yet, how many a dive rounds before the next solve: two dives, two ways."""
LEAST_AGENTS = 150
"""Agents below which the search alone finds better plans."""
LAST = 16
"""The last heads not whole yet are left to branch and bound: rounding them one by one costs most."""
NODES = 200
"""Nodes it may take, a count so that it ends the same way twice (C14)."""
_WHOLE = 1e-6
_USED = 1e-3


def dive(
    problem: Problem, built: TourModel, values: Floats, *, share: float, ended: Callable[[], bool], stop: StopFlag, solver: str
) -> Answer | None:
    """Return a plan near the linear optimum `values` of `built`, its breaks all at their first choices, or None where rounding broke a
    limit or `ended` came first. `share` of the numbers not whole yet are rounded between two solves."""
    agents, heads = np.zeros(len(problem.kinds)), np.zeros(len(problem.duties))
    for g in np.flatnonzero(_shared(problem)).tolist():
        _round_in_turn(problem, g, values[built.tours.agents], values[built.tours.heads], agents, heads)
    given = np.where(built.cover.given >= 0, values[built.cover.given], 0.0)
    steps = _Steps(share, ended, stop, solver)
    for c in range(len(problem.classes)):
        part = _part_of(problem, c, built, values, given)
        if part is None:
            continue
        now = _dived(part, steps)
        if now is None:
            return None
        for total, columns in ((agents, part.tours.agents), (heads, part.tours.heads)):
            total += np.where(columns >= 0, np.rint(now[columns]), 0.0)
    answer = unbroken(problem, agents.astype(np.int64), heads.astype(np.int64))
    return answer if _legal(problem, answer) else None


def unbroken(problem: Problem, agents: Ints, heads: Ints) -> Answer:
    """Return the plan of `agents` per kind and `heads` per duty with every break at its first choice."""
    first: dict[int, list[int]] = {}
    for pool in problem.pools:
        for duty in pool.duties.tolist():
            first.setdefault(duty, []).append(int(pool.choices[0]))
    choices = {
        j: np.tile(np.array(first.get(j, []), dtype=np.int64), (int(heads[j]), 1)) for j in np.flatnonzero(heads).tolist()
    }
    return Answer(agents, choices)


@dataclass(frozen=True)
class _Part:
    """The model of one class: its own groups' kinds in the linear optimum's support."""

    model: Model
    tours: TourColumns


@dataclass(frozen=True)
class _Steps:
    """How a dive goes down: the share rounded between two solves, when to give up, and by which solver."""

    share: float
    ended: Callable[[], bool]
    stop: StopFlag
    solver: str

    def solved(self, model: Model) -> Solution:
        """Return the optimum of `model`, or where few whole numbers are left in it, what branch and bound finds."""
        return solve(model, SolveOptions(lp_method="ipm", max_nodes=NODES, gap=1e-5, solver=self.solver), stop=self.stop)


def _dived(part: _Part, steps: _Steps) -> Floats | None:
    """Return values of the part's model with whole agents and heads, None where there is no way down."""
    model = relaxed(part.model)
    now = None if steps.ended() else steps.solved(model).values
    for columns, last in ((part.tours.agents, 0), (part.tours.heads, LAST)):
        if now is not None:
            now = _made_whole(model, columns[columns >= 0], now, last, steps)
    return now


def _part_of(problem: Problem, c: int, built: TourModel, values: Floats, given: Floats) -> _Part | None:
    """The model of class `c`: groups that serve it alone are free, what others give it is held."""
    own = problem.serves[:, c] & ~_shared(problem)
    kinds = np.flatnonzero(own[problem.kind_group] & (values[built.tours.agents] > _USED))
    if not len(kinds):
        return None
    fixed = np.where(own[:, None], problem.carried, 0.0)
    others = problem.serves[:, c] & ~own
    fixed[others] = given[others, c] / problem.availability[others, None]
    classes: Bools = np.arange(len(problem.classes)) == c
    model = Model("dive")
    tours = add_tours(model, problem, kinds)
    breaks = add_breaks(model, problem, tours)
    add_cover(model, problem, tours=tours, breaks=breaks, free=own, fixed=fixed, classes=classes)
    add_seats(model, problem, tours, taken=problem.seated + _seats_of_others(problem, own, values[built.tours.heads]))
    add_headcount(model, problem, tours)
    return _Part(model, tours)


def _shared(problem: Problem) -> Bools:
    """Groups ``[G]`` that serve more than one class where somebody is wanted."""
    wanted: Bools = np.any(problem.need > 0, axis=1)
    if problem.service is not None:
        wanted[problem.service.piece_class] = True
    found: Bools = (problem.serves & wanted).sum(axis=1) > 1
    return found


def _seats_of_others(problem: Problem, own: Bools, heads: Floats) -> Floats:
    sites = {s.id: i for i, s in enumerate(problem.account.sites)}
    site = np.array([sites[g.site] for g in problem.account.groups], dtype=np.int64)[problem.duty_group]
    taken = np.zeros((len(sites), problem.size))
    cells = problem.duty_cells
    other = ~own[problem.duty_group]
    kept = other[cells.item]
    np.add.at(taken, (site[cells.item[kept]], cells.interval[kept]), heads[cells.item[kept]])
    return taken


def _made_whole(model: Model, columns: Ints, values: Floats, last: int, steps: _Steps) -> Floats | None:
    """Hold `columns` of `model` at whole numbers, the nearest first and the `last` ones together, and return the values of the last
    solve; None where none are left."""
    free = np.ones(len(columns), dtype=np.bool_)
    while True:
        off = np.abs(values[columns] - np.rint(values[columns]))
        whole = np.flatnonzero(free & (off < _WHOLE))
        rest = np.flatnonzero(free & (off >= _WHOLE))
        model.fix(columns[whole], np.rint(values[columns[whole]]))
        free[whole] = False
        if not len(rest):
            return values
        if len(rest) <= last:
            found = _ended_whole(model, columns[rest], values, steps)
            if found is not None:
                return found
        order = rest[np.argsort(off[rest], kind="stable")]
        found, count = _one_step(model, columns[order], values, steps)
        if found is None:
            return None
        free[order[:count]] = False
        values = found


def _ended_whole(model: Model, columns: Ints, values: Floats, steps: _Steps) -> Floats | None:
    """Hold the last `columns` at the whole numbers beside them that branch and bound finds best; None where it finds none."""
    lower, upper = model.lower[columns], model.upper[columns]
    model.set_bounds(columns, np.maximum(lower, np.floor(values[columns])), np.minimum(upper, np.ceil(values[columns])))
    found = steps.solved(model.with_whole(columns)).values
    if found is None:
        model.set_bounds(columns, lower, upper)
    else:
        model.fix(columns, np.rint(found[columns]))
    return found


def _one_step(model: Model, columns: Ints, values: Floats, steps: _Steps) -> tuple[Floats | None, int]:
    """Round the first of `columns`, as many as can be, and solve again; returns the values, None where none are left, and how many."""
    count = int(np.ceil(steps.share * len(columns)))
    while not steps.ended():
        pick = columns[:count]
        lower, upper = model.lower[pick], model.upper[pick]
        near = np.rint(values[pick])
        model.fix(pick, near)
        found = steps.solved(model).values
        if found is None and count == 1:  # its rounding cannot be: then the other way
            model.fix(pick, np.where(values[pick] > near, near + 1, near - 1))
            found = steps.solved(model).values
        if found is not None or count == 1:
            return found, count
        model.set_bounds(pick, lower, upper)
        count = -(-count // 2)
    return None, 0


def _round_in_turn(problem: Problem, g: int, agents: Floats, heads: Floats, whole_agents: Floats, whole_heads: Floats) -> None:
    """Round the agents and heads of group `g`, kind by kind in order of local start, what is rounded off passed on to the next."""
    kinds = np.flatnonzero(problem.kind_group == g)
    order = kinds[np.argsort([problem.kinds[k].pattern.start_min for k in kinds], kind="stable")]
    total = np.rint(np.cumsum(agents[order]))
    counts = np.diff(total, prepend=0.0)
    days = problem.account.groups[g].days_per_week
    left: dict[int, float] = {}
    for k, count in zip(order.tolist(), counts.tolist(), strict=True):
        kind = problem.kinds[k]
        places = np.arange(len(kind.dates)) - int(kind.lead_in)
        wanted = kind.on(heads) + np.array([left.get(i, 0.0) for i in places.tolist()])
        taken = np.zeros(len(places))
        if count:
            whole_agents[k] = count
            for first in range(0, len(places), WEEK):
                block = np.flatnonzero((places >= first) & (places < first + WEEK))
                worked = int(max(0, days - (WEEK - len(block)))) * int(count)
                taken[block] = _nearest(wanted[block], worked, count)
            for duties, total_heads in zip(kind.dates, taken.tolist(), strict=True):
                whole_heads[duties] = _nearest(heads[duties], int(total_heads), count) if len(duties) > 1 else total_heads
        left.update(zip(places.tolist(), (wanted - taken).tolist(), strict=True))


def _nearest(wanted: Floats, total: int, most: float) -> Floats:
    """Whole numbers from 0 to `most` near `wanted` whose sum is `total`."""
    found = np.clip(np.rint(wanted), 0, most)
    while found.sum() < total:
        found[int(np.argmax(np.where(found < most, wanted - found, -np.inf)))] += 1
    while found.sum() > total:
        found[int(np.argmin(np.where(found > 0, wanted - found, np.inf)))] -= 1
    return found


def _legal(problem: Problem, answer: Answer) -> bool:
    """True when days off, seats and headcounts hold."""
    heads = answer.heads(problem)
    if (fewest_agents(problem, heads, answer.agents) > answer.agents).any():
        return False
    on_site = problem.seated + _seats_of_others(
        problem, np.zeros(len(problem.availability), dtype=np.bool_), heads.astype(np.float64)
    )
    seats = np.array([s.seats for s in problem.account.sites])
    held = np.bincount(problem.kind_group, weights=answer.agents, minlength=len(problem.availability))
    most = [np.inf if g.max_heads is None else g.max_heads for g in problem.account.groups]
    counted = (held <= most).all() and missing_agents(problem, answer) == 0 and shares_kept(problem, held)
    return bool((on_site <= seats[:, None]).all() and counted)
