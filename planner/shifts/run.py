"""One run of the search: a plan as it changes, and the price of contacts it steers by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.shifts.anneal import Clock, anneal, answer_of, copied, first_plan, settle_breaks
from planner.shifts.answer import Answer, missing_agents, on_duty, price
from planner.shifts.kernel_state import State
from planner.shifts.layers import first_multipliers, layers_of, retuned, staffed
from planner.shifts.problem import Problem
from planner.shifts.search import Frame, frame, moved, relayered, start

SEGMENTS = 10
"""Stretches of an annealing after which windows are priced anew."""
_MENDS, _TRIMS = 14, 3
"""Most tries to keep every window, and how many of them may follow one that does."""
_AIM = 0.7
"""Share of the way to its promise that a window's price aims at each time."""


@dataclass
class Run:
    """A plan under search: `view` of the problem at today's `multipliers` ``[W]`` (None without windows), and its `state`."""

    problem: Problem
    view: Frame
    state: State
    multipliers: Floats | None

    def answer(self) -> Answer:
        """Return the plan it holds."""
        return answer_of(self.problem, self.view, self.state)

    def copied(self, seed: int) -> Run:
        """Return a run from the same plan that goes its own way."""
        return Run(self.problem, self.view, copied(self.state, seed), self.multipliers)

    def again(self, seed: int) -> Run:
        """Return a run from nothing at the same prices."""
        return Run(self.problem, self.view, start(self.view, seed), self.multipliers)

    def price_windows(self, multipliers: Floats) -> None:
        """Steer by `multipliers` ``[W]`` from now on."""
        self.multipliers = multipliers
        self.view = relayered(self.view, layers_of(self.problem, multipliers))
        seen = moved(self.view, self.state, 0)
        self.state = seen._replace(rng=self.state.rng)

    def ahead(self) -> Floats:
        """Return by how many contacts each window is ahead of its promise ``[W]``."""
        service = self.problem.service
        assert service is not None
        found = self.answer()
        present = on_duty(self.problem, found.heads(self.problem), found.breaks(self.problem))
        return service.ahead(staffed(self.problem, self.view.layers, present))

    def key(self) -> tuple[int, int, float]:
        """Return what makes one plan better than another: agents missing from the least headcounts, windows missed, cost."""
        found = self.answer()
        cost = price(self.problem, found, self.view.layers)
        return missing_agents(self.problem, found), cost.windows, cost.total

    def retune(self, share: float) -> None:
        """Price windows behind their promises higher and those ahead lower, by `share` of the way."""
        assert self.multipliers is not None
        self.price_windows(retuned(self.problem, self.multipliers, self.ahead(), share=share))


def new_run(problem: Problem, seed: int, serves: Bools | None = None) -> Run:
    """Return a run from nothing; `serves` ``[G, C]`` may restrict who works for which class."""
    multipliers = None if problem.service is None else first_multipliers(problem)
    layers = None if multipliers is None else layers_of(problem, multipliers)
    view = frame(problem, serves, layers=layers)
    return Run(problem, view, start(view, seed), multipliers)


def improve_run(
    run: Run,
    *,
    rounds_per_agent: int,
    heat: tuple[float, float],
    clock: Clock,
    tell: Callable[[float], None],
    mend: bool = True,
) -> bool:
    """Anneal `run` at temperatures falling between the two of `heat`; see `anneal`. Promises over windows are priced anew on the way,
    and with `mend` all kept in the end where that can be. Returns False when `clock` ended it early."""
    first_plan(run.view, run.state, clock)
    if run.multipliers is None:
        return anneal(run.view, run.state, rounds_per_agent=rounds_per_agent, heat=heat, clock=clock, tell=tell)
    hot, cold = heat
    for n in range(SEGMENTS):
        run.retune(_AIM)
        part = tuple(hot * (cold / hot) ** (x / SEGMENTS) for x in (n, n + 1))
        if not anneal(
            run.view, run.state, rounds_per_agent=rounds_per_agent // SEGMENTS, heat=(part[0], part[1]), clock=clock, tell=tell
        ):
            return False
    settle_breaks(run.view, run.state)
    return _mended(run, cold, max(1, rounds_per_agent // SEGMENTS), clock, tell) if mend else True


def _mended(run: Run, cold: float, rounds: int, clock: Clock, tell: Callable[[float], None]) -> bool:
    """End with every window kept, if that can be: raise the price of those behind a little each time until none is, then lower that of
    those ahead; the best plan met on the way stays."""
    best, kept = run.copied(0), 0
    key = best.key()
    for _ in range(_MENDS):
        ahead = run.ahead()
        assert run.multipliers is not None
        kept += int((ahead >= 0).all())
        if kept > _TRIMS:
            break
        prices = retuned(run.problem, run.multipliers, np.where(ahead < 0, ahead, _AIM * ahead if kept else 0.0))
        run.price_windows(np.where(ahead < 0, np.maximum(prices, 1.01 * run.multipliers), prices))
        if not anneal(run.view, run.state, rounds_per_agent=rounds, heat=(cold, cold), clock=clock, tell=tell):
            return False
        settle_breaks(run.view, run.state)
        if (found := run.key()) < key:
            best, key = run.copied(0), found
    run.view, run.state, run.multipliers = best.view, best.state, best.multipliers
    return True
