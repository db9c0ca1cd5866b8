"""The people of a finished plan on the simulated floor, each as they are, taught or taken off, always before the same customers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.plan import Plan
from planner.domain.shifts import Shift
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.domain.solve import StopFlag
from planner.evaluation.by_simulation import simulated_rows
from planner.evaluation.promised_rows import binds
from planner.pooling.pay import cost_of_work
from planner.pooling.teaching.parts import Part, floor_of_part, parts_of
from planner.pooling.teaching.skills import Variant, account_with
from planner.simulation import Floor, Hours, Link, floor_of, simulate_floor
from planner.simulation.customers import Customers
from planner.simulation.of_plan import hours_of

State = tuple[str, ...]
"""As what each person of the bench works: id of their group, id of a variant of it, or `OFF`."""
OFF = ""
"""Taken off."""
Ahead = dict[WindowKey, float]
"""Points by which each window of each promise is ahead of its target."""

_NOBODY = -1
"""Number of the pool of those taken off."""
_FLOORS = 3
"""Parts of the floor whose customers are kept."""
_LEAST, _MOST, _CONTACTS = 40, 240, 30_000
"""Replications that decide: so many that this many contacts come, within these limits."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody of a plan: their group, their shifts with one head each, what they cost as they are, and a number that is the same for
    everybody of the group who works the same hours."""

    id: str
    group: str
    work: tuple[Shift, ...]
    cost: float
    kind: int


class Bench:
    """The people of `plan` to be tried out: `workers`, of whom some may be `copies` ``(worker number, how many)`` that begin taken off.

    Everybody keeps the same luck of being absent, and customers are the same, whatever state the people are in: two states differ by what
    the people can do alone. Shifts that nobody of the roster works, and those carried in, stay as they are.
    """

    def __init__(self, plan: Plan, stop: StopFlag, variants: Iterable[Variant] = (), copies: int = 0) -> None:
        self.plan, self.account, self.stop = plan, plan.account, stop
        self.variants = {variant.id: variant for variant in variants}
        self.computed = tuple(row for row in plan.evaluation.sla if binds(row, plan.account))
        self._offered = {key_of(row): row.offered for row in self.computed}
        self.seed = plan.account.settings.seed
        known, self._fixed = workers_of(plan)
        firsts = {w.kind: w for w in reversed(known)}
        spares = tuple(w for _, w in sorted(firsts.items()) for _ in range(copies))
        self.workers = (*known, *spares)
        self.start: State = tuple(w.group for w in known) + (OFF,) * len(spares)
        contacts = float(np.nansum(np.where(plan.demand.expected, plan.demand.contacts, 0.0)))
        self.sure = int(min(max(math.ceil(_CONTACTS / max(contacts, 1.0)), _LEAST), _MOST))
        self.look = max(12, self.sure // 4)
        self._hours, self._of_worker = self._timed()
        self._floors: dict[tuple[str, ...], Floor] = {}
        self._rows: dict[tuple[State, int, int], tuple[SimulatedSla, ...]] = {}
        self._known: dict[object, tuple[SimulatedSla, ...]] = {}
        self._customers: dict[tuple[int, ...], Customers] = {}
        self._queues = {queue.id: {queue.id} for queue in self.account.queues}
        self._queues |= {clause.id: set(clause.queues) for clause in self.account.contract.clauses}
        self._together = [queues for queues in self._queues.values() if len(queues) > 1]

    def rows(self, state: State, replications: int, seed: int = 0) -> tuple[SimulatedSla, ...]:
        """Return the promises that must be kept as so many replications simulate them in `state`; `seed` is added to the account's."""
        key = state, replications, seed
        if key not in self._rows:
            found: dict[WindowKey, SimulatedSla] = {}
            floor = self._floor(state)
            for part in parts_of(floor, self._together):
                found |= {key_of(row): row for row in self._of_part(floor, part, replications, seed)}
            self._rows[key] = tuple(found[key_of(row)] for row in self.computed if key_of(row) in found)
        return self._rows[key]

    def _of_part(self, floor: Floor, part: Part, replications: int, seed: int) -> tuple[SimulatedSla, ...]:
        """The promises of a part of the floor alone: what happens elsewhere does not matter to it."""
        key = part.key, replications, seed
        if key not in self._known:
            mine = {self.account.queues[n].id for n in part.lines}
            computed = tuple(row for row in self.computed if self._queues[row.clause] & mine)
            if not computed:
                self._known[key] = ()
            else:
                alone = floor_of_part(floor, part)
                kept = self._kept(part) if replications <= self.sure else None
                ran = simulate_floor(alone, replications=replications, seed=self.seed + seed, customers=kept)
                self._known[key] = simulated_rows(self.account, self.plan.demand, computed, ran)
        return self._known[key]

    def _kept(self, part: Part) -> Customers:
        # customers that are met often; those of the part asked for last are dropped last
        customers = self._customers.pop(part.lines, None) or Customers()
        self._customers[part.lines] = customers
        while len(self._customers) > _FLOORS:
            del self._customers[next(iter(self._customers))]
        return customers

    def ahead(self, state: State, replications: int, seed: int = 0) -> Ahead:
        """Return by window how many points each promise is ahead of its target; those without contacts are left out."""
        return {key_of(r): r.level - r.target for r in self.rows(state, replications, seed) if r.level is not None}

    def by_promise(self, state: State, replications: int) -> dict[str, float]:
        """Return by promise how many points it is ahead of its target, windows together by the contacts computed for them."""
        sums: dict[str, list[float]] = {}
        for key, ahead in self.ahead(state, replications).items():
            total = sums.setdefault(key[0], [0.0, 0.0])
            total[0] += self._offered[key] * ahead
            total[1] += self._offered[key]
        return {promise: points / contacts for promise, (points, contacts) in sums.items() if contacts > 0}

    def group_of(self, id: str) -> str:
        """Return the group of the account that `id`, a group or a variant, comes of; `OFF` stays."""
        return self.variants[id].group if id in self.variants else id

    def cost(self, state: State) -> float:
        """Return what the people of `state` cost over the horizon, in the account's currency."""
        return sum(w.cost * self._factor(id) for w, id in zip(self.workers, state, strict=True) if id != OFF)

    def heads(self, state: State) -> int:
        """Return how many people `state` has."""
        return sum(id != OFF for id in state)

    def held(self, state: State) -> dict[str, int]:
        """Return heads by group of the account, taught people with their own."""
        found = {group.id: 0 for group in self.account.groups}
        for id in state:
            if id != OFF:
                found[self.group_of(id)] += 1
        return found

    def seconds_on_seat(self, n: int) -> Floats:
        """Return the seconds ``[T]`` that worker `n` is to be on seat."""
        grid = self.plan.demand.grid
        edges = np.arange(grid.size + 1) * float(grid.interval_s)
        found = np.zeros(grid.size)
        for row in self._of_worker[n]:
            for start, end in zip(self._hours.starts[row], self._hours.ends[row], strict=True):
                if not np.isnan(start):
                    found += np.clip(np.minimum(end, edges[1:]) - np.maximum(start, edges[:-1]), 0.0, None)
        return found

    def _factor(self, id: str) -> float:
        return float(self.variants[id].factor) if id in self.variants else 1.0

    def _timed(self) -> tuple[Hours, list[list[int]]]:
        # hours of every shift of every worker, in their order, then of those that stay as they are
        grid, number = self.plan.demand.grid, {g.id: n for n, g in enumerate(self.account.groups)}
        shifts: list[Shift] = []
        mine: list[list[int]] = []
        for worker in self.workers:
            mine.append([])
            for shift in worker.work:
                if hours_of((shift,), number, grid).pool.size:
                    mine[-1].append(len(shifts))
                    shifts.append(shift)
        return hours_of((*shifts, *self._fixed), number, grid), mine

    def _floor(self, state: State) -> Floor:
        used = tuple(sorted({id for id in state if id in self.variants}))
        if used not in self._floors:
            self._floors[used] = self._floor_with(used)
        floor = self._floors[used]
        place = {pool.id: n for n, pool in enumerate(floor.pools)}
        pool = self._hours.pool.copy()
        for n, id in enumerate(state):
            pool[self._of_worker[n]] = _NOBODY if id == OFF else place[id]
        on = pool != _NOBODY
        return replace(floor, hours=Hours(pool=pool[on], starts=self._hours.starts[on], ends=self._hours.ends[on]))

    def _floor_with(self, used: tuple[str, ...]) -> Floor:
        # whoever has learned more keeps the luck of being absent that they have in their own group
        account = account_with(self.account, [self.variants[id] for id in used])
        floor = floor_of(account, self.plan.demand, replace(self.plan.shifts, shifts=(), tours=()))
        pools = tuple(replace(pool, luck=self.group_of(pool.id)) for pool in floor.pools)
        return replace(floor, pools=pools, links=tuple(self._as_planned(account, floor)))

    def _as_planned(self, account: Account, floor: Floor) -> Iterator[Link]:
        """Handling times over the mean that was planned with: of people who are taught nothing, they may not change by it."""
        if self.account.quality is None or not self.account.quality.used or account is self.account:
            yield from floor.links
            return
        base = floor_of(self.account, self.plan.demand, replace(self.plan.shifts, shifts=(), tours=()))
        before = {(link.line, link.pool): link.handling for link in base.links}
        mean: dict[str, float] = {}
        for link in floor.links:
            if (link.line, link.pool) in before:
                mean[link.line] = before[link.line, link.pool] / link.handling
        for link in floor.links:
            own = before.get((link.line, self.group_of(link.pool)))
            yield replace(link, handling=link.handling * mean.get(link.line, 1.0) if own is None else own)


def workers_of(plan: Plan) -> tuple[tuple[Worker, ...], tuple[Shift, ...]]:
    """Return the people of the roster of `plan` who work, in its order, and what is left of its shifts: places nobody holds, carried in."""
    shifts = {shift.id: shift for shift in plan.shifts.shifts}
    work: dict[str, list[Shift]] = {}
    left = {id: shift.heads for id, shift in shifts.items()}
    for assignment in plan.roster.assignments:
        if left.get(assignment.shift, 0) > 0:
            left[assignment.shift] -= 1
            work.setdefault(assignment.agent, []).append(replace(shifts[assignment.shift], heads=1))
    kinds: dict[object, tuple[int, float]] = {}
    found = []
    for agent, own in work.items():
        for group in dict.fromkeys(shift.group for shift in own):
            mine = tuple(shift for shift in own if shift.group == group)
            hours = tuple(sorted((s.start_utc, s.end_utc, s.breaks) for s in mine))
            if (group, hours) not in kinds:
                kinds[group, hours] = len(kinds), cost_of_work(mine, plan.shifts, plan.account)
            number, cost = kinds[group, hours]
            found.append(Worker(id=agent, group=group, work=mine, cost=cost, kind=number))
    open_ = tuple(replace(shifts[id], heads=heads) for id, heads in left.items() if heads > 0)
    carried = tuple(shift for shift in plan.account.carry_in if shift.id not in shifts)
    return tuple(found), (*open_, *carried)
