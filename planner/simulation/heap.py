"""A heap of coming events, soonest first: a binary heap whose top may be taken and replaced in one go."""

from __future__ import annotations

from typing import Any

from planner.compiled import compiled

SIZE, HOLE = 0, 1
"""Of the heap's numbers: events held, and 1 while the top has been taken and its place is free."""


@compiled(entry=False, arrays=False)
def _sink(times: Any, what: Any, size: int, time: float, event: int) -> None:
    # fill the free top with an event: the hole sinks along the sooner children to a leaf, then the event rises from there
    at = 0
    child = 2
    while child < size:
        child -= times[child - 1] < times[child]
        times[at] = times[child]
        what[at] = what[child]
        at = child
        child = 2 * at + 2
    if child == size:
        child -= 1
        times[at] = times[child]
        what[at] = what[child]
        at = child
    while at > 0:
        above = (at - 1) >> 1
        if times[above] <= time:
            break
        times[at] = times[above]
        what[at] = what[above]
        at = above
    times[at] = time
    what[at] = event


@compiled(entry=False, arrays=False)
def push(times: Any, what: Any, heap: Any, time: float, event: int) -> None:
    """Add an event; in place of the one just taken, if one was."""
    if heap[HOLE] == 1:
        heap[HOLE] = 0
        _sink(times, what, heap[SIZE], time, event)
        return
    at = heap[SIZE]
    heap[SIZE] += 1
    while at > 0:
        above = (at - 1) >> 1
        if times[above] <= time:
            break
        times[at] = times[above]
        what[at] = what[above]
        at = above
    times[at] = time
    what[at] = event


@compiled(entry=False, arrays=False, inline=True)
def close_hole(times: Any, what: Any, heap: Any) -> None:
    """Fill the place of an event taken, where nothing was pushed since."""
    if heap[HOLE] == 1:
        heap[HOLE] = 0
        heap[SIZE] -= 1
        size = heap[SIZE]
        if size > 0:
            _sink(times, what, size, times[size], what[size])
