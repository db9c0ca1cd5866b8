"""Contacts that come of others: who calls again, comes back, or takes a specialist in.

What becomes of a contact is drawn by a number that it has on every roster: its own or, if it came of another one, its parent's and how it
came. So two rosters meet the same customers, as far as these have cause to come.
"""

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
    DELAY_S,
    ENDS,
    ESCALATES,
    ESCALATES_FROM,
    FREE_ROW,
    FULL,
    HANDS_OVER_S,
    HOLD_S,
    HOLDER,
    HOLDS,
    JOINED_S,
    KEY,
    LEAVES,
    LETS_GO,
    LINE,
    NOBODY,
    PARENT,
    PHASES,
    POOL,
    REDIAL_S,
    REDIALS,
    REPEATS,
    REPEATS_FROM,
    SHARE,
    STARTS,
    STATE,
    TO,
    VERSION,
    WITHOUT_HOLDER,
    WORK,
    WORK_FACTOR,
    WORK_S,
)

_ESCALATES, _AGAIN, _DELAY, _WORK, _LET_IN, _WITHIN = range(1, 7)
"""Purposes of a contact's chances."""
_STEP = 1442695040888963407
"""Between the seeds of a delay's steps."""
_PATH = 2654435761
"""Between the numbers of the contacts that come of one."""


@inner
def _own(x: int, ci: Any) -> int:
    # the number that a contact has on every roster
    path = 0
    while ci[x, PARENT] >= 0:
        path = path * 3 + (1 if ci[x, HOLDER] == NOBODY else 2)
        x = ci[x, PARENT]
    return x + path * _PATH


@inner
def _another(
    parent: int, c: int, when: float, mean_s: float, factor: float, holder: int, cf: Any, ci: Any, aht_s: Any, due: Any,
    more_work: Any, more_patience: Any, seed: int, numbers: Any, interval_s: float,
) -> int:  # fmt: skip
    # make the contact of line c that comes of its parent; -1 when there is no room for it
    x = numbers[FREE_ROW]
    if x >= cf.shape[0]:
        numbers[FULL] = 1
        return -1
    numbers[FREE_ROW] += 1
    ci[x, LINE] = c
    ci[x, STATE] = COMING
    ci[x, PARENT] = parent
    ci[x, POOL] = -1
    ci[x, AGENT] = -1
    ci[x, HOLDER] = holder
    t = min(max(int(when / interval_s), 0), aht_s.shape[1] - 1)
    k = int(chance(seed, _own(x, ci), _WORK) * more_work.shape[1])
    cf[x, ARRIVES] = when
    cf[x, WORK] = more_work[c, k] * (mean_s if mean_s == mean_s else aht_s[c, t] * factor)
    cf[x, LEAVES] = when + more_patience[c, k]
    cf[x, KEY] = due[c, t, 0] + due[c, t, 1] * (when - t * interval_s)
    cf[x, STARTS] = math.nan
    cf[x, ENDS] = math.nan
    return int(x)


@inner
def _let_in_at(c: int, when: float, own: int, lets_in: Any, seed: int, interval_s: float) -> float:
    # when somebody who would come to line c at this time can: then, or some time after it opens; never where it does not
    size = lets_in.shape[1]
    t = max(int(when / interval_s), 0)
    if t >= size or lets_in[c, t] >= 0.0:
        return when
    left = chance(seed, own, _LET_IN)
    for later in range(t, size):
        share = lets_in[c, later]
        if share <= 0.0:
            continue
        if left < share:
            return float((later + chance(seed, own, _WITHIN)) * interval_s)
        left = (left - share) / (1.0 - share)
    return math.inf


@inner
def calls_again(
    x: int, now: float, cf: Any, ci: Any, seconds: Any, aht_s: Any, due: Any, more_work: Any, more_patience: Any, seed: int,
    times: Any, what: Any, numbers: Any, interval_s: float,
) -> None:  # fmt: skip
    """Let a caller who gave up call again with the chance and after the delay of the line, if that is within the horizon."""
    c = ci[x, LINE]
    own = _own(x, ci)
    if chance(seed, own, _AGAIN) >= seconds[c, REDIALS]:
        return
    comes = now - math.log(chance(seed, own, _DELAY)) * seconds[c, REDIAL_S]
    if comes < aht_s.shape[1] * interval_s:
        y = _another(
            x, c, comes, math.nan, 1.0, NOBODY, cf, ci, aht_s, due, more_work, more_patience, seed, numbers, interval_s
        )
        push(times, what, numbers, comes, event_of(COMES_BACK, 0, max(y, 0)))


@inner
def comes_back(
    x: int, now: float, cf: Any, ci: Any, line: Any, ways: Any, aht_s: Any, due: Any, lets_in: Any, more_work: Any,
    more_patience: Any, seed: int, times: Any, what: Any, numbers: Any, interval_s: float,
) -> None:  # fmt: skip
    """Let the customer of contact `x`, answered now, come back in one of the ways of its line, if within the horizon. Who was
    escalated does so for the first contact alone; who came before the start not at all."""
    c = ci[x, LINE]
    if ci[x, HOLDER] != NOBODY or cf[x, ARRIVES] < 0.0:
        return
    own = _own(x, ci)
    left = chance(seed, own, _AGAIN)
    for w in range(line[c, REPEATS_FROM], line[c, REPEATS_FROM] + line[c, REPEATS]):
        left -= ways[w, SHARE]
        if left < 0.0:
            steps = 0.0
            for k in range(int(ways[w, PHASES])):
                steps -= math.log(chance(seed + k * _STEP, own, _DELAY))
            to = int(ways[w, TO])
            comes = max(now, cf[x, ARRIVES] + steps * ways[w, DELAY_S] / ways[w, PHASES])
            comes = _let_in_at(to, comes, own, lets_in, seed, interval_s)
            if comes < aht_s.shape[1] * interval_s:
                y = _another(
                    x, to, comes, ways[w, WORK_S], ways[w, WORK_FACTOR], NOBODY, cf, ci, aht_s, due, more_work, more_patience,
                    seed, numbers, interval_s,
                )  # fmt: skip
                push(times, what, numbers, comes, event_of(COMES_BACK, 0, max(y, 0)))
            return


@inner
def specialist_for(
    x: int, a: int, now: float, ai: Any, af: Any, free: Any, cf: Any, ci: Any, line: Any, ways: Any, aht_s: Any, due: Any,
    lets_in: Any, more_work: Any, more_patience: Any, seed: int, times: Any, what: Any, numbers: Any, interval_s: float,
) -> int:  # fmt: skip
    """Return the contact by which a specialist joins contact `x`, of which the work of agent `a` is done, or -1. Agent `a` holds `x` where
    somebody is to. Where the specialists are closed the contact comes to them later, unless it is from before the start: those held then
    are among the arrivals."""
    c = ci[x, LINE]
    own = _own(x, ci)
    left = chance(seed, own, _ESCALATES)
    for w in range(line[c, ESCALATES_FROM], line[c, ESCALATES_FROM] + line[c, ESCALATES]):
        left -= ways[w, SHARE]
        if left < 0.0:
            to = int(ways[w, TO])
            comes = _let_in_at(to, now, own, lets_in, seed, interval_s)
            if comes == math.inf or (comes > now and cf[x, ARRIVES] < 0.0):
                return -1
            holds = comes == now and ways[w, HOLD_S] > 0.0
            y = _another(
                x, to, comes, ways[w, WORK_S], ways[w, WORK_FACTOR], a if holds else WITHOUT_HOLDER, cf, ci, aht_s, due, more_work,
                more_patience, seed, numbers, interval_s,
            )  # fmt: skip
            if y < 0:
                return -1
            if comes > now:
                push(times, what, numbers, comes, event_of(COMES_BACK, 0, y))
                return -1
            if holds:
                ai[a, HOLDS] = x
                af[a, HANDS_OVER_S] = ways[w, JOINED_S]
                unlist(a, ai, free)
                lets_go_at(a, now + ways[w, HOLD_S], ai, times, what, numbers)
            return y
    return -1


@inner
def lets_go_at(a: int, when: float, ai: Any, times: Any, what: Any, numbers: Any) -> None:
    """Let agent `a` go then of the contact that he holds, whatever was meant before."""
    version = next_version(ai[a, VERSION])
    ai[a, VERSION] = version
    push(times, what, numbers, when, event_of(LETS_GO, version, a))


@inner
def holder_goes_at(x: int, when: float, ai: Any, ci: Any, times: Any, what: Any, numbers: Any) -> None:
    """Let whoever holds the contact for which `x` came go then, if anybody still does."""
    holder = ci[x, HOLDER]
    if holder >= 0 and ai[holder, HOLDS] == ci[x, PARENT]:
        lets_go_at(holder, when, ai, times, what, numbers)
