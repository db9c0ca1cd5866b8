"""Curves of service as linear pieces: what each further agent wins, in falling order, never less than the curve says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats, Ints


@dataclass(frozen=True)
class Pieces:
    """Pieces of several curves: piece i belongs to curve `curve[i]` and is `width[i]` servers wide, each worth `worth[i]`; `start` ``[N]``
    is the value of each curve's majorant at its floor. Pieces of a curve follow each other, worth falling."""

    curve: Ints
    width: Floats
    worth: Floats
    start: Floats


def pieces_of(curves: Floats, floor: Floats, unit: Floats, slack: Floats) -> Pieces:
    """Return linear pieces above `curves` ``[N, S + 1]`` of 0, 1, ..., S servers, linear between, from `floor` ``[N]`` servers on.

    Where `unit` ``[N]`` is above zero only its multiples can be had, and the pieces need lie above the curve there alone, which makes them
    tighter. Among the edges of the least concave majorant few are kept: between two that are kept their crossing lies at most `slack`
    ``[N]`` above it (outer linearisation). Values beyond S stay.
    """
    n, size = curves.shape
    most = size + 4
    if (unit > 0).any():
        most = int(np.ceil((size + 1) / unit[unit > 0].min())) + size + 4
    count = np.zeros(n, dtype=np.int64)
    width, worth, start = np.zeros((n, most)), np.zeros((n, most)), np.zeros(n)
    if n:
        _cut(np.ascontiguousarray(curves), floor, unit, slack, count, width, worth, start)
    inside = np.arange(most)[None, :] < count[:, None]
    return Pieces(np.repeat(np.arange(n, dtype=np.int64), count), width[inside], worth[inside], start)


@compiled
def _cut(curves: Any, floor: Any, unit: Any, slack: Any, count: Any, width: Any, worth: Any, start: Any) -> None:
    top = curves.shape[1] - 1
    x = np.empty(width.shape[1])
    y = np.empty(width.shape[1])
    chosen = np.zeros(width.shape[1], dtype=np.bool_)
    stack = np.empty((width.shape[1], 2), dtype=np.int64)
    for i in range(curves.shape[0]):
        step = unit[i] if unit[i] > 0.0 else 1.0
        n = 0
        at = floor[i]
        highest = curves[i].max()
        k = np.floor(floor[i] / step + 1e-9) + 1.0
        while True:  # corners of the upper hull of the points at the floor and at every multiple after it
            low = min(int(at), top)
            high = min(low + 1, top)
            value = curves[i, low] + (min(at, float(top)) - low) * (curves[i, high] - curves[i, low])
            while n >= 2 and (y[n - 1] - y[n - 2]) * (at - x[n - 2]) <= (value - y[n - 2]) * (x[n - 1] - x[n - 2]):
                n -= 1
            x[n], y[n] = at, value
            n += 1
            if at >= top or (n > 1 and value >= highest - 0.25 * slack[i]):
                break
            at = k * step
            k += 1.0
        start[i] = y[0]
        while n >= 2 and y[n - 1] <= y[n - 2]:
            n -= 1  # what lies past the top wins nothing
        edges = n - 1
        if edges == 0:
            continue
        for e in range(edges):
            chosen[e] = False
        chosen[0] = chosen[edges - 1] = True
        depth = 1
        stack[0, 0], stack[0, 1] = 0, edges - 1
        while depth > 0:
            depth -= 1
            a, b = stack[depth, 0], stack[depth, 1]
            if b - a < 2:
                continue
            sa = (y[a + 1] - y[a]) / (x[a + 1] - x[a])
            sb = (y[b + 1] - y[b]) / (x[b + 1] - x[b])
            cross = (y[b] - y[a] + sa * x[a] - sb * x[b]) / (sa - sb)
            e = a
            while e < b and x[e + 1] < cross:
                e += 1
            se = (y[e + 1] - y[e]) / (x[e + 1] - x[e])
            if y[a] + sa * (cross - x[a]) - (y[e] + se * (cross - x[e])) > slack[i]:
                e = min(max(e, a + 1), b - 1)
                chosen[e] = True
                stack[depth, 0], stack[depth, 1] = a, e
                stack[depth + 1, 0], stack[depth + 1, 1] = e, b
                depth += 2
        last, begin = -1, x[0]
        for e in range(edges):
            if not chosen[e]:
                continue
            slope = (y[e + 1] - y[e]) / (x[e + 1] - x[e])
            if last >= 0:
                before = (y[last + 1] - y[last]) / (x[last + 1] - x[last])
                cross = (y[e] - y[last] + before * x[last] - slope * x[e]) / (before - slope)
                width[i, count[i]], worth[i, count[i]] = cross - begin, before
                count[i] += 1
                begin = cross
            last = e
        width[i, count[i]] = x[edges] - begin
        worth[i, count[i]] = (y[edges] - y[edges - 1]) / (x[edges] - x[edges - 1])
        count[i] += 1
