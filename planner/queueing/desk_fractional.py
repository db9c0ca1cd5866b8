"""The requirement before heads are whole, at desks of any kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.domain.arrays import Floats
from planner.queueing.checks import shaped
from planner.queueing.desk_agents import least_agents
from planner.queueing.desk_limits import desk_wanted, score


def fractional_desk_agents(**asked: Any) -> Any:
    """Return what `required_agents_fractional` promises, from its arguments."""
    desk, limits, shape = desk_wanted(**asked)
    need = desk.must_serve
    for name in limits.by_name:
        alone = limits.alone(name)
        least, _ = least_agents(desk, alone)
        at = np.flatnonzero(least > 0)
        agents = least[at].astype(np.float64)
        more, fewer = score(desk, alone, at, agents), score(desk, alone, at, agents - 1)
        below = fewer.values[name]
        if name == "service_level":
            below = np.nan_to_num(below, nan=0.0)  # a level that no contact defines
        bound = np.zeros(at.size) if name == "max_occupancy" else more.bounds[name]
        need[at] = np.maximum(need[at], agents - 1 + _part(below, more.values[name], bound))
    return shaped(need, shape)


def _part(below: Floats, above: Floats, bound: Floats) -> Floats:
    # the share of time the larger number is needed; an undefined or endless value below leaves no choice
    choice = np.isfinite(below) & (below != above)
    gap = np.where(choice, above - below, 1.0)
    return np.where(choice, np.clip((bound - np.where(choice, below, 0.0)) / gap, 0.0, 1.0), 1.0)
