"""Breaks of a finished set of shifts, placed to the whole head so that cover dips least: a small integer program, solved exactly."""

from __future__ import annotations

import numpy as np

from planner.domain.solve import StopFlag
from planner.shifts.answer import Answer
from planner.shifts.breaks import add_breaks
from planner.shifts.cover import add_cover
from planner.shifts.exact import answer_of_model, start_from
from planner.shifts.problem import Problem
from planner.shifts.tour_model import TourModel
from planner.shifts.tours import add_tours
from planner.solver import Model, Solution, SolveOptions, solve

GAP = 2e-4
NODES = 200


def place_breaks(
    problem: Problem, answer: Answer, *, time_limit_s: float, solver: str, stop: StopFlag
) -> tuple[Solution, Answer]:
    """Return the end of the solve, and `answer` with the same heads on the same duties and the best breaks found for them.

    Heads are given, so what is left is where each break of each pool starts; shortfall and premium hours decide (staggering). It ends
    by gap or nodes, in a second or two where a week has five hundred shifts.
    """
    model = Model("breaks", offset=problem.unserved)
    tours = add_tours(model, problem, np.flatnonzero(answer.agents > 0))
    heads = answer.heads(problem)
    inside = tours.heads >= 0
    model.fix(tours.heads[inside], heads[inside])
    held = tours.agents >= 0
    model.fix(tours.agents[held], answer.agents[held])
    breaks = add_breaks(model, problem, tours, whole=True)
    every = np.ones(len(problem.availability), dtype=np.bool_)
    classes = np.ones(len(problem.classes), dtype=np.bool_)
    cover = add_cover(model, problem, tours=tours, breaks=breaks, free=every, fixed=problem.carried, classes=classes)
    built = TourModel(model, tours, breaks, cover)
    options = SolveOptions(
        gap=GAP, max_nodes=NODES, time_limit_s=time_limit_s, start=start_from(problem, built, answer), solver=solver
    )
    solution = solve(model, options, stop=stop)
    return solution, answer if solution.values is None else answer_of_model(problem, built, solution.values)
