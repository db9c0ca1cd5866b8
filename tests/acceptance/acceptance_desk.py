"""A desk of deferred work simulated contact by contact: small crumbs of work in a heap, the one due first is done first."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NOTHING = 1e-10


@dataclass(frozen=True)
class Worked:
    """What became of the work ``[T]``: `done`, `open`, `overdue`, `oldest_s` by interval; `in_time`, `pending` by interval of arrival."""

    done: Array
    open: Array
    overdue: Array
    oldest_s: Array
    in_time: Array
    pending: Array


def work_off(
    arrived: Array, capacity: Array, is_open: NDArray[np.bool_], *, within_s: float, interval_s: int, crumbs: int, follow: bool
) -> Worked:
    """Return what a desk that starts empty makes of contacts ``[T]`` with the contacts it can handle ``[T]``.

    Every interval's contacts are cut into `crumbs` equal parts that arrive evenly. Each is due `within_s` after it arrives; one whose
    time runs out before the desk opens again is late in any case and queues as if it had arrived at the opening. The work of an
    interval is spread evenly over it. Figures are exact to a crumb. `overdue` and `oldest_s` are only
    looked at with `follow`.
    """
    size = len(arrived)
    opens = np.flatnonzero(is_open)
    clock = within_s / interval_s
    done, left, overdue, oldest = (np.zeros(size) for _ in range(4))
    in_time, pending = np.zeros(size), np.zeros(size)
    heap: list[tuple[float, float, float]] = []  # due, arrival, contacts left
    waiting = 0.0
    for k in range(size):
        later = opens[opens >= k]
        for j in range(crumbs if arrived[k] > 0 else 0):
            arrives = k + (j + 0.5) / crumbs
            due = arrives + clock
            if not len(later) or due <= later[0]:
                due = (later[0] if len(later) else np.inf) + max(clock, 1.0)
            heapq.heappush(heap, (due, arrives, arrived[k] / crumbs))
        waiting += arrived[k]
        work = min(capacity[k], waiting)
        served = 0.0
        while heap and work - served > NOTHING:
            due, arrives, part = heap[0]
            take = min(part, work - served)
            ends = k + (served + take / 2) / work
            served += take
            if ends <= arrives + clock + 1e-9:
                in_time[int(arrives)] += take
            if part - take <= NOTHING:
                heapq.heappop(heap)
            else:
                heapq.heapreplace(heap, (due, arrives, part - take))
        waiting -= served
        done[k] = served
        left[k] = waiting
        if follow and heap:
            now = np.array(heap)
            overdue[k] = now[now[:, 1] + clock < k + 1, 2].sum()
            oldest[k] = (k + 1 - now[:, 1].min()) * interval_s
    for _, arrives, part in heap:
        if arrives + clock >= size:
            pending[int(arrives)] += part
    return Worked(done, left, overdue, oldest, in_time, pending)
