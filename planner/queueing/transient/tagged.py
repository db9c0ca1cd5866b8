"""One caller in line under one staff: what somebody with m others ahead may hope for.

Whoever comes later does not matter, so m only falls, at the rate at which those ahead are served or give up. A table of values has
value[0, 0] = 1 for "answered", value[0, i] for a caller still waiting with floor(s) + i - 1 others ahead in the system, and rows e > 0
as in `rows`, where value[e, i] is that of a caller with i - 1 others ahead in line. Backwards in time each is drawn towards the next
place, v' = rate (v of the next place - v), and with `giving_up` towards zero.

A part of an agent: who comes to the place at which floor(s) are ahead is answered at once with probability s - floor(s).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.queueing.transient.uniformization import poisson


@compiled(entry=False, arrays=False)
def advance(agents: float, mu: float, theta: float, place: int) -> float:
    """The rate at which those ahead of place i leave."""
    return agents * mu + max(math.floor(agents) + place - 1.0 - agents, 0.0) * theta


@compiled(entry=False, arrays=False)
def drained_after(count: int) -> float:
    """The mean of a Poisson law that is below `count` with probability under 3e-16, from P(X <= x - a) <= exp(-a^2 / 2x)."""
    root = 0.5 * (8.5 + math.sqrt(72.25 + 4.0 * count))
    return root * root


@compiled(entry=False, arrays=False)
def settled(value: Any, rows: int, size: int, agents: float, mu: float, theta: float, giving_up: float) -> None:
    """Fill in the probability of being answered at all when this staff stays for good."""
    part = agents - math.floor(agents)
    value[0, 0] = 1.0
    for i in range(1, size + 1):
        rate = advance(agents, mu, theta, i)
        following = value[0, i - 1]
        if i == 2:
            following = part + (1.0 - part) * following
        value[0, i] = rate * following / (rate + giving_up) if rate > 0.0 else 0.0
    for e in range(1, rows + 1):
        value[e, 0] = 0.0
        for i in range(1, size + 1):
            free = (agents + e) * mu
            shorter = (i - 1.0) * theta
            value[e, i] = (free * value[e - 1, i] + shorter * value[e, i - 1]) / (free + shorter + giving_up)


@compiled(entry=False, arrays=False)
def _step(v: Any, y: Any, keep: Any, go: Any, live: int) -> None:
    shorter = v[0:live]
    here = v[1 : live + 1]
    to = y[1 : live + 1]
    stay = keep[1 : live + 1]
    step = go[1 : live + 1]
    for k in range(to.size):
        to[k] = stay[k] * here[k] + step[k] * shorter[k]


@compiled(entry=False, arrays=False)
def _step_and_add(v: Any, y: Any, keep: Any, go: Any, live: int, weight: float, out: Any) -> None:
    shorter = v[0:live]
    here = v[1 : live + 1]
    to = y[1 : live + 1]
    stay = keep[1 : live + 1]
    step = go[1 : live + 1]
    sums = out[1 : live + 1]
    for k in range(to.size):
        x = stay[k] * here[k] + step[k] * shorter[k]
        to[k] = x
        sums[k] += weight * x


@compiled(entry=False, arrays=False)
def _add(v: Any, weight: float, out: Any, live: int) -> None:
    here = v[1 : live + 1]
    sums = out[1 : live + 1]
    for k in range(here.size):
        sums[k] += weight * here[k]


@compiled(entry=False)
def earlier(
    value: Any, rows: int, size: int, agents: float, mu: float, theta: float, giving_up: float, t: float, error: float
) -> None:
    """Turn a table of values into what it was `t` earlier, in place, by uniformization."""
    live = size  # the furthest place with anything to hope for; it moves by one a step
    while live > 0:
        most = 0.0
        for e in range(rows + 1):
            most = max(most, value[e, live])
        if most > 0.0:
            break
        live -= 1
    fastest = max(advance(agents, mu, theta, size), (agents + rows) * mu + (size - 1.0) * theta) + giving_up
    if fastest * t == 0.0:
        return
    w, first, last = poisson(fastest * t, error)
    part = agents - math.floor(agents)
    if part > 0.0:
        live = min(size, live + 1)  # who comes to place 1 may be answered at once
    kinds = min(rows, 1) + 1
    keep = np.empty((kinds, size + 1))
    go = np.empty((kinds, size + 1))
    unit = 1.0 / fastest
    for kind in range(kinds):
        for i in range(1, size + 1):
            rate = advance(agents, mu, theta, i) if kind == 0 else (i - 1.0) * theta
            go[kind, i] = rate * unit
            keep[kind, i] = (fastest - rate - giving_up) * unit
    y = np.zeros((rows + 1, size + 1))
    y[0, 0] = 1.0
    out = np.zeros((rows + 1, size + 1))
    for k in range(last + 1):
        v, to = (value, y) if k % 2 == 1 else (y, value)
        if k > 0:
            live = min(size, live + 1)
            if rows == 0 and part == 0.0 and k >= first:
                _step_and_add(v[0], to[0], keep[0], go[0], live, w[k], out[0])
                continue
            for e in range(rows + 1):
                kind = min(e, 1)
                _step(v[e], to[e], keep[kind], go[kind], live)
                if e > 0:
                    free = (agents + e) * mu * unit
                    _add(v[e], -free, to[e], live)
                    _add(v[e - 1], free, to[e], live)
            if part > 0.0 and live > 1:
                to[0, 2] += go[0, 2] * part * (1.0 - v[0, 1])
        if k >= first:
            for e in range(rows + 1):
                _add(to[e], w[k], out[e], live)
    for e in range(rows + 1):
        for i in range(1, size + 1):
            value[e, i] = out[e, i]


@compiled(entry=False, arrays=False)
def _at(value: Any, e: int, i: int) -> float:
    # places outside the table belong to states that are never met
    if i < 1:
        return 1.0
    return value[e, i] if e < value.shape[0] and i < value.shape[1] else 0.0


@compiled(entry=False, arrays=False)
def before_change(old: Any, rows: int, size: int, before: float, new: Any, after: float, finish: bool) -> None:
    """Fill in the values just before the staff goes from `before` to `after`, from those just after it."""
    first = int(before)
    base = int(after)
    old[0, 0] = 1.0
    for e in range(rows + 1):
        over = first + e - base if finish else 0
        for i in range(1, size + 1):
            ahead = first + e + i - 1
            had = min(max(before - ahead, 0.0), 1.0)
            has = min(max(after - ahead, 0.0), 1.0)
            at_once = max(0.0, has - had) / (1.0 - had) if over <= 0 else 0.0
            later = _at(new, max(over, 0), i if over > 0 else ahead - base + 1)
            old[e, i] = at_once + (1.0 - at_once) * later
