"""What agents are worth in steps: promises over windows at a price per contact become layers of need for the search.

With a price on each window's contacts (a Lagrange multiplier) every piece of service has a worth in money per agent, and each interval
stands alone again: it wants its least agents at the price of shortfall, and beyond them as many as are worth what they cost. Worths are
rounded to a few levels, so that an interval's wants are layers: ``need[l]`` agents are worth at least level l.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.shifts.problem import Problem
from planner.shifts.service import margins
from planner.shifts.sets import class_sets

LEVELS = 8
"""Levels of worth besides the price of shortfall."""
_LEAST, _MOST = 0.45, 2.2
"""Levels span these shares of what an agent on seat costs for an interval, from the cheapest to the dearest group."""


@dataclass(frozen=True)
class Layers:
    """`need` ``[L, C, T]`` agents wanted at each level, growing with l; `worth` ``[L]`` what one missing in a layer costs (levels are its
    sums from the layer to the last); `by_queue` ``[L, Q, T]`` the same wants per queue, empty without windows."""

    need: Floats
    worth: Floats
    by_queue: Floats


def plain(problem: Problem) -> Layers:
    """Return the one layer of a problem without windows: its need, at the price of shortfall."""
    return Layers(problem.need[None], np.array([problem.price]), np.zeros((0, 0, 0)))


def layers_of(problem: Problem, multipliers: Floats) -> Layers:
    """Return the layers of `problem` at `multipliers` ``[W]``, the price of one contact in each window."""
    service = problem.service
    if service is None:
        return plain(problem)
    levels = _levels(problem)
    value = np.bincount(service.of, weights=multipliers[service.window] * service.reward, minlength=len(service.queue))
    # to the nearest level by ratio; below half a step under the least level a piece is worth nobody's time
    borders = np.sqrt(levels * np.r_[levels[1:], levels[-1] ** 2 / levels[-2]])
    # and none above the least agents themselves, who always come first
    layer = np.maximum(np.searchsorted(-borders, -value), 1)
    kept = layer < len(levels)
    by_queue = np.zeros((len(levels), *service.least.shape))
    np.add.at(by_queue, (layer[kept], service.queue[kept], service.interval[kept]), service.width[kept])
    by_queue = np.cumsum(by_queue, axis=0) + service.least
    need = np.zeros((len(levels), *problem.need.shape))
    for q, c in enumerate(service.classes.tolist()):
        if c >= 0:
            need[:, c] += by_queue[:, q]
    worth = levels - np.r_[levels[1:], 0.0]
    return Layers(need, worth, by_queue)


def _levels(problem: Problem) -> Floats:
    """The price of shortfall, then levels from dearest to cheapest."""
    costs = agent_costs(problem)
    low = _LEAST * float(np.nanmin(costs))
    high = max(min(_MOST * float(np.nanmax(costs)), 0.8 * problem.price), 1.1 * low)
    found: Floats = np.r_[max(problem.price, 1.1 * high), np.geomspace(high, low, LEVELS)]
    return found


def agent_costs(problem: Problem) -> Floats:
    """Return per group ``[G]`` what an agent on seat costs for an interval: the median duty's cost over its time outside breaks; NaN for a
    group without duties, and a fifth of the price of shortfall for all where nobody has any."""
    share = np.bincount(problem.duty_cells.item, weights=problem.duty_cells.share, minlength=len(problem.duties)).astype(
        np.float64
    )
    for pool in problem.pools:
        share[pool.duties] -= pool.minutes * 60 / problem.grid.interval_s
    found = np.full(len(problem.availability), np.nan)
    for g in np.unique(problem.duty_group).tolist():
        mine = (problem.duty_group == g) & (share > 1)
        if mine.any():
            found[g] = float(np.median(problem.duty_cost[mine] / share[mine])) / problem.availability[g]
    return found if np.isfinite(found).any() else np.full(len(found), problem.price / 5)


def window_costs(problem: Problem) -> Floats:
    """Return per window ``[W]`` what an agent on seat for an interval costs in the cheapest group that can work for it."""
    service = problem.service
    assert service is not None
    costs = agent_costs(problem)
    found = np.full(len(service.base), float(np.nanmin(costs)))
    for w in range(len(found)):
        classes = np.unique(service.piece_class[service.of[service.window == w]])
        groups = problem.serves[:, classes].any(axis=1) & np.isfinite(costs)
        if groups.any():
            found[w] = float(costs[groups].min())
    return found


def first_multipliers(problem: Problem) -> Floats:
    """Return prices per contact ``[W]`` at which the cheapest agent just pays where windows are kept without looking at shifts."""
    assert problem.service is not None
    return window_costs(problem) / np.maximum(margins(problem.service), 1e-9)


def retuned(problem: Problem, multipliers: Floats, ahead: Floats, *, share: float = 1.0) -> Floats:
    """Return multipliers changed so that windows which are `ahead` ``[W]`` of their promises by some contacts would lose them, and those
    behind win them, by `share`; read off the pieces at the cost of the cheapest agent."""
    service = problem.service
    assert service is not None
    costs = window_costs(problem)
    out = multipliers.copy()
    for w in range(len(out)):
        mine = service.window == w
        if not mine.any():
            continue
        order = np.argsort(-service.reward[mine], kind="stable")
        reward = service.reward[mine][order]
        won = np.cumsum(reward * service.width[service.of[mine]][order])
        now = float(np.interp(costs[w] / out[w], reward[::-1], won[::-1]))
        wanted = min(max(now - share * float(ahead[w]), float(won[0])), float(won[-1]) * (1 - 1e-6))
        margin = float(np.interp(wanted, won, reward))
        out[w] *= float(np.clip(costs[w] / (margin * out[w]), 0.6, 1.6)) if margin > 0 else 1.6
    return out


def staffed(problem: Problem, layers: Layers, present: Floats) -> Floats:
    """Return agents on seat per queue ``[Q, T]`` as `layers` divide those `present` ``[G, T]``: dearest wants first, in proportion within a
    layer; who is left over is spread in proportion too."""
    service = problem.service
    assert service is not None
    on_seat = present * problem.availability[:, None]
    given = np.zeros(service.least.shape)
    from planner.shifts.cover import connected

    for part in connected(problem.serves):
        taken = _by_class(problem, layers, part, on_seat)
        for c, agents in zip(part, taken, strict=True):
            queues = np.flatnonzero(service.classes == c)
            given[queues] = _by_queue(layers.by_queue[:, queues], agents)
    return given


def _by_class(problem: Problem, layers: Layers, part: tuple[int, ...], on_seat: Floats) -> Floats:
    """Agents per class ``[C', T]``: layer by layer, the greedy division of a polymatroid."""
    serves = problem.serves[:, list(part)]
    groups = serves.any(axis=1)
    if len(part) == 1:
        alone: Floats = on_seat[groups].sum(axis=0)[None]
        return alone
    sets = class_sets(serves)
    if sets is None:
        sets = [tuple(range(len(part)))]
    has = np.array([[c in members for c in range(len(part))] for members in sets], dtype=np.float64)
    supply = np.array([on_seat[serves[:, list(members)].any(axis=1)].sum(axis=0) for members in sets])
    wanted, taken = np.zeros((2, len(part), problem.size))
    served = np.zeros(problem.size)
    last = layers.need[-1][list(part)] + on_seat[groups].sum(axis=0)
    for need in (*layers.need[:, list(part)], last):
        for c in range(len(part)):
            wanted[c] = need[c]
            flow = wanted.sum(axis=0) - np.maximum(has @ wanted - supply, 0.0).max(axis=0)
            taken[c] += flow - served
            served = flow
    return taken


def _by_queue(wants: Floats, agents: Floats) -> Floats:
    """Divide `agents` ``[T]`` of one class among its queues by their wants ``[L, Q', T]``."""
    stages = np.concatenate([np.zeros((1, *wants.shape[1:])), wants])
    total = stages.sum(axis=1)
    given = np.zeros(wants.shape[1:])
    for low, high, a, b in zip(stages[:-1], stages[1:], total[:-1], total[1:], strict=True):
        share = np.clip(np.divide(agents - a, b - a, out=np.zeros(len(agents)), where=b > a), 0.0, 1.0)
        given += share * (high - low)
    over = np.maximum(agents - total[-1], 0.0)
    given += np.divide(over, total[-1], out=np.zeros(len(agents)), where=total[-1] > 0) * wants[-1]
    return given
