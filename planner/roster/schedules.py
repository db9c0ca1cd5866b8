"""One person's cheapest schedule under all hard rules, exactly: dynamic programming over days, backwards, on compiled code.

``cost_to_go[d, node, k, w, m]`` is the least cost of days d.. for one who has worked m units of time and w weekends and stands at a
node: so many days off in a row (up to the minimum, where work may start again), or a run of r shifts whose last was of a class that
allows the same shifts to follow. Limits on single shift types are first left out; types whose limit the answer breaks are counted (k)
in another pass, until none is broken: decremental state space (Righini and Salani 2008). The last pass is optimal. Homes are tried in turn.
"""

from __future__ import annotations

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats, Ints
from planner.roster.kit import Kit

_TABLE = 1 << 24  # numbers in the largest table made for one person
_NODES = 400_000  # most steps of the search that replaces a larger one


@compiled
def best_schedules(kit: Kit, people: Ints, price: Floats, extra: Floats, work: Ints, value: Floats, bound: Floats) -> None:
    """Find the schedule of least ``wish - price`` for each of `people` ``[n]`` at each home; inf where a person has no legal schedule.

    `price` ``[D, S]`` is earned by a shift worked, by anybody; `extra` ``[n, D, S]`` is paid besides (or has no rows). Writes schedules to
    `work` ``[n, H, D]``, their values to `value` ``[n, H]`` and a proven lower bound to `bound` ``[n, H]``, equal to `value` but where a
    person's limits on single types need a table beyond memory.
    """
    days, shifts = price.shape
    cost = np.empty((days, shifts))
    for i in range(len(people)):
        p = people[i]
        for h in range(kit.home.shape[1]):
            for d in range(days):
                for s in range(shifts):
                    cost[d, s] = kit.wish[p, d, s] - price[d, s]
                    if len(extra):
                        cost[d, s] += extra[i, d, s]
                    if kit.counted[d, s]:
                        cost[d, s] += kit.away[h, s]
            least, proven = _best_at_home(kit, p, cost, work[i, h])
            value[i, h] = least + kit.home[p, h]
            bound[i, h] = proven + kit.home[p, h]


@compiled(entry=False)
def _best_at_home(kit: Kit, p: int, cost: Floats, work: Ints) -> tuple[float, float]:
    """Write the schedule of least `cost` ``[D, S]`` to `work`; returns its cost and a proven bound on it, inf where there is none."""
    days, shifts = cost.shape
    stride = np.zeros(shifts, dtype=np.int64)
    counted = 1
    if _free(kit, p):
        table = _by_day(kit, p, cost)
        bound = table[0, kit.limits[p, 6] - 1, 0, 0, 0]
        if not np.isfinite(bound):
            return bound, bound
        _follow(kit, p, cost, stride, table, work)
        if not _rests(kit, p, work):
            return _best_with_rest(kit, p, cost, work)
        if _broken_cap(kit, p, work) < 0:
            return bound, bound
    while True:
        table = _cost_to_go(kit, p, cost, stride, counted)
        bound = table[0, kit.limits[p, 6] - 1, 0, 0, 0]
        if not np.isfinite(bound):
            return bound, bound
        _follow(kit, p, cost, stride, table, work)
        worst = _broken_cap(kit, p, work)
        if worst < 0:
            return bound, bound
        if table.size * (kit.cap[p, worst] + 1) > _TABLE:
            found = np.empty((1, days), dtype=np.int64)
            costs = np.full(1, np.inf)
            count, steps = _walk(kit, p, cost, stride, table, np.inf, True, _NODES, found, costs)
            if count:
                work[:] = found[0]
            return costs[0], costs[0] if steps < _NODES else bound
        stride[worst] = counted
        counted *= kit.cap[p, worst] + 1


@compiled(entry=False, arrays=False)
def _rests(kit: Kit, p: int, work: Ints) -> bool:
    """True unless a schedule works on all the days that follow a run from before, of which one must be off."""
    first, length = kit.joined[p]
    for d in range(first, first + length):
        if work[d] < 0:
            return True
    return bool(length == 0)


@compiled(entry=False)
def _best_with_rest(kit: Kit, p: int, cost: Floats, work: Ints) -> tuple[float, float]:
    """As `_best_at_home`, of the schedules that are off on one of the days that follow a run from before: the best over these days."""
    days, shifts = cost.shape
    first, length = kit.joined[p]
    stride = np.zeros(shifts, dtype=np.int64)
    found = np.empty(days, dtype=np.int64)
    best = np.inf
    for off in range(first, first + length):
        kept = cost[off].copy()
        cost[off] = np.inf
        table = _by_day(kit, p, cost)
        value = table[0, kit.limits[p, 6] - 1, 0, 0, 0]
        if value < best:
            best = value
            _follow(kit, p, cost, stride, table, found)
            work[:] = found
        cost[off] = kept
    return best, best


@compiled
def schedules_within(kit: Kit, p: int, price: Floats, limit: float, work: Ints, value: Floats) -> int:
    """List all schedules of person `p` with ``wish - price`` up to `limit`; returns how many, -1 when `work` ``[n, D]`` is too short.

    A schedule within the limit from several homes is listed once for each.
    """
    days, shifts = price.shape
    stride = np.zeros(shifts, dtype=np.int64)
    most_steps = 50 * len(work) * days
    total = 0
    for h in range(kit.home.shape[1]):
        cost: Floats = kit.wish[p] - price
        for d in range(days):
            for s in range(shifts):
                if kit.counted[d, s]:
                    cost[d, s] += kit.away[h, s]
        table = _by_day(kit, p, cost) if _free(kit, p) else _cost_to_go(kit, p, cost, stride, 1)
        most = limit - kit.home[p, h]
        count, steps = _walk(kit, p, cost, stride, table, most, False, most_steps, work[total:], value[total:])
        if count < 0 or steps >= most_steps:
            return -1
        total += count
    return total


@compiled
def schedule_cost(kit: Kit, p: int, work: Ints) -> float:
    """Cost of a schedule ``[D]`` of person `p`, heads aside, beyond the weight of all shifts wished for."""
    total, before, weekends, last = 0.0, -1, 0, -2
    for d in range(len(work)):
        s = work[d]
        if s < 0:
            continue
        total += kit.wish[p, d, s]
        if before >= 0 and d == before + 2:
            total += kit.lone[p]
        if kit.counted[d, s] and kit.in_weekend[d]:
            if not (kit.same_weekend[d] and last == d - 1):
                weekends += 1
            last = d
        before = d
    least = np.inf
    for h in range(kit.home.shape[1]):
        away = kit.home[p, h]
        for d in range(len(work)):
            if work[d] >= 0 and kit.counted[d, work[d]]:
                away += kit.away[h, work[d]]
        least = min(least, away)
    return float(total + least + kit.ending[p, min(weekends, kit.ending.shape[1] - 1)])


@compiled(entry=False, arrays=False)
def _free(kit: Kit, p: int) -> bool:
    """True when neither minutes nor runs of a person are limited."""
    return bool(kit.limits[p, 8] == 0 and kit.limits[p, 7] == 1 and kit.limits[p, 1] == 1 and kit.limits[p, 2] > 1)


@compiled(entry=False)
def _by_day(kit: Kit, p: int, cost: Floats) -> Floats:
    """The table of a person whose minutes and runs are not limited: shifts are ranked once a day, and each class takes the best it may."""
    days, shifts = cost.shape
    min_off, weekends, offs = kit.limits[p, 0], kit.limits[p, 3], kit.limits[p, 6]
    classes = len(kit.may)
    nodes = offs + classes
    table = np.full((days + 1, nodes, 1, weekends + 1, 1), np.inf)
    for w in range(weekends + 1):
        table[days, :, 0, w, 0] = kit.ending[p, w]
    value, fresh = np.empty(shifts), np.empty(shifts)
    for d in range(days - 1, -1, -1):
        whole = kit.in_weekend[d]
        joined = whole and kit.same_weekend[d]
        for w in range(weekends + 1):
            for s in range(shifts):
                fresh[s] = np.inf
                value[s] = np.inf
                if cost[d, s] == np.inf or kit.cap[p, s] == 0:
                    continue
                node = offs + kit.follower[s]
                more = w + 1 if whole and kit.counted[d, s] else w
                if more <= weekends:
                    fresh[s] = cost[d, s] + table[d + 1, node, 0, more, 0]
                after = w if joined else more
                if after <= weekends:
                    value[s] = cost[d, s] + table[d + 1, node, 0, after, 0]
            best = fresh.min()
            order = np.argsort(value)
            for node in range(nodes):
                at_work = node >= offs
                here = np.inf
                if not kit.must[p, d]:
                    here = table[d + 1, 0 if at_work else min(node + 1, offs - 1), 0, w, 0]
                if at_work:
                    for s in order:
                        if value[s] >= here:
                            break
                        if kit.may[node - offs, s]:
                            here = value[s]
                            break
                elif node >= min_off - 1:
                    started = best + (kit.lone[p] if node == 0 and offs > 1 else 0.0)
                    here = started if started < here else here
                table[d, node, 0, w, 0] = here
    return table


@compiled(entry=False)
def _cost_to_go(kit: Kit, p: int, cost: Floats, stride: Ints, counted: int) -> Floats:
    """Fill the table; `stride` ``[S]`` is 0 for types that are not counted, `counted` the product of the counts' ranges."""
    days, shifts = cost.shape
    min_off, min_run, max_run, weekends, least, most, offs, runs, timed = kit.limits[p]
    nodes = offs + len(kit.may) * runs
    table = np.full((days + 1, nodes, counted, weekends + 1, most + 1), np.inf)
    for w in range(weekends + 1):
        table[days, :, :, w, max(least, 0) :] = kit.ending[p, w]
    longest = kit.length.max() if timed else 0
    group = np.empty(shifts, dtype=np.int64)
    first = np.empty(shifts, dtype=np.int64)
    groups = 0
    for s in range(shifts):
        group[s] = -1
        if kit.cap[p, s] == 0:
            continue
        if stride[s] == 0:
            for g in range(groups):
                if kit.kind[first[g]] == kit.kind[s] and stride[first[g]] == 0:
                    group[s] = g
        if group[s] < 0:
            group[s], first[groups] = groups, s
            groups += 1
    cheapest = np.empty(groups)
    for d in range(days - 1, -1, -1):
        cheapest[:] = np.inf
        for s in range(shifts):
            if group[s] >= 0 and cost[d, s] < cheapest[group[s]]:
                cheapest[group[s]] = cost[d, s]
        low, high = max(0, least - (days - d) * longest), min(most, d * longest)
        for node in range(nodes):
            at_work = node >= offs
            run = (node - offs) % runs + 1 if at_work else 0
            if run > d:
                continue
            after = (node - offs) // runs
            may_rest = (not at_work or run >= min_run or run == d) and not kit.must[p, d]
            may_work = (run < max_run or runs == 1 < max_run) if at_work else node >= min_off - 1
            rested = 0 if at_work else min(node + 1, offs - 1)
            alone = kit.lone[p] if node == 0 and offs > 1 else 0.0
            more = 1 if kit.in_weekend[d] and not (at_work and kit.same_weekend[d]) else 0
            for k in range(counted):
                for w in range(weekends + 1):
                    here = table[d, node, k, w]
                    if may_rest:
                        there = table[d + 1, rested, k, w]
                        for m in range(low, high + 1):
                            here[m] = there[m]
                    if not may_work:
                        continue
                    for g in range(groups):
                        s = first[g]
                        paid = cheapest[g] + alone
                        if paid == np.inf or (at_work and not kit.may[after, s]):
                            continue
                        then = w + more if kit.counted[d, s] else w
                        if then > weekends:
                            continue
                        step = stride[s]
                        if step and (k // step) % (kit.cap[p, s] + 1) == kit.cap[p, s]:
                            continue
                        long = kit.length[s] if timed and kit.counted[d, s] else 0
                        there = table[d + 1, offs + kit.follower[s] * runs + min(run, runs - 1), k + step, then]
                        for m in range(low, min(high, most - long) + 1):
                            other = paid + there[m + long]
                            here[m] = other if other < here[m] else here[m]
    return table


@compiled(entry=False, arrays=False)
def _step(kit: Kit, p: int, d: int, node: int, s: int) -> tuple[int, int]:
    """Node after shift `s` (or a day off, -1) on day `d` and weekends added; node -1 where a rule of order forbids it."""
    min_off, min_run, max_run = kit.limits[p, 0], kit.limits[p, 1], kit.limits[p, 2]
    offs, runs = kit.limits[p, 6], kit.limits[p, 7]
    at_work = node >= offs
    run = (node - offs) % runs + 1 if at_work else 0
    if s < 0:
        if kit.must[p, d]:
            return -1, 0
        if not at_work:
            return min(node + 1, offs - 1), 0
        return (0 if run >= min_run or run == d else -1), 0
    tired = run >= max_run and not runs == 1 < max_run
    if (tired or not kit.may[(node - offs) // runs, s]) if at_work else node < min_off - 1:
        return -1, 0
    more = 1 if kit.in_weekend[d] and kit.counted[d, s] and not (at_work and kit.same_weekend[d]) else 0
    return offs + kit.follower[s] * runs + min(run, runs - 1), more


@compiled(entry=False, arrays=False)
def _follow(kit: Kit, p: int, cost: Floats, stride: Ints, table: Floats, work: Ints) -> None:
    """Write the schedule the table proves optimal."""
    days, shifts = cost.shape
    node, k, w, m = kit.limits[p, 6] - 1, 0, 0, 0
    for d in range(days):
        least, choice, to, weekends = np.inf, -1, 0, 0
        for s in range(-1, shifts):
            value, node_then, more = _worth(kit, p, d, node, k, w, m, s, cost, stride, table)
            if value < least:
                least, choice, to, weekends = value, s, node_then, more
        work[d] = choice
        node = to
        w += weekends
        if choice >= 0:
            k += stride[choice]
            m += _long(kit, p, d, choice)


@compiled(entry=False, arrays=False)
def _long(kit: Kit, p: int, d: int, s: int) -> int:
    """Units of time that a shift adds to a person's."""
    return kit.length[s] if kit.limits[p, 8] and kit.counted[d, s] else 0


@compiled(entry=False, arrays=False)
def _alone(kit: Kit, p: int, node: int) -> float:
    """Cost of starting work at a node: that of a day off alone, if this ends one."""
    return kit.lone[p] if node == 0 and kit.limits[p, 6] > 1 else 0.0


@compiled(entry=False, arrays=False)
def _worth(
    kit: Kit, p: int, d: int, node: int, k: int, w: int, m: int, s: int, cost: Floats, stride: Ints, table: Floats
) -> tuple[float, int, int]:
    """Least cost from day `d` on by way of shift `s`, the node it leads to and the weekends it adds; inf where it is not legal."""
    if s >= 0 and cost[d, s] == np.inf:
        return np.inf, 0, 0
    to, more = _step(kit, p, d, node, s)
    if to < 0 or w + more > kit.limits[p, 3]:
        return np.inf, 0, 0
    if s < 0:
        return table[d + 1, to, k, w, m], to, more
    m += _long(kit, p, d, s)
    if m > kit.limits[p, 5]:
        return np.inf, 0, 0
    if stride[s] and (k // stride[s]) % (kit.cap[p, s] + 1) == kit.cap[p, s]:
        return np.inf, 0, 0
    return cost[d, s] + _alone(kit, p, node) + table[d + 1, to, k + stride[s], w + more, m], to, more


@compiled(entry=False)
def _broken_cap(kit: Kit, p: int, work: Ints) -> int:
    """The shift type whose limit a schedule exceeds most, -1 if none."""
    over = -kit.cap[p]
    for s in work:
        if s >= 0:
            over[s] += 1
    worst = int(np.argmax(over))
    return worst if over[worst] > 0 else -1


@compiled(entry=False)
def _walk(
    kit: Kit,
    p: int,
    cost: Floats,
    stride: Ints,
    table: Floats,
    limit: float,
    best: bool,
    most_steps: int,
    work: Ints,
    value: Floats,
) -> tuple[int, int]:
    """Search depth first, cheapest first, all schedules whose cost stays within `limit` by the table; all limits on types are kept.

    With `best` each one found lowers the limit below itself and overwrites the one before; otherwise they are listed. Returns how many
    there are (-1 when `work` is full) and the steps taken.
    """
    days, shifts = cost.shape
    worth = np.empty((days, shifts + 1))
    order = np.empty((days, shifts + 1), dtype=np.int64)
    turn = np.zeros(days, dtype=np.int64)
    at = np.zeros((days + 1, 4), dtype=np.int64)  # node, k, w, m
    at[0, 0] = kit.limits[p, 6] - 1
    spent = np.zeros(days + 1)
    counts = np.zeros(shifts, dtype=np.int64)
    path = np.full(days, -1, dtype=np.int64)
    found, steps, d, entering = 0, 0, 0, True
    while d >= 0:
        node, k, w, m = at[d]
        if entering:
            steps += 1
            if steps >= most_steps:
                return found, steps
            for s in range(-1, shifts):
                worth[d, s + 1] = np.inf
                if s < 0 or counts[s] < kit.cap[p, s]:
                    worth[d, s + 1], _, _ = _worth(kit, p, d, node, k, w, m, s, cost, stride, table)
            order[d] = np.argsort(worth[d])
            turn[d] = 0
            entering = False
        if turn[d] > 0 and path[d] >= 0:
            counts[path[d]] -= 1
        if turn[d] > shifts or not spent[d] + worth[d, order[d, turn[d]]] <= limit or worth[d, order[d, turn[d]]] == np.inf:
            d -= 1
            continue
        s = order[d, turn[d]] - 1
        turn[d] += 1
        path[d] = s
        to, more = _step(kit, p, d, node, s)
        spent[d + 1] = spent[d]
        at[d + 1, 0], at[d + 1, 1], at[d + 1, 2], at[d + 1, 3] = to, k, w + more, m
        if s >= 0:
            spent[d + 1] += cost[d, s] + _alone(kit, p, node)
            counts[s] += 1
            at[d + 1, 1] += stride[s]
            at[d + 1, 3] += _long(kit, p, d, s)
        if d + 1 < days:
            d += 1
            entering = True
            continue
        total = spent[days] + kit.ending[p, at[days, 2]]
        if not _rests(kit, p, path):
            continue
        if best:
            work[0], value[0], found = path, total, 1
            limit = float(total) - 1e-9
        elif found == len(work):
            return -1, steps
        else:
            work[found], value[found] = path, total
            found += 1
    return found, steps


@compiled(entry=False, arrays=False)
def legal(kit: Kit, p: int, work: Ints, counts: Ints) -> bool:
    """True when a schedule ``[D]`` keeps all of person `p`'s rules; `counts` ``[S]`` is scratch."""
    counts[:] = 0
    node, w, m = kit.limits[p, 6] - 1, 0, 0
    for d in range(len(work)):
        s = work[d]
        if s >= 0:
            counts[s] += 1
            if kit.wish[p, d, s] == np.inf or counts[s] > kit.cap[p, s]:
                return False
            m += _long(kit, p, d, s)
        node, more = _step(kit, p, d, node, s)
        w += more
        if node < 0:
            return False
    return bool(kit.limits[p, 4] <= m <= kit.limits[p, 5] and w <= kit.limits[p, 3] and _rests(kit, p, work))


@compiled
def all_legal(kit: Kit, people: Ints, work: Ints) -> Bools:
    """Tell for each schedule ``[n, D]`` whether it is legal for its person."""
    counts = np.zeros(kit.cap.shape[1], dtype=np.int64)
    answer = np.zeros(len(people), dtype=np.bool_)
    for i in range(len(people)):
        answer[i] = legal(kit, people[i], work[i], counts)
    return answer
