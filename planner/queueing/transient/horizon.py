"""The law carried from interval to interval, and what happens in each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.queueing.transient.chain import ceiling, leaving, time_spent
from planner.queueing.transient.outlook import expected, never_answered, outlook
from planner.queueing.transient.panels import ROOM, place_nodes
from planner.queueing.transient.rational import leap
from planner.queueing.transient.rows import restaffed
from planner.queueing.transient.tagged import drained_after
from planner.queueing.transient.uniformization import spread

IN_TIME, VIRTUAL, WAITED, QUEUED, BUSY, OVER, LOST = range(7)
"""Rows of the sums over an interval, in seconds: of an arrival's probability to be answered in time, the same with endless patience,
and to wait; of contacts waiting, agents busy, agents busy beyond the staff; and the contacts of the interval that are never answered."""

_FEW = 200.0  # events that uniformization does as fast as tridiagonal systems
_LEAP = 1e-9  # what a tridiagonal stretch may be wrong by in total, by its own estimate


@compiled(entry=False, arrays=False)
def _copy(law: Any, to: Any, ends: Any) -> None:
    for e in range(min(ends[0] + 1, to.shape[0])):
        for n in range(ends[3], ends[4] + 1):
            to[e, n + 1] = law[e, n + 1]


@compiled(entry=False)
def travel(
    law: Any, ends: Any, mark: Any, clock: Any, until: float, birth: float, agents: float, mu: float, theta: float, delta: float,
    large: bool, error: float, spent: Any,
) -> None:  # fmt: skip
    """Carry a law on to the moment `until`; `mark` is the law at clock[1], up to which the time in each state has been booked."""
    while clock[0] < until:
        step = until - clock[0]
        rows = ends[0]
        whole = True
        if rows > 0:
            while_busy = (rows + 40.0) / ((agents + 1.0) * mu)
            whole = step <= while_busy
            step = min(step, while_busy)
        if rows == 0 and large and (birth + leaving(float(ends[5]), agents, mu, theta)) * step > _FEW:
            leap(law, ends, birth, agents, mu, theta, step, _LEAP)
        else:
            spread(law, ends, birth, agents, mu, theta, step, error, spent)
        clock[0] = until if whole else clock[0] + step
        if rows > 0:
            clock[1] = clock[0]
            if ends[0] == 0:
                ends[5] = min(ends[5], ceiling(law, ends, birth, agents, mu, theta, delta))
                _copy(law, mark, ends)


@compiled(entry=False, arrays=False)
def _book(law: Any, ends: Any, mark: Any, clock: Any, birth: float, agents: float, mu: float, theta: float, spent: Any) -> None:
    # the time in each state since it was last booked
    if ends[0] == 0 and clock[0] > clock[1]:
        time_spent(mark[0], law[0], ends[3], ends[4], birth, agents, mu, theta, clock[0] - clock[1], spent[0])
        clock[1] = clock[0]
        _copy(law, mark, ends)


@compiled(entry=False, arrays=False)
def _account(law: Any, ends: Any, rows: int, agents: float, spent: Any, out: Any, i: int) -> None:
    # sums over the interval, and the law made to sum to one
    total = 0.0
    for e in range(rows + 1):
        for n in range(ends[3], ends[4] + 1):
            t = spent[e, n + 1]
            out[WAITED, i] += t if e > 0 else t * (1.0 - min(max(agents - n, 0.0), 1.0))
            out[QUEUED, i] += t * max(n - agents, 0.0)
            out[BUSY, i] += t * (agents + e if e > 0 else min(float(n), agents))
            out[OVER, i] += t * e
            total += law[e, n + 1]
    for e in range(rows + 1):
        for n in range(ends[3], ends[4] + 1):
            law[e, n + 1] /= total


@compiled
def run(
    birth: Any, agents: Any, mu: Any, change: Any, theta: float, delta: float, within: float, finish: bool, large: bool,
    virtual: bool, law: Any, ends: Any, error: float, out: Any,
) -> Any:  # fmt: skip
    """Carry a law through all intervals of length `delta`; fill `out`, whose rows are named above, and return the law at the end.

    Where no change falls into a wait, a caller's prospects are the same all along, and only the time in each state counts: the steady
    stretch. The rest of the interval is looked at node by node. Who gives up in the end is counted where he came in: those who do so
    during the interval, plus those of its end who will, less those of its start who would.
    """
    count = birth.size
    clock = np.zeros(2)
    path = np.empty((3, count + 1))
    nodes = np.empty((2, ROOM))
    lost = 0.0
    for i in range(count):
        s = agents[i]
        lam = birth[i]
        m = mu[i]
        narrow = restaffed(law, ends, agents[max(0, i - 1)], s, finish)
        ends[5] = ceiling(narrow, ends, lam, s, m, theta, delta)
        rows = ends[0]
        law = np.zeros((rows + 1, ends[5] + 4))
        _copy(narrow, law, ends)
        mark = np.zeros((1, ends[5] + 4))
        _copy(narrow, mark, ends)
        spent = np.zeros((rows + 1, ends[5] + 4))
        clock[0] = 0.0
        clock[1] = 0.0

        left = (change[i] - i) * delta if change[i] < count else math.inf
        pace = max(s, 1.0) * m + 3.0 * theta
        drain = drained_after(max(1, ends[5] + rows - int(s) + 1) + rows) / (s * m) if s > 0.0 else math.inf
        steady = min(max(left - min(within, drain), 0.0), delta)
        turn = min(max(steady, delta * (math.floor(within / delta) + 1.0) - within), delta)
        found = place_nodes(steady, turn, delta, pace, large, nodes)
        for stop in range(-2, found + 1):
            # at the start, after the steady stretch, at each node and at the end
            at = 0.0
            if stop == -1:
                at = steady
            elif stop >= 0:
                at = nodes[0, stop] if stop < found else delta
            travel(law, ends, mark, clock, at, lam, s, m, theta, delta, large, error, spent)
            if stop == -1 or stop == found:
                _book(law, ends, mark, clock, lam, s, m, theta, spent)
            edge = stop == -2 or stop == found
            stretch = stop == -1
            over = rows if stretch else ends[0]
            low = ends[3] if stretch else ends[1]
            high = ends[4] if stretch else ends[2]
            met = spent if stretch else law
            for kind in range(3):
                if (kind == 2) != edge or (stretch and steady == 0.0):
                    continue
                if (kind == 1 and not virtual) or (kind == 2 and theta == 0.0):
                    continue
                if stop == -2 and i > 0 and change[i - 1] != i:  # nothing has changed since the end of the last interval
                    out[LOST, i] -= lost
                    continue
                value = outlook(
                    i, 0.0 if stretch else at, math.inf if edge else within, over, high + over, agents, mu, change, delta, theta,
                    0.0 if kind == 1 else theta, finish, error, path,
                )  # fmt: skip
                if edge:
                    lost = never_answered(met, over, low, high, value, s)
                    out[LOST, i] += lost if stop == found else -lost
                else:
                    out[kind, i] += (1.0 if stretch else nodes[1, stop]) * expected(met, over, low, high, value, s)
        _account(law, ends, rows, s, spent, out, i)
        out[LOST, i] += theta * out[QUEUED, i]
    return law
