"""Compiled heart of the search: put one agent in at best price, take one out, accept or undo.

Pricing one agent is exact. With the gain of one more head of group g in interval t,

    gain(g,t) = price (shortfall now - shortfall with it),

a duty is worth the gains under it, less the cheapest place of each break, less its cost; an agent is worth the best legal set of
dates of the best kind. Shortfall of classes that share agents is the largest deficit of any set of classes,
``max over S of need(S) - sum of a D(g) over groups serving S`` (max-flow min-cut; Hall's condition), so splits need no variables.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.domain.arrays import Floats, Ints
from planner.shifts.kernel_state import MOST_IN, Data, State

_NEVER = -1e30


@njit(nogil=True)
def _random(state: State) -> float:
    """xorshift64* (Vigna 2016), uniform in [0, 1)."""
    x = state.rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.rng[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@njit(nogil=True)
def _price_interval(data: Data, state: State, part: int, t: int) -> None:
    """Recompute shortfall and gains of one part in one interval from its deficits."""
    a, b = data.set_first[part], data.set_first[part + 1]
    short = 0.0
    for s in range(a, b):
        if state.deficit[s, t] > short:
            short = state.deficit[s, t]
    state.cost[0] += data.price * (short - state.short[part, t])
    state.short[part, t] = short
    for i in range(data.part_groups[part], data.part_groups[part + 1]):
        g = data.part_group[i]
        if short <= 0.0:
            state.gain[g, t] = 0.0
            continue
        left = 0.0
        for s in range(a, b):
            d = state.deficit[s, t]
            if data.set_has[s, g]:
                d -= data.availability[g]
            if d > left:
                left = d
        state.gain[g, t] = data.price * (short - left)


@njit(nogil=True)
def _shift_heads(data: Data, state: State, agent: int, sign: int) -> None:
    """Add (sign 1) or take away (-1) the duties of `agent`, with everything that follows."""
    k = state.kind[agent]
    g = data.kind_group[k]
    part, site = data.group_part[g], data.group_site[g]
    delta = state.delta
    for i in range(data.kind_count[k]):
        if not (state.days[agent] >> i) & 1:
            continue
        j = data.kind_first[k] + i
        first, last = data.duty_first[j], data.duty_last[j]
        state.cost[0] += sign * data.duty_cost[j]
        for t in range(first, last):
            delta[t] = 1.0
            state.on_site[site, t] += sign
        if first < last:
            delta[first] = data.duty_head[j]
            delta[last - 1] = data.duty_tail[j]
        for b in range(data.duty_pool.shape[1]):
            if data.duty_pool[j, b] < 0:
                continue
            o = state.choice[agent, i, b]
            state.cost[0] += sign * data.choice_cost[o]
            for t in range(data.choice_first[o], data.choice_last[o]):
                delta[t] -= _share(data.choice_first[o], data.choice_last[o], data.choice_head[o], data.choice_tail[o], t)
        if part < 0:
            continue
        for t in range(first, last):
            change = sign * data.availability[g] * delta[t]
            if change != 0.0:
                for s in range(data.set_first[part], data.set_first[part + 1]):
                    if data.set_has[s, g]:
                        state.deficit[s, t] -= change
                _price_interval(data, state, part, t)


@njit(nogil=True)
def _share(first: int, last: int, head: float, tail: float, t: int) -> float:
    if t == first:
        return head
    if t == last - 1:
        return tail
    return 1.0


@njit(nogil=True)
def _best_days(values: Floats, count: int, lead: int, days: int, best: Floats, came: Ints) -> tuple[float, int]:
    """Dynamic programme over dates; the state is which of the last six dates were worked. See :mod:`planner.shifts.tours`.

    `best` ``[2, 64]`` and `came` ``[count, 64]`` are working space. Returns value and dates worked as bits.
    """
    for m in range(64):
        best[0, m] = _NEVER
    best[0, 0] = 0.0
    for i in range(count):
        now, then = i % 2, (i + 1) % 2
        for m in range(64):
            best[then, m] = _NEVER
        place = (i - lead) % 7 if i >= lead else -1
        closes = place == 6 or (i == count - 1 and place >= 0)
        for m in range(64):
            if best[now, m] <= _NEVER:
                continue
            recent, in_block = 0, 0
            for bit in range(6):
                if (m >> bit) & 1:
                    recent += 1
                    if bit < place:
                        in_block += 1
            for works in range(2):
                if works and (values[i] <= _NEVER or recent + 1 > days):
                    continue
                if closes:
                    done = in_block + works
                    if place == 6 and done != days:
                        continue
                    if done < days - (6 - place):
                        continue
                value = best[now, m] + (values[i] if works else 0.0)
                to = ((m << 1) | works) & 63
                if value > best[then, to]:
                    best[then, to] = value
                    came[i, to] = m * 2 + works
    last = count % 2
    m, value = 0, best[last, 0]
    for other in range(1, 64):
        if best[last, other] > value:
            m, value = other, best[last, other]
    if value <= _NEVER:
        return _NEVER, 0
    found = 0
    for i in range(count - 1, -1, -1):
        step = came[i, m]
        found |= (step & 1) << i
        m = step >> 1
    return value, found


@njit(nogil=True)
def _best_break(data: Data, gain: Floats, upto: Floats, pool: int) -> tuple[float, int]:
    """Cheapest choice of a pool: what its absence loses, plus its cost."""
    cheapest, found = 1e30, -1
    for o in range(data.pool_first[pool], data.pool_last[pool]):
        first, last = data.choice_first[o], data.choice_last[o]
        loss = data.choice_cost[o]
        if first < last:
            loss += upto[last] - upto[first] - (1.0 - data.choice_head[o]) * gain[first]
            if last - 1 > first:
                loss -= (1.0 - data.choice_tail[o]) * gain[last - 1]
        if loss < cheapest:
            cheapest, found = loss, o
    return cheapest, found


@njit(nogil=True)
def _hope(data: Data, state: State, kind: int) -> float:
    """Value of the kind's best dates if breaks cost nothing: an upper bound, far quicker than the value."""
    upto, full, values = state.upto, state.full, state.values
    gain = state.gain[data.kind_group[kind]]
    count = data.kind_count[kind]
    total = 0.0
    for n in range(count):
        j = data.kind_first[kind] + n
        first, last = data.duty_first[j], data.duty_last[j]
        values[n] = _NEVER
        if full[last] == full[first]:
            value = upto[last] - upto[first] - data.duty_cost[j]
            if first < last:
                value -= (1.0 - data.duty_head[j]) * gain[first] + (1.0 - data.duty_tail[j]) * gain[last - 1]
            values[n] = value
            if value > 0.0:
                total += value
    if count <= 8 and data.group_days[data.kind_group[kind]] < 7:
        worst, second = 1e30, 1e30  # of seven or eight dates at least two are off; leave the least ones out
        for n in range(count):
            value = max(values[n], 0.0)
            if value < worst:
                worst, second = value, worst
            elif value < second:
                second = value
        if count >= 7:
            total -= worst
        if count == 8:
            total -= second
    return total


@njit(nogil=True)
def _best_agent(data: Data, state: State, part: int, noise: float) -> tuple[float, int, int]:
    """Best agent to put in: value, kind and dates, up to noise. Groups that cannot reach a class in `state.touched` are left out."""
    size = state.short.shape[1]
    upto, full, values = state.upto, state.full, state.values
    upto[0], full[0] = 0.0, 0
    top, worth, top_kind, top_days = _NEVER, _NEVER, -1, 0
    for i in range(data.part_groups[part], data.part_groups[part + 1]):
        g = data.part_group[i]
        if state.heads[g] >= data.group_max[g] or not state.touched[g]:
            continue
        gain, site = state.gain[g], data.group_site[g]
        for t in range(size):
            upto[t + 1] = upto[t] + gain[t]
            full[t + 1] = full[t] + (1 if state.on_site[site, t] >= data.seats[site] else 0)
        bonus = 1e9 if state.heads[g] < data.group_min[g] else 0.0
        for k in range(data.group_first[g], data.group_first[g + 1]):
            if not state.likely[k]:
                continue
            wobble = -noise * np.log(1.0 - _random(state)) if noise > 0.0 else 0.0
            if _hope(data, state, k) + bonus + wobble <= top:
                continue
            for n in range(data.kind_count[k]):
                if values[n] > _NEVER:
                    for b in range(data.duty_pool.shape[1]):
                        pool = data.duty_pool[data.kind_first[k] + n, b]
                        if pool >= 0:
                            values[n] -= _best_break(data, gain, upto, pool)[0]
            value, found = _best_days(values, data.kind_count[k], data.kind_lead[k], data.group_days[g], state.best, state.came)
            if (found != 0 or bonus > 0.0) and value > _NEVER / 2 and value + bonus + wobble > top:
                top, worth, top_kind, top_days = value + bonus + wobble, value + bonus, k, found
    return worth, top_kind, top_days


@njit(nogil=True)
def _place(data: Data, state: State, agent: int) -> None:
    """Choose the breaks of `agent` at today's gains and put its duties in."""
    k = state.kind[agent]
    gain = state.gain[data.kind_group[k]]
    upto = state.upto
    upto[0] = 0.0
    for t in range(len(gain)):
        upto[t + 1] = upto[t] + gain[t]
    for i in range(data.kind_count[k]):
        if (state.days[agent] >> i) & 1:
            for b in range(data.duty_pool.shape[1]):
                pool = data.duty_pool[data.kind_first[k] + i, b]
                if pool >= 0:
                    state.choice[agent, i, b] = _best_break(data, gain, upto, pool)[1]
    _shift_heads(data, state, agent, 1)


@njit(nogil=True)
def _free_place(state: State) -> int:
    for a in range(len(state.kind)):
        if state.kind[a] < 0:
            return a
    return -1


@njit(nogil=True)
def _fill(data: Data, state: State, part: int, noise: float, most: int) -> int:
    """Put agents in while the best one is worth it, at most `most`; returns how many, their places in ``state.added``."""
    done = 0
    while done < most:
        value, kind, days = _best_agent(data, state, part, noise)
        if kind < 0 or value <= 0.0:
            break
        agent = _free_place(state)
        if agent < 0:
            break
        state.kind[agent], state.days[agent] = kind, days
        _place(data, state, agent)
        state.heads[data.kind_group[kind]] += 1
        state.added[done] = agent
        done += 1
    return done


@njit(nogil=True)
def _take_out(data: Data, state: State, agent: int) -> None:
    _shift_heads(data, state, agent, -1)
    state.heads[data.kind_group[state.kind[agent]]] -= 1


@njit(cache=True, nogil=True)
def improve(data: Data, state: State, part: int, rounds: int, hot: float, cold: float) -> None:
    """Put agents in while that pays (at most `MOST_IN`), then work `rounds` rounds: take one to five agents of a part out, put the best
    ones in, accept as simulated annealing does.

    The temperature falls geometrically from `hot` to `cold` (Kirkpatrick, Gelatt and Vecchi 1983). Ends at the last accepted state.
    One entry point, because every one costs seconds of compilation.
    """
    places = len(state.kind)
    here, removed, added = state.here, state.removed, state.added
    for round_ in range(-1, rounds):
        opening = round_ < 0
        heat = hot if opening else hot * (cold / hot) ** (round_ / rounds)
        n = 0
        for a in range(places):
            if state.kind[a] >= 0 and data.group_part[data.kind_group[state.kind[a]]] == part:
                here[n] = a
                n += 1
        for g in range(len(state.touched)):
            state.touched[g] = 1 if opening else 0
        before = state.cost[0]
        out = 0
        want = 1 + int(_random(state) * 2.5) + int(_random(state) * 3.0)
        while out < want and n > 0 and not opening:
            pick = int(_random(state) * n)
            a = here[pick]
            n -= 1
            here[pick] = here[n]
            if out > 0 and state.touched[data.kind_group[state.kind[a]]] == 0:
                continue
            removed[out], state.saved_kind[out], state.saved_days[out] = a, state.kind[a], state.days[a]
            for i in range(state.choice.shape[1]):
                for b in range(state.choice.shape[2]):
                    state.saved_choice[out, i, b] = state.choice[a, i, b]
            for g in range(len(state.touched)):
                if data.related[data.kind_group[state.kind[a]], g]:
                    state.touched[g] = 1
            _take_out(data, state, a)
            out += 1
        for i in range(out):
            state.kind[removed[i]] = -1
        put = _fill(data, state, part, 0.0 if opening else heat * 0.3, MOST_IN if opening else out + 1)
        change = state.cost[0] - before
        manned = True
        for i in range(out):
            g = data.kind_group[state.saved_kind[i]]
            if state.heads[g] < data.group_min[g]:
                manned = False
        if opening or (manned and (change <= 0.0 or _random(state) < np.exp(-change / heat))):
            continue
        for i in range(put):
            _take_out(data, state, added[i])
            state.kind[added[i]] = -1
        for i in range(out):
            a = removed[i]
            state.kind[a], state.days[a] = state.saved_kind[i], state.saved_days[i]
            for n in range(state.choice.shape[1]):
                for b in range(state.choice.shape[2]):
                    state.choice[a, n, b] = state.saved_choice[i, n, b]
            _shift_heads(data, state, a, 1)
            state.heads[data.kind_group[state.kind[a]]] += 1
