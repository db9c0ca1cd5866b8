"""When a contact that may wait is due, in intervals of the grid."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints

NEVER = np.iinfo(np.int64).max // 4
"""The due interval of what cannot be worked within the horizon any more."""


def next_open(open: Bools) -> Ints:
    """Return ``[T]`` the first open interval at or after each one, NEVER where none follows."""
    at = np.where(open, np.arange(open.size), NEVER)
    return np.minimum.accumulate(at[::-1])[::-1]


def stranded(open: Bools, clock: int) -> Bools:
    """Return ``[T]``, True for arrivals whose clock of `clock` intervals runs out before the desk opens again."""
    return np.arange(open.size) + clock + 1 <= next_open(open)


def due_boundary(open: Bools, clock: int) -> Ints:
    """Return ``[T]`` the grid boundary by which an interval's arrivals are to be done: their last one's due time.

    Stranded arrivals get a fresh clock, of at least one interval, from the next opening.
    """
    t = np.arange(open.size)
    due = np.where(stranded(open, clock), next_open(open) + max(clock, 1), t + 1 + clock)
    return np.minimum(due, NEVER)


def contacts_of(name: str, values: Floats) -> Floats:
    """Return `values` as float64; raise ValueError when one is negative, infinite or missing."""
    array = np.asarray(values, dtype=np.float64)
    wrong = ~((array >= 0) & (array < np.inf))
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"{name} must be finite and zero or more (write 0 where there is nothing), got {array[first]:g} at {list(first)} "
            f"({int(wrong.sum())} of {array.size} values are wrong)"
        )
    return array


def clock_intervals(within_s: float, interval_s: float) -> float:
    """Return the clock in intervals; raise ValueError unless both lengths are above zero."""
    if not (0 < within_s < np.inf and 0 < interval_s < np.inf):
        raise ValueError(f"within_s and interval_s must be above 0 seconds, got {within_s:g} and {interval_s:g}")
    return within_s / interval_s
