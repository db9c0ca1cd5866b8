"""The event loop of the floor: contacts, agents and lines, one event after the other.

Callers who give up make no event: they are found gone when they come to the head of their line, which is exact where nothing follows
from giving up. Where callers call again it is an event of its own.
"""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled
from planner.simulation.heap import HOLE, SIZE, close_hole, empty_heap, push
from planner.simulation.layout import (
    ABANDONED,
    ADVANCED,
    AFTER,
    AGENT,
    ARRIVES,
    AT_MOST,
    BEFORE,
    BUSY_FROM,
    COMES,
    COMES_BACK,
    COMING,
    CUT_OFF,
    DONE,
    DUE_S,
    ENDS,
    ENDS_WORK,
    ESCALATES,
    ESCALATES_TO,
    FILLS,
    GIVES_UP,
    GOES_HOME,
    HANDED_OVER,
    HOLD_S,
    HOLDER,
    HOLDS,
    IDLE_SINCE,
    IN_HAND,
    IN_HANDS,
    JOINED_S,
    KEY,
    LEAVES,
    LETS_GO,
    LEVEL,
    LINE,
    LINE_CLOSES,
    LINE_OPENS,
    LIVE,
    MAY_OVERFLOW,
    NEXT,
    OF_POOL,
    OFF_AT,
    ON,
    OVERFLOWS,
    PARENT,
    POOL,
    PRE_EMPTED,
    REDIAL_S,
    REDIALS,
    REPEAT_S,
    REPEATS,
    STARTS,
    STATE,
    TIMED,
    TOGETHER,
    VERSION,
    WAITING,
    WORK,
)

HEAD, TAIL, COUNT = range(3)
"""Of a list of free agents or a line of waiting contacts."""
FREE_ROW, FULL = 2, 3
"""Of the loop's numbers, after the heap's: the next unused contact, 1 when there was no room left for contacts or events."""
NUMBERS = 4
NEVER_S = 1e300
"""Later than anybody who gives up at all."""
SPARE = 64
"""Room on the heap besides one place for each agent: when deferred work opens, all of them may begin at one instant."""

_ID = 32
_VERSIONS = (1 << 24) - 1
_KIND = 56


@compiled(entry=False, arrays=False, inline=True)
def _event(kind: int, version: int, id: int) -> int:
    return (kind << _KIND) | (version << _ID) | id


@compiled(entry=False, arrays=False)
def _chance(seed: int, contact: int, purpose: int) -> float:
    # a uniform number in (0, 1) that belongs to this contact and purpose: SplitMix64's finaliser
    z = (seed + (contact * 8 + purpose + 1) * -7046029254386353131) & -1
    z = (z ^ ((z >> 30) & 0x3FFFFFFFF)) * -4658895280553007687
    z = (z ^ ((z >> 27) & 0x1FFFFFFFFF)) * -7723592293110705685
    z = z ^ ((z >> 31) & 0x1FFFFFFFF)
    return (((z >> 11) & 0x1FFFFFFFFFFFFF) + 0.5) / 9007199254740992.0


@compiled(entry=False, arrays=False, inline=True)
def _book(area: Any, pool: int, since: float, until: float, interval_s: float) -> None:
    # add a stretch to the seconds per interval
    size = area.shape[1]
    since = max(since, 0.0)
    until = min(until, size * interval_s)
    if until <= since:
        return
    per_s = 1.0 / interval_s
    first = int(since * per_s)
    last = min(int(until * per_s), size - 1)
    if first == last:
        area[pool, first] += until - since
        return
    area[pool, first] += (first + 1) * interval_s - since
    for t in range(first + 1, last):
        area[pool, t] += interval_s
    area[pool, last] += until - last * interval_s


@compiled(entry=False, arrays=False, inline=True)
def _unlist(a: int, ai: Any, free: Any) -> None:
    level = ai[a, LEVEL]
    if level < 0:
        return
    g = ai[a, OF_POOL]
    before, after = ai[a, BEFORE], ai[a, AFTER]
    if before >= 0:
        ai[before, AFTER] = after
    else:
        free[g, level, HEAD] = after
    if after >= 0:
        ai[after, BEFORE] = before
    else:
        free[g, level, TAIL] = before
    free[g, level, COUNT] -= 1
    ai[a, LEVEL] = -1


@compiled(entry=False, arrays=False, inline=True)
def _list(a: int, level: int, ai: Any, free: Any) -> None:
    g = ai[a, OF_POOL]
    tail = free[g, level, TAIL]
    ai[a, LEVEL] = level
    ai[a, BEFORE] = tail
    ai[a, AFTER] = -1
    if tail >= 0:
        ai[tail, AFTER] = a
    else:
        free[g, level, HEAD] = a
    free[g, level, TAIL] = a
    free[g, level, COUNT] += 1


@compiled(entry=False, arrays=False, inline=True)
def _purge(c: int, now: float, cf: Any, ci: Any, waiting: Any) -> int:
    # the first contact still waiting in a line, or -1; those before it who gave up are taken out
    head = waiting[c, HEAD]
    while head >= 0:
        if ci[head, STATE] == WAITING:
            if cf[head, LEAVES] > now:
                break
            ci[head, STATE] = ABANDONED
            cf[head, ENDS] = cf[head, LEAVES]
        head = ci[head, NEXT]
        waiting[c, COUNT] -= 1
    waiting[c, HEAD] = head
    if head < 0:
        waiting[c, TAIL] = -1
    return int(head)


@compiled(entry=False, arrays=False, inline=True)
def _enqueue(x: int, c: int, ci: Any, waiting: Any) -> None:
    tail = waiting[c, TAIL]
    ci[x, NEXT] = -1
    ci[x, STATE] = WAITING
    if tail >= 0:
        ci[tail, NEXT] = x
    else:
        waiting[c, HEAD] = x
    waiting[c, TAIL] = x
    waiting[c, COUNT] += 1


@compiled(entry=False, arrays=False)
def _put_back(x: int, c: int, ci: Any, waiting: Any) -> None:
    # an open case goes back to the head of its line
    head = waiting[c, HEAD]
    ci[x, NEXT] = head
    ci[x, STATE] = WAITING
    if head < 0:
        waiting[c, TAIL] = x
    waiting[c, HEAD] = x
    waiting[c, COUNT] += 1


@compiled(entry=False, arrays=False, inline=True)
def _take_head(c: int, ci: Any, waiting: Any) -> None:
    after = ci[waiting[c, HEAD], NEXT]
    waiting[c, HEAD] = after
    if after < 0:
        waiting[c, TAIL] = -1
    waiting[c, COUNT] -= 1


@compiled(entry=False, arrays=False)
def _advance(a: int, now: float, ai: Any, af: Any, slots: Any, cf: Any, ci: Any, pace: Any, handling: Any) -> None:
    # count the work done on everything in hand since it was last counted
    n = ai[a, IN_HANDS]
    passed = now - af[a, ADVANCED]
    if passed > 0.0:
        g = ai[a, OF_POOL]
        for k in range(n):
            x = slots[a, k]
            c = ci[x, LINE]
            cf[x, WORK] = max(0.0, cf[x, WORK] - passed / (pace[c, n] * handling[g, c]))
    af[a, ADVANCED] = now


@compiled(entry=False, arrays=False, inline=True)
def _schedule(
    a: int, now: float, ai: Any, slots: Any, cf: Any, ci: Any, pace: Any, handling: Any, times: Any, what: Any, heap: Any
) -> None:
    # when the first of the contacts in hand ends
    n = ai[a, IN_HANDS]
    version = (ai[a, VERSION] + 1) & _VERSIONS
    ai[a, VERSION] = version
    g = ai[a, OF_POOL]
    soonest = math.inf
    for k in range(n):
        x = slots[a, k]
        c = ci[x, LINE]
        soonest = min(soonest, cf[x, WORK] * handling[g, c] * pace[c, n])
    push(times, what, heap, now + soonest, _event(ENDS_WORK, version, a))


@compiled(entry=False, arrays=False, inline=True)
def _start(
    a: int, x: int, now: float,
    ai: Any, af: Any, slots: Any, free: Any, cf: Any, ci: Any, line: Any, pace: Any, handling: Any, times: Any, what: Any, heap: Any,
) -> None:  # fmt: skip
    # agent `a` takes contact `x`, besides what is in hand
    c = ci[x, LINE]
    _unlist(a, ai, free)
    n = ai[a, IN_HANDS]
    if n == 0:
        af[a, BUSY_FROM] = now
        af[a, ADVANCED] = now
        ai[a, AT_MOST] = line[c, TOGETHER]
    else:
        _advance(a, now, ai, af, slots, cf, ci, pace, handling)
        ai[a, AT_MOST] = min(ai[a, AT_MOST], line[c, TOGETHER])
    slots[a, n] = x
    ai[a, IN_HANDS] = n + 1
    ci[x, STATE] = IN_HAND
    ci[x, POOL] = ai[a, OF_POOL]
    ci[x, AGENT] = a
    if cf[x, STARTS] != cf[x, STARTS]:
        cf[x, STARTS] = now
    _schedule(a, now, ai, slots, cf, ci, pace, handling, times, what, heap)


@compiled(entry=False, arrays=False, inline=True)
def _place(a: int, now: float, ai: Any, af: Any, slots: Any, free: Any, ci: Any, line: Any) -> None:
    # put an agent on the list of those who may take more, or may be interrupted
    n = ai[a, IN_HANDS]
    if ai[a, ON] == 0 or ai[a, HOLDS] >= 0 or ai[a, LEVEL] >= 0:
        return
    if n == 0:
        af[a, IDLE_SINCE] = now
        _list(a, 0, ai, free)
    elif n < ai[a, AT_MOST]:
        af[a, IDLE_SINCE] = now
        _list(a, n, ai, free)
    elif n == 1 and line[ci[slots[a, 0], LINE], PRE_EMPTED] == 1:
        af[a, IDLE_SINCE] = now
        _list(a, free.shape[1] - 1, ai, free)


@compiled(entry=False, arrays=False, inline=True)
def _pick(
    a: int, now: float,
    ai: Any, free: Any, cf: Any, ci: Any, line: Any, is_open: Any, waiting: Any, serves: Any, rank: Any, after: Any, keep: Any,
) -> int:  # fmt: skip
    # the waiting contact that an agent takes next, out of its line; -1 when there is none for him
    g, n = ai[a, OF_POOL], ai[a, IN_HANDS]
    found, best_rank, best_key = -1, 0, math.inf
    for k in range(serves.shape[1]):
        c = serves[g, k]
        if c < 0 or (found >= 0 and rank[g, c] > best_rank):
            break
        if waiting[c, COUNT] == 0 or is_open[c] == 0:
            continue
        if n > 0 and n >= line[c, TOGETHER]:
            continue
        if keep[g, c] > 0 and n == 0 and free[g, 0, COUNT] < keep[g, c]:
            continue
        x = _purge(c, now, cf, ci, waiting)
        if x < 0 or cf[x, ARRIVES] + after[g, c] > now:
            continue
        if cf[x, KEY] < best_key:
            found, best_rank, best_key = c, rank[g, c], cf[x, KEY]
    if found < 0:
        return -1
    x = waiting[found, HEAD]
    _take_head(found, ci, waiting)
    return int(x)


@compiled(entry=False, arrays=False, inline=True)
def _free_agent(
    c: int, x: int, now: float, ai: Any, af: Any, free: Any, cf: Any, line: Any, pools: Any, tiers: Any, after: Any, keep: Any,
    interrupts: bool,
) -> int:  # fmt: skip
    # who takes a contact that comes: the first tier with somebody free, least in hand (most where it fills), longest idle; -1 for nobody
    k, size = 0, pools.shape[1]
    levels = line[c, TOGETHER]
    while k < size and pools[c, k] >= 0:
        end = k
        while end < size and pools[c, end] >= 0 and tiers[c, end] == tiers[c, k]:
            end += 1
        for step in range(levels):
            level = levels - 1 - step if line[c, FILLS] == 1 else step
            best, since = -1, math.inf
            for m in range(k, end):
                g = pools[c, m]
                count = free[g, level, COUNT]
                if count == 0 or (level == 0 and count <= keep[g, c]) or cf[x, ARRIVES] + after[g, c] > now:
                    continue
                a = free[g, level, HEAD]
                if af[a, IDLE_SINCE] < since:
                    best, since = a, af[a, IDLE_SINCE]
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


@compiled(entry=False, arrays=False)
def _lay_down(
    a: int, now: float, ai: Any, af: Any, slots: Any, free: Any, cf: Any, ci: Any, waiting: Any, pace: Any, handling: Any,
    busy: Any, interval_s: float, line: Any, overflow_s: Any, times: Any, what: Any, heap: Any,
) -> None:  # fmt: skip
    # the one case in hand goes back to the head of its line, with the work left; whoever was answered once does not give up
    _advance(a, now, ai, af, slots, cf, ci, pace, handling)
    x = slots[a, 0]
    _unlist(a, ai, free)
    ai[a, IN_HANDS] = 0
    ai[a, VERSION] = (ai[a, VERSION] + 1) & _VERSIONS
    _book(busy, ai[a, OF_POOL], af[a, BUSY_FROM], now, interval_s)
    c = ci[x, LINE]
    _put_back(x, c, ci, waiting)
    cf[x, LEAVES] = math.inf
    for k in range(line[c, OVERFLOWS]):
        if cf[x, ARRIVES] + overflow_s[c, k] > now:
            push(times, what, heap, cf[x, ARRIVES] + overflow_s[c, k], _event(MAY_OVERFLOW, k + 1, x))
            break


@compiled(entry=False, arrays=False)
def _again(
    parent: int,
    c: int,
    when: float,
    numbers: Any,
    cf: Any,
    ci: Any,
    seconds: Any,
    more_work: Any,
    more_patience: Any,
    seed: int,
) -> int:
    # a contact that comes from another one; -1 when there is no room for it
    x = numbers[FREE_ROW]
    if x >= cf.shape[0]:
        numbers[FULL] = 1
        return -1
    numbers[FREE_ROW] += 1
    k = int(_chance(seed, x, 5) * more_work.shape[1])
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


@compiled(entry=False, arrays=False)
def _joined(x: int, now: float, ai: Any, ci: Any, seconds: Any, times: Any, what: Any, heap: Any) -> None:
    # the specialist is there: whoever held the contact stays for the hand-over, then goes
    holder = ci[x, HOLDER]
    if ai[holder, HOLDS] != ci[x, PARENT]:
        return
    version = (ai[holder, VERSION] + 1) & _VERSIONS
    ai[holder, VERSION] = version
    push(times, what, heap, now + seconds[ci[ai[holder, HOLDS], LINE], JOINED_S], _event(LETS_GO, version, holder))


@compiled(entry=False, arrays=False)
def _cut_off(c: int, now: float, cf: Any, ci: Any, waiting: Any) -> None:
    # whoever still waits from the last opening has hung up
    while True:
        x = _purge(c, now, cf, ci, waiting)
        if x < 0:
            return
        _take_head(c, ci, waiting)
        ci[x, STATE] = CUT_OFF
        cf[x, ENDS] = now


@compiled(entry=False, arrays=False)
def _first_to_end(a: int, now: float, ai: Any, af: Any, slots: Any, cf: Any, ci: Any, pace: Any, handling: Any) -> int:
    # which of several contacts in hand has no work left
    _advance(a, now, ai, af, slots, cf, ci, pace, handling)
    g, n = ai[a, OF_POOL], ai[a, IN_HANDS]
    found, least = 0, math.inf
    for k in range(n):
        c = ci[slots[a, k], LINE]
        left = cf[slots[a, k], WORK] * handling[g, c] * pace[c, n]
        if left < least:
            found, least = k, left
    return found


@compiled(entry=False, arrays=False, inline=True)
def _work_ends(a: int, now: float, ai: Any, af: Any, busy: Any, overrun: Any, interval_s: float) -> None:
    # nothing is left in hand
    _book(busy, ai[a, OF_POOL], af[a, BUSY_FROM], now, interval_s)
    if ai[a, ON] == 0:
        _book(overrun, ai[a, OF_POOL], af[a, OFF_AT], now, interval_s)


@compiled(arrays=False)
def run_floor(
    cf: Any, ci: Any, arriving: int,
    when: Any, whom: Any, what_comes: Any,
    ai: Any, af: Any, slots: Any, free: Any,
    line: Any, seconds: Any, pace: Any, overflow_s: Any, is_open: Any, waiting: Any,
    serves: Any, rank: Any, pools: Any, tiers: Any, after: Any, keep: Any, handling: Any,
    more_work: Any, more_patience: Any, seed: int,
    times: Any, what: Any, numbers: Any, busy: Any, overrun: Any, interval_s: float,
) -> None:  # fmt: skip
    """Run one replication of the floor to the end of its timetable and of everything in hand.

    Contacts `cf` ``[M, 6]`` and `ci` ``[M, 7]`` hold `arriving` contacts in order of arrival, then room for those that come again (the loop
    ends with ``numbers[FULL]`` 1 when that is too little). The timetable `when`, `whom`, `what_comes` ``[E]`` is in order of time. `busy`
    and `overrun` ``[G, T]`` receive seconds at work, and of these the seconds after an agent's time. Columns: see
    `planner.simulation.layout`.

    Every event names a contact that seeks an agent (`seeks`; `queued` when it heads its line, `then` when those behind it seek too) or an
    agent who seeks contacts (`settles`).
    """
    i, j, events = 0, 0, when.size
    horizon_s = busy.shape[1] * interval_s
    top = free.shape[1] - 1
    numbers[FREE_ROW] = arriving
    interrupts = False  # whether anybody at work may be interrupted
    for c in range(len(line)):
        interrupts = interrupts or line[c, PRE_EMPTED] == 1
    empty_heap(times)
    room = times.size - len(ai) - SPARE
    by_arrival = cf[0, ARRIVES] if arriving > 0 else math.inf
    by_table = when[0] if events > 0 else math.inf
    while numbers[FULL] == 0:
        if numbers[HOLE] == 1:
            close_hole(times, what, numbers)
        if numbers[SIZE] > room:
            numbers[FULL] = 1
            break
        by_heap = times[0] if numbers[SIZE] > 0 else math.inf
        seeks, settles, queued, then = -1, -1, False, False
        if by_arrival < by_table and by_arrival < by_heap:
            now = by_arrival
            seeks = i
            i += 1
            by_arrival = cf[i, ARRIVES] if i < arriving else math.inf
        elif by_table <= by_heap:
            if by_table == math.inf:
                break
            now = by_table
            kind, a = what_comes[j], whom[j]
            j += 1
            by_table = when[j] if j < events else math.inf
            if kind == COMES:
                if ai[a, ON] == 0:
                    ai[a, ON] = 1
                    if ai[a, IN_HANDS] > 0:
                        _book(overrun, ai[a, OF_POOL], af[a, OFF_AT], now, interval_s)
                    settles = a
            elif kind == LINE_OPENS:
                if line[a, LIVE] == 1:
                    _cut_off(a, now, cf, ci, waiting)
                else:
                    is_open[a] = 1
                    seeks = _purge(a, now, cf, ci, waiting)
                    queued = then = True
            elif kind == LINE_CLOSES:
                if line[a, LIVE] == 0:
                    is_open[a] = 0
            elif ai[a, ON] == 1:
                ai[a, ON] = 0
                af[a, OFF_AT] = now
                _unlist(a, ai, free)
                if kind == GOES_HOME and ai[a, IN_HANDS] == 1 and ai[a, HOLDS] < 0:
                    c = ci[slots[a, 0], LINE]
                    if line[c, HANDED_OVER] == 1:
                        _lay_down(
                            a,
                            now,
                            ai,
                            af,
                            slots,
                            free,
                            cf,
                            ci,
                            waiting,
                            pace,
                            handling,
                            busy,
                            interval_s,
                            line,
                            overflow_s,
                            times,
                            what,
                            numbers,
                        )
                        seeks, queued = waiting[c, HEAD], True
        else:
            now = by_heap
            event = what[0]
            numbers[HOLE] = 1
            kind = event >> _KIND
            id = event & ((1 << _ID) - 1)
            version = (event >> _ID) & _VERSIONS
            if kind == ENDS_WORK:
                a = id
                if ai[a, VERSION] != version:
                    continue
                n = ai[a, IN_HANDS]
                last = 0 if n == 1 else _first_to_end(a, now, ai, af, slots, cf, ci, pace, handling)
                y = slots[a, last]
                c = ci[y, LINE]
                if line[c, ESCALATES_TO] >= 0 and _chance(seed, y, 1) < seconds[c, ESCALATES]:
                    seeks = _again(y, line[c, ESCALATES_TO], now, numbers, cf, ci, seconds, more_work, more_patience, seed)
                    if seeks >= 0 and line[c, TOGETHER] == 1:
                        ci[seeks, HOLDER] = a
                        ai[a, HOLDS] = y
                        version = (ai[a, VERSION] + 1) & _VERSIONS
                        ai[a, VERSION] = version
                        _unlist(a, ai, free)
                        push(times, what, numbers, now + seconds[c, HOLD_S], _event(LETS_GO, version, a))
                if ai[a, HOLDS] < 0:
                    cf[y, ENDS] = now
                    ci[y, STATE] = DONE
                    n -= 1
                    slots[a, last] = slots[a, n]
                    ai[a, IN_HANDS] = n
                    _unlist(a, ai, free)
                    if n == 0:
                        _work_ends(a, now, ai, af, busy, overrun, interval_s)
                    else:
                        most = 1 << 30
                        for k in range(n):
                            most = min(most, line[ci[slots[a, k], LINE], TOGETHER])
                        ai[a, AT_MOST] = most
                        _schedule(a, now, ai, slots, cf, ci, pace, handling, times, what, numbers)
                    settles = a
                    if seconds[c, REPEATS] > 0.0 and _chance(seed, y, 2) < seconds[c, REPEATS]:
                        comes = now - math.log(_chance(seed, y, 3)) * seconds[c, REPEAT_S]
                        if comes < horizon_s:
                            z = _again(y, c, comes, numbers, cf, ci, seconds, more_work, more_patience, seed)
                            push(times, what, numbers, comes, _event(COMES_BACK, 0, max(z, 0)))
            elif kind == LETS_GO:
                a = id
                if ai[a, VERSION] == version and ai[a, HOLDS] >= 0:
                    y = ai[a, HOLDS]
                    ai[a, HOLDS] = -1
                    ai[a, IN_HANDS] = 0
                    cf[y, ENDS] = now
                    ci[y, STATE] = DONE
                    _work_ends(a, now, ai, af, busy, overrun, interval_s)
                    settles = a
            elif kind == GIVES_UP:
                if ci[id, STATE] == WAITING:
                    c = ci[id, LINE]
                    ci[id, STATE] = ABANDONED
                    cf[id, ENDS] = now
                    if _chance(seed, id, 2) < seconds[c, REDIALS]:
                        comes = now - math.log(_chance(seed, id, 3)) * seconds[c, REDIAL_S]
                        if comes < horizon_s:
                            z = _again(id, c, comes, numbers, cf, ci, seconds, more_work, more_patience, seed)
                            push(times, what, numbers, comes, _event(COMES_BACK, 0, max(z, 0)))
            elif kind == MAY_OVERFLOW:
                if ci[id, STATE] == WAITING and cf[id, LEAVES] > now:
                    c = ci[id, LINE]
                    if version < line[c, OVERFLOWS]:
                        push(
                            times,
                            what,
                            numbers,
                            cf[id, ARRIVES] + overflow_s[c, version],
                            _event(MAY_OVERFLOW, version + 1, id),
                        )
                    seeks, queued = _purge(c, now, cf, ci, waiting), True
            else:
                seeks = id
        while True:
            if seeks >= 0:
                x = seeks
                c = ci[x, LINE]
                a = -1
                if is_open[c] == 1:
                    a = _free_agent(c, x, now, ai, af, free, cf, line, pools, tiers, after, keep, interrupts)
                if a < 0:
                    seeks = -1
                    if not queued:
                        _enqueue(x, c, ci, waiting)
                        if line[c, TIMED] == 1 and cf[x, LEAVES] < math.inf:
                            push(times, what, numbers, cf[x, LEAVES], _event(GIVES_UP, 0, x))
                        if line[c, OVERFLOWS] > 0:
                            push(times, what, numbers, cf[x, ARRIVES] + overflow_s[c, 0], _event(MAY_OVERFLOW, 1, x))
                    continue
                if queued:
                    _take_head(c, ci, waiting)
                seeks = _purge(c, now, cf, ci, waiting) if then else -1
                if ai[a, LEVEL] == top:
                    laid = ci[slots[a, 0], LINE]
                    _lay_down(
                        a,
                        now,
                        ai,
                        af,
                        slots,
                        free,
                        cf,
                        ci,
                        waiting,
                        pace,
                        handling,
                        busy,
                        interval_s,
                        line,
                        overflow_s,
                        times,
                        what,
                        numbers,
                    )
                    seeks, queued, then = waiting[laid, HEAD], True, False  # others may be free for it
            elif settles >= 0:
                a = settles
                x = -1
                if ai[a, ON] == 1 and ai[a, HOLDS] < 0 and (ai[a, IN_HANDS] == 0 or ai[a, IN_HANDS] < ai[a, AT_MOST]):
                    x = _pick(a, now, ai, free, cf, ci, line, is_open, waiting, serves, rank, after, keep)
                if x < 0:
                    _place(a, now, ai, af, slots, free, ci, line)
                    break
            else:
                break
            _start(a, x, now, ai, af, slots, free, cf, ci, line, pace, handling, times, what, numbers)
            if interrupts or ai[a, AT_MOST] > 1:
                _place(a, now, ai, af, slots, free, ci, line)
            if ci[x, HOLDER] >= 0:
                _joined(x, now, ai, ci, seconds, times, what, numbers)
    for c in range(waiting.shape[0]):
        _purge(c, NEVER_S, cf, ci, waiting)
