"""Deferred work that misses its clock, listed by queue and day of arrival."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from planner.backlog import DeferredRun
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.evaluation import Overload
from planner.domain.grid import TimeGrid, offsets_s, utc_seconds
from planner.domain.targets import DeferredTarget
from planner.evaluation.deferred import DeferredQueue

LEAST = 0.01
"""Late contacts of a day below this are the rounding of a fluid."""

_EPOCH = date(1970, 1, 1)


def overloaded(desk: DeferredQueue, run: DeferredRun, zone: str, grid: TimeGrid) -> Iterator[Overload]:
    """Yield what of a queue misses its clock in the `run` of its expected contacts: first what was open at the start, oldest first,
    then by local day of arrival in `zone`. Contacts whose clock an automatic reply stopped are never late."""
    target = desk.queue.target
    assert isinstance(target, DeferredTarget)
    by_desk = 1.0 - target.answered_at_once
    lots, first = desk.lots, desk.lots.before
    there = lots.share[:first]
    late_before = by_desk * np.maximum(there - run.before[0] - run.before[1], 0.0)
    born = utc_seconds(grid.start_utc) + np.round(lots.born[:first] * grid.interval_s).astype(np.int64)
    came_on = (born + offsets_s(zone, born)) // 86_400 if first else born
    yield from _rows(desk, came_on, there, late_before, lots.late[:first], run.before[2], at_start=True)
    came = desk.came()
    late = by_desk * np.maximum(came - run.in_time - run.pending, 0.0)
    share = lots.by_interval(np.where(lots.late, lots.contacts(came), 0.0))
    stuck = np.divide(share, came, out=np.zeros(came.shape), where=came > 0)
    yield from _rows(desk, grid.clock(zone).day, came, late, stuck, run.latest_s, at_start=False)


def _rows(
    desk: DeferredQueue, day: Ints, came: Floats, late: Floats, stuck: Floats | Bools, latest_s: Floats, *, at_start: bool
) -> Iterator[Overload]:
    for number in np.unique(day).tolist():
        mine = day == number
        total = float(late[mine].sum())
        if total >= LEAST:
            yield Overload(
                queue=desk.queue.id,
                date=_EPOCH + timedelta(days=int(number)),
                contacts=float(came[mine].sum()),
                late=total,
                closed=float(np.minimum(late, stuck * came)[mine].sum()),
                latest_s=float(latest_s[mine].max()),
                at_start=at_start,
            )
