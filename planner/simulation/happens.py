"""What one event does. Each leaves at most a contact that seeks an agent, or an agent who seeks contacts."""

from __future__ import annotations

from typing import Any

from planner.simulation.again import calls_again, comes_back, holder_goes_at, specialist_for
from planner.simulation.agents import book, nothing_in_hand, unlist
from planner.simulation.events import event_of
from planner.simulation.hands import first_to_end, lay_down, let_go, schedule
from planner.simulation.heap import push
from planner.simulation.inner import inlined, inner, row
from planner.simulation.layout import (
    ABANDONED,
    ARRIVES,
    COMES,
    DONE,
    ENDS,
    ESCALATES,
    GIVES_UP,
    GOES_HOME,
    HANDED_OVER,
    HEAD,
    HOLDS,
    IN_HANDS,
    LEAVES,
    LETS_GO,
    LINE,
    LINE_CLOSES,
    LINE_OPENS,
    LIVE,
    MAY_OVERFLOW,
    OF_POOL,
    OFF_AT,
    ON,
    OVERFLOWS,
    REPEATS,
    STATE,
    VERSION,
    WAITING,
)
from planner.simulation.lines import cut_off, first_waiting


@inner
def by_timetable(
    kind: int, id: int, now: float, ai: Any, af: Any, slots: Any, free: Any, cf: Any, ci: Any, waiting: Any, is_open: Any,
    line: Any, pace: Any, overflow_s: Any, handling: Any, times: Any, what: Any, numbers: Any, busy: Any, overrun: Any,
    interval_s: float,
) -> tuple[int, int, bool]:  # fmt: skip
    """Let agent or line number `id` come, go, open or close; return the contact that seeks, the agent who seeks, and whether those behind
    the contact in line seek too."""
    if kind == COMES:
        if ai[id, ON] == 1:
            return -1, -1, False
        ai[id, ON] = 1
        if ai[id, IN_HANDS] > 0:
            book(overrun, ai[id, OF_POOL], af[id, OFF_AT], now, interval_s)
        return -1, id, False
    if kind == LINE_OPENS:
        if line[id, LIVE] == 1:
            cut_off(id, now, cf, ci, waiting)
            return -1, -1, False
        is_open[id] = 1
        return first_waiting(id, now, cf, ci, waiting), -1, True
    if kind == LINE_CLOSES:
        if line[id, LIVE] == 0:
            is_open[id] = 0
    elif ai[id, ON] == 1:
        ai[id, ON] = 0
        af[id, OFF_AT] = now
        unlist(id, ai, free)
        of_one_case = kind == GOES_HOME and ai[id, IN_HANDS] == 1 and ai[id, HOLDS] < 0
        if of_one_case and line[ci[slots[id, 0], LINE], HANDED_OVER] == 1:
            c = lay_down(
                id, now, ai, af, slots, free, cf, ci, waiting, line, pace, overflow_s, handling, times, what, numbers, busy, interval_s
            )  # fmt: skip
            return waiting[c, HEAD], -1, False
    return -1, -1, False


@inlined
def work_ends(
    a: int, version: int, now: float, ai: Any, af: Any, slots: Any, free: Any, cf: Any, ci: Any, line: Any, pace: Any,
    handling: Any, ways: Any, aht_s: Any, due: Any, lets_in: Any, more_work: Any, more_patience: Any, seed: int, times: Any,
    what: Any, numbers: Any, busy: Any, overrun: Any, interval_s: float,
) -> tuple[int, int]:  # fmt: skip
    """End the next contact in the hands of agent `a`; return the contact by which a specialist joins, and the agent if he is free for more.
    Nothing happens where it was overtaken since."""
    a = row(a)
    if ai[a, VERSION] != version:
        return -1, -1
    k = 0 if ai[a, IN_HANDS] == 1 else first_to_end(a, now, ai, af, slots, cf, ci, pace, handling)
    y = row(slots[a, row(k)])
    c = row(ci[y, LINE])
    seeks = -1
    if line[c, ESCALATES] > 0:
        seeks = specialist_for(
            y, a, now, ai, af, free, cf, ci, line, ways, aht_s, due, lets_in, more_work, more_patience, seed, times, what, numbers,
            interval_s,
        )  # fmt: skip
    if ai[a, HOLDS] >= 0:
        return seeks, -1
    cf[y, ENDS] = now
    ci[y, STATE] = DONE
    unlist(a, ai, free)
    if let_go(a, k, ai, slots, ci, line) == 0:
        nothing_in_hand(a, now, ai, af, busy, overrun, interval_s)
    else:
        schedule(a, now, ai, slots, cf, ci, pace, handling, times, what, numbers)
    if line[c, REPEATS] > 0:
        comes_back(
            y, now, cf, ci, line, ways, aht_s, due, lets_in, more_work, more_patience, seed, times, what, numbers, interval_s
        )
    return seeks, a


@inner
def others(
    kind: int, version: int, id: int, now: float, ai: Any, af: Any, cf: Any, ci: Any, waiting: Any, line: Any, seconds: Any,
    overflow_s: Any, ways: Any, aht_s: Any, due: Any, lets_in: Any, more_work: Any, more_patience: Any, seed: int, times: Any,
    what: Any, numbers: Any, busy: Any, overrun: Any, interval_s: float,
) -> tuple[int, int, bool]:  # fmt: skip
    """Let what else comes happen; return the contact that seeks, the agent who seeks, and whether the contact is in line already."""
    if kind == LETS_GO:
        if ai[id, VERSION] == version and ai[id, HOLDS] >= 0:
            y = ai[id, HOLDS]
            ai[id, HOLDS] = -1
            ai[id, IN_HANDS] = 0
            cf[y, ENDS] = now
            ci[y, STATE] = DONE
            nothing_in_hand(id, now, ai, af, busy, overrun, interval_s)
            if line[ci[y, LINE], REPEATS] > 0:
                comes_back(
                    y, now, cf, ci, line, ways, aht_s, due, lets_in, more_work, more_patience, seed, times, what, numbers,
                    interval_s,
                )  # fmt: skip
            return -1, id, False
        return -1, -1, False
    if kind == GIVES_UP:
        if ci[id, STATE] == WAITING:
            ci[id, STATE] = ABANDONED
            cf[id, ENDS] = now
            calls_again(id, now, cf, ci, seconds, aht_s, due, more_work, more_patience, seed, times, what, numbers, interval_s)
            holder_goes_at(id, now, ai, ci, times, what, numbers)
        return -1, -1, False
    if kind == MAY_OVERFLOW:
        if ci[id, STATE] != WAITING or cf[id, LEAVES] <= now:
            return -1, -1, False
        c = ci[id, LINE]
        if version < line[c, OVERFLOWS]:
            push(
                times,
                what,
                numbers,
                cf[id, ARRIVES] + overflow_s[c, version],
                event_of(MAY_OVERFLOW, version + 1, id),
            )
        return first_waiting(c, now, cf, ci, waiting), -1, True
    return id, -1, False
