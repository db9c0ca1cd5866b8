"""Who takes what: a free agent chooses among the lines, a contact among the free agents."""

from __future__ import annotations

import math
from typing import Any

from planner.simulation.inner import inlined, row
from planner.simulation.layout import ARRIVES, COUNT, FILLS, HEAD, IDLE_SINCE, IN_HANDS, KEY, LIVE, OF_POOL, TOGETHER
from planner.simulation.lines import first_waiting, take_head


@inlined
def next_contact(
    a: int, now: float, ai: Any, free: Any, cf: Any, ci: Any, waiting: Any, is_open: Any, line: Any, serves: Any, rank: Any,
    after: Any, keep: Any,
) -> int:  # fmt: skip
    """Return the waiting contact that agent `a` takes next, out of its line; -1 when there is none for him."""
    g, n = row(ai[row(a), OF_POOL]), ai[row(a), IN_HANDS]
    found, best_rank, best_key = -1, 0, math.inf
    for k in range(serves.shape[1]):
        if serves[g, k] < 0:
            break
        c = row(serves[g, k])
        if found >= 0 and rank[g, c] > best_rank:
            break
        if waiting[c, COUNT] == 0 or is_open[c] == 0:
            continue
        if n > 0 and n >= line[c, TOGETHER]:
            continue
        if keep[g, c] > 0 and n == 0 and free[g, 0, COUNT] < keep[g, c]:
            continue
        y = first_waiting(c, now, cf, ci, waiting)
        x = row(y)
        if y < 0 or cf[x, ARRIVES] + after[g, c] > now:
            continue
        if cf[x, KEY] < best_key:
            found, best_rank, best_key = c, rank[g, c], cf[x, KEY]
    if found < 0:
        return -1
    x = waiting[row(found), HEAD]
    take_head(found, ci, waiting)
    return int(x)


@inlined
def free_agent(
    c: int, x: int, now: float, interrupts: bool, af: Any, free: Any, cf: Any, line: Any, pools: Any, tiers: Any, after: Any,
    keep: Any,
) -> int:  # fmt: skip
    """Return who takes contact `x` of line `c`: of the first tier with somebody free who holds least (most where it fills) and is idle
    longest; with `interrupts` else whoever may be interrupted; -1 for nobody."""
    k, size = 0, pools.shape[1]
    c, x = row(c), row(x)
    levels = line[c, TOGETHER]
    while k < size and pools[c, k] >= 0:
        end = k
        while end < size and pools[c, end] >= 0 and tiers[c, end] == tiers[c, k]:
            end += 1
        for step in range(levels):
            level = levels - 1 - step if line[c, FILLS] == 1 else step
            best, since = -1, math.inf
            for m in range(k, end):
                g = row(pools[c, m])
                count = free[g, level, COUNT]
                if count == 0 or (level == 0 and count <= keep[g, c]) or cf[x, ARRIVES] + after[g, c] > now:
                    continue
                a = free[g, level, HEAD]
                if af[row(a), IDLE_SINCE] < since:
                    best, since = a, af[row(a), IDLE_SINCE]
            if best >= 0:
                return best
        k = end
    if interrupts and line[c, LIVE] == 1:
        last = free.shape[1] - 1
        for m in range(size):
            g = pools[c, m]
            if g < 0:
                break
            if free[g, last, COUNT] > 0 and cf[x, ARRIVES] + after[g, c] <= now:
                return int(free[g, last, HEAD])
    return -1
