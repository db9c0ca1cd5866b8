"""Compiled heart of the search: put one agent in at best price (:mod:`planner.shifts.kernel_agent`), take one out, accept or undo."""

from __future__ import annotations

import numpy as np

from planner.compiled import compiled
from planner.shifts.kernel_agent import _best_agent, _take_breaks, _take_duties
from planner.shifts.kernel_heads import _shift_heads
from planner.shifts.kernel_random import _random
from planner.shifts.kernel_shares import _shares_kept
from planner.shifts.kernel_state import MOST_IN, Data, State


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
