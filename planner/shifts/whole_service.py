"""What whole heads can win: promises over windows cut by lines that hold for whole agents of a class's own, not for parts of them.

Priced at `weights` per contact, an interval's service is a function F of the agents on seat for a class, however they are divided among
its queues. Own agents come in multiples of one availability a, so at k heads the worth is F(a k), and its least concave majorant over whole
k lies below that over all numbers. Time of agents shared with other classes, and shortfall, come in any amount y; they count at the
steepest slope that keeps the line above F(a k + y) for all k (lifting, as in mixed-integer rounding). For a line

    V  <=  offset + head k + part y,    V = the pieces of service taken, at their weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats, Ints
from planner.shifts.service import Service

MOST_HEADS, LINES = 24, 4
"""Intervals that win all by more heads of a class are left to the pieces alone; lines kept per interval."""


@dataclass(frozen=True)
class Lines:
    """R lines: class `of` and `interval`; `weight` ``[W]`` prices of a contact; `offset`, `head` and `part` ``[R]`` as above, and
    `alike` ``[G, C]`` the groups with the availability that lines of the class are about. Lines are in order of class and interval."""

    of: Ints
    interval: Ints
    weight: Floats
    offset: Floats
    head: Floats
    part: Floats
    alike: Bools

    def where(self, keep: Bools) -> Lines:
        """Return the lines for which `keep` ``[R]`` is True."""
        rows = (self.of[keep], self.interval[keep])
        return Lines(*rows, self.weight, self.offset[keep], self.head[keep], self.part[keep], self.alike)


def lines_of(service: Service, serves: Bools, availability: Floats, weight: Floats, classes: Bools) -> Lines:
    """Return the lines of those of `classes` ``[C]`` that have people of their own, and one or two queues under one promise each."""
    alike = np.zeros(serves.shape, dtype=np.bool_)
    found: list[tuple[Ints, Ints, Floats]] = []
    for c in range(serves.shape[1]):
        alone = serves[:, c] & (serves.sum(axis=1) == 1)
        terms = [term for term in service.promised.terms if service.classes[term.queue] == c]
        if not classes[c] or not alone.any() or not 1 <= len(terms) <= 2 or len({term.queue for term in terms}) < len(terms):
            continue
        size = float(availability[alone].max())
        alike[:, c] = serves[:, c] & (np.abs(availability - size) < 1e-12)
        interval, numbers = _of_class(service, c, size, weight)
        found.append((np.full(len(interval), c, dtype=np.int64), interval, numbers))
    none = np.zeros(0, dtype=np.int64)
    of, interval, numbers = (np.concatenate(column) for column in zip((none, none, np.zeros((0, 3))), *found, strict=True))
    return Lines(of, interval, weight, numbers[:, 0], numbers[:, 1], numbers[:, 2], alike)


def _of_class(service: Service, c: int, size: float, weight: Floats) -> tuple[Ints, Floats]:
    """Intervals of the lines of a class, and their offset, head and part ``[R, 3]``."""
    terms = [term for term in service.promised.terms if service.classes[term.queue] == c]
    most = max(term.ahead.shape[1] for term in terms)
    span = service.least.shape[1]
    curves = np.zeros((2, span, most))
    floors, servers = np.zeros((2, span)), np.ones(2)
    for j, term in enumerate(terms):
        inside = term.window >= 0
        priced = np.where(inside, weight[np.maximum(term.window, 0)], 0.0)
        curves[j] = np.pad(term.ahead, ((0, 0), (0, most - term.ahead.shape[1])), mode="edge") * priced[:, None]
        servers[j] = service.promised.servers[term.queue]
        floors[j] = service.least[term.queue] * servers[j]
    least = service.least[service.classes == c].sum(axis=0)
    room = 4 * (most + 2) * (most + 2)
    out, count = np.zeros((span, LINES, 3)), np.zeros(span, dtype=np.int64)
    _cut_lines(curves, floors, servers, least, size, MOST_HEADS, np.zeros(room), np.zeros(room), out, count)
    kept = np.arange(LINES)[None, :] < count[:, None]
    return np.repeat(np.arange(span, dtype=np.int64), count), out[kept]


@compiled(entry=False, arrays=False)
def _at(curve: Any, servers: float) -> float:
    """Value of a curve of 0, 1, ..., S servers, linear between and level beyond."""
    top = len(curve) - 1
    if servers >= top:
        return float(curve[top])
    low = int(servers)
    return float(curve[low] + (servers - low) * (curve[low + 1] - curve[low]))


@compiled(entry=False, arrays=False)
def _won(first: Any, second: Any, floors: Any, servers: Any, agents: float) -> float:
    """Most that `agents` beyond the least win, divided between two queues: one of them ends at a whole number of servers, or at none."""
    if agents <= 0.0:
        return 0.0
    best = -1e30
    for turn in range(2):
        one, other = (first, second) if turn == 0 else (second, first)
        f, g = floors[turn], floors[1 - turn]
        a, b = servers[turn], servers[1 - turn]
        i = -1
        whole = int(np.floor(f + 1e-9)) + 1
        while True:
            x = 0.0 if i < 0 else (whole + i - f) / a
            if x > agents or (i >= 0 and whole + i >= len(one)):
                break
            best = max(best, _at(one, f + x * a) + _at(other, g + (agents - x) * b))
            i += 1
    return best - _at(first, floors[0]) - _at(second, floors[1])


@compiled
def _cut_lines(
    curves: Any, floors: Any, servers: Any, least: Any, size: float, most: int, points: Any, values: Any, out: Any, count: Any
) -> None:
    top = curves.shape[2] - 1
    heads = np.empty(most + 1, dtype=np.int64)
    worths = np.empty(most + 1)
    floor = np.empty(2)
    for t in range(curves.shape[1]):
        first, second = curves[0, t], curves[1, t]
        floor[0], floor[1] = floors[0, t], floors[1, t]
        full = least[t]
        for j in range(2):
            i = top
            while i > 0 and curves[j, t, i - 1] >= curves[j, t, top] - 1e-12:
                i -= 1
            full += max(i - floor[j], 0.0) / servers[j]
        lowest = int(np.ceil(least[t] / size - 1e-6))
        last = int(np.ceil(full / size - 1e-9))
        if last > most or last <= lowest:
            continue
        # corners of the majorant over whole heads, from the fewest that leave nobody short
        n = 0
        for k in range(lowest, last + 1):
            worth = _won(first, second, floor, servers, size * k - least[t])
            while n >= 2 and (worths[n - 1] - worths[n - 2]) * (k - heads[n - 2]) <= (worth - worths[n - 2]) * (
                heads[n - 1] - heads[n - 2]
            ):
                n -= 1
            heads[n], worths[n] = k, worth
            n += 1
        # numbers of agents between which F is linear
        m = 0
        lo0, lo1 = int(np.floor(floor[0] + 1e-9)), int(np.floor(floor[1] + 1e-9))
        for i in range(lo0, top + 1):
            x = max(i - floor[0], 0.0) / servers[0]
            for j in range(lo1, top + 1):
                at = least[t] + x + max(j - floor[1], 0.0) / servers[1]
                if at <= full + 1e-9 and m < len(points):
                    points[m] = at
                    values[m] = _won(first, second, floor, servers, at - least[t])
                    m += 1
        kept = 0
        for e in range(n - 1):
            if kept == out.shape[1]:
                break
            slope = (worths[e + 1] - worths[e]) / (heads[e + 1] - heads[e])
            if slope <= 1e-12:
                break
            offset = worths[e] - slope * heads[e]
            part = slope / size
            for k in range(last + 1):
                line = offset + slope * k
                for i in range(m):
                    more = points[i] - size * k
                    if more > 1e-9:
                        part = max(part, (values[i] - line) / more)
            if part * size > 100.0 * slope:
                continue  # next to a whole head the least of an interval makes the line too steep to be of use
            out[t, kept, 0], out[t, kept, 1], out[t, kept, 2] = offset, slope, part
            kept += 1
        count[t] = kept
