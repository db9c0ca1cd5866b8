"""Deferred promises over rolling windows: at the end of each local day, the contacts that arrived in the days before (C13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

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


def hold_rolling(queue: Queue, account: Account, grid: TimeGrid, arrivals: Arrivals) -> Iterator[SlaResult]:
    """Yield the level of `queue` over its rolling window at the end of every local day of its market that ends within the grid.

    Days before the grid count by what the target's `to_date` says of them, and by contacts still open at the start on the day they
    came; a window with a day of which neither is told is partial: it is judged by what it has. Contacts are counted by the day they
    arrive and by what becomes of them in the end; those undecided when the horizon ends are not counted.
    """
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
        inside, waiting = (day >= first) & (day <= last), (came_on >= first) & (came_on <= last)
        known = [value for n, value in told.items() if first <= n <= last]
        counted, within = (
            float(values[inside].sum() + arrivals.before[i][waiting].sum()) + sum(value[i] for value in known)
            for i, values in enumerate((arrivals.expected.counted, arrivals.expected.within))
        )
        level = min(1.0, within / counted) if counted > 0 else None
        yield SlaResult(
            clause=queue.id,
            scope=queue.id,
            window=Window.ROLLING,
            window_start_utc=max(to_utc(zone, _date(first), 0), grid.start_utc),
            window_date=_date(first),
            offered=counted,
            within=within,
            level=level,
            formula=None,
            threshold_s=target.within_s,
            target=target.level,
            met=None if level is None else level >= target.level - ROUNDING,
            probability=_chance(arrivals, inside, waiting, known, target.level, counted) if level is not None else None,
            basis=Basis.FLUID,
            partial=any(n not in told for n in range(first, first_inside)),
        )


def _chance(
    arrivals: Arrivals, inside: Bools, waiting: Bools, known: list[tuple[float, float]], level: float, expected: float
) -> float | None:
    if arrivals.futures is None or arrivals.before_futures is None:
        return None
    counted, within = (
        counts[:, inside].sum(axis=1) + before[:, waiting].sum(axis=1) + sum(value[i] for value in known)
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
