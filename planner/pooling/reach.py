"""What no staffing reaches: promises of which too many contacts are late whoever works."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.demand import Demand
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.domain.targets import Formula
from planner.evaluation.sla import promises
from planner.evaluation.window_law import ROUNDING
from planner.pooling.margins import levels
from planner.shifts.problem import Problem
from planner.simulation import Floor, Hours, floor_of

Told = Callable[[Floor, int], tuple[SimulatedSla, ...]]
"""What says how a floor keeps the promises that must be kept, in so many replications."""

NEAR = 0.02
"""Points below what a crowd reaches that are near enough where a promise is out of reach."""
LOOKS = 30
"""Replications of a crowd."""
_MORE, _DOUBLED = 10, 5
"""A crowd is first the busiest interval's work and so many people more; then it is doubled, so often at most."""
_BETTER = 0.001
"""Points by which a crowd twice as large does better somewhere, if it was not large enough."""
_ERRORS = 2.0
"""Standard errors of the crowd's level by which an aim stays below it, so that other customers let it be reached too."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a crowd says: the level to aim at, instead of the promised one, of each promise and window that is out of its reach, and
    everything it said, `rows`."""

    aims: Mapping[WindowKey, float]
    rows: tuple[SimulatedSla, ...]


def within_reach(account: Account, demand: Demand, problem: Problem, told: Told, ended: Callable[[], bool]) -> Reach:
    """Return what even a crowd on every hour of every shift surely misses, and what to aim at instead.

    The crowd is doubled as long as that helps. The aim is what it reaches less `NEAR`, or less the promised share of lateness in what
    people change between nobody and the crowd, where that is less: people for the last few contacts of a promise that is missed anyway are
    not worth their pay. Where people change nothing, anything will do. Shares of the contacts answered alone may be better with fewer
    people, who answer fewer: nothing is said of them. When `ended`, nothing is out of reach.
    """
    answered = {promise.clause for promise in promises(account) if promise.formula is Formula.ANSWERED}
    rows: tuple[SimulatedSla, ...] = ()
    missed: dict[WindowKey, SimulatedSla] = {}
    for doubled in range(_DOUBLED + 1):
        if ended():
            return Reach(aims={}, rows=rows)
        before, rows = levels(rows), told(crowd(account, demand, problem, 2**doubled), LOOKS)
        missed = {key_of(r): r for r in rows if r.clause not in answered and _surely_missed(r)}
        if not missed or (before and max(levels(rows)[key] - before.get(key, -1.0) for key in missed) < _BETTER):
            break
    if not missed:
        return Reach(aims={}, rows=rows)
    nobody = {key_of(r): r for r in told(floor_of(account, demand, _empty(demand)), LOOKS)}
    return Reach(aims={key: _aim(row, nobody.get(key)) for key, row in missed.items()}, rows=rows)


def _surely_missed(row: SimulatedSla) -> bool:
    return row.level is not None and row.high is not None and row.high < row.target - ROUNDING


def _aim(crowded: SimulatedSla, nobody: SimulatedSla | None) -> float:
    assert crowded.level is not None
    assert crowded.low is not None
    error = _ERRORS * (crowded.level - crowded.low) / 1.96
    moved = crowded.level - (nobody.level if nobody is not None and nobody.level is not None else 0.0)
    if moved <= error:
        return 0.0
    return max(crowded.level - error - min(NEAR, (1.0 - crowded.target) * moved), 0.0)


def _empty(demand: Demand) -> ShiftPlan:
    return ShiftPlan(grid=demand.grid, shifts=(), tours=())


def crowd(account: Account, demand: Demand, problem: Problem, times: int = 1) -> Floor:
    """Return the floor of `account` with `times` as many people of every group as its busiest interval takes, and some more, whenever a
    shift of theirs may be at work."""
    base = floor_of(account, demand, _empty(demand))
    step, pools = base.interval_s, [base.hours.pool]
    stretches = [np.stack([base.hours.starts, base.hours.ends], axis=-1)]
    for g, heads in enumerate(times * _heads(base, account, demand)):
        own = _runs(_at_work(problem, g)) * step
        if len(own):
            stretches.append(np.broadcast_to(own, (int(heads), *own.shape)))
            pools.append(np.full(int(heads), g, dtype=np.int64))
    most = max(each.shape[1] for each in stretches)
    hours = np.concatenate(
        [np.pad(each, ((0, 0), (0, most - each.shape[1]), (0, 0)), constant_values=np.nan) for each in stretches]
    )
    return replace(base, hours=Hours(pool=np.concatenate(pools), starts=hours[..., 0], ends=hours[..., 1]))


def _heads(base: Floor, account: Account, demand: Demand) -> Ints:
    # people of each group ``[G]``, contacts that come of others included, and those kept idle
    serves = account.serves().astype(np.float64)
    aht_s = np.array([line.aht_s for line in base.lines])
    work = np.maximum(np.array([line.contacts for line in base.lines]), np.nan_to_num(demand.contacts)) * aht_s
    idle = {pool.id: max((link.keep_idle for link in base.links if link.pool == pool.id), default=0) for pool in base.pools}
    busiest = (serves @ work).max(axis=1) / base.interval_s
    heads: Ints = np.ceil(busiest).astype(np.int64) + np.array(list(idle.values()), dtype=np.int64) + _MORE
    return heads


def _at_work(problem: Problem, group: int) -> Bools:
    # intervals ``[T]`` that some duty of the group touches
    own = problem.duty_cells.where(problem.duty_group == group)
    found = np.zeros(problem.size, dtype=np.bool_)
    found[own.interval[own.share > 0]] = True
    return found


def _runs(at: Bools) -> Floats:
    # stretches of intervals, from the first one to the one after the last ``[N, 2]``
    edges = np.flatnonzero(np.diff(np.concatenate([[False], at, [False]]).astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.float64)
