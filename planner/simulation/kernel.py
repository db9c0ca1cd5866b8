"""The event loop of the floor: contacts, agents and lines, one event after the other."""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled
from planner.simulation.again import holder_goes_at
from planner.simulation.agents import has_room, place
from planner.simulation.choice import free_agent, next_contact
from planner.simulation.events import event_of, parts_of
from planner.simulation.hands import lay_down, start
from planner.simulation.happens import by_timetable, others, work_ends
from planner.simulation.heap import HOLE, SIZE, close_hole, empty_heap, push
from planner.simulation.inner import inlined, row
from planner.simulation.layout import (
    ARRIVES,
    AT_MOST,
    ENDS_WORK,
    FREE_ROW,
    FULL,
    GIVES_UP,
    HANDS_OVER_S,
    HEAD,
    HOLDER,
    LEAVES,
    LEVEL,
    LINE,
    MAY_OVERFLOW,
    OVERFLOWS,
    PRE_EMPTED,
    TIMED,
)
from planner.simulation.lines import first_waiting, join_line, take_head

NEVER_S = 1e300
"""Later than anybody who gives up at all."""
SPARE = 64
"""Room on the heap besides one place for each agent: when deferred work opens, all of them may begin at one instant."""


@inlined
def _wait(
    x: int, c: int, cf: Any, ci: Any, waiting: Any, line: Any, overflow_s: Any, times: Any, what: Any, numbers: Any
) -> None:
    # nobody is free for a contact that came
    join_line(x, c, ci, waiting)
    if line[c, TIMED] == 1 and cf[x, LEAVES] < math.inf:
        push(times, what, numbers, cf[x, LEAVES], event_of(GIVES_UP, 0, x))
    if line[c, OVERFLOWS] > 0:
        push(times, what, numbers, cf[x, ARRIVES] + overflow_s[c, 0], event_of(MAY_OVERFLOW, 1, x))


@compiled(arrays=False)
def run_floor(s: Any, arriving: int, when: Any, whom: Any, what_comes: Any) -> None:
    """Run one replication of the floor to the end of its timetable and of everything in hand.

    The contacts of `s`, a `State`, hold `arriving` contacts in order of arrival, then room for those that come of others (the loop ends
    with ``numbers[FULL]`` 1 when that is too little). The timetable `when`, `whom`, `what_comes` ``[E]`` is in order of time.
    """
    i, j, events = 0, 0, when.size
    cf, ci, ai, af, slots, free, waiting, is_open = s.cf, s.ci, s.ai, s.af, s.slots, s.free, s.waiting, s.is_open
    line, seconds, pace, overflow_s, handling = s.line, s.seconds, s.pace, s.overflow_s, s.handling
    serves, rank, pools, tiers, after, keep = s.serves, s.rank, s.pools, s.tiers, s.after, s.keep
    ways, aht_s, due, lets_in, more_work, more_patience = s.ways, s.aht_s, s.due, s.lets_in, s.more_work, s.more_patience
    seed, interval_s = s.seed, s.interval_s
    times, what, numbers, busy, overrun = s.times, s.what, s.numbers, s.busy, s.overrun
    numbers[FREE_ROW] = arriving
    interrupts = False  # whether anybody at work may be interrupted
    for c in range(len(line)):
        interrupts = interrupts or line[c, PRE_EMPTED] == 1
    top = free.shape[1] - 1
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
        by_heap = times[0]
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
            seeks, settles, then = by_timetable(
                what_comes[j], whom[j], now, ai, af, slots, free, cf, ci, waiting, is_open, line, pace, overflow_s, handling,
                times, what, numbers, busy, overrun, interval_s,
            )  # fmt: skip
            queued = True
            j += 1
            by_table = when[j] if j < events else math.inf
        else:
            now = by_heap
            kind, version, id = parts_of(what[0])
            numbers[HOLE] = 1
            if kind == ENDS_WORK:
                seeks, settles = work_ends(
                    id, version, now, ai, af, slots, free, cf, ci, line, pace, handling, ways, aht_s, due, lets_in, more_work,
                    more_patience, seed, times, what, numbers, busy, overrun, interval_s,
                )  # fmt: skip
            else:
                seeks, settles, queued = others(
                    kind, version, id, now, ai, af, cf, ci, waiting, line, seconds, overflow_s, ways, aht_s, due, lets_in,
                    more_work, more_patience, seed, times, what, numbers, busy, overrun, interval_s,
                )  # fmt: skip
        while True:
            if seeks >= 0:
                x = seeks
                c = row(ci[row(x), LINE])
                a = free_agent(c, x, now, interrupts, af, free, cf, line, pools, tiers, after, keep) if is_open[c] == 1 else -1
                if a < 0:
                    seeks = -1
                    if not queued:
                        _wait(x, c, cf, ci, waiting, line, overflow_s, times, what, numbers)
                    continue
                if queued:
                    take_head(c, ci, waiting)
                seeks = first_waiting(c, now, cf, ci, waiting) if then else -1
                if ai[row(a), LEVEL] == top:
                    laid = lay_down(
                        a, now, ai, af, slots, free, cf, ci, waiting, line, pace, overflow_s, handling, times, what, numbers,
                        busy, interval_s,
                    )  # fmt: skip
                    seeks, queued, then = waiting[laid, HEAD], True, False  # others may be free for it
            elif settles >= 0:
                a = settles
                x = -1
                if has_room(a, ai):
                    x = next_contact(a, now, ai, free, cf, ci, waiting, is_open, line, serves, rank, after, keep)
                if x < 0:
                    place(a, now, ai, af, slots, free, ci, line)
                    break
            else:
                break
            start(a, x, now, ai, af, slots, free, cf, ci, line, pace, handling, times, what, numbers)
            if interrupts or ai[row(a), AT_MOST] > 1:
                place(a, now, ai, af, slots, free, ci, line)
            if ci[row(x), HOLDER] >= 0:
                holder_goes_at(x, now + af[ci[x, HOLDER], HANDS_OVER_S], ai, ci, times, what, numbers)
            if a == settles and not interrupts and ai[row(a), AT_MOST] == 1:
                settles = -1
    for c in range(waiting.shape[0]):
        first_waiting(c, NEVER_S, cf, ci, waiting)
