"""What an hour of the clock costs: requirements times what one more agent on seat costs there."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.domain.plan import Plan
from planner.domain.queues import Queue
from planner.explanation.asking import Cheapest, need_prices
from planner.explanation.result import HourPrice


def hour_prices(plan: Plan, base: Cheapest, queues: frozenset[str] | None = None) -> tuple[HourPrice, ...]:
    """Return the dual price of every local hour of every class of queues served by the same groups, the dearest agent-hour first.

    Only classes with one of `queues`, when given. The clock is the market's where all queues of a class share one, else the horizon's.
    """
    problem = base.linear.problem
    prices, agents = need_prices(base), base.agents()
    found: list[HourPrice] = []
    for c, members in enumerate(problem.classes):
        if queues is None or queues & set(members):
            found += _of_class(plan, members, agents[c], prices[c])
    return tuple(sorted(found, key=lambda h: (-h.per_agent_h, h.queues, h.hour)))


def _of_class(plan: Plan, members: tuple[str, ...], need: Floats, price: Floats) -> list[HourPrice]:
    grid = plan.shifts.grid
    zone = zone_of(plan, [plan.account.queue(q) for q in members])
    clock = grid.clock(zone)
    found = []
    for hour in range(24):
        at = (clock.minute // 60 == hour) & (need > 1e-9)
        if not at.any():
            continue
        total = float(need[at].sum())
        cost = float((need[at] * price[at]).sum())
        found.append(
            HourPrice(
                queues=members,
                zone=zone,
                hour=hour,
                open_days=len(np.unique(clock.day[at])),
                agents=total / int(at.sum()),
                per_agent_h=cost / (total * grid.interval_h),
                cost=cost,
            )
        )
    return found


def zone_of(plan: Plan, queues: list[Queue]) -> str:
    """Return the clock queues are told on: their market's where they share one, else the horizon's."""
    zones = {plan.account.market(q.market).zone for q in queues}
    return zones.pop() if len(zones) == 1 else plan.account.horizon.zone


def edge_hours(plan: Plan, queue: str, *, last: bool) -> Bools:
    """Return ``[T]``, True in the last (or first) hour before `queue` closes (after it opens) on its market's clock.

    Stretches of less than two hours, and queues that never close, have none.
    """
    q = plan.requirement.queues.index(queue)
    is_open = np.asarray(plan.requirement.open[q])
    per_hour = max(1, round(1 / plan.shifts.grid.interval_h))
    edges = np.flatnonzero(np.diff(np.r_[False, is_open, False]))
    found = np.zeros(is_open.shape, dtype=np.bool_)
    for start, end in edges.reshape(-1, 2).tolist():
        cut = end == len(is_open) if last else start == 0
        if end - start < 2 * per_hour or cut:
            continue
        found[end - per_hour : end] |= last
        found[start : start + per_hour] |= not last
    return found
