"""Compiled heart of the search: put one agent in at best price, take one out, accept or undo.

Pricing one agent is exact. With the gain of one more head of group g in interval t,

    gain(g,t) = cost of shortfall now - cost of shortfall with it,

a duty is worth the gains under it, less the cheapest place of each break, less its cost; an agent is worth the best legal set of
dates of the best kind. Shortfall of classes that share agents is the largest deficit of any set of classes,
``max over S of need(S) - sum of a D(g) over groups serving S`` (max-flow min-cut; Hall's condition), so splits need no variables.

What agents are worth may fall in steps: layer l asks for ``need(l)``, which grows with l, and each agent missing there costs `worth(l)`.
The best division serves the dearest layers first (what groups can serve is a polymatroid, where the greedy rule is optimal: Edmonds
1970), so the cost is the sum over layers of worth times the layer's own shortfall. Where the grid is cyclic, duties run on from its end to
its start.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats, Ints
from planner.shifts.kernel_state import MOST_IN, Data, Rows, State

_NEVER = -1e30


@compiled(entry=False, arrays=False)
def _random(rng: np.ndarray) -> float:
    """xorshift64* (Vigna 2016), uniform in [0, 1)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@compiled(entry=False, arrays=False)
def _price_interval(
    part: Any,
    members: Ints,
    groups: Rows,
    has: Bools,
    worth: Floats,
    t: int,
    need: Floats,
    supply: Floats,
    gain: Floats,
    near: Ints,
) -> float:
    """Recompute the gains of one part in one interval from what its sets need and have; returns what its shortfall costs.

    Takes few arrays: see `Rows`. Only sets nearly as short as the shortest can stay short when one agent more comes.
    """
    most = 0.0
    for i in range(part.first_group, part.last_group):
        g = members[i]
        gain[g, t] = 0.0
        most = max(most, groups[g].availability)
    cost = 0.0
    for layer in range(len(worth) - 1, -1, -1):
        short = 0.0
        for s in range(part.first_set, part.last_set):
            d = need[s, t, layer] - supply[s, t]
            if d > short:
                short = d
        if short <= 0.0:
            break  # dearer layers ask for less
        cost += worth[layer] * short
        n = 0
        for s in range(part.first_set, part.last_set):
            if need[s, t, layer] - supply[s, t] > max(short - most, 0.0):
                near[n] = s
                n += 1
        for i in range(part.first_group, part.last_group):
            g = members[i]
            left = max(short - groups[g].availability, 0.0)
            for k in range(n):
                d = need[near[k], t, layer] - supply[near[k], t]
                if has[near[k], g]:
                    d -= groups[g].availability
                if d > left:
                    left = d
            gain[g, t] += worth[layer] * (short - left)
    size = supply.shape[1]
    if gain.shape[1] > size:
        for i in range(part.first_group, part.last_group):
            gain[members[i], t + size] = gain[members[i], t]
    return cost


@compiled(entry=False, arrays=False)
def _shift_heads(data: Data, state: State, agent: int, sign: float) -> None:
    """Add (sign 1.0) or take away (-1.0) the duties of `agent`, with everything that follows."""
    k = state.agent[agent].kind
    g = data.kind[k].group
    part, site = data.group[g].part, data.group[g].site
    delta = state.delta
    size = state.short.shape[1]
    state.heads[g] += int(sign)
    for i in range(data.kind[k].count):
        if not (state.agent[agent].days >> i) & 1:
            continue
        j = state.choice[agent, i, 0]
        first, last = data.duty[j].first, data.duty[j].last
        state.cost[0] += sign * data.duty[j].cost
        for t in range(first, last):
            delta[t] = 1.0
            if t < data.duty[j].off or t >= data.duty[j].back:
                state.on_site[site, t - size if t >= size else t] += int(sign)
        if first < last:
            delta[first] = data.duty[j].head
            delta[last - 1] = data.duty[j].tail
        for b in range(data.duty_pool.shape[1]):
            if data.duty_pool[j, b] < 0:
                continue
            o = state.choice[agent, i, 1 + b]
            state.cost[0] += sign * data.choice[o].cost
            ahead = size if data.choice[o].first < first else 0  # a break after the end of a cyclic grid
            for t in range(data.choice[o].first, data.choice[o].last):
                if t == data.choice[o].first:
                    delta[t + ahead] -= data.choice[o].head
                elif t == data.choice[o].last - 1:
                    delta[t + ahead] -= data.choice[o].tail
                else:
                    delta[t + ahead] -= 1.0
        if part < 0:
            continue
        for tt in range(first, last):
            change = sign * data.group[g].availability * delta[tt]
            if change != 0.0:
                t = tt - size if tt >= size else tt
                for s in range(data.part[part].first_set, data.part[part].last_set):
                    if data.set_has[s, g]:
                        state.supply[s, t] += change
                short = _price_interval(
                    data.part[part], data.part_group, data.group, data.set_has, data.worth, t, data.need, state.supply, state.gain,
                    state.near,
                )  # fmt: skip
                state.cost[0] += short - state.short[part, t]
                state.short[part, t] = short


@compiled(entry=False, arrays=False)
def _best_days(values: Floats, count: int, lead: int, days: int, run: int, best: Floats, came: Ints) -> tuple[float, int]:
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
            recent, in_block, row = 0, 0, 0
            for bit in range(6):
                if (m >> bit) & 1:
                    recent += 1
                    row += 1 if row == bit else 0
                    if bit < place:
                        in_block += 1
            for works in range(2):
                if works and (values[i] <= _NEVER or recent + 1 > days or row + 1 > run):
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


@compiled(entry=False, arrays=False)
def _best_breaks(data: Data, state: State, gain: Floats, duty: int) -> float:
    """Cheapest breaks of a duty, left in ``state.taken``: what their absence loses at `gain`, summed in ``state.upto``, plus their cost.

    Breaks that keep each other apart are chosen together: the best way to each start of one is the best start of the one before that lies
    far enough back.
    """
    upto, total, alone, before = state.upto, 0.0, 0.0, -1
    for b in range(data.duty_pool.shape[1]):
        pool = data.duty_pool[duty, b]
        if pool < 0:
            break
        wait = data.pool[pool].wait
        cheapest, found = 1e30, -1
        earlier, least, source = data.pool[before].first if wait >= 0 else 0, 1e30, -1
        for o in range(data.pool[pool].first, data.pool[pool].last):
            first, last = data.choice[o].first, data.choice[o].last
            loss = data.choice[o].cost
            if first < last:
                loss += upto[last] - upto[first] - (1.0 - data.choice[o].head) * gain[first]
                if last - 1 > first:
                    loss -= (1.0 - data.choice[o].tail) * gain[last - 1]
            if wait >= 0:
                while earlier < data.pool[before].last and data.choice[earlier].start + wait <= data.choice[o].start:
                    if state.loss[earlier] < least:
                        least, source = state.loss[earlier], earlier
                    earlier += 1
                loss += least
                state.since[o] = source
            if data.pool[pool].waited:
                state.loss[o] = loss
            if loss < cheapest:
                cheapest, found = loss, o
        total += cheapest - (alone if wait >= 0 else 0.0)
        alone, before = cheapest, pool
        state.taken[b] = found
        if wait >= 0 and not data.pool[pool].waited:
            for earlier_b in range(b, 0, -1):
                if data.pool[data.duty_pool[duty, earlier_b]].wait < 0:
                    break
                state.taken[earlier_b - 1] = state.since[state.taken[earlier_b]]
    return total


@compiled(entry=False, arrays=False)
def _value(duty: Any, gain: Floats, upto: Floats, full: Ints) -> float:
    """What a duty is worth if its breaks cost nothing, `_NEVER` where a seat lacks."""
    first, last = duty.first, duty.last
    if full[last] - full[first] != full[duty.back] - full[duty.off]:
        return _NEVER
    value: float = upto[last] - upto[first] - duty.cost
    if first < last:
        value -= (1.0 - duty.head) * gain[first] + (1.0 - duty.tail) * gain[last - 1]
    return value


@compiled(entry=False, arrays=False)
def _add_up(data: Data, state: State, g: int) -> None:
    """Gains of group `g` and intervals without a seat, added up in ``state.upto`` and ``state.full``."""
    size, gain, site = state.short.shape[1], state.gain[g], data.group[g].site
    state.upto[0], state.full[0] = 0.0, 0
    for t in range(len(gain)):
        state.upto[t + 1] = state.upto[t] + gain[t]
        state.full[t + 1] = state.full[t] + (1 if state.on_site[site, t - size if t >= size else t] >= data.seats[site] else 0)


@compiled(entry=False, arrays=False)
def _hope(
    duties: Rows, dates: Rows, begin: int, count: int, days: int, gain: Floats, upto: Floats, full: Ints, values: Floats, daily: Floats
) -> float:  # fmt: skip
    """Value of a kind's best dates if breaks cost nothing: an upper bound, far quicker than the value."""
    total, base = 0.0, dates[begin].first
    for n in range(count):
        most = _NEVER
        for j in range(dates[begin + n].first, dates[begin + n].last):
            value = _value(duties[j], gain, upto, full)
            values[j - base] = value
            if value > most:
                most = value
        daily[n] = most
        if most > 0.0:
            total += most
    if count <= 8 and days < 7:
        worst, second = 1e30, 1e30  # of seven or eight dates at least two are off; leave the least ones out
        for n in range(count):
            value = daily[n] if daily[n] > 0.0 else 0.0
            if value < worst:
                worst, second = value, worst
            elif value < second:
                second = value
        if count >= 7:
            total -= worst
        if count == 8:
            total -= second
    return total


@compiled(entry=False, arrays=False)
def _share_kept(groups: Rows, heads: Ints, g: int, more: int) -> bool:
    """True when group `g` with `more` agents keeps its largest share of its family."""
    if groups[g].share >= 1.0:
        return True
    total = more
    for h in range(len(groups)):
        if groups[h].family == groups[g].family:
            total += heads[h]
    kept: bool = heads[g] + more <= groups[g].share * total + 1e-9
    return kept


@compiled(entry=False, arrays=False)
def _least_kept(groups: Rows, heads: Ints, g: int) -> bool:
    """True when group `g` has its least share of its family."""
    if groups[g].least <= 0.0:
        return True
    total = 0
    for h in range(len(groups)):
        if groups[h].family == groups[g].family:
            total += heads[h]
    kept: bool = heads[g] >= groups[g].least * total - 1e-9
    return kept


@compiled(entry=False, arrays=False)
def _shares_kept(groups: Rows, heads: Ints, g: int) -> bool:
    """True when every group of the family of `g` keeps its largest and its least share."""
    for h in range(len(groups)):
        if groups[h].family == groups[g].family and not (_share_kept(groups, heads, h, 0) and _least_kept(groups, heads, h)):
            return False
    return True


@compiled(entry=False, arrays=False)
def _best_agent(data: Data, state: State, part: int, noise: float) -> tuple[float, int, int]:
    """Best agent to put in: value, kind and dates, up to noise; its duties are left in the second row of ``state.picked``. Groups that
    cannot reach a class in `state.touched` are left out."""
    upto, full, values, daily = state.upto, state.full, state.values, state.daily
    top, worth, top_kind, top_days = _NEVER, _NEVER, -1, 0
    for i in range(data.part[part].first_group, data.part[part].last_group):
        g = data.part_group[i]
        if state.heads[g] >= data.group[g].max or not state.touched[g] or not _share_kept(data.group, state.heads, g, 1):
            continue
        gain = state.gain[g]
        _add_up(data, state, g)
        lacking = state.heads[g] < data.group[g].min or not _least_kept(data.group, state.heads, g)
        bonus = 1e9 if lacking else 0.0
        for k in range(data.group[g].first, data.group[g].last):
            if not state.likely[k]:
                continue
            wobble = -noise * np.log(1.0 - _random(state.rng)) if noise > 0.0 else 0.0
            begin, count = data.kind[k].first, data.kind[k].count
            hope = _hope(data.duty, data.date, begin, count, data.group[g].days, gain, upto, full, values, daily)
            if hope + bonus + wobble <= top:
                continue
            for n in range(count):
                daily[n] = _NEVER
                for j in range(data.date[begin + n].first, data.date[begin + n].last):
                    value = values[j - data.date[begin].first]
                    if value > _NEVER:
                        value -= _best_breaks(data, state, gain, j)
                        if value > daily[n]:
                            daily[n] = value
                            state.picked[0, n] = j
            value, found = _best_days(
                daily, data.kind[k].count, data.kind[k].lead, data.group[g].days, data.group[g].run, state.best, state.came
            )
            if (found != 0 or bonus > 0.0) and value > _NEVER / 2 and value + bonus + wobble > top:
                top, worth, top_kind, top_days = value + bonus + wobble, value + bonus, k, found
                for n in range(count):
                    state.picked[1, n] = state.picked[0, n]
    return worth, top_kind, top_days


@compiled(entry=False, arrays=False)
def _take_duties(data: Data, state: State, agent: int) -> None:
    """Give an agent whose heads are not counted, and whose starts may vary, the duties that are worth most on the dates they work."""
    kind = state.agent[agent].kind
    gain, begin = state.gain[data.kind[kind].group], data.kind[kind].first
    _add_up(data, state, data.kind[kind].group)
    for i in range(data.kind[kind].count):
        if not (state.agent[agent].days >> i) & 1 or data.date[begin + i].last - data.date[begin + i].first < 2:
            continue
        most = _NEVER
        for j in range(data.date[begin + i].first, data.date[begin + i].last):
            value = _value(data.duty[j], gain, state.upto, state.full)
            if value > _NEVER:
                value -= _best_breaks(data, state, gain, j)
                if value > most:
                    most = value
                    state.choice[agent, i, 0] = j


@compiled(entry=False, arrays=False)
def _take_breaks(data: Data, state: State, agent: int) -> None:
    """Give an agent whose heads are not counted the breaks that cost least at today's gains."""
    kind = state.agent[agent].kind
    gain, upto = state.gain[data.kind[kind].group], state.upto
    upto[0] = 0.0
    for t in range(len(gain)):
        upto[t + 1] = upto[t] + gain[t]
    for i in range(data.kind[kind].count):
        if (state.agent[agent].days >> i) & 1:
            duty = state.choice[agent, i, 0]
            _best_breaks(data, state, gain, duty)
            for b in range(data.duty_pool.shape[1]):
                if data.duty_pool[duty, b] >= 0:
                    state.choice[agent, i, 1 + b] = state.taken[b]


@compiled(entry=False, arrays=False)
def _fill(data: Data, state: State, part: int, noise: float, most: int) -> int:
    """Put agents in while the best one is worth it, each with the best breaks at today's gains, at most `most`; returns how many, their
    places in ``state.added``."""
    done = 0
    while done < most:
        value, kind, days = _best_agent(data, state, part, noise)
        if kind < 0 or value <= 0.0:
            break
        agent = 0
        while agent < len(state.agent) and state.agent[agent].kind >= 0:
            agent += 1
        if agent == len(state.agent):
            break
        state.agent[agent].kind, state.agent[agent].days = kind, days
        for n in range(data.kind[kind].count):
            state.choice[agent, n, 0] = state.picked[1, n]
        _take_breaks(data, state, agent)
        _shift_heads(data, state, agent, 1.0)
        state.added[done] = agent
        done += 1
    return done


@compiled(arrays=False)
def improve(data: Data, state: State, part: int, rounds: int, hot: float, cold: float) -> None:
    """Put agents in while that pays (at most `MOST_IN`), then work `rounds` rounds: take one to five agents of a part out, put the best
    ones in, accept as simulated annealing does.

    The temperature falls geometrically from `hot` to `cold` (Kirkpatrick, Gelatt and Vecchi 1983). Ends at the last accepted state.
    With `rounds` below zero every agent of the part only gets the best breaks, and of starts that vary the best ones, for the plan
    as it is, one after the other. One entry point,
    because every one costs seconds of compilation.
    """
    places = len(state.agent)
    if rounds < 0:
        for a in range(places):
            if state.agent[a].kind >= 0 and data.group[data.kind[state.agent[a].kind].group].part == part:
                _shift_heads(data, state, a, -1.0)
                _take_duties(data, state, a)
                _take_breaks(data, state, a)
                _shift_heads(data, state, a, 1.0)
        return
    here, saved = state.here, state.saved
    for round_ in range(-1, rounds):
        opening = round_ < 0
        heat = hot if opening else hot * (cold / hot) ** (round_ / rounds)
        n = 0
        for a in range(places):
            if state.agent[a].kind >= 0 and data.group[data.kind[state.agent[a].kind].group].part == part:
                here[n] = a
                n += 1
        for g in range(len(state.touched)):
            state.touched[g] = 1 if opening else 0
        before = state.cost[0]
        out = 0
        want = 1 + int(_random(state.rng) * 2.5) + int(_random(state.rng) * 3.0)
        while out < want and n > 0 and not opening:
            pick = int(_random(state.rng) * n)
            a = here[pick]
            n -= 1
            here[pick] = here[n]
            if out > 0 and state.touched[data.kind[state.agent[a].kind].group] == 0:
                continue
            saved[out].place, saved[out].kind, saved[out].days = a, state.agent[a].kind, state.agent[a].days
            for i in range(state.choice.shape[1]):
                for b in range(state.choice.shape[2]):
                    state.saved_choice[out, i, b] = state.choice[a, i, b]
            for g in range(len(state.touched)):
                if data.related[data.kind[state.agent[a].kind].group, g]:
                    state.touched[g] = 1
            _shift_heads(data, state, a, -1.0)
            out += 1
        for i in range(out):
            state.agent[saved[i].place].kind = -1
        put = _fill(data, state, part, 0.0 if opening else heat * 0.3, MOST_IN if opening else out + 1)
        change = state.cost[0] - before
        manned = True
        for i in range(out):
            g = data.kind[saved[i].kind].group
            if state.heads[g] < data.group[g].min or not _shares_kept(data.group, state.heads, g):
                manned = False
        for i in range(put):
            if not _shares_kept(data.group, state.heads, data.kind[state.agent[state.added[i]].kind].group):
                manned = False
        if opening or (manned and (change <= 0.0 or _random(state.rng) < np.exp(-change / heat))):
            continue
        for i in range(put):
            _shift_heads(data, state, state.added[i], -1.0)
            state.agent[state.added[i]].kind = -1
        for i in range(out):
            a = saved[i].place
            state.agent[a].kind, state.agent[a].days = saved[i].kind, saved[i].days
            for n in range(state.choice.shape[1]):
                for b in range(state.choice.shape[2]):
                    state.choice[a, n, b] = state.saved_choice[i, n, b]
            _shift_heads(data, state, a, 1.0)
