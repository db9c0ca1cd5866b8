"""Service against agents at desks of any kind."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.queueing.desk import Desk
from planner.queueing.desk_law import LEVEL


def desk_curves(desk: Desk, t_s: Floats, most: int, definition: int, up_to: float) -> Floats:
    """Return the levels ``[N, most + 1]`` of 0 to `most` agents; held from `up_to` on, and once every line has an agent."""
    out = np.full((desk.load.size, most + 1), np.nan)
    left = np.flatnonzero(desk.load > 0)
    for agents in range(most + 1):
        level = desk.laws(left, np.full(left.size, float(agents)), t_s[left], definition)[LEVEL]
        out[left, agents:] = np.nan_to_num(level, nan=0.0)[:, None]
        left = left[(out[left, agents] < up_to) & (desk.lines[left] > agents)]
    return out
