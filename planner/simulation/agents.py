"""Agents: the lists of those who may take something, and their seconds at work by interval."""

from __future__ import annotations

from typing import Any

from planner.simulation.inner import inlined, row
from planner.simulation.layout import (
    AFTER,
    AT_MOST,
    BEFORE,
    BUSY_FROM,
    COUNT,
    HEAD,
    HOLDS,
    IDLE_SINCE,
    IN_HANDS,
    LEVEL,
    LINE,
    OF_POOL,
    OFF_AT,
    ON,
    PRE_EMPTED,
    TAIL,
)


@inlined
def book(area: Any, pool: int, since: float, until: float, interval_s: float) -> None:
    """Add a stretch of time to the seconds per interval of a pool; what lies outside the horizon is left out."""
    size = area.shape[1]
    since = max(since, 0.0)
    until = min(until, size * interval_s)
    if until <= since:
        return
    per_s = 1.0 / interval_s
    first = int(since * per_s)
    last = min(int(until * per_s), size - 1)
    if first == last:
        area[row(pool), row(first)] += until - since
        return
    area[pool, first] += (first + 1) * interval_s - since
    for t in range(first + 1, last):
        area[pool, t] += interval_s
    area[pool, last] += until - last * interval_s


@inlined
def nothing_in_hand(a: int, now: float, ai: Any, af: Any, busy: Any, overrun: Any, interval_s: float) -> None:
    """Book the time at work of agent `a`, who has nothing left in hand."""
    book(busy, ai[row(a), OF_POOL], af[row(a), BUSY_FROM], now, interval_s)
    if ai[row(a), ON] == 0:
        book(overrun, ai[a, OF_POOL], af[a, OFF_AT], now, interval_s)


@inlined
def unlist(a: int, ai: Any, free: Any) -> None:
    """Take agent `a` off the list he is on, if any."""
    a = row(a)
    if ai[a, LEVEL] < 0:
        return
    level, g = row(ai[a, LEVEL]), row(ai[a, OF_POOL])
    before, after = ai[a, BEFORE], ai[a, AFTER]
    if before >= 0:
        ai[row(before), AFTER] = after
    else:
        free[g, level, HEAD] = after
    if after >= 0:
        ai[row(after), BEFORE] = before
    else:
        free[g, level, TAIL] = before
    free[g, level, COUNT] -= 1
    ai[a, LEVEL] = -1


@inlined
def _enlist(a: int, level: int, ai: Any, free: Any) -> None:
    a, level = row(a), row(level)
    g = row(ai[a, OF_POOL])
    tail = free[g, level, TAIL]
    ai[a, LEVEL] = level
    ai[a, BEFORE] = tail
    ai[a, AFTER] = -1
    if tail >= 0:
        ai[row(tail), AFTER] = a
    else:
        free[g, level, HEAD] = a
    free[g, level, TAIL] = a
    free[g, level, COUNT] += 1


@inlined
def has_room(a: int, ai: Any) -> bool:
    """Return whether agent `a` is on seat and may take a contact besides what is in hand."""
    a = row(a)
    return bool(ai[a, ON] == 1 and ai[a, HOLDS] < 0 and (ai[a, IN_HANDS] == 0 or ai[a, IN_HANDS] < ai[a, AT_MOST]))


@inlined
def place(a: int, now: float, ai: Any, af: Any, slots: Any, free: Any, ci: Any, line: Any) -> None:
    """Put agent `a` on the list of those who may take more, or may be interrupted, if he may."""
    a = row(a)
    n = ai[a, IN_HANDS]
    if ai[a, ON] == 0 or ai[a, HOLDS] >= 0 or ai[a, LEVEL] >= 0:
        return
    if n == 0 or n < ai[a, AT_MOST]:
        level = n
    elif n == 1 and line[row(ci[row(slots[a, 0]), LINE]), PRE_EMPTED] == 1:
        level = free.shape[1] - 1
    else:
        return
    af[a, IDLE_SINCE] = now
    _enlist(a, level, ai, free)
