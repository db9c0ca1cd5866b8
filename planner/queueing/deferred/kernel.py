"""The compiled loop of the fluid queue: interval by interval, of all lots that have come, the one due first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats, Ints
from planner.queueing.deferred.lots import Lots

IN_TIME, PENDING, LATEST = range(3)
"""Rows of what is told by lot: contacts answered in time, neither answered nor late at the end, and the latest of them in
intervals."""


def run_lots(
    lots: Sequence[Lots],
    contacts: Sequence[Floats],
    handling: Floats,
    capacity: Floats,
    open: Bools,
    first: Ints,
    edges: Floats,
) -> tuple[Floats, Floats]:
    """Return what becomes of the `contacts` ``[N]`` of each queue's `lots`: ``[Q, 4 + B, T]`` done, open, overdue and age in
    intervals of the oldest, then open by band of age; and ``[3, N]`` by lot, of all queues in a row.

    A contact of queue q takes `handling` ``[Q, T]`` of the `capacity` ``[T]`` of the interval it is done in, while `open` ``[Q,
    T]``; `first` ``[Q]`` is the number of each queue's first lot; `edges` are the bands' bounds in intervals.
    """

    def joined(name: str) -> Any:
        parts = [getattr(one, name) for one in lots]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    came = contacts[0] if len(contacts) == 1 else np.concatenate(contacts)
    upto = np.stack([one.upto + start for one, start in zip(lots, first, strict=True)])
    bands = max(len(edges) - 1, 0)
    by_interval = np.zeros((len(lots), 4 + bands, capacity.size))
    by_lot = np.zeros((3, came.size))
    late = joined("late")
    _run(
        came, handling, capacity, np.ascontiguousarray(open), first, upto, late, ~late, joined("boundary"), joined("base"),
        joined("slope"), joined("clock"), joined("born"), joined("width"), edges, by_interval, by_lot,
    )  # fmt: skip
    return by_interval, by_lot


@compiled
def _share_in_time(y0: float, y1: float, x0: float, x1: float, base: float, slope: float, clock: float, k: int) -> float:
    # positions y0..y1 of a lot are answered evenly from x0 to x1 of interval k; position y is due at base + slope y + clock
    early = base + slope * y0 + clock - k - x0
    later = base + slope * y1 + clock - k - x1
    near = -1e-6
    if early >= near and later >= near:
        return y1 - y0
    if early < near and later < near:
        return 0.0
    return (y1 - y0) * max(early, later, 0.0) / (abs(early) + abs(later))


@compiled
def _next_lot(lot: int, end: int, other: Any, left: Any) -> int:
    # the first lot from `lot` on, before `end`, not of the other line and with work left; `end` when there is none
    while lot < end and (other[lot] or left[lot] <= 0.0):
        lot += 1
    return lot


@compiled
def _expired(answered: float, base: float, slope: float, clock: float, at: float) -> float:
    # the position up to which a lot is due at time `at`
    if slope > 0.0:
        return min(1.0, (at - clock - base) / slope)
    return 1.0 if at - clock - base >= -1e-9 else answered


@compiled
def _by_age(mass: float, old: float, young: float, edges: Any, out: Any, k: int) -> None:
    # `mass` contacts with ages spread evenly from `young` to `old`
    for b in range(edges.size - 1):
        if old - young > 1e-12:
            part = (min(old, edges[b + 1]) - max(young, edges[b])) / (old - young)
            out[4 + b, k] += mass * max(0.0, part)
        elif edges[b] <= old < edges[b + 1]:
            out[4 + b, k] += mass


@compiled
def _run(
    came: Any, handling: Any, can: Any, open: Any, start: Any, upto: Any, late: Any, early: Any, due: Any, base: Any,
    slope: Any, clock: Any, born: Any, width: Any, edges: Any, out: Any, by_lot: Any,
) -> None:  # fmt: skip
    # every queue has two lines, the regular and the stranded, each in order of arrival and of due time
    queues, size = upto.shape
    crumb = 1e-12 * came.sum()
    left = came.copy()
    regular, stray = start.copy(), start.copy()
    for k in range(size):
        waiting = 0.0
        for q in range(queues):
            if open[q, k]:
                for lot in range(min(regular[q], stray[q]), upto[q, k]):
                    waiting += left[lot] * handling[q, k]
        work = min(can[k], waiting)
        if waiting - work <= crumb:
            work = waiting
        served = 0.0
        while served < work:
            at = -1
            mine = 0
            for q in range(queues):
                if not open[q, k]:
                    continue
                end = upto[q, k]
                regular[q] = _next_lot(regular[q], end, late, left)
                stray[q] = _next_lot(stray[q], end, early, left)
                if regular[q] >= end and stray[q] >= end:
                    continue
                lot = stray[q] if regular[q] >= end or (stray[q] < end and due[stray[q]] < due[regular[q]]) else regular[q]
                if at < 0 or due[lot] < due[at]:
                    at, mine = lot, q
            if at < 0:
                break
            each = handling[mine, k]
            take = min(left[at], (work - served) / each)
            if left[at] - take <= crumb:
                take = left[at]
            y0 = 1.0 - left[at] / came[at]
            left[at] -= take
            y1 = 1.0 - left[at] / came[at]
            x0 = min(1.0, served / work)
            served += take * each
            x1 = min(1.0, served / work)
            by_lot[0, at] += came[at] * _share_in_time(y0, y1, x0, x1, base[at], slope[at], clock[at], k)
            behind = max(k + x0 - base[at] - slope[at] * y0 - clock[at], k + x1 - base[at] - slope[at] * y1 - clock[at])
            if behind > 1e-6:
                by_lot[2, at] = max(by_lot[2, at], behind)
            out[mine, 0, k] += take
        for q in range(queues):
            end = upto[q, k]
            regular[q] = _next_lot(regular[q], end, late, left)
            stray[q] = _next_lot(stray[q], end, early, left)
            first = min(regular[q], stray[q])
            for lot in range(first, end):
                if left[lot] <= 0.0:
                    continue
                out[q, 1, k] += left[lot]
                answered = 1.0 - left[lot] / came[lot]
                expired = _expired(answered, base[lot], slope[lot], clock[lot], k + 1)
                out[q, 2, k] += came[lot] * max(0.0, expired - answered)
                if edges.size:
                    old = k + 1 - born[lot]
                    _by_age(left[lot], old - width[lot] * answered, old - width[lot], edges, out[q], k)
            if first < end:
                out[q, 3, k] = k + 1 - born[first] - width[first] * (1.0 - left[first] / came[first])
    for lot in range(came.size):
        if left[lot] > 0.0:
            answered = 1.0 - left[lot] / came[lot]
            expired = _expired(answered, base[lot], slope[lot], clock[lot], size)
            by_lot[1, lot] = came[lot] * max(0.0, 1.0 - max(answered, expired))
            behind = size - base[lot] - slope[lot] * answered - clock[lot]
            if behind > 1e-6:
                by_lot[2, lot] = max(by_lot[2, lot], behind)
