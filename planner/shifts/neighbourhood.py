"""Better plans near a known one: a few kinds free, all others held, by branch and bound (large neighbourhood search, Shaw 1998).

What the search by single agents cannot see, a small integer program can: how the days off of several kinds fit together while the breaks of
everybody stay free. Breaks are continuous in it and placed to the whole head afterwards.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.solve import StopFlag
from planner.shifts.answer import Answer, price
from planner.shifts.breaks import add_breaks
from planner.shifts.cover import add_cover
from planner.shifts.dive import unbroken
from planner.shifts.exact import start_from
from planner.shifts.headcount import add_headcount
from planner.shifts.place import place_breaks
from planner.shifts.problem import Problem
from planner.shifts.seats import add_seats
from planner.shifts.tour_model import TourModel
from planner.shifts.tours import add_tours, fewest_agents
from planner.solver import Model, SolveOptions, solve

FREE, NEW = (10, 24), 6
"""Fewest and most kinds of the plan that are free at a time, and how many that nobody holds yet may be taken up."""
GAP = 1e-4


def free_kinds(problem: Problem, answer: Answer, rng: np.random.Generator, *, near: bool) -> Ints:
    """Return kinds to free: of the plan's, some at random, or with `near` those that start nearest to some time of day; and `NEW` others,
    drawn at random."""
    held = np.flatnonzero(answer.agents)
    others = np.flatnonzero(answer.agents == 0)
    key: Floats = rng.random(len(held))
    if near and len(held):
        start = np.array([problem.duties[int(problem.kinds[k].duties[-1])].start_utc.timestamp() / 3600 % 24 for k in held])
        away = (start - rng.random() * 24) % 24
        key = np.minimum(away, 24 - away) + 2 * key
    new = rng.choice(others, min(NEW, len(others)), replace=False) if len(others) else others
    count = int(rng.integers(FREE[0], FREE[1] + 1))
    return np.sort(np.concatenate([held[np.argsort(key, kind="stable")[:count]], new]))


def better_near(problem: Problem, answer: Answer, free: Ints, *, seconds: float, solver: str, stop: StopFlag) -> Answer | None:
    """Return a plan cheaper than `answer` that differs from it in the kinds `free` and in everybody's breaks, or None where none was found
    within about `seconds`."""
    kinds = np.union1d(np.flatnonzero(answer.agents), free)
    model = Model("neighbourhood", offset=problem.unserved)
    tours = add_tours(model, problem, kinds)
    heads = answer.heads(problem)
    held = np.setdiff1d(kinds, free)
    model.fix(tours.agents[held], answer.agents[held])
    duties = np.flatnonzero(np.isin(problem.duty_kind, held))
    model.fix(tours.heads[duties], heads[duties])
    breaks = add_breaks(model, problem, tours)
    groups = np.ones(len(problem.availability), dtype=np.bool_)
    classes = np.ones(len(problem.classes), dtype=np.bool_)
    cover = add_cover(model, problem, tours=tours, breaks=breaks, free=groups, fixed=problem.carried, classes=classes)
    add_seats(model, problem, tours, taken=problem.seated)
    add_headcount(model, problem, tours)
    built = TourModel(model, tours, breaks, cover)
    start = start_from(problem, built, answer)
    options = SolveOptions(time_limit_s=seconds, gap=GAP, lp_method="ipm", start=start, solver=solver)
    found = solve(model, options, stop=stop)
    cost = price(problem, answer).total
    if found.values is None or found.info.objective is None or found.info.objective > cost - 1e-6 * abs(cost):
        return None
    agents = np.where(tours.agents >= 0, np.rint(found.values[tours.agents]), 0).astype(np.int64)
    whole = np.where(tours.heads >= 0, np.rint(found.values[tours.heads]), 0).astype(np.int64)
    plan = unbroken(problem, fewest_agents(problem, whole, agents), whole)
    end, placed = place_breaks(problem, plan, time_limit_s=seconds, solver=solver, stop=stop)
    return placed if end.values is not None and price(problem, placed).total < cost else None
