"""Deferred work laid out over open hours, as level as its clock allows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats
from planner.queueing.deferred.clock import contacts_of, next_open
from planner.queueing.deferred.lots import Lots, plain_lots


def level_work(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    open: ArrayLike,
    *,
    interval_s: float,
    within_s: float | None = None,
    lots: Lots | None = None,
) -> Floats:
    """Return the on-seat agents ``[T]`` that work off `contacts` on time with the lowest and flattest effort; NaN where closed.

    `contacts` ``[T]`` arrive through each interval, open or not, and take `aht_s` ``[T]`` (or one number) seconds each; `open`
    ``[T]`` says when work may be done. The clock is `within_s`, rounded down to whole intervals, or that of `lots`, which may hold
    contacts open at the start. Between what has arrived (no work before it is there) and what is due, the cumulative work done
    takes the shortest path, the taut string: of all schedules it has the least peak, and the least of any other convex cost of the
    staffing (R. T. Rockafellar's theorem for this problem is in A. F. Veinott, "Least d-majorized network flows", Management
    Science 17 (1971), pp. 547-567).

    Edges of the horizon: the desk starts empty but for lots from before, and its end counts as due time for everything that arrived
    before the last open interval ends, so that no work is pushed past the end; what arrives later is left for after it. Work whose
    clock runs out while closed is late in any case and gets a fresh clock from the next opening. Raises ValueError for bad input.
    """
    number = contacts_of("contacts", np.asarray(contacts))
    is_open: Bools = np.asarray(open, dtype=np.bool_)
    if number.ndim != 1 or is_open.shape != number.shape:
        raise ValueError(f"contacts and open must have one shape [T], got {number.shape} and {is_open.shape}")
    if (within_s is None) == (lots is None):
        raise ValueError("give the clock once: within_s or lots")
    if lots is None:
        lots = plain_lots(is_open, within_s or 0.0, interval_s)
    each = np.broadcast_to(contacts_of("aht_s", np.asarray(aht_s)), number.shape)
    work = number * each / interval_s
    agents = np.full(number.size, np.nan)
    if is_open.any():
        there = lots.share[: lots.before] * each[np.argmax(is_open)] / interval_s
        lower, upper = _corridor(work, there, is_open, lots)
        path = np.empty(lower.size)
        _taut_string(lower, upper, path)
        agents[is_open] = np.maximum(np.diff(path), 0.0)
    return agents


def _corridor(work: Floats, there: Floats, is_open: Bools, lots: Lots) -> tuple[Floats, Floats]:
    # least and most work done by the end of each open interval, from (0, 0) before the first; `there` is work from before
    size = work.size
    arrived = np.concatenate(([0.0], np.cumsum(work))) + there.sum()
    each = np.concatenate((there, lots.contacts(work)[lots.before :]))
    on_time = lots.boundary <= size
    due = np.cumsum(np.bincount(lots.boundary[on_time], weights=each[on_time], minlength=size + 1))
    opens = np.flatnonzero(is_open)
    upper = arrived[opens + 1]
    # what falls due while closed has to be done before closing
    following = next_open(np.append(is_open, True))[opens + 1]
    lower = np.minimum(due[np.minimum(following, size)], upper)
    lower[-1] = upper[-1]
    start = np.zeros(1)
    return np.concatenate((start, np.maximum.accumulate(lower))), np.concatenate((start, upper))


@compiled
def _taut_string(lower: Any, upper: Any, path: Any) -> None:
    # From the last knot the ray may rise between `low` and `high`; where a bound leaves that cone the string bends at the bound
    # that closed it.
    last = lower.size - 1
    path[0] = 0.0
    knot = 0
    while knot < last:
        low, high = -math.inf, math.inf
        low_at = high_at = last
        bend, slope = last, 0.0
        for j in range(knot + 1, last + 1):
            to_lower = (lower[j] - path[knot]) / (j - knot)
            to_upper = (upper[j] - path[knot]) / (j - knot)
            if to_lower > high:
                bend, slope = high_at, high
                break
            if to_upper < low:
                bend, slope = low_at, low
                break
            if to_upper <= high:
                high, high_at = to_upper, j
            if to_lower >= low:
                low, low_at = to_lower, j
        else:
            slope = (upper[last] - path[knot]) / (last - knot)
        for j in range(knot + 1, bend):
            path[j] = path[knot] + slope * (j - knot)
        path[bend] = path[knot] + slope * (bend - knot)
        path[bend] = min(max(path[bend], lower[bend]), upper[bend])
        knot = bend
