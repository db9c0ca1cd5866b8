"""The luck of the draw: how much the number of contacts answered in time varies when the rates are known exactly.

Waits of contacts near each other are alike, so the counts vary more than coins would. With reward r per contact (1 - target in time,
-target counted but late), the variance of its sum grows with time at the rate

    V = lambda E[r^2] + 2 lambda^2 sum over n of p(n) r(n) g(n+1),     -Q g = r(.) - mean r,  sum of p g = 0,

g being the bias of the birth-death chain (S. Asmussen, "Applied Probability and Queues", 2nd ed. (2003), ch. I.7 and IV; W. Whitt,
"Asymptotic formulas for Markov processes with applications to simulation", Operations Research 40 (1992), pp. 279-291). A wait is taken to
depend on the chain through the state its contact finds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled

_SMALL = 1e-16
_LONG = 100_000
"""Contacts in line beyond which none is answered in time: in balance so long a line is one that the agents never catch up with."""


@compiled(entry=False, arrays=False)
def _states(load: float, agents: float, theta: float) -> tuple[int, int]:
    # the states that carry the mass, from the mode outward
    mode = load if load <= agents else agents + (load - agents) / theta
    low = high = int(mode)
    weight = 1.0
    while low > 0 and weight > _SMALL:
        weight *= (min(float(low), agents) + max(0.0, low - agents) * theta) / load
        low -= 1
    weight = 1.0
    while weight > _SMALL and high - low <= 2 * _LONG + agents:
        high += 1
        weight *= load / (min(float(high), agents) + max(0.0, high - agents) * theta)
    return low, high


@compiled(entry=False, arrays=False)
def _rewards(
    agents: int, theta: float, t: float, definition: int, target: float, low: int, high: int, first: Any, second: Any
) -> None:
    # mean reward and mean square reward of a contact that finds `low` + i others, by the caller's place in the queue: the offered wait of
    # one with j ahead has exp(-theta V) ~ Beta(s / theta, j + 1), and so has, with s / theta + 1, the offered wait of one who is served
    s = float(agents)
    ratio = -math.expm1(-theta * t) / theta if theta > 0.0 else t
    gone = math.exp(-theta * t)
    log_late, log_kept = -s * t, -(s + theta) * t
    late = kept = 0.0
    for j in range(max(0, high - agents + 1)):
        late += math.exp(log_late)
        kept += math.exp(log_kept)
        log_late += math.log(ratio * (s + j * theta) / (j + 1.0)) if ratio > 0.0 else -math.inf
        log_kept += math.log(ratio * (s + (j + 1.0) * theta) / (j + 1.0)) if ratio > 0.0 else -math.inf
        n = agents + j
        if n < low:
            continue
        answered = s / (s + (j + 1.0) * theta)
        in_time = answered * max(0.0, 1.0 - kept)
        counted = 1.0
        if definition == 1:
            counted = answered
        elif definition == 2:
            counted = min(1.0, in_time + gone * late)
        elif definition == 3:
            in_time = max(0.0, 1.0 - gone * min(1.0, late))
        elif definition == 4:
            in_time = max(0.0, 1.0 - late)
        counted = max(counted, in_time)
        first[n - low] = in_time - target * counted
        second[n - low] = (1.0 - target) ** 2 * in_time + target**2 * (counted - in_time)
    for n in range(low, min(agents, high + 1)):
        first[n - low] = 1.0 - target
        second[n - low] = (1.0 - target) ** 2


@compiled
def noise(load: float, agents: int, theta: float, t: float, definition: int, target: float) -> tuple[float, float, float]:
    """Per handling time: mean reward, its variance if contacts were independent (lambda E[r^2]), and its true variance rate V."""
    if load == 0.0:
        return 0.0, 0.0, 0.0
    late = agents == 0 or (theta == 0.0 and load >= agents) or (load - agents > _LONG * theta)
    low, high = (0, 0) if late else _states(load, float(agents), theta)
    if late or high - low > 2 * _LONG + agents:  # nobody is ever answered in time
        gone = -math.expm1(-theta * t) if definition == 3 else 0.0
        counted = min(1.0, agents / load) if definition == 1 and agents > 0 else 1.0
        independent = load * (gone * (1.0 - target) ** 2 + (counted - gone) * target**2)
        return load * (gone - counted * target), independent, independent
    size = high - low + 1
    first, second, weight, flow = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    _rewards(agents, theta, t, definition, target, low, high, first, second)
    mode = min(max(int(load if load <= agents else agents + (load - agents) / theta), low), high)
    weight[mode - low] = total = 1.0
    for n in range(mode, low, -1):
        weight[n - 1 - low] = weight[n - low] * (min(n, agents) + max(0, n - agents) * theta) / load
        total += weight[n - 1 - low]
    for n in range(mode + 1, high + 1):
        weight[n - low] = weight[n - 1 - low] * load / (min(n, agents) + max(0, n - agents) * theta)
        total += weight[n - low]
    mean = square = 0.0
    for i in range(size):
        weight[i] /= total
        mean += weight[i] * first[i]
        square += weight[i] * second[i]
    # flow of the centred reward over the cut above each state, from the side on which nothing cancels
    below = 0.0
    for i in range(mode - low):
        below += weight[i] * (first[i] - mean)
        flow[i] = -below
    above = 0.0
    for i in range(size - 1, mode - low - 1, -1):
        flow[i] = above
        above += weight[i] * (first[i] - mean)
    bias = average = crossed = gathered = 0.0
    for i in range(size):  # g(i), then p r g(i+1), both up to the constant that makes the mean of g zero
        average += weight[i] * bias
        bias += flow[i] / (load * weight[i]) if weight[i] > 0.0 else 0.0
        crossed += weight[i] * first[i] * bias
        gathered += weight[i] * first[i]
    covariance = crossed - gathered * average
    return load * mean, load * square, max(0.0, load * square + 2.0 * load * load * covariance)
