"""A good roster soon: simulated annealing over legal schedules, from the heat at which most moves pass down to none that hurts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.roster.anneal_kernel import anneal
from planner.roster.columns import wishes_of
from planner.roster.kit import Kit
from planner.roster.neighbourhood import Heads
from planner.roster.problem import NamedProblem

STEPS = 200
"""Temperatures from hot to cold; the clock and the stop flag are looked at between them."""
_NOTED = 2_000
_COLD = 60.0
"""How many times colder the end is than the beginning."""


def annealed(
    problem: NamedProblem, kit: Kit, start: Ints, *, moves: int, seed: int, halt: Callable[[], bool], warmth: float = 1.0
) -> Ints:
    """Return the best roster ``[P, D]`` that `moves` moves from the legal roster `start` find (Kirkpatrick, Gelatt and Vecchi 1983).

    The search begins with a descent, which measures what moves cost; the first temperature is a lower quartile of that, times
    `warmth`, and falls geometrically. Repeatable by `seed` unless `halt` ends it between two temperatures.
    """
    state = Heads(problem, kit)
    for p, days in enumerate(start):
        state.give(p, days)
    own: Floats = np.array([wishes_of(kit, p, days) for p, days in enumerate(start)])
    work, best, heads = state.work, state.work.copy(), state.heads
    at: Floats = np.full(2, state.cost())
    lot: Ints = np.array([np.random.default_rng(seed).integers(1, 1 << 62)], dtype=np.int64)
    raised, few = np.empty(_NOTED), max(1, moves // STEPS)

    def run(heat: float, count: int, noted: Floats) -> int:
        costs = problem.under_cost, problem.over_cost
        return int(anneal(kit, problem.need, *costs, work, heads, own, best, at, heat, count, lot, noted))

    noted = run(1e-9, 10 * few, raised)
    if not noted:
        return best
    hot = warmth * float(np.quantile(raised[:noted], 0.25))
    for step in range(STEPS):
        if halt():
            break
        run(hot * _COLD ** (-step / (STEPS - 1)), few, raised[:0])
    return best
