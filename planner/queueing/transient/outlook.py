"""A caller's prospects from any moment on, through the staffing changes to come."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.queueing.transient.tagged import before_change, drained_after, earlier, settled

_GONE = 41.0  # exp(-41) = 2e-18: nobody is that patient


@compiled(entry=False)
def outlook(
    at: int, u: float, within: float, rows: int, top: int, agents: Any, mu: Any, change: Any, delta: float, theta: float,
    giving_up: float, finish: bool, error: float, path: Any,
) -> Any:  # fmt: skip
    """Return the values (see `tagged`) of callers who wait at `u` after the start of interval `at`: answered `within` that time.

    `top` is the largest number in system met, `change[k]` the next interval with another staff or handling time than k, and `path` room
    for three rows of notes on the stages passed. After the last interval its staff stays. The walk ends early where everybody is surely
    answered or gone; with `giving_up` zero the value is that of a caller with endless patience.
    """
    stages, levels, used = path[0], path[1], path[2]
    n = 0
    k = at
    level = rows
    left = within
    passed = 0.0
    total = 0.0  # services expected while everybody waits: each moves them up by one
    while True:
        stages[n] = k
        levels[n] = level
        here = math.inf
        if change[k] < agents.size:
            here = (change[k] - k) * delta - (u if n == 0 else 0.0)
        used[n] = min(left, here)
        served = agents[k] * mu[k] * used[n] if used[n] < math.inf else math.inf
        total += served
        sure = total >= drained_after(max(1, top - int(agents[k]) + 1) + level)
        left -= used[n]
        passed += used[n]
        if sure or left <= 0.0 or giving_up * passed > _GONE:
            break
        if served >= drained_after(level):
            level = 0
        level = max(0, int(agents[k]) + level - int(agents[change[k]])) if finish else 0
        k = change[k]
        n += 1
    size = max(1, top - int(agents[k]) + 1)
    value = np.zeros((level + 1, size + 1))
    value[0, 0] = 1.0
    if sure:
        settled(value, level, size, agents[k], mu[k], theta, giving_up)
    else:
        earlier(value, level, size, agents[k], mu[k], theta, giving_up, used[n], error)
    while n > 0:
        n -= 1
        j = int(stages[n])
        level = int(levels[n])
        size = max(1, top - int(agents[j]) + 1)
        old = np.zeros((level + 1, size + 1))
        before_change(old, level, size, agents[j], value, agents[k], finish)
        earlier(old, level, size, agents[j], mu[j], theta, giving_up, used[n], error)
        value = old
        k = j
    return value


@compiled(entry=False, arrays=False)
def expected(law: Any, rows: int, low: int, high: int, value: Any, agents: float) -> float:
    """The value an arrival may expect: answered at once where an agent is free, else that of the place at the end of the line."""
    first = int(agents)
    part = agents - first
    total = 0.0
    for n in range(low, high + 1):
        if n < first:
            total += law[0, n + 1]
        elif n == first:
            total += law[0, n + 1] * (part + (1.0 - part) * value[0, 1])
        else:
            total += law[0, n + 1] * value[0, n - first + 1]
    for e in range(1, rows + 1):
        for n in range(first, high + 1):
            total += law[e, n + 1] * value[e, n - first + 1]
    return total


@compiled(entry=False, arrays=False)
def never_answered(law: Any, rows: int, low: int, high: int, value: Any, agents: float) -> float:
    """Of those waiting now, the expected number whose value is lost."""
    first = int(agents)
    total = 0.0
    for e in range(rows + 1):
        lost = 0.0
        for n in range(first + 1, high + 1):
            share = 1.0 - (agents - first) if n == first + 1 and e == 0 else 1.0
            lost += share * (1.0 - value[e, n - first])
            if n >= low:
                total += law[e, n + 1] * lost
    return total
