"""The best agent to put in, priced exactly by the compiled search.

A duty is worth the gains under it (:mod:`planner.shifts.kernel_heads`), less the cheapest place of each break, less its cost; an agent is
worth the best legal set of dates of the best kind, and on each date of starts that may vary the best one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats, Ints
from planner.shifts.kernel_random import _random
from planner.shifts.kernel_shares import _least_kept, _share_kept
from planner.shifts.kernel_state import Data, Rows, State

_NEVER = -1e30


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
