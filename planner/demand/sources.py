"""Does every queue have something to be forecast from? All that have not are told at once."""

from __future__ import annotations

from collections.abc import Iterator

from planner.domain.account import Account
from planner.domain.grid import utc_seconds
from planner.domain.history import Series
from planner.domain.queues import Queue, VolumeSource
from planner.errors import DataError, Problem

_DAY_S = 86_400
_REMEDY = 'add its rows, or forecast the queue from orders: volume = { source = "driver", driver = "...", rate = ... }'


def series_of(account: Account, queue: Queue) -> Series:
    """Return the series `queue` is forecast from: its own history or its driver. Raises KeyError when there is none."""
    if queue.volume.source is VolumeSource.DRIVER:
        series = account.tables.driver(queue.volume.driver)
    else:
        series = account.tables.history_of(queue.id)
    if series is None:
        raise KeyError(queue.id)
    return series


def check_sources(account: Account) -> None:
    """Raise DataError naming every queue whose series is missing, empty, too late or cut into intervals that do not fill a day."""
    problems = tuple(p for queue in account.queues for p in _problems(account, queue))
    if problems:
        raise DataError(problems)


def _problems(account: Account, queue: Queue) -> Iterator[Problem]:
    if queue.volume.source not in (VolumeSource.HISTORY, VolumeSource.DRIVER):
        return
    driven = queue.volume.source is VolumeSource.DRIVER
    place = f"drivers: {queue.volume.driver} (queue {queue.id})" if driven else f"history: queue {queue.id}"
    remedy = "add its rows to the drivers table" if driven else _REMEDY
    try:
        series = series_of(account, queue)
    except KeyError:
        yield Problem(place, "no rows", remedy)
        return
    if not len(series.start_s):
        yield Problem(place, "no rows", remedy)
    elif series.interval_s < 60 or _DAY_S % series.interval_s:
        yield Problem(
            place, f"intervals of {series.interval_s} s do not fill a day evenly", "record 5 to 60 minutes, or whole days"
        )
    elif int(series.start_s[0]) + series.interval_s > utc_seconds(account.grid.start_utc):
        yield Problem(place, f"no rows before the horizon starts at {account.grid.start_utc:%Y-%m-%d %H:%M}Z", remedy)


def nothing_open(queue: Queue) -> Problem:
    """Return the problem of a queue all of whose history lies outside its opening hours."""
    return Problem(
        f"history: queue {queue.id}",
        "every row lies outside the queue's opening hours or in an event that closed it",
        "check the market's zone, history_zone and the opening hours",
    )
