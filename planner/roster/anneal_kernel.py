"""The moves of an annealed roster, on compiled code: exchanges between two people, changes and exchanges within one schedule.

Every schedule stays legal; a move is judged by what it changes: the cost of the schedules it touches and of the heads of its cells.
"""

from __future__ import annotations

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats, Ints
from planner.roster.kit import Kit
from planner.roster.schedules import legal, schedule_cost

_LONGEST = 7  # days of a stretch that two people exchange


@compiled(entry=False, arrays=False)
def _draw(state: Ints, n: int) -> int:
    """A number of 0 to n - 1; `state` ``[1]`` is that of a xorshift generator (Marsaglia 2003)."""
    x = np.uint64(state[0])
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = np.int64(x)
    return int((x >> np.uint64(11)) % np.uint64(n))


@compiled(entry=False, arrays=False)
def _cell(need: int, heads: int, under: float, over: float) -> float:
    """Cost of a cell's heads short or spare."""
    return under * (need - heads) if heads < need else over * (heads - need)


@compiled(entry=False, arrays=False)
def _take(need: Ints, heads: Ints, under: Floats, over: Floats, d: int, s: int, by: int) -> float:
    """Add `by` heads to a cell and return what that costs."""
    if s < 0:
        return 0.0
    before = _cell(need[d, s], heads[d, s], under[d, s], over[d, s])
    heads[d, s] += by
    return _cell(need[d, s], heads[d, s], under[d, s], over[d, s]) - before


@compiled(entry=False, arrays=False)
def _exchange(work: Ints, p: int, q: int, row: Ints, other: Ints, state: Ints) -> bool:
    """Exchange between two people a stretch of days, or any two days; False where they work the same there."""
    days = work.shape[1]
    first = _draw(state, days)
    differ = False
    if _draw(state, 2) == 0:
        length = 1 + min(_draw(state, _LONGEST), _draw(state, _LONGEST))
        for d in range(first, min(days, first + length)):
            differ = differ or row[d] != other[d]
            row[d], other[d] = other[d], row[d]
    else:
        second = _draw(state, days)
        for d in (first, second):
            differ = differ or row[d] != other[d]
            row[d], other[d] = work[q, d], work[p, d]
    return differ


@compiled(entry=False, arrays=False)
def _alter(row: Ints, shifts: int, state: Ints) -> bool:
    """Change a day of a schedule, a few days alike, or exchange two of its days; False where that leaves it as it is."""
    days = len(row)
    d = _draw(state, days)
    kind = _draw(state, 4)
    if kind == 0:
        other = _draw(state, days)
        if row[d] == row[other]:
            return False
        row[d], row[other] = row[other], row[d]
        if _draw(state, 2) == 0 and row[other] >= 0:
            row[other] = _draw(state, shifts)
        return True
    s = _draw(state, shifts + 1) - 1
    length = 1 if kind < 3 else 1 + _draw(state, 4)
    differ = False
    for at in range(d, min(days, d + length)):
        differ = differ or row[at] != s
        row[at] = s
    return differ


@compiled
def anneal(
    kit: Kit,
    need: Ints,
    under: Floats,
    over: Floats,
    work: Ints,
    heads: Ints,
    own: Floats,
    best: Ints,
    at: Floats,
    heat: float,
    moves: int,
    state: Ints,
    raised: Floats,
) -> int:
    """Try `moves` moves at temperature `heat` on `work` ``[P, D]``, with its `heads` ``[D, S]`` and the cost `own` ``[P]`` of schedules.

    `at` ``[2]`` holds the cost now and the least so far, whose roster is kept in `best`. All arrays are changed in place. The first
    legal moves that would raise the cost write by how much to `raised`; returns how many did.
    """
    people, days = work.shape
    shifts = need.shape[1]
    row, other = np.empty(days, dtype=np.int64), np.empty(days, dtype=np.int64)
    counts = np.empty(shifts, dtype=np.int64)
    noted = 0
    for _ in range(moves):
        p = _draw(state, people)
        row[:] = work[p]
        q = -1
        if people > 1 and _draw(state, 3) > 0:
            q = _draw(state, people - 1)
            q += q >= p
            other[:] = work[q]
            if not _exchange(work, p, q, row, other, state):
                continue
        elif not _alter(row, shifts, state):
            continue
        allowed = -heat * np.log((_draw(state, 1 << 30) + 1) / (1 << 30))
        change = 0.0
        if q < 0:
            for d in range(days):
                if row[d] != work[p, d]:
                    change += _take(need, heads, under, over, d, work[p, d], -1) + _take(need, heads, under, over, d, row[d], 1)
        accepted = legal(kit, p, row, counts) and (q < 0 or legal(kit, q, other, counts))
        cost_p, cost_q = 0.0, 0.0
        if accepted:
            cost_p = schedule_cost(kit, p, row)
            change += cost_p - own[p]
            if q >= 0:
                cost_q = schedule_cost(kit, q, other)
                change += cost_q - own[q]
            accepted = change <= allowed
            if change > 1e-9 and noted < len(raised):
                raised[noted] = change
                noted += 1
        if not accepted:
            if q < 0:
                for d in range(days):
                    if row[d] != work[p, d]:
                        _take(need, heads, under, over, d, work[p, d], 1)
                        _take(need, heads, under, over, d, row[d], -1)
            continue
        work[p] = row
        own[p] = cost_p
        if q >= 0:
            work[q] = other
            own[q] = cost_q
        at[0] += change
        if at[0] < at[1] - 1e-9:
            at[1] = at[0]
            best[:] = work
    return noted
