"""Small problems to the proven end: the whole model with whole breaks, by branch and bound from the best plan known."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.solve import Report, StopFlag
from planner.shifts.answer import Answer
from planner.shifts.problem import Problem
from planner.shifts.tour_model import TourModel, tour_model
from planner.shifts.tours import fewest_agents
from planner.solver import Solution, SolveOptions, solve

LARGEST = 700
"""Duties and break choices up to which branch and bound is tried; beyond, it rarely betters the search in the time."""
NODES = 1_000
"""Nodes after which it ends: a count, not a clock, so that it ends the same way twice (C14)."""


def small_enough(problem: Problem) -> bool:
    """True when the problem is worth solving to the end."""
    return len(problem.duties) + len(problem.choice_start_s) <= LARGEST


def solve_exactly(
    problem: Problem, known: Answer, *, gap: float, time_limit_s: float, solver: str, report: Report, stop: StopFlag
) -> tuple[Solution, Answer | None]:
    """Return the end of the solve and its plan, if it found one; `known` is the plan it starts from."""
    built = tour_model(problem, whole_breaks=True)
    options = SolveOptions(
        time_limit_s=time_limit_s, gap=gap, max_nodes=NODES, start=start_from(problem, built, known), solver=solver
    )
    solution = solve(built.model, options, report=report, stop=stop, stage="shifts")
    if solution.values is None:
        return solution, None
    return solution, answer_of_model(problem, built, solution.values)


def start_from(problem: Problem, built: TourModel, known: Answer) -> Floats:
    """Return a start for the solver: whole variables at the plan's values, the rest not said (NaN)."""
    values = np.full(built.model.n_columns, np.nan)
    for columns, numbers in (
        (built.tours.agents, known.agents),
        (built.tours.heads, known.heads(problem)),
        (built.breaks, known.breaks(problem)),
    ):
        values[columns[columns >= 0]] = numbers[columns >= 0]
    return values


def answer_of_model(problem: Problem, built: TourModel, values: Floats) -> Answer:
    """Return the plan a solution stands for: breaks of a pool are dealt to its duties' heads in order."""

    def whole(columns: Ints) -> Ints:
        return np.where(columns >= 0, np.rint(values[columns]), 0).astype(np.int64)

    agents, heads, breaks = whole(built.tours.agents), whole(built.tours.heads), whole(built.breaks)
    dealt: dict[int, list[Ints]] = {}
    for pool in problem.pools:
        queue = np.repeat(pool.choices, breaks[pool.choices])
        at = 0
        for duty in pool.duties.tolist():
            dealt.setdefault(duty, []).append(queue[at : at + heads[duty]])
            at += heads[duty]
    choices = {
        j: np.array(dealt[j]).T.reshape(heads[j], -1) if j in dealt else np.zeros((heads[j], 0), dtype=np.int64)
        for j in np.flatnonzero(heads).tolist()
    }
    return Answer(fewest_agents(problem, heads, agents), choices)
