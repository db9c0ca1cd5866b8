"""Deferred contacts of one replication: how many are open and how old, and what became of those there at the start."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Int32s
from planner.simulation.floor import Floor, Line

IN_TIME, TOO_LATE, UNDECIDED = range(3)
"""What became of a contact open at the start by the end of the horizon: done in time, late, or neither done nor due."""


def there_before(line: Line) -> int:
    """Return how many contacts of a deferred `line` are there at the start; 0 for a live one."""
    if line.live:
        return 0
    return len(line.backlog_s) if line.given is None else int((line.given.arrives_s < 0).sum())


def fate(ended: Floats, due: Floats, until_s: float) -> Int32s:
    """Return what became of deferred contacts ``[M]`` by `until_s`."""
    done = ~np.isnan(ended)
    late = np.where(done, np.nan_to_num(ended) > due, due <= until_s)
    return np.where(late, TOO_LATE, np.where(done, IN_TIME, UNDECIDED)).astype(np.int32)


def backlog(arrived: Floats, ended: Floats, due: Floats, floor: Floor) -> tuple[Floats, Floats, Floats]:
    """Return how many contacts are open at the end of each interval ``[T]``, the age in seconds of the oldest one, 0 without any, and how
    many of them are past their due time."""
    at = (np.arange(floor.size) + 1) * floor.interval_s
    order = np.argsort(arrived, kind="stable")
    came, done = arrived[order], np.where(np.isnan(ended), np.inf, ended)[order]
    still = np.searchsorted(came, at, side="right") - np.searchsorted(np.sort(done), at, side="right")
    first = np.searchsorted(np.maximum.accumulate(done), at, side="right") if done.size else np.zeros(at.size, dtype=np.int64)
    oldest = np.where(first < came.size, at - came[np.minimum(first, max(came.size - 1, 0))] if came.size else 0.0, 0.0)
    late_done = np.maximum(np.where(np.isnan(ended), np.inf, ended), due)
    past = np.searchsorted(np.sort(due), at, side="right") - np.searchsorted(np.sort(late_done), at, side="right")
    return still.astype(np.float64), np.maximum(oldest, 0.0), past.astype(np.float64)
