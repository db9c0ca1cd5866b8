"""Erlang C: the queue in which everybody waits until answered (M/M/s). A. K. Erlang (1917); B and C as in
R. B. Cooper, "Introduction to Queueing Theory" (2nd ed., 1981), ch. 3.5 and 3.6."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.queueing.checks import broadcast, not_negative, shaped
from planner.queueing.erlang_b import blocking

Law = tuple[float, float, float, float, float, float, float, float, float]
"""What a queue in balance does to a contact, time in units of the mean handling time: P(wait); P(answered); P(answered within t);
P(abandoned); P(abandoned within t); P(offered wait > t); E[wait] of all; E[wait; answered]; E[offered wait]. The offered wait is what a
contact that never gives up would wait. Averages over contacts of several such laws are such a law again."""


@compiled(entry=False, arrays=False)
def waiting(load: float, agents: int) -> float:
    """Erlang C for whole agents: C = s B / (s - a (1 - B)); 1 where the load reaches the agents."""
    if agents <= load:
        return 1.0
    b = blocking(load, agents)
    return agents * b / ((agents - load) + load * b)


@compiled(entry=False, arrays=False)
def erlang_c_law(load: float, agents: int, t: float) -> Law:
    """The law of Erlang C; where the load reaches the agents the queue grows without end and nobody is answered in time."""
    if agents <= load:
        return 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, math.inf, math.inf, math.inf
    c = waiting(load, agents)
    spare = agents - load
    late = c * math.exp(-spare * t)
    return c, 1.0, 1.0 - late, 0.0, 0.0, late, c / spare, c / spare, c / spare


@compiled
def _fill(load: Any, agents: Any, out: Any) -> None:
    for i in range(out.size):
        whole = math.floor(agents[i])
        part = agents[i] - whole
        out[i] = waiting(load[i], whole)
        if part > 0.0:
            out[i] = (1.0 - part) * out[i] + part * waiting(load[i], whole + 1)


def erlang_c(load: ArrayLike, agents: ArrayLike) -> Any:
    """Return the probability that a caller has to wait when everybody waits until answered.

    `load` in erlang and `agents` are zero or more and broadcast; agents between two whole numbers get the interpolated
    probability (time shared between the two). Where the load reaches the agents the answer is 1. Raises ValueError for negative,
    infinite or missing values. Source: see the module.
    """
    (a, s), shape = broadcast(load=load, agents=agents)
    not_negative("load", a, "erlang", shape)
    not_negative("agents", s, "agents", shape)
    out = np.empty(a.size)
    _fill(a, s, out)
    return shaped(out, shape)
