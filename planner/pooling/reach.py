"""What no staffing reaches: promises of which too many contacts are late whoever works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.demand import Demand
from planner.domain.shifts import ShiftPlan
from planner.domain.simulation import SimulatedSla, WindowKey, key_of
from planner.evaluation.window_law import ROUNDING
from planner.shifts.problem import Problem
from planner.simulation import Floor, Hours, floor_of

Told = Callable[[Floor], tuple[SimulatedSla, ...]]
"""What says how a floor keeps the promises that must be kept."""

NEAR = 0.02
"""Points below what a crowd reaches that are near enough where a promise is out of reach."""
_TIMES, _MORE = 2.0, 10
"""A crowd: so many times the busiest interval's work, and so many people more, of every group."""


def within_reach(account: Account, demand: Demand, problem: Problem, told: Told) -> dict[WindowKey, float]:
    """Return by promise and window, for those that even a crowd on every hour of every shift misses, the level to aim at instead.

    It is what the crowd reaches less `NEAR`, or less the promised share of lateness in what people change between nobody and the crowd,
    where that is less: people for the last few contacts of a promise that is missed anyway are not worth their pay.
    """
    crowded = told(crowd(account, demand, problem))
    missed = {key_of(r): r for r in crowded if r.level is not None and r.level < r.target - ROUNDING}
    if not missed:
        return {}
    nobody = told(floor_of(account, demand, ShiftPlan(grid=demand.grid, shifts=(), tours=())))
    least = {key_of(r): r.level for r in nobody}
    found: dict[WindowKey, float] = {}
    for key, row in missed.items():
        assert row.level is not None
        moved = max(row.level - (least.get(key) or 0.0), 0.0)
        found[key] = row.level - min(NEAR, (1.0 - row.target) * moved)
    return found


def crowd(account: Account, demand: Demand, problem: Problem) -> Floor:
    """Return the floor of `account` with more people of every group than anybody needs, whenever a shift of theirs may be at work."""
    base = floor_of(account, demand, ShiftPlan(grid=demand.grid, shifts=(), tours=()))
    step, pools = base.interval_s, [base.hours.pool]
    stretches = [np.stack([base.hours.starts, base.hours.ends], axis=-1)]
    for g, heads in enumerate(_heads(base, account).tolist()):
        own = _runs(_at_work(problem, g)) * step
        if len(own):
            stretches.append(np.broadcast_to(own, (heads, *own.shape)))
            pools.append(np.full(heads, g, dtype=np.int64))
    most = max(each.shape[1] for each in stretches)
    hours = np.concatenate(
        [np.pad(each, ((0, 0), (0, most - each.shape[1]), (0, 0)), constant_values=np.nan) for each in stretches]
    )
    return replace(base, hours=Hours(pool=np.concatenate(pools), starts=hours[..., 0], ends=hours[..., 1]))


def _heads(base: Floor, account: Account) -> Ints:
    # people of each group ``[G]``
    serves = account.serves().astype(np.float64)
    work = np.array([line.contacts * line.aht_s for line in base.lines])
    there = np.array([len(line.backlog_s) * float(line.aht_s.max(initial=0.0)) for line in base.lines])
    busiest = (serves @ work).max(axis=1) + serves @ there
    heads: Ints = np.ceil(_TIMES * busiest / base.interval_s).astype(np.int64) + _MORE
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
