"""Run the search: a first plan at once, then rounds of improvement in short stretches, so that it can report, stop and repeat."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.solve import StopFlag
from planner.shifts.answer import Answer
from planner.shifts.kernel import improve
from planner.shifts.kernel_state import State
from planner.shifts.problem import Problem
from planner.shifts.search import Frame, worked

STRETCH = 40
"""Rounds between two looks at the clock and the stop flag; about a tenth of a second."""


_SWEEPS = 12


@dataclass(frozen=True)
class Clock:
    """When to end early: a stop flag, and an instant of :func:`time.perf_counter`."""

    stop: StopFlag
    deadline: float

    @property
    def ended(self) -> bool:
        """True when the work should end now."""
        return self.stop.is_set() or time.perf_counter() >= self.deadline


def first_plan(view: Frame, state: State, clock: Clock | None = None) -> None:
    """Put agents in one by one, each the best there is, until none is worth its cost. Also meets every group's least headcount;
    once that is met it stops when `clock` has ended."""
    for part in range(_parts(view)):
        before = -1
        while before < (before := int(state.heads.sum())):
            if clock is not None and clock.ended and (state.heads >= view.data.group["min"]).all():
                return
            improve(view.data, state, part, 0, 1.0, 1.0)


def settle_breaks(view: Frame, state: State) -> None:
    """Give everybody the best breaks for the plan as it is, in turn, until that changes the cost no more."""
    before = np.inf
    for _ in range(_SWEEPS):
        if before - float(state.cost[0]) < 1e-6:
            return
        before = float(state.cost[0])
        for part in range(_parts(view)):
            improve(view.data, state, part, -1, 1.0, 1.0)


def anneal(
    view: Frame, state: State, *, rounds_per_agent: int, heat: tuple[float, float], clock: Clock, tell: Callable[[float], None]
) -> bool:
    """Improve `state` by a fixed number of rounds for each of its agents, at temperatures falling between the two of `heat`, which are
    shares of a typical duty's cost. `tell` hears the cost. Returns False when `clock` ended it early."""
    counts = [max(4, _agents(view, state, part)) * rounds_per_agent for part in range(_parts(view))]
    stretches = max(1, -(-max(counts, default=0) // STRETCH))
    units = [_typical_cost(view, part) for part in range(_parts(view))]
    hot, cold = heat
    for n in range(stretches):
        if clock.ended:
            return False
        a, b = (hot * (cold / hot) ** (x / stretches) for x in (n, n + 1))
        for part, count in enumerate(counts):
            rounds = count * (n + 1) // stretches - count * n // stretches
            improve(view.data, state, part, rounds, a * units[part], b * units[part])
        tell(float(state.cost[0]))
    return True


def copied(state: State, seed: int) -> State:
    """Return a copy of `state` that goes its own way with random numbers from `seed`."""
    own = State._make(part.copy() for part in state)
    own.rng[0] = np.random.default_rng(seed).integers(1, 2**63 - 1, dtype=np.uint64)
    return own


def answer_of(problem: Problem, view: Frame, state: State) -> Answer:
    """Return the plan a state holds."""
    agents = np.zeros(len(problem.kinds), dtype=np.int64)
    rows: dict[int, list[np.ndarray]] = {}
    for place in np.flatnonzero(state.agent["kind"] >= 0).tolist():
        agents[state.agent["kind"][place]] += 1
        for duty, choice in zip(*worked(view, state, place), strict=True):
            rows.setdefault(int(duty), []).append(choice[view.data.duty_pool[duty] >= 0])
    choices = {duty: np.array(found, dtype=np.int64).reshape(len(found), -1) for duty, found in sorted(rows.items())}
    return Answer(agents, choices)


def _parts(view: Frame) -> int:
    return len(view.data.part)


def _typical_cost(view: Frame, part: int) -> float:
    """Median cost of a duty among the groups of a part."""
    costs = view.data.duty["cost"][np.isin(view.problem.duty_group, np.flatnonzero(view.data.group["part"] == part))]
    return float(np.median(costs)) if len(costs) else 1.0


def _agents(view: Frame, state: State, part: int) -> int:
    return int(state.heads[view.data.group["part"] == part].sum())
