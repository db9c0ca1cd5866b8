"""The whole shift model: every family of constraints over the problem's kinds, ready to bound or to solve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.shifts.breaks import add_breaks
from planner.shifts.cover import CoverColumns, add_cover
from planner.shifts.headcount import add_headcount
from planner.shifts.problem import Problem
from planner.shifts.seats import add_seats
from planner.shifts.tours import TourColumns, add_tours
from planner.solver import Model


@dataclass(frozen=True)
class TourModel:
    """A model and where its variables are: `breaks` ``[O]`` heads per break choice, -1 where not in the model."""

    model: Model
    tours: TourColumns
    breaks: Ints
    cover: CoverColumns


def tour_model(problem: Problem, *, whole_breaks: bool = False) -> TourModel:
    """Return the model of `problem`: cheapest heads, breaks and shortfall (ROSTER's aggregated tours with implicit breaks).

    With `whole_breaks` its optimum is the best plan there is; without, and relaxed, a lower bound on it. The objective counts wages
    and premiums of every shift that touches the horizon, lead-in included, and the price of shortfall; the shortfall of queues
    nobody serves is a constant of it.
    """
    model = Model("shifts", offset=problem.unserved)
    every = np.arange(len(problem.kinds), dtype=np.int64)
    tours = add_tours(model, problem, every)
    breaks = add_breaks(model, problem, tours, whole=whole_breaks)
    groups = np.ones(len(problem.availability), dtype=np.bool_)
    classes = np.ones(len(problem.classes), dtype=np.bool_)
    cover = add_cover(model, problem, tours=tours, breaks=breaks, free=groups, fixed=problem.carried, classes=classes)
    add_seats(model, problem, tours, taken=problem.seated)
    add_headcount(model, problem, tours)
    return TourModel(model, tours, breaks, cover)
