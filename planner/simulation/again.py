"""Contacts that come of others: who calls again, comes back, or takes a specialist in."""

from __future__ import annotations

import math
from typing import Any

from planner.simulation.agents import unlist
from planner.simulation.events import chance, event_of, next_version
from planner.simulation.heap import push
from planner.simulation.inner import inner
from planner.simulation.layout import (
    AGENT,
    ARRIVES,
    COMES_BACK,
    COMING,
    DUE_S,
    ENDS,
    ESCALATES,
    ESCALATES_TO,
    FREE_ROW,
    FULL,
    HOLD_S,
    HOLDER,
    HOLDS,
    JOINED_S,
    KEY,
    LEAVES,
    LETS_GO,
    LINE,
    PARENT,
    POOL,
    STARTS,
    STATE,
    TOGETHER,
    VERSION,
    WORK,
)


@inner
def another(
    parent: int, c: int, when: float, cf: Any, ci: Any, seconds: Any, more_work: Any, more_patience: Any, seed: int,
    numbers: Any,
) -> int:  # fmt: skip
    """Make the contact of line `c` that comes of another one, and return its number; -1 when there is no room for it."""
    x = numbers[FREE_ROW]
    if x >= cf.shape[0]:
        numbers[FULL] = 1
        return -1
    numbers[FREE_ROW] += 1
    k = int(chance(seed, x, 5) * more_work.shape[1])
    cf[x, ARRIVES] = when
    cf[x, WORK] = more_work[c, k]
    cf[x, LEAVES] = when + more_patience[c, k]
    cf[x, KEY] = when + seconds[c, DUE_S]
    cf[x, STARTS] = math.nan
    cf[x, ENDS] = math.nan
    ci[x, LINE] = c
    ci[x, STATE] = COMING
    ci[x, PARENT] = parent
    ci[x, POOL] = -1
    ci[x, AGENT] = -1
    ci[x, HOLDER] = -1
    return int(x)


@inner
def comes_again(
    parent: int, now: float, share: int, delay: int, cf: Any, ci: Any, seconds: Any, more_work: Any, more_patience: Any,
    seed: int, times: Any, what: Any, numbers: Any, busy: Any, interval_s: float,
) -> None:  # fmt: skip
    """Let `parent` come again with the chance and after the mean delay in these columns of its line, if that is within the horizon."""
    c = ci[parent, LINE]
    if chance(seed, parent, 2) >= seconds[c, share]:
        return
    comes = now - math.log(chance(seed, parent, 3)) * seconds[c, delay]
    if comes < busy.shape[1] * interval_s:
        x = another(parent, c, comes, cf, ci, seconds, more_work, more_patience, seed, numbers)
        push(times, what, numbers, comes, event_of(COMES_BACK, 0, max(x, 0)))


@inner
def specialist_for(
    y: int, a: int, now: float, ai: Any, free: Any, cf: Any, ci: Any, line: Any, seconds: Any, more_work: Any,
    more_patience: Any, seed: int, times: Any, what: Any, numbers: Any,
) -> int:  # fmt: skip
    """Return the contact by which a specialist joins contact `y`, of which the work of agent `a` is done, or -1; the agent holds it if it
    was all he had."""
    c = ci[y, LINE]
    if line[c, ESCALATES_TO] < 0 or chance(seed, y, 1) >= seconds[c, ESCALATES]:
        return -1
    x = another(y, line[c, ESCALATES_TO], now, cf, ci, seconds, more_work, more_patience, seed, numbers)
    if x >= 0 and line[c, TOGETHER] == 1:
        ci[x, HOLDER] = a
        ai[a, HOLDS] = y
        version = next_version(ai[a, VERSION])
        ai[a, VERSION] = version
        unlist(a, ai, free)
        push(times, what, numbers, now + seconds[c, HOLD_S], event_of(LETS_GO, version, a))
    return x


@inner
def joined(x: int, now: float, ai: Any, ci: Any, seconds: Any, times: Any, what: Any, numbers: Any) -> None:
    """Let whoever holds the contact for which `x` came stay for the hand-over, then go: the specialist is there."""
    holder = ci[x, HOLDER]
    if ai[holder, HOLDS] != ci[x, PARENT]:
        return
    version = next_version(ai[holder, VERSION])
    ai[holder, VERSION] = version
    until = now + seconds[ci[ai[holder, HOLDS], LINE], JOINED_S]
    push(times, what, numbers, until, event_of(LETS_GO, version, holder))
