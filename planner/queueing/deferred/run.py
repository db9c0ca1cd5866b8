"""A desk working off its deferred contacts, first due first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Bools, Floats
from planner.queueing.deferred.clock import clock_intervals, contacts_of, due_boundary, stranded


@dataclass(frozen=True, kw_only=True)
class DeferredRun:
    """What became of deferred contacts, each ``[..., T]``.

    By interval: contacts `done` in it; at its end those `open`, those `overdue` among them, and the age `oldest_s` in seconds of the
    oldest one (0 when none is open). By interval of *arrival*: contacts `in_time`, answered within the clock, and `pending`,
    neither answered nor late when the horizon ends. A window's level is its sum of `in_time` over its sum of arrived less pending.
    """

    done: Floats
    open: Floats
    overdue: Floats
    oldest_s: Floats
    in_time: Floats
    pending: Floats


def run_deferred(
    arrived: ArrayLike,
    capacity: ArrayLike,
    within_s: float,
    *,
    interval_s: float,
    open: ArrayLike | None = None,
) -> DeferredRun:
    """Return how a desk that starts empty works off `arrived` contacts with the `capacity` it has, both ``[..., T]`` in contacts.

    A fluid, first due first: every contact is due `within_s` seconds after it arrives. With `open` ``[T]``, when the desk works, those
    whose clock runs out before it opens again are served as if due one clock after the opening, yet counted as late. Capacity with
    nothing to do is lost. Leading axes (scenarios) broadcast. Raises ValueError for negative, infinite or missing counts.
    """
    clock = clock_intervals(within_s, interval_s)
    came, can = contacts_of("arrived", np.asarray(arrived)), contacts_of("capacity", np.asarray(capacity))
    if came.ndim < 1 or can.ndim < 1 or came.shape[-1] != can.shape[-1]:
        raise ValueError(f"arrived and capacity must end in the same axis T, got {came.shape} and {can.shape}")
    shape = np.broadcast_shapes(came.shape, can.shape)
    size = shape[-1]
    is_open: Bools = np.ones(size, dtype=np.bool_) if open is None else np.array(open, dtype=np.bool_)
    if is_open.shape != (size,):
        raise ValueError(f"open must have shape {(size,)}, got {is_open.shape}")
    whole = math.floor(clock + 1e-9)
    late, due = stranded(is_open, whole), due_boundary(is_open, whole)
    came = np.array(np.broadcast_to(came, shape), order="C").reshape(-1, size)
    can = np.array(np.broadcast_to(can, shape), order="C").reshape(-1, size)
    out = np.zeros((len(came), 6, size))
    for row in range(len(came)):
        _run(came[row], can[row], late, ~late, due, clock, out[row])
    out[:, 3] *= interval_s
    done, left, overdue, oldest, in_time, pending = (out[:, i].reshape(shape) for i in range(6))
    return DeferredRun(done=done, open=left, overdue=overdue, oldest_s=oldest, in_time=in_time, pending=pending)


@compiled
def _share_in_time(y0: float, y1: float, x0: float, x1: float, lot: int, clock: float, k: int) -> float:
    # positions y0..y1 of a lot are answered evenly from x0 to x1 of interval k; position y arrived at lot + y
    early = lot + y0 + clock - k - x0
    later = lot + y1 + clock - k - x1
    near = -1e-6
    if early >= near and later >= near:
        return y1 - y0
    if early < near and later < near:
        return 0.0
    return (y1 - y0) * max(early, later, 0.0) / (abs(early) + abs(later))


@compiled
def _next_lot(lot: int, k: int, other: Any, left: Any) -> int:
    # the first lot from `lot` on, up to interval k, not of the other queue and with work left; k + 1 when there is none
    while lot <= k and (other[lot] or left[lot] <= 0.0):
        lot += 1
    return lot


@compiled
def _run(came: Any, can: Any, late: Any, early: Any, due: Any, clock: float, out: Any) -> None:
    # lots are the arrivals of one interval; two queues, the regular and the stranded, each in order of arrival and of due time
    size = came.size
    crumb = 1e-12 * came.sum()
    left = came.copy()
    regular = stray = 0
    for k in range(size):
        waiting = 0.0
        first = min(regular, stray)
        for lot in range(first, k + 1):
            waiting += left[lot]
        work = min(can[k], waiting)
        if waiting - work <= crumb:
            work = waiting
        served = 0.0
        while served < work:
            regular = _next_lot(regular, k, late, left)
            stray = _next_lot(stray, k, early, left)
            if regular > k and stray > k:
                break
            lot = stray if regular > k or (stray <= k and due[stray] < due[regular]) else regular
            take = min(left[lot], work - served)
            if left[lot] - take <= crumb:
                take = left[lot]
            y0 = 1.0 - left[lot] / came[lot]
            left[lot] -= take
            y1 = 1.0 - left[lot] / came[lot]
            x0 = min(1.0, served / work)
            served += take
            x1 = min(1.0, served / work)
            out[4, lot] += came[lot] * _share_in_time(y0, y1, x0, x1, lot, clock, k)
        out[0, k] = served
        regular = _next_lot(regular, k, late, left)
        stray = _next_lot(stray, k, early, left)
        first = min(regular, stray)
        for lot in range(first, k + 1):
            if left[lot] <= 0.0:
                continue
            out[1, k] += left[lot]
            answered = 1.0 - left[lot] / came[lot]
            expired = min(1.0, k + 1 - clock - lot)
            out[2, k] += came[lot] * max(0.0, expired - answered)
        if first <= k:
            out[3, k] = k + 1 - first - (1.0 - left[first] / came[first])
    for lot in range(size):
        if left[lot] > 0.0:
            answered = 1.0 - left[lot] / came[lot]
            out[5, lot] = came[lot] * max(0.0, 1.0 - max(answered, size - clock - lot))
