"""Uniformization: a chain that changes at most at rate `fastest` is a discrete chain stepped at the points of a Poisson process.

A. Jensen, "Markoff chains as an aid in the study of Markoff processes", Skandinavisk Aktuarietidskrift 36 (1953), pp. 87-91. Every
term is positive, so nothing cancels. The Poisson weights are built outwards from their mode (the idea of B. L. Fox and P. W. Glynn,
"Computing Poisson probabilities", Communications of the ACM 31 (1988), pp. 440-445), so nothing underflows. The states carried along
are a window that follows the mass.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.queueing.transient.chain import leaving
from planner.queueing.transient.rows import sweep, trim

_EVERY = 8  # steps between two looks at the ends of the window


@compiled(entry=False)
def poisson(x: float, error: float) -> tuple[Any, int, int]:
    """Return Poisson probabilities w[first..last] of mean `x` that hold all but about `error` of the mass, and first and last."""
    w = np.empty(int(x + 9.0 * math.sqrt(x)) + 60)
    mode = int(x)
    w[mode] = 1.0
    total = 1.0
    first = mode
    cut = error * math.sqrt(x + 0.2)
    while first > 0:
        term = w[first] * first / x
        if term * x < cut * (x - first + 1.0):
            break
        first -= 1
        w[first] = term
        total += term
    last = mode
    while last + 1 < w.size:
        term = w[last] * x / (last + 1.0)
        if term * (last + 1.0) < cut * (last + 2.0 - x):
            break
        last += 1
        w[last] = term
        total += term
    for k in range(first, last + 1):
        w[k] /= total
    return w, first, last


@compiled(entry=False, arrays=False)
def _step(v: Any, y: Any, keep: Any, fall: Any, up: float, low: int, high: int) -> None:
    lower = v[low : high + 1]
    here = v[low + 1 : high + 2]
    upper = v[low + 2 : high + 3]
    to = y[low + 1 : high + 2]
    stay = keep[low + 1 : high + 2]
    down = fall[low + 2 : high + 3]
    for k in range(to.size):
        to[k] = stay[k] * here[k] + up * lower[k] + down[k] * upper[k]


@compiled(entry=False, arrays=False)
def _step_and_add(v: Any, y: Any, keep: Any, fall: Any, up: float, low: int, high: int, weight: float, out: Any) -> None:
    lower = v[low : high + 1]
    here = v[low + 1 : high + 2]
    upper = v[low + 2 : high + 3]
    to = y[low + 1 : high + 2]
    stay = keep[low + 1 : high + 2]
    down = fall[low + 2 : high + 3]
    sums = out[low + 1 : high + 2]
    for k in range(to.size):
        x = stay[k] * here[k] + up * lower[k] + down[k] * upper[k]
        to[k] = x
        sums[k] += weight * x


@compiled(entry=False, arrays=False)
def _add(v: Any, weight: float, out: Any, low: int, high: int) -> None:
    here = v[low + 1 : high + 2]
    sums = out[low + 1 : high + 2]
    for k in range(here.size):
        sums[k] += weight * here[k]


@compiled(entry=False)
def spread(
    law: Any, ends: Any, birth: float, agents: float, mu: float, theta: float, t: float, error: float, spent: Any
) -> None:
    """Carry a law on by `t`, in place; with rows above row 0 the expected time in each state is added to `spent`."""
    rows, low, high, cap = ends[0], ends[1], ends[2], ends[5]
    most = leaving(float(cap), agents, mu, theta)
    if rows > 0:
        most = max(most, max(cap - agents, 0.0) * theta + (agents + rows) * mu)
    fastest = birth + most
    if fastest * t == 0.0:
        return
    w, first, last = poisson(fastest * t, error)
    unit = 1.0 / fastest
    up = birth * unit
    kinds = min(rows, 1) + 1
    keep = np.empty((kinds, cap + 4))
    fall = np.empty((kinds, cap + 4))
    for kind in range(kinds):
        for n in range(cap + 2):
            rate = max(n - agents, 0.0) * theta + (min(float(n), agents) * mu if kind == 0 else 0.0)
            fall[kind, n + 1] = rate * unit
            keep[kind, n + 1] = (most - rate) * unit
        keep[kind, cap + 1] += up
    y = np.zeros((rows + 1, law.shape[1]))
    out = np.zeros((rows + 1, law.shape[1]))
    later = 1.0
    for k in range(last + 1):
        v, to = (law, y) if k % 2 == 1 else (y, law)
        if k % _EVERY == 1:
            low, high = sweep(v, to, rows, low, high)
            low = max(0, low - _EVERY)
            high = min(cap, high + _EVERY)
            ends[3] = min(ends[3], low)
            ends[4] = max(ends[4], high)
        if rows == 0 and k > 0:
            if k < first:
                _step(v[0], to[0], keep[0], fall[0], up, low, high)
            else:
                _step_and_add(v[0], to[0], keep[0], fall[0], up, low, high, w[k], out[0])
            continue
        weight = w[k] if k >= first else 0.0
        later = max(0.0, later - weight)
        for e in range(rows + 1):
            kind = min(e, 1)
            bottom = max(low, int(agents)) if e > 0 else low
            if k > 0:
                _step(v[e], to[e], keep[kind], fall[kind], up, bottom, high)
                if e > 0:
                    _add(v[e], -(agents + e) * mu * unit, to[e], bottom, high)
                if e < rows:
                    _add(v[e + 1], (agents + e + 1.0) * mu * unit, to[e], bottom, high)
            _add(to[e], weight, out[e], bottom, high)
            if rows > 0:
                _add(to[e], later * unit, spent[e], bottom, high)
    for e in range(rows + 1):
        for n in range(ends[3], ends[4] + 3):
            law[e, n] = out[e, n]
    trim(law, y, ends)
