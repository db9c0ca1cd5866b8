"""Shifts that leave room for planned blocks off the phones.

Blocks take nothing from a plan as long as they fit where more people are there than needed. So a plan is made without them first; its
bound holds for every plan with blocks too, which can only cost more. Blocks are then placed where they hurt least. If they still cost
service, the search is asked again with the heads in blocks missing where they were placed, so that it puts people in who make up for
them; blocks are placed anew in what it finds, and the plan that costs least with its blocks is kept.

A bound that counts blocks comes from the linear model with heads in blocks b as further variables, of each block of group g

    D(g,t)  =  heads on duty less heads on a break less b(g,t),      interval x sum of b over a week  >=  minutes x agents of g,

where b is zero outside the block's hours. Blocks fill whole intervals, so that D stays whole. It holds for plans in which everybody has
room for their blocks; where somebody has none, the bound without blocks stays.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.solve import SolveInfo, Status, StopFlag
from planner.errors import PlannerError
from planner.shifts.answer import price
from planner.shifts.blocks import heads_in_blocks, in_hours, whole_weeks, without_blocks, work_of_tours
from planner.shifts.layers import layers_of
from planner.shifts.problem import Problem
from planner.shifts.tour_model import tour_model
from planner.solver import Model, Sense, SolveOptions, relaxed, solve

if TYPE_CHECKING:
    from planner.shifts.designed import Design

_LOG = logging.getLogger(__name__)

PASSES = 2
"""Times at most that the search is asked for room."""

_CENT = 0.005


def pay_for_blocks(
    found: Design,
    again: Callable[[Problem], Design],
    *,
    seconds_left: Callable[[], float],
    stop: StopFlag | None = None,
) -> Design:
    """Return `found`, a design for its problem without blocks, or a better one that `again` makes for a problem with heads in blocks
    missing. Its cost counts the blocks, and so does its bound where they cost anything."""
    base, whole = found.problem, found.solves[0]
    best = _with_blocks(found, base)
    if _cost(best) <= _cost(dataclasses.replace(best, problem=base)) + _CENT:
        return best
    bounding = _bound(base, time_limit_s=max(1.0, seconds_left()), stop=stop)
    infos = [*found.solves[1:], bounding]
    statuses = [whole.status]
    tried = best
    for number in range(PASSES):
        close = whole.bound is not None and _cost(best) - whole.bound <= base.account.settings.gap * _cost(best)
        if close or seconds_left() <= 0:
            break
        try:
            other = again(tried.problem)
        except PlannerError:  # nobody is where the blocks were: what there is stays
            _LOG.info("shifts: no plan with the blocks where they were")
            break
        infos += [dataclasses.replace(s, name=f"{s.name}, room for blocks {number + 1}") for s in other.solves]
        statuses.append(other.solves[0].status)
        tried = _with_blocks(dataclasses.replace(other, requirement=found.requirement), base)
        if _cost(tried) < _cost(best) - _CENT:
            best = tried
        if _cost(tried) <= _cost(dataclasses.replace(tried, problem=base)) + _CENT:
            break
    bounds = [b for b in (whole.bound, bounding.bound if _all_placed(best) else None) if b is not None]
    return dataclasses.replace(best, solves=(_told(whole, best, statuses, max(bounds, default=None)), *infos))


def _bound(problem: Problem, *, time_limit_s: float, stop: StopFlag | None) -> SolveInfo:
    """The linear model with blocks, by interior point."""
    built = tour_model(problem)
    _add_blocks(built.model, problem, built.tours.agents, built.cover.on_duty)
    options = SolveOptions(time_limit_s=time_limit_s, lp_method="ipm", crossover=False, solver=problem.account.settings.solver)
    return dataclasses.replace(solve(relaxed(built.model), options, stop=stop).info, name="bound with blocks")


def _add_blocks(model: Model, problem: Problem, agents: Ints, on_duty: Ints) -> None:
    """Heads in blocks as variables; see the head of this file."""
    grid = problem.grid
    present = next(block for block in model.rows if block.name == "present")
    row = np.full(on_duty.shape, -1, dtype=np.int64)
    row[on_duty >= 0] = np.arange(present.first, present.first + present.count)
    step = timedelta(seconds=grid.interval_s)
    starts = [grid.start_utc + t * step for t in range(grid.size)]
    for g, group in enumerate(problem.account.groups):
        kinds = np.flatnonzero(problem.kind_group == g)
        zone = problem.account.site(group.site).zone
        for n, block in enumerate(group.blocks if len(kinds) else ()):
            for week, (begin, end) in enumerate(whole_weeks(grid, zone)):
                inside = [t for t, s in enumerate(starts) if begin <= s < end + step and in_hours(block, zone, s, s + step)]
                at = np.array([t for t in inside if row[g, t] >= 0], dtype=np.int64)
                name = f"{group.id}.{n}.{week}"
                away = model.add_columns(f"block.{name}", len(at))
                model.add_terms(row[g, at], away, -1.0)
                due = model.add_rows(f"due.{name}", 1, sense=Sense.GE, rhs=0.0)
                model.add_terms(due, away, grid.interval_s / 60)
                model.add_terms(due, agents[kinds], -float(block.minutes))


def _all_placed(design: Design) -> bool:
    """True when everybody has room for every block."""
    account = design.problem.account
    plain = without_blocks(design.shifts())
    due = 0
    for own in work_of_tours(plain).values():
        if own:
            group = account.group(own[0].group)
            weeks = whole_weeks(plain.grid, account.site(group.site).zone)
            due += len(group.blocks) * sum(any(b <= s.start_utc < e and not s.lead_in for s in own) for b, e in weeks)
    return due == sum(shift.heads * len(shift.blocks) for shift in design.shifts().shifts)


def _with_blocks(design: Design, base: Problem) -> Design:
    """`design` with the heads in its blocks counted as missing from `base`."""
    taken = heads_in_blocks(dataclasses.replace(design, problem=base).shifts(), base.account)
    return dataclasses.replace(design, problem=dataclasses.replace(base, carried=base.carried - taken))


def _cost(design: Design) -> float:
    layers = None if design.multipliers is None else layers_of(design.problem, design.multipliers)
    return price(design.problem, design.answer, layers).total


def _told(whole: SolveInfo, best: Design, statuses: list[Status], bound: float | None) -> SolveInfo:
    problem = best.problem
    status = next((s for s in statuses if not s.repeatable), whole.status)
    layers = None if best.multipliers is None else layers_of(problem, best.multipliers)
    cost = price(problem, best.answer, layers)
    missed = (
        f" and {cost.missed:,.2f} that of contacts missing from {cost.windows} windows" if problem.service is not None else ""
    )
    info = dataclasses.replace(
        whole,
        objective=cost.total,
        bound=None if bound is None else min(bound, cost.total),
        status=status,
        note=f"of the cost, {cost.shortfall:,.2f} is the price of shortfall{missed}; planned blocks off the phones are paid for",
    )
    proven = info.gap is not None and info.gap <= max(problem.account.settings.gap, 1e-9)
    if status in (Status.OPTIMAL, Status.GAP_REACHED) and not proven:
        return dataclasses.replace(info, status=Status.ROUNDS_DONE)
    return info
