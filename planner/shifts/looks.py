"""Looks for better plans near the best one, two neighbourhoods at a time (:mod:`planner.shifts.neighbourhood`)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from planner.domain.arrays import Ints
from planner.shifts.anneal import Clock
from planner.shifts.answer import Answer
from planner.shifts.best_plan import BestPlan
from planner.shifts.neighbourhood import better_near, free_kinds
from planner.shifts.problem import Problem
from planner.shifts.run import Run
from planner.shifts.search import state_of

LOOK_S = 6.0
"""Seconds for each neighbourhood of a persistent search."""


class Looks:
    """The looks of one design: no two of them free the same kinds by the same draw."""

    def __init__(self, problem: Problem, clock: Clock) -> None:
        self.problem, self.clock, self.settings = problem, clock, problem.account.settings
        self._count = 0

    def near(self, found: BestPlan, run: Run, workers: ThreadPoolExecutor, rounds: int | None) -> float:
        """Look near the best plan of `found`, which `run` holds; `rounds` pairs of looks, or until time is up. Returns the seconds it took;
        none where promises over windows are priced, which neighbourhoods do not know."""
        since = time.perf_counter()
        if self.problem.service is not None:
            return 0.0
        done = 0
        while (
            (rounds is None or done < rounds)
            and max(1.0, self.clock.deadline - time.perf_counter()) > 1.5 * LOOK_S
            and not self.clock.ended
            and not found.close_enough()
        ):
            assert found.answer is not None
            known, seed = found.answer, [self.settings.seed, self._count]
            frees = [free_kinds(self.problem, known, np.random.default_rng([*seed, n]), near=n == 1) for n in range(2)]
            other = workers.submit(self._near, known, frees[1])
            for answer in (self._near(known, frees[0]), other.result()):
                if answer is not None and found.take(answer, run.view.layers):
                    run.state = state_of(run.view, answer, 0)
            found.tell(found.price.total - self.problem.unserved)
            done, self._count = done + 1, self._count + 1
        return time.perf_counter() - since

    def _near(self, known: Answer, free: Ints) -> Answer | None:
        return better_near(self.problem, known, free, seconds=LOOK_S, solver=self.settings.solver, stop=self.clock.stop)
