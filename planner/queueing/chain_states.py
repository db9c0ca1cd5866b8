"""How many contacts are in the system: the stationary birth-death chain of M/M/s/N+M, summed outward from its mode."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled

_LEFT_OUT = 1e-18  # of the probability of waiting above, of everything below
_NOTHING = 1e-290


@compiled(entry=False, arrays=False)
def _falls(n: float, agents: float, theta: float) -> float:
    # rate from n contacts to n - 1
    return min(n, agents) + max(n - agents, 0.0) * theta


@compiled(entry=False, arrays=False)
def _mode(load: float, agents: float, theta: float, joining: float, lines: float) -> float:
    # the last state that is entered from below at least as fast as it is left
    if load < agents:
        return math.floor(load)
    spare = joining - agents
    if spare <= 0.0:
        return agents
    if spare >= (lines - agents) * theta:
        return lines
    return agents + math.floor(spare / theta)


@compiled(entry=False)
def chain_states(load: float, agents: int, theta: float, balking: float, lines: float) -> tuple[int, Any]:
    """Return the first state that matters, and the probabilities from it on, time in handling times.

    States are ratios outward from the likeliest one, so that nothing overflows, up to where what is left is below 1e-18, never up to
    a fixed count. `lines` may be infinite where `theta` is positive or load (1 - balking) below the agents.
    """
    s = float(agents)
    joining = load * (1.0 - balking)
    mode = _mode(load, s, theta, joining, lines)
    below = 1.0 if mode < s else 0.0
    above = 1.0 - below  # of which all agents are busy
    weight = 1.0
    last = mode
    while last < lines:
        ratio = (load if last < s else joining) / _falls(last + 1.0, s, theta)
        if not weight * ratio > _NOTHING:
            break
        if last >= s and ratio < 1.0 and weight * ratio < _LEFT_OUT * above * (1.0 - ratio):
            break
        weight *= ratio
        last += 1.0
        if last < s:
            below += weight
        else:
            above += weight
    total = below + above
    weight = 1.0
    first = mode
    while first > 0.0:
        ratio = _falls(first, s, theta) / (load if first <= s else joining)
        if ratio < 1.0 and weight * ratio < _LEFT_OUT * total * (1.0 - ratio):
            break
        weight *= ratio
        first -= 1.0
        total += weight
    states = np.empty(int(last - first) + 1)
    at = int(mode - first)
    states[at] = 1.0 / total
    for i in range(at, states.size - 1):
        n = first + i
        states[i + 1] = states[i] * (load if n < s else joining) / _falls(n + 1.0, s, theta)
    for i in range(at, 0, -1):
        n = first + i
        states[i - 1] = states[i] * _falls(n, s, theta) / (load if n <= s else joining)
    return int(first), states
