"""The proof beside the search: integer models of the whole horizon where it is small, of growing windows of it where it is not."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass, field
from threading import Event

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.solve import Status
from planner.shifts.catalogue_case import Case
from planner.shifts.catalogue_model import heads_of, values_of, window_model
from planner.solver import Solution, SolveOptions, relaxed, solve

WHOLE = 1_500
"""Kinds times days up to which the whole horizon is one integer model; beyond, its root alone takes longer than a day's optimum."""
FIRST_SLICE_S = 8.0
"""Seconds of the first attempt at the whole model; later ones are longer and have other random numbers. Times to the same proof
differed sixfold by those alone (770 kinds and days, HiGHS 1.13), so several short attempts end sooner than a long one."""
MERGE_SLICE_S = 8.0
"""Most seconds for the best plan made of kinds that the search has used."""


@dataclass(eq=False)
class Proof:
    """What is proved so far, in head-slots, and the best plan met on the way. One thread works it, others read it and add plans."""

    case: Case
    deadline: float
    stop: Event = field(default_factory=Event)
    bound: float = 0.0
    cost: float = np.inf
    heads: Ints | None = None
    pool: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    merged: int = 0
    solver: str = ""
    variables: int = 0
    rows: int = 0

    def add_kinds(self, heads: Ints) -> None:
        """Add the kinds of a plan to the pool that the merging model chooses from."""
        self.pool = np.union1d(self.pool, np.flatnonzero(heads.any(axis=1)))

    def start_from(self, cost: float, heads: Ints) -> None:
        """Take a plan the search has found."""
        if cost < self.cost:
            self.cost, self.heads = cost, heads

    @property
    def small(self) -> bool:
        """True when the whole horizon is one integer model."""
        return len(self.case.kinds) * self.case.days <= WHOLE

    @property
    def closed(self) -> bool:
        """True when the best plan is proved to be one."""
        return self.cost <= self.bound + 1e-9

    @property
    def ended(self) -> bool:
        """True when there is nothing left to do, or no time."""
        return self.closed or self.stop.is_set() or self.left < 0.05

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.deadline - time.perf_counter()

    def work(self) -> None:
        """Prove until closed, stopped or out of time."""
        if not self.small:
            self._relax()
            self._windows()
        self._whole()

    def _merge(self, seconds: float) -> None:
        """Find the best plan from kinds of plans known: what they hold together is often better than each."""
        pool, self.merged = self.pool, len(self.pool)
        case = dataclasses.replace(self.case, kinds=tuple(self.case.kinds[k] for k in pool.tolist()))
        window = window_model(case, 0, len(case.demand))
        start = None if self.heads is None else values_of(window, self.heads[pool])
        found = solve(window.model, self._options(seconds, start=start), stop=self.stop)
        if found.values is not None:
            heads = np.zeros((len(self.case.kinds), case.days), dtype=np.int64)
            heads[pool] = heads_of(case, window, found.values)
            self._better(heads)

    def _whole(self) -> None:
        window = window_model(self.case, 0, len(self.case.demand))
        attempt = 0
        while not self.ended:
            if self.merged < len(self.pool) < len(self.case.kinds):
                self._merge(min(MERGE_SLICE_S, self.left / 3))
            start = None if self.heads is None else values_of(window, self.heads)
            effort = 0.0 if attempt % 2 == 0 and start is not None else None
            seconds = min(self.left, FIRST_SLICE_S * 1.5**attempt)
            found = solve(window.model, self._options(seconds, start=start, seed=attempt, effort=effort), stop=self.stop)
            self._proved(found)
            if found.values is not None:
                self._better(heads_of(self.case, window, found.values))
            if found.info.status not in (Status.TIME_LIMIT, Status.CANCELLED):
                return
            attempt += 1

    def _relax(self) -> None:
        window = window_model(self.case, 0, len(self.case.demand))
        self._proved(solve(relaxed(window.model), SolveOptions(time_limit_s=self.left), stop=self.stop))

    def _windows(self) -> None:
        """Bound by the day that needs most, then by ever longer windows about it."""
        case, length = self.case, self.case.slots
        earliest = int(case.start.min())
        promise = []
        for day in range(case.days if case.days > 1 else 0):
            if self.ended:
                return
            window = window_model(case, day * case.slots + earliest, length)
            found = solve(window.model, self._options(self.left / 20, nodes=1, effort=0.0), stop=self.stop)
            self._proved(found)
            promise.append((-(found.info.bound or 0.0), day))
        first = min(promise)[1] * case.slots + earliest if promise else 0
        while not self.ended and length + case.length.max() <= len(case.demand):
            window = window_model(case, first, length)
            start = None if self.heads is None else values_of(window, self.heads)
            self._proved(found := solve(window.model, self._options(self.left, start=start), stop=self.stop))
            if found.info.status in (Status.TIME_LIMIT, Status.CANCELLED):
                return
            first, length = first - case.slots // 8, length + case.slots // 4 + 1

    def _options(
        self,
        seconds: float,
        *,
        start: np.ndarray | None = None,
        seed: int = 0,
        nodes: int | None = None,
        effort: float | None = None,
    ) -> SolveOptions:
        return SolveOptions(
            time_limit_s=max(0.01, min(seconds, self.left)),
            gap=0.0,
            start=start,
            seed=seed,
            max_nodes=nodes,
            heuristic_effort=effort,
            extra={"mip_abs_gap": 0.999 * self.case.grain if self.case.grain else 1e-6},
        )

    def _proved(self, found: Solution) -> None:
        """Take a model's bound; its size counts as the proof's where the bound is the best so far."""
        self.solver = found.info.solver
        if found.info.status is not Status.FAILED and found.info.bound is not None:
            bound = self.case.rounded_up(found.info.bound)
            if bound > self.bound or not self.variables:
                self.bound, self.variables, self.rows = max(self.bound, bound), found.info.variables, found.info.rows

    def _better(self, heads: Ints) -> None:
        cost = self.case.cost(heads)
        if cost < self.cost - 1e-9:
            self.cost, self.heads = cost, heads
