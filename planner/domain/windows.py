"""The stretches a promise is measured over, cut on the market's clock (C1, C13)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.grid import TimeGrid, to_utc
from planner.domain.targets import Window

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Stretch:
    """One window as far as the grid covers it: the number it carries, when it starts there, and whether an edge cuts it."""

    label: int
    start_utc: datetime
    partial: bool


def labels(window: Window, zone: str, grid: TimeGrid) -> Ints:
    """Return ``[T]`` the number of the window each interval belongs to on the clock of `zone`; numbers rise with time.

    Days, weeks and months carry the same number in every zone, so that a clause over several markets adds up the same local
    week of each. Weeks start on Monday. The contract's window is the whole grid. Raises ValueError for rolling windows, which overlap.
    """
    day = grid.clock(zone).day
    match window:
        case Window.INTERVAL:
            return np.arange(grid.size, dtype=np.int64)
        case Window.DAY:
            return day
        case Window.WEEK:
            return (day + 3) // 7  # 1970-01-01 was a Thursday
        case Window.MONTH:
            months: Ints = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
            return months
        case Window.CONTRACT:
            return np.zeros(grid.size, dtype=np.int64)
        case Window.ROLLING:
            raise ValueError("rolling windows overlap: an interval belongs to several")


def stretches(window: Window, zone: str, grid: TimeGrid) -> Iterator[Stretch]:
    """Yield the windows of `zone`'s clock that the grid touches, in order; a contract's window is never called partial."""
    numbers = labels(window, zone, grid)
    found, first = np.unique(numbers, return_index=True)
    for label, t in zip(found.tolist(), first.tolist(), strict=True):
        start = grid.start_utc + timedelta(seconds=grid.interval_s * t)
        yield Stretch(label=label, start_utc=start, partial=_cut(window, label, zone, grid))


def _cut(window: Window, label: int, zone: str, grid: TimeGrid) -> bool:
    if window in (Window.INTERVAL, Window.CONTRACT):
        return False
    start, end = (to_utc(zone, first_date(window, n), 0) for n in (label, label + 1))
    return start < grid.start_utc or end > grid.end_utc


def share_inside(window: Window, label: int, zones: Collection[str], grid: TimeGrid) -> float:
    """Return the share of the hours of window number `label`, on the clocks of all `zones` together, that the grid covers; 1 for the
    contract, which is applied to the grid, and for an interval."""
    if window in (Window.INTERVAL, Window.CONTRACT):
        return 1.0
    inside = whole = timedelta(0)
    for zone in zones:
        start, end = (to_utc(zone, first_date(window, n), 0) for n in (label, label + 1))
        inside += max(min(end, grid.end_utc) - max(start, grid.start_utc), timedelta(0))
        whole += end - start
    return inside / whole


def first_date(window: Window, label: int) -> date:
    """Return the first local date of day, week or month number `label`, whether or not the grid covers it; the same in every zone."""
    match window:
        case Window.DAY:
            return _EPOCH + timedelta(days=label)
        case Window.WEEK:
            return _EPOCH + timedelta(days=label * 7 - 3)
        case Window.MONTH:
            return date(1970 + label // 12, label % 12 + 1, 1)
        case _:
            raise ValueError(f"a window of one {window} has no number of its own")
