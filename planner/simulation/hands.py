"""Contacts in hand: work goes on, slower the more there are; it starts, ends, or is laid down."""

from __future__ import annotations

import math
from typing import Any

from planner.simulation.agents import book, unlist
from planner.simulation.events import event_of, next_version
from planner.simulation.heap import push
from planner.simulation.inner import inlined, inner, row
from planner.simulation.layout import (
    ADVANCED,
    AGENT,
    ARRIVES,
    AT_MOST,
    BUSY_FROM,
    ENDS_WORK,
    IN_HAND,
    IN_HANDS,
    LEAVES,
    LINE,
    MAY_OVERFLOW,
    OF_POOL,
    OVERFLOWS,
    POOL,
    STARTS,
    STATE,
    TOGETHER,
    VERSION,
    WORK,
)
from planner.simulation.lines import put_back


@inner
def advance(a: int, now: float, ai: Any, af: Any, slots: Any, cf: Any, ci: Any, pace: Any, handling: Any) -> None:
    """Count the work done on everything in hand since it was last counted."""
    n = ai[a, IN_HANDS]
    passed = now - af[a, ADVANCED]
    if passed > 0.0:
        g = ai[a, OF_POOL]
        for k in range(n):
            x = slots[a, k]
            c = ci[x, LINE]
            cf[x, WORK] = max(0.0, cf[x, WORK] - passed / (pace[c, n] * handling[g, c]))
    af[a, ADVANCED] = now


@inlined
def schedule(
    a: int, now: float, ai: Any, slots: Any, cf: Any, ci: Any, pace: Any, handling: Any, times: Any, what: Any, numbers: Any
) -> None:
    """Let it happen when the first of the contacts in hand ends."""
    a = row(a)
    n = ai[a, IN_HANDS]
    version = next_version(ai[a, VERSION])
    ai[a, VERSION] = version
    g = row(ai[a, OF_POOL])
    soonest = math.inf
    for k in range(n):
        x = row(slots[a, k])
        c = row(ci[x, LINE])
        soonest = min(soonest, cf[x, WORK] * handling[g, c] * pace[c, row(n)])
    push(times, what, numbers, now + soonest, event_of(ENDS_WORK, version, a))


@inlined
def start(
    a: int, x: int, now: float, ai: Any, af: Any, slots: Any, free: Any, cf: Any, ci: Any, line: Any, pace: Any, handling: Any,
    times: Any, what: Any, numbers: Any,
) -> None:  # fmt: skip
    """Let agent `a` take contact `x`, besides what is in hand."""
    a, x = row(a), row(x)
    c = row(ci[x, LINE])
    unlist(a, ai, free)
    n = ai[a, IN_HANDS]
    if n == 0:
        af[a, BUSY_FROM] = now
        af[a, ADVANCED] = now
        ai[a, AT_MOST] = line[c, TOGETHER]
    else:
        advance(a, now, ai, af, slots, cf, ci, pace, handling)
        ai[a, AT_MOST] = min(ai[a, AT_MOST], line[c, TOGETHER])
    slots[a, row(n)] = x
    ai[a, IN_HANDS] = n + 1
    ci[x, STATE] = IN_HAND
    ci[x, POOL] = ai[a, OF_POOL]
    ci[x, AGENT] = a
    if cf[x, STARTS] != cf[x, STARTS]:
        cf[x, STARTS] = now
    schedule(a, now, ai, slots, cf, ci, pace, handling, times, what, numbers)


@inner
def first_to_end(a: int, now: float, ai: Any, af: Any, slots: Any, cf: Any, ci: Any, pace: Any, handling: Any) -> int:
    """Return which of several contacts in hand has no work left."""
    advance(a, now, ai, af, slots, cf, ci, pace, handling)
    g, n = ai[a, OF_POOL], ai[a, IN_HANDS]
    found, least = 0, math.inf
    for k in range(n):
        x = slots[a, k]
        c = ci[x, LINE]
        left = cf[x, WORK] * handling[g, c] * pace[c, n]
        if left < least:
            found, least = k, left
    return found


@inlined
def let_go(a: int, k: int, ai: Any, slots: Any, ci: Any, line: Any) -> int:
    """Take place `k` out of the agent's hands; return how many contacts stay there."""
    a, k = row(a), row(k)
    n = ai[a, IN_HANDS] - 1
    slots[a, k] = slots[a, row(n)]
    ai[a, IN_HANDS] = n
    most = 1 << 30
    for m in range(n):
        most = min(most, line[row(ci[row(slots[a, m]), LINE]), TOGETHER])
    ai[a, AT_MOST] = most
    return int(n)


@inner
def lay_down(
    a: int, now: float, ai: Any, af: Any, slots: Any, free: Any, cf: Any, ci: Any, waiting: Any, line: Any, pace: Any,
    overflow_s: Any, handling: Any, times: Any, what: Any, numbers: Any, busy: Any, interval_s: float,
) -> int:  # fmt: skip
    """Put the one case in hand back at the head of its line, with the work left, and return the line; whoever was answered once does not
    give up."""
    advance(a, now, ai, af, slots, cf, ci, pace, handling)
    x = slots[a, 0]
    unlist(a, ai, free)
    ai[a, IN_HANDS] = 0
    ai[a, VERSION] = next_version(ai[a, VERSION])
    book(busy, ai[a, OF_POOL], af[a, BUSY_FROM], now, interval_s)
    c = ci[x, LINE]
    put_back(x, c, ci, waiting)
    cf[x, LEAVES] = math.inf
    for k in range(line[c, OVERFLOWS]):
        if cf[x, ARRIVES] + overflow_s[c, k] > now:
            push(times, what, numbers, cf[x, ARRIVES] + overflow_s[c, k], event_of(MAY_OVERFLOW, k + 1, x))
            break
    return int(c)
