"""Erlang A: callers wait, but give up after an exponential patience (M/M/s+M, C. Palm 1946).

Two exact ways, each where it is quicker: sums over the number waiting, and integrals over the offered wait.
"""

from __future__ import annotations

import math

from planner.compiled import compiled
from planner.queueing.erlang_a_integral import integral_law
from planner.queueing.erlang_a_series import series_law, series_serves
from planner.queueing.erlang_b import blocking
from planner.queueing.erlang_c import Law


@compiled(entry=False, arrays=False)
def erlang_a_law(load: float, agents: int, theta: float, t: float) -> Law:
    """The law of Erlang A: `theta` is mean handling time over mean patience, `t` the threshold in handling times."""
    if load == 0.0:
        return 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    if agents == 0:
        return 1.0, 0.0, 0.0, 1.0, -math.expm1(-theta * t), 1.0, 1.0 / theta, 0.0, math.inf
    if series_serves(load, float(agents), theta, t):
        return series_law(load, agents, theta, t, blocking(load, agents - 1))
    return integral_law(load, agents, theta, t)
