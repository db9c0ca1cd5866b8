"""A first roster: everybody in turn gets their best schedule against the heads the others leave wanting, until nobody gains."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.roster.columns import Pool, heads_of, priced, wishes_of
from planner.roster.kit import Kit
from planner.roster.problem import DAY_OFF, NamedProblem


class Heads:
    """Everybody's schedules with their cost, kept up to date as schedules change."""

    def __init__(self, problem: NamedProblem, kit: Kit) -> None:
        self.problem, self.kit = problem, kit
        self.work: Ints = np.full((len(problem.people), problem.n_days), DAY_OFF, dtype=np.int64)
        self.heads: Ints = np.zeros(problem.need.shape, dtype=np.int64)

    def give(self, p: int, days: Ints) -> None:
        """Let person `p` work `days`."""
        n = self.heads.shape[1]
        self.heads += heads_of(days[None], n) - heads_of(self.work[p][None], n)
        self.work[p] = days

    def worth(self) -> Floats:
        """What one more head is worth ``[D, S]``: the cost of a missing one, less that of a spare one."""
        return np.where(self.heads < self.problem.need, self.problem.under_cost, -self.problem.over_cost)

    def cost(self) -> float:
        """Cost of the roster, as the checker defines it."""
        short, spare = np.maximum(self.problem.need - self.heads, 0), np.maximum(self.heads - self.problem.need, 0)
        cover = float((self.problem.under_cost * short).sum() + (self.problem.over_cost * spare).sum())
        wishes = sum(wishes_of(self.kit, p, days) for p, days in enumerate(self.work))
        return float(self.problem.wish_on.sum()) + wishes + cover

    def improve(self, people: Ints, *, rng: np.random.Generator, sweeps: int) -> None:
        """Give everybody of `people` in turn the best schedule against all others, a drawn order a sweep, until a sweep gains nothing."""
        before = np.inf
        for _ in range(sweeps):
            for p in rng.permutation(people).tolist():
                had = self.work[p].copy()
                self.give(p, np.full(self.problem.n_days, DAY_OFF, dtype=np.int64))
                work, value, _ = priced(self.kit, np.array([p]), self.worth())
                self.give(p, had if value[0] == np.inf else work[0])
            now = self.cost()
            if now >= before - 1e-9:
                break
            before = now


def first_roster(
    problem: NamedProblem, kit: Kit, pool: Pool, *, rng: np.random.Generator, halt: Callable[[], bool], sweeps: int = 20
) -> tuple[Heads, list[int]]:
    """Return a roster from which no single person's change gains, and the people for whom no legal schedule was found.

    A change that only ties is taken, by lot, which lets a roster drift; all schedules tried enter `pool`.
    """
    state = Heads(problem, kit)
    count = len(problem.people)
    without: list[int] = []
    best, stale = np.inf, 0
    for sweep in range(sweeps):
        for p in rng.permutation(count).tolist():
            state.give(p, np.full(problem.n_days, DAY_OFF, dtype=np.int64))
            lot = rng.uniform(0, 1e-4, problem.need.shape)
            work, value, _ = priced(kit, np.array([p]), state.worth() + lot)
            if value[0] == np.inf:
                without.append(p)
                continue
            state.give(p, work[0])
            pool.put(p, work[0])
        if without:
            break
        cost = state.cost()
        best, stale = (cost, 0) if cost < best - 1e-9 else (best, stale + 1)
        if stale == 3 or (sweep and halt()):
            break
    return state, sorted(without)
