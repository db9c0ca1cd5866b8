"""The master problem: one schedule for each person, heads short and spare priced; schedules enter as they prove worth their while."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.roster.kit import Kit
from planner.roster.problem import DAY_OFF, NamedProblem
from planner.roster.schedules import best_schedules, schedule_cost
from planner.solver.interior import central

_NONE = np.zeros((0, 0, 0))
_AT_ONCE = 3  # schedules of a person that may enter at a time, each the best at another home


@dataclass(eq=False)
class Pool:
    """Different schedules: whose they are, the shifts, the cost beyond the weight of all shifts wished for."""

    kit: Kit
    person: list[int] = field(default_factory=list)
    work: list[Ints] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    place: dict[tuple[int, bytes], int] = field(default_factory=dict)

    def put(self, p: int, days: Ints) -> int:
        """Return the number of person `p`'s schedule `days`, taking it in if it is new."""
        key = (p, days.tobytes())
        if key not in self.place:
            self.place[key] = len(self.work)
            self.person.append(p)
            self.work.append(days.copy())
            self.cost.append(wishes_of(self.kit, p, days))
        return self.place[key]


def wishes_of(kit: Kit, p: int, days: Ints) -> float:
    """Cost of a schedule, heads aside, beyond the weight of all shifts wished for."""
    return float(schedule_cost(kit, p, days))


def heads_of(work: Ints, n_shifts: int) -> Ints:
    """Heads ``[D, S]`` of schedules ``[n, D]``."""
    heads: Ints = (work[:, :, None] == np.arange(n_shifts)).sum(axis=0)
    return heads


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """Linear relaxation of a master: objective, weight of each schedule, worth of each person's place and of each head ``[D, S]``."""

    objective: float
    weight: Floats
    place: Floats
    price: Floats


class Master:
    """Schedules of `people` against `need` ``[D, S]``, which is what others leave to be covered; their schedules cost `offset`."""

    def __init__(self, problem: NamedProblem, kit: Kit, people: Ints, need: Ints, *, offset: float) -> None:
        self.problem, self.kit, self.people, self.need, self.offset = problem, kit, people, need, offset
        self.pool = Pool(kit)
        self.row = {int(p): i for i, p in enumerate(people)}
        under, over = problem.under_cost.ravel(), problem.over_cost.ravel()
        size, n = need.size, len(people)
        cells = n + np.arange(size)
        nobody = 1.0 + float(np.maximum(under, over).sum()) * n + float(np.abs(problem.wish_cost).sum())
        nobody += n * float(problem.home_cost.max(initial=0.0) + problem.weekend_cost.max(initial=0.0))
        nobody += n * problem.n_days * float(problem.away_cost.max(initial=0.0) + problem.lone_off_cost.max(initial=0.0))
        self._cost = [np.concatenate([under, over, np.full(n, nobody)])]
        self._rows = [np.concatenate([cells, cells, np.arange(n)])]
        self._values = [np.concatenate([np.ones(size), np.full(size, -1.0), np.ones(n)])]
        self._starts = [np.arange(2 * size + n)]
        self._rhs = np.concatenate([np.ones(n), need.ravel()])
        self._first, self._taken = 2 * size + n, 0

    def put(self, p: int, days: Ints) -> int:
        """Take in a schedule; it joins the next relaxation."""
        return self.pool.put(p, days)

    def relax(self, gap: float = 1e-7) -> Relaxed:
        """Solve the linear relaxation over the schedules so far, to a relative `gap`."""
        new = range(self._taken, len(self.pool.work))
        if new:
            cost, starts, rows, values = self.entries(new)
            self._starts.append(starts[:-1] + sum(len(part) for part in self._rows))
            self._cost.append(cost)
            self._rows.append(rows)
            self._values.append(values)
            self._taken = len(self.pool.work)
        for store in (self._cost, self._starts, self._rows, self._values):
            store[:] = [np.concatenate(store)]
        starts = np.append(self._starts[0], len(self._rows[0]))
        answer = central(self._cost[0], starts, self._rows[0], self._values[0], self._rhs, gap=gap)
        n = len(self.people)
        price = answer.row_duals[n:].reshape(self.need.shape)
        return Relaxed(
            objective=answer.objective + self.offset,
            weight=answer.values[self._first :],
            place=answer.row_duals[:n],
            price=np.clip(price, -self.problem.over_cost, self.problem.under_cost),
        )

    def entries(self, which: Sequence[int]) -> tuple[Floats, Ints, Ints, Floats]:
        """Costs ``[n]``, starts ``[n + 1]``, rows and coefficients of schedules in the master: the owner's row, then the days worked."""
        n, shifts = len(self.people), self.need.shape[1]
        starts, rows = [0], []
        for j in which:
            at = np.flatnonzero(self.pool.work[j] != DAY_OFF)
            rows.append(np.concatenate([[self.row[self.pool.person[j]]], n + at * shifts + self.pool.work[j][at]]))
            starts.append(starts[-1] + len(rows[-1]))
        cost = np.array([self.pool.cost[j] for j in which])
        return cost, np.array(starts, dtype=np.int64), np.concatenate(rows).astype(np.int64), np.ones(starts[-1])

    def without(self, fixed: Sequence[int], price: Floats, keep: int) -> Master:
        """Return the master of the other people once schedules `fixed` are settled, with their `keep` best schedules each at `price`."""
        settled = {self.pool.person[j] for j in fixed}
        work = np.array([self.pool.work[j] for j in fixed], dtype=np.int64).reshape(-1, self.need.shape[0])
        rest = Master(
            self.problem, self.kit, np.array([p for p in self.people if int(p) not in settled], dtype=np.int64),
            self.need - heads_of(work, self.need.shape[1]), offset=self.offset + sum(self.pool.cost[j] for j in fixed),
        )  # fmt: skip
        rest.take_best(self.pool, price, keep)
        return rest

    def take_best(self, pool: Pool, price: Floats, keep: int) -> None:
        """Take from `pool` everybody's `keep` schedules of least ``wish - price``."""
        mine: dict[int, list[tuple[float, int]]] = {int(p): [] for p in self.people}
        for j, p in enumerate(pool.person):
            if p in mine:
                mine[p].append((pool.cost[j] - earned(price, pool.work[j]), j))
        for p, ranked in mine.items():
            for _, j in sorted(ranked)[:keep]:
                self.put(p, pool.work[j])


@dataclass(frozen=True, kw_only=True)
class Generated:
    """What column generation reached: the last relaxation, the best bound, the prices that prove it, and whether the two meet."""

    relaxed: Relaxed
    bound: float
    price: Floats
    met: bool


def generate(
    master: Master, *, rounds: int, halt: Callable[[], bool], within: float = 1e-4, cutoff: float = np.inf, smooth: float = 0.3,
    start: Floats | None = None, told: Callable[[float, float], None] | None = None, finest: float = 1e-7,
) -> Generated:  # fmt: skip
    """Price schedules into `master` until relaxation and bound are `within` each other, the bound passes `cutoff`, or for `rounds`.

    Prices are drawn towards those of the best bound so far (Wentges 1997), which steadies them. The bound is Lagrange's: any prices
    between minus the cost of a spare head and the cost of a missing one, and everybody's best schedule at these prices. Relaxations are
    solved to no relative gap below `finest`.
    """
    gap = 0.1
    relaxed = master.relax(gap)
    best, centre = -np.inf, relaxed.price if start is None else start
    share = smooth if start is not None else 0.0
    for _ in range(rounds):
        price = share * centre + (1 - share) * relaxed.price
        work, values, bounds = priced_by_home(master.kit, master.people, price)
        bound = master.offset + float((price * master.need).sum()) + float(bounds.min(axis=1).sum())
        if bound > best:
            best, centre = bound, price
        before = len(master.pool.work)
        for p, schedules, value in zip(master.people, work, values, strict=True):
            for h in np.argsort(value, kind="stable")[:_AT_ONCE]:
                if value[h] == np.inf:
                    break  # none was found within the steps allowed; the bound stands
                days = schedules[h]
                reduced = wishes_of(master.kit, int(p), days) - earned(relaxed.price, days) - relaxed.place[master.row[int(p)]]
                if reduced < -1e-7:
                    master.put(int(p), days)
        if told is not None:
            told(relaxed.objective, best)
        if (gap <= max(1e-6, finest) and relaxed.objective - best <= within) or best >= cutoff or halt():
            break
        distance = (relaxed.objective - best) / max(abs(relaxed.objective), 1.0)
        if len(master.pool.work) == before and share == 0.0 and gap <= finest:
            break  # only rounding is left between the two
        stuck = len(master.pool.work) == before
        share = 0.0 if stuck else smooth
        gap = max(finest, min(0.1, distance / 10)) if not stuck else max(finest, gap / 10)
        relaxed = master.relax(gap)
    return Generated(relaxed=relaxed, bound=best, price=centre, met=relaxed.objective - best <= max(within, 1e-5))


def priced(kit: Kit, people: Ints, price: Floats, extra: Floats | None = None) -> tuple[Ints, Floats, Floats]:
    """Everybody's best schedule ``[n, D]`` at `price`, its value and a proven bound on it."""
    work, value, bound = priced_by_home(kit, people, price, extra)
    best, each = np.argmin(value, axis=1), np.arange(len(people))
    return work[each, best], value[each, best], bound.min(axis=1)


def priced_by_home(kit: Kit, people: Ints, price: Floats, extra: Floats | None = None) -> tuple[Ints, Floats, Floats]:
    """Everybody's best schedule ``[n, H, D]`` at `price` for each home, its value ``[n, H]`` and a proven bound on it."""
    shape = (len(people), kit.home.shape[1])
    work = np.full((*shape, price.shape[0]), DAY_OFF, dtype=np.int64)
    value, bound = np.empty(shape), np.empty(shape)
    best_schedules(kit, people, np.ascontiguousarray(price), _NONE if extra is None else extra, work, value, bound)
    return work, value, bound


def earned(price: Floats, days: Ints) -> float:
    """What the shifts of a schedule are paid at `price` ``[D, S]``."""
    at = np.flatnonzero(days != DAY_OFF)
    return float(price[at, days[at]].sum())
