"""The lots of a queue of the account: its clock on its market's calendar, and what is open when the horizon starts."""

from __future__ import annotations

from planner.domain.arrays import Bools, Ints
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.queues import Market, Queue
from planner.domain.targets import DeferredTarget
from planner.queueing.deferred.lots import Lots, clock_lots, plain_lots, with_backlog


def queue_lots(queue: Queue, market: Market, grid: TimeGrid, open: Bools) -> Lots:
    """Return the lots in which contacts of a deferred `queue` arrive on `grid`, worked where `open` ``[T]``.

    A clock of so many hours on the wall takes them an interval at a time, any other cuts intervals where its due times bend. Raises
    ValueError for a live queue, and where the clock never runs out.
    """
    target = queue.target
    if not isinstance(target, DeferredTarget):
        raise ValueError(f"queue {queue.id} is live: its contacts have no due time")
    clock, calendar = target.rule, target.calendar(market.zone, market.holiday_dates)
    start_s = utc_seconds(grid.start_utc)

    def due(arrival_s: Ints) -> Ints:
        return clock.due_utc_s(arrival_s, calendar)

    if clock.is_plain(calendar):
        lots = plain_lots(open, target.within_s, grid.interval_s)
    else:
        lots = clock_lots(open, due, start_s=start_s, interval_s=grid.interval_s)
    backlog = [(row.age_s, row.contacts) for row in queue.backlog]
    return with_backlog(lots, open, due, backlog, start_s=start_s, interval_s=grid.interval_s)
