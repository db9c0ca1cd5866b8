"""Deferred promises over rolling windows: at the end of each local day, the contacts that arrived in the days before (C13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Bools, Floats
from planner.domain.evaluation import Basis, SlaResult
from planner.domain.grid import TimeGrid, offsets_s, to_utc, utc_seconds
from planner.domain.queues import Queue
from planner.domain.targets import DeferredTarget, ToDate, Window
from planner.evaluation.measures import Counts
from planner.evaluation.window_law import ROUNDING, WindowLaw

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """Contacts counted and in time: expected ``[T]`` and by scenario ``[K, T]``, and of those open at the start ``[M]`` and ``[K,
    M]``; `futures` and `before_futures` are None without scenarios."""

    expected: Counts
    futures: Counts | None
    before: tuple[Floats, Floats]
    before_futures: tuple[Floats, Floats] | None


@dataclass(frozen=True, kw_only=True)
class RollingWindow:
    """The local days from `first_date` on that count together: arrivals `inside` the grid ``[T]``, those `waiting` at the start ``[M]``,
    oldest first, and what was `told` of days before, contacts counted and in time. It starts in the grid at `start_utc`; `partial` when
    of a day before neither is known."""

    first_date: date
    start_utc: datetime
    inside: Bools
    waiting: Bools
    told: tuple[float, float]
    partial: bool


def rolling_windows(queue: Queue, account: Account, grid: TimeGrid) -> Iterator[RollingWindow]:
    """Yield the rolling window of `queue` at the end of every local day of its market that ends within the grid, in order."""
    target = queue.target
    assert isinstance(target, DeferredTarget)
    assert target.rolling_days is not None
    zone = account.market(queue.market).zone
    day = grid.clock(zone).day
    ages = np.array([row.age_s for row in sorted(queue.backlog, reverse=True)])
    came = utc_seconds(grid.start_utc) - np.round(ages).astype(np.int64)
    came_on = (came + offsets_s(zone, came)) // 86_400 if len(came) else came
    told = _told(target.to_date)
    starts_whole = to_utc(zone, _date(int(day[0])), 0) >= grid.start_utc
    first_inside = int(day[0]) if starts_whole else int(day[0]) + 1
    for last in np.unique(day).tolist():
        if to_utc(zone, _date(last) + timedelta(days=1), 0) > grid.end_utc:
            continue
        first = last - target.rolling_days + 1
        known = [value for n, value in told.items() if first <= n <= last]
        yield RollingWindow(
            first_date=_date(first),
            start_utc=max(to_utc(zone, _date(first), 0), grid.start_utc),
            inside=(day >= first) & (day <= last),
            waiting=(came_on >= first) & (came_on <= last),
            told=(sum(counted for counted, _ in known), sum(within for _, within in known)),
            partial=any(n not in told for n in range(first, first_inside)),
        )


def hold_rolling(queue: Queue, account: Account, grid: TimeGrid, arrivals: Arrivals) -> Iterator[SlaResult]:
    """Yield the level of `queue` over its rolling window at the end of every local day of its market that ends within the grid.

    Days before the grid count by what the target's `to_date` says of them, and by contacts still open at the start on the day they
    came; a window with a day of which neither is told is partial: it is judged by what it has. Contacts are counted by the day they
    arrive and by what becomes of them in the end; those undecided when the horizon ends are not counted.
    """
    target = queue.target
    assert isinstance(target, DeferredTarget)
    for window in rolling_windows(queue, account, grid):
        counted, within = (
            float(values[window.inside].sum() + arrivals.before[i][window.waiting].sum()) + window.told[i]
            for i, values in enumerate((arrivals.expected.counted, arrivals.expected.within))
        )
        level = min(1.0, within / counted) if counted > 0 else None
        yield SlaResult(
            clause=queue.id,
            scope=queue.id,
            window=Window.ROLLING,
            window_start_utc=window.start_utc,
            window_date=window.first_date,
            offered=counted,
            within=within,
            level=level,
            formula=None,
            threshold_s=target.within_s,
            target=target.level,
            met=None if level is None else level >= target.level - ROUNDING,
            probability=_chance(arrivals, window, target.level, counted) if level is not None else None,
            basis=Basis.FLUID,
            partial=window.partial,
        )


def _chance(arrivals: Arrivals, window: RollingWindow, level: float, expected: float) -> float | None:
    if arrivals.futures is None or arrivals.before_futures is None:
        return None
    counted, within = (
        counts[:, window.inside].sum(axis=1) + before[:, window.waiting].sum(axis=1) + window.told[i]
        for i, (counts, before) in enumerate(
            zip((arrivals.futures.counted, arrivals.futures.within), arrivals.before_futures, strict=True)
        )
    )
    found = WindowLaw(counted=counted, within=within, expected=expected, levels=(level,), luck=np.zeros((3, 1))).probability()
    return None if np.isnan(found) else found


def _told(rows: tuple[ToDate, ...]) -> dict[int, tuple[float, float]]:
    """Contacts counted and in time of every day told of, each row spread evenly over its days."""
    found: dict[int, tuple[float, float]] = {}
    for row in rows:
        first, last = ((day - _EPOCH).days for day in (row.first, row.last))
        for day in range(first, last + 1):
            found[day] = (row.counted / (last - first + 1), row.within / (last - first + 1))
    return found


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)
