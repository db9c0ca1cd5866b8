"""Deferred contacts in lots: those that arrive together and whose due times lie on one line, in intervals of the grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats, Ints
from planner.queueing.deferred.clock import NEVER, clock_intervals, due_boundary, next_open, stranded

_MINUTE_S = 60

DueTimes = Callable[[Ints], Ints]
"""From arrival to due time, both POSIX seconds ``[N]``; rising, never before the arrival."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lots:
    """Lots in order of arrival, each array ``[N]``; times are in intervals from the start of the grid.

    Position y in [0, 1] of a lot arrives at ``born + width y`` and is due at ``base + slope y + clock``. A lot is `share` of the
    contacts of its `interval`; those of interval -1 were there before the grid, and `share` is their number. `boundary` is the grid
    boundary by which a lot is planned to be done, and its place in line; `late` marks lots whose clock runs out before the desk
    opens again. `upto` ``[T]`` is how many lots have arrived by the end of each interval.
    """

    interval: Ints
    share: Floats
    born: Floats
    width: Floats
    base: Floats
    slope: Floats
    clock: Floats
    boundary: Ints
    late: Bools
    upto: Ints

    @property
    def before(self) -> int:
        """How many lots were there before the grid."""
        return int((self.interval < 0).sum())

    def contacts(self, arrived: Floats) -> Floats:
        """Return the contacts ``[N]`` of every lot when `arrived` ``[T]`` arrive by interval."""
        inside: Floats = np.where(self.interval >= 0, arrived[np.maximum(self.interval, 0)], 1.0) * self.share
        return inside

    def by_interval(self, values: Floats) -> Floats:
        """Return ``[T]`` the sums of `values` ``[N]`` over the lots of each interval."""
        mine = self.interval >= 0
        if len(values) == len(self.upto) and mine.all():
            return values
        sums: Floats = np.zeros(len(self.upto))
        np.add.at(sums, self.interval[mine], values[mine])
        return sums

    def most_by_interval(self, values: Floats) -> Floats:
        """Return ``[T]`` the largest of `values` ``[N]`` over the lots of each interval, zero at least."""
        most = np.zeros(len(self.upto))
        mine = self.interval >= 0
        np.maximum.at(most, self.interval[mine], values[mine])
        return most


def plain_lots(open: Bools, within_s: float, interval_s: float) -> Lots:
    """Return one lot an interval, every contact due `within_s` seconds after it arrives."""
    clock = clock_intervals(within_s, interval_s)
    whole = math.floor(clock + 1e-9)
    size = open.size
    t = np.arange(size, dtype=np.int64)
    return Lots(
        interval=t,
        share=np.ones(size),
        born=t.astype(np.float64),
        width=np.ones(size),
        base=t.astype(np.float64),
        slope=np.ones(size),
        clock=np.full(size, clock),
        boundary=due_boundary(open, whole),
        late=stranded(open, whole),
        upto=t + 1,
    )


def clock_lots(open: Bools, due: DueTimes, *, start_s: int, interval_s: int) -> Lots:
    """Return the lots of a clock: intervals cut, to the minute, where due times leave the line they were on.

    `start_s` is the grid's start in POSIX seconds. Lots that cannot be begun before they are due are ordered and planned by the
    clock of somebody who writes when the desk opens.
    """
    minutes = interval_s // _MINUTE_S
    starts = start_s + _MINUTE_S * np.arange(open.size * minutes, dtype=np.int64)
    first, last = due(starts), due(starts + _MINUTE_S - 1)
    ends = last + np.where(last - first == _MINUTE_S - 1, 1, 0)  # running: the next minute's first is due a second later
    rise = ends - first
    follows = (first[1:] == ends[:-1]) & (rise[1:] == rise[:-1]) & (np.arange(1, starts.size) % minutes != 0)
    head = np.concatenate(([0], np.flatnonzero(~follows) + 1))
    tail = np.concatenate((head[1:], [starts.size])) - 1
    interval = head // minutes
    width = (tail + 1 - head) / minutes
    base, end = (first[head] - start_s) / interval_s, (ends[tail] - start_s) / interval_s
    opens = next_open(open)[interval]
    late, boundary = _places(open, due, opens, end, start_s=start_s, interval_s=interval_s)
    return Lots(
        interval=interval,
        share=width,
        born=interval + (head % minutes) / minutes,
        width=width,
        base=base,
        slope=end - base,
        clock=np.zeros(len(head)),
        boundary=boundary,
        late=late,
        upto=np.searchsorted(interval, np.arange(open.size), side="right"),
    )


def with_backlog(
    lots: Lots, open: Bools, due: DueTimes, backlog: Sequence[tuple[float, float]], *, start_s: int, interval_s: int
) -> Lots:
    """Return `lots` with those open when the grid starts before them: `backlog` holds (age in seconds, contacts)."""
    rows = sorted(backlog, reverse=True)
    if not rows:
        return lots
    ages = np.array([age for age, _ in rows])
    born_s = start_s - np.round(ages).astype(np.int64)
    at = (due(born_s) - start_s) / interval_s
    number = len(rows)
    opens = np.full(number, next_open(open)[0])
    late, boundary = _places(open, due, opens, at, start_s=start_s, interval_s=interval_s)

    def joined(before: Floats, after: Floats) -> Floats:
        return np.concatenate((before, after))

    return Lots(
        interval=np.concatenate((np.full(number, -1, dtype=np.int64), lots.interval)),
        share=joined(np.array([contacts for _, contacts in rows]), lots.share),
        born=joined(-ages / interval_s, lots.born),
        width=joined(np.zeros(number), lots.width),
        base=joined(at, lots.base),
        slope=joined(np.zeros(number), lots.slope),
        clock=joined(np.zeros(number), lots.clock),
        boundary=np.concatenate((boundary, lots.boundary)),
        late=np.concatenate((late, lots.late)),
        upto=lots.upto + number,
    )


def _places(open: Bools, due: DueTimes, opens: Ints, end: Floats, *, start_s: int, interval_s: int) -> tuple[Bools, Ints]:
    """Which lots are late whatever is done, and by which boundary each is planned: that of its last due time `end`, or of a fresh
    clock from the interval `opens` in which the desk works next."""
    late = end <= opens + 1e-9
    boundary = np.floor(np.minimum(end, NEVER) + 1e-9).astype(np.int64)
    reachable = opens < open.size
    again = late & reachable
    if again.any():
        fresh = due(start_s + opens[again] * interval_s)
        boundary[again] = (fresh - start_s) // interval_s
    boundary = np.maximum(
        boundary, np.minimum(opens, NEVER - 1) + 1
    )  # nothing is done before the end of the first interval worked
    return late, np.where(reachable, np.minimum(boundary, NEVER), NEVER)
