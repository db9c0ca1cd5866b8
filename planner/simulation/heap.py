"""A heap of coming events, soonest first: four below each, so that it is flat, and a top that may be taken and replaced in one go."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.simulation.inner import inlined, inner

SIZE, HOLE = 0, 1
"""Of the heap's numbers: events held, and 1 while the top has been taken and its place is free."""

_0, _1, _2, _3 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
"""Places are counted without sign, which needs no code for places from the end, and the soonest is found without branches."""


@inlined
def empty_heap(times: Any) -> None:
    """Make `times` those of a heap without events: the places beyond the last event are infinitely late."""
    for k in range(times.size):
        times[k] = math.inf


@inner
def _sink(times: Any, what: Any, size: int, time: float, event: int) -> None:
    # fill the free top with an event: the soonest of four rises until none is sooner than the event
    at, child, end = _0, _1, np.uint64(size)
    while child < end:
        first, second, third, fourth = times[child], times[child + _1], times[child + _2], times[child + _3]
        low, high = child + np.uint64(second < first), child + _2 + np.uint64(fourth < third)
        sooner, other = min(first, second), min(third, fourth)
        low = high if other < sooner else low
        sooner = min(sooner, other)
        if sooner >= time:
            break
        times[at] = sooner
        what[at] = what[low]
        at = low
        child = (at << _2) + _1
    times[at] = time
    what[at] = event


@inner
def push(times: Any, what: Any, heap: Any, time: float, event: int) -> None:
    """Add an event; in place of the one just taken, if one was. Four places beyond the last event must be there."""
    if heap[HOLE] == 1:
        heap[HOLE] = 0
        _sink(times, what, heap[SIZE], time, event)
        return
    at = np.uint64(heap[SIZE])
    heap[SIZE] += 1
    while at > _0:
        above = (at - _1) >> _2
        if times[above] <= time:
            break
        times[at] = times[above]
        what[at] = what[above]
        at = above
    times[at] = time
    what[at] = event


@inlined
def close_hole(times: Any, what: Any, heap: Any) -> None:
    """Fill the place of an event taken, where nothing was pushed since."""
    if heap[HOLE] == 1:
        heap[HOLE] = 0
        heap[SIZE] -= 1
        size = heap[SIZE]
        time = times[size]
        times[size] = math.inf
        if size > 0:
            _sink(times, what, size, time, what[size])
