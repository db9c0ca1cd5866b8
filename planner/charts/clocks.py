"""Wall clocks along a chart's axis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.grid import TimeGrid, offsets_s, zone_info


@dataclass(frozen=True)
class WallAxis:
    """Interval starts on the wall clock of one zone: the first as text, the step in milliseconds, and what the axis is called.

    A chart's axis must run evenly, so the offset of the horizon's start is kept throughout; `title` says so when clocks change.
    """

    x0: str
    dx: int
    title: str


def wall_axis(grid: TimeGrid, zone: str, *, per: int = 1) -> WallAxis:
    """Return the axis of `grid` in `zone` with `per` intervals a step."""
    offsets = offsets_s(zone, grid.epoch_s)
    first = grid.start_utc.astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=int(offsets[0]))
    title = f"Local time, {zone} ({offset_text(int(offsets[0]))})"
    change = np.flatnonzero(offsets != offsets[0])
    if len(change):
        when = grid.start_utc + timedelta(seconds=grid.interval_s * int(change[0]))
        title += f"; clocks change on {when.astimezone(zone_info(zone)).date():%d %B}, the offset is kept throughout"
    return WallAxis(x0=first.isoformat(), dx=1000 * grid.interval_s * per, title=title)


def offset_text(seconds: int) -> str:
    """Return a UTC offset as ``UTC+05:30``."""
    sign = "-" if seconds < 0 else "+"
    return f"UTC{sign}{abs(seconds) // 3600:02d}:{abs(seconds) // 60 % 60:02d}"


def wall(when: datetime, zone: str) -> datetime:
    """Return an instant as the naive time the clock of `zone` shows."""
    return when.astimezone(zone_info(zone)).replace(tzinfo=None)


def to_interval_ends(values: Floats) -> Floats:
    """Return `values` ``[T]`` by interval as the heights ``[T + 1]`` of a stepped line from start to start.

    A step is drawn up to the next point, so each run of figures ends with one more point of its last height, where its last interval ends.
    """
    heights = np.append(values, np.nan)
    ends = np.flatnonzero(np.isnan(heights[1:]) & ~np.isnan(values)) + 1
    heights[ends] = values[ends - 1]
    return heights
