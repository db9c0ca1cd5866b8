"""Stretches of time in intervals of the grid, and the seats they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.shifts import Shift


def touched(grid: TimeGrid, start: datetime, end: datetime) -> slice:
    """Return the intervals of `grid` that a stretch touches."""
    first = int(np.clip(np.floor(grid.position(start)), 0, grid.size))
    return slice(first, max(first, int(np.clip(np.ceil(grid.position(end)), 0, grid.size))))


def filled(grid: TimeGrid, start_s: int, end_s: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the intervals that a stretch of POSIX seconds touches, and which share of each it fills."""
    origin, step = utc_seconds(grid.start_utc), grid.interval_s
    first = min(max((start_s - origin) // step, 0), grid.size)
    last = min(max(-(-(end_s - origin) // step), first), grid.size)
    at = np.arange(first, last, dtype=np.int64)
    share = (np.minimum(end_s - origin, (at + 1) * step) - np.maximum(start_s - origin, at * step)) / step
    return at, share


def seated(shifts: list[Shift], account: Account, grid: TimeGrid) -> Floats:
    """Return the seats that `shifts` hold ``[sites, T]``: every interval a shift touches, breaks included."""
    number = {site.id: s for s, site in enumerate(account.sites)}
    taken = np.zeros((len(account.sites), grid.size))
    for shift in shifts:
        taken[number[shift.site], on_seat(grid, shift)] += shift.heads
    return taken


def on_seat(grid: TimeGrid, shift: Shift) -> Ints:
    """Return the intervals in which a head of `shift` holds a seat."""
    spans = [touched(grid, start, end) for start, end in shift.seat_spans]
    return np.unique(np.concatenate([np.arange(span.start, span.stop, dtype=np.int64) for span in spans]))


def one_head(shift: Shift) -> Shift:
    """Return `shift` with one head."""
    return shift if shift.heads == 1 else replace(shift, heads=1)
