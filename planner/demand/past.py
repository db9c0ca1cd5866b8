"""What a series tells about a queue: its records on the market's clock, known events taken out, closed hours left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasts import DayMatrix, weekday_of
from planner.domain.account import Account, Event
from planner.domain.arrays import Bools, Floats, Ints
from planner.domain.grid import LocalClock, offsets_s, utc_seconds
from planner.domain.history import Series
from planner.domain.queues import Market, Queue, VolumeSource

DAY_S = 86_400
_LOOK_MIN = 5  # opening hours are looked up every five minutes, the finest grid
_CLOSED_BY_EVENT = 0.1  # an interval an event cut below a tenth tells nothing of ordinary volume


@dataclass(frozen=True, eq=False, kw_only=True)
class Past:
    """Records of one series on a market's clock, ready to forecast from.

    Days are cut into slots of `interval_s`; the first starts `phase_s` after local midnight (a half-hour zone's hourly records start at
    half past). `matrix` is None where nothing is left. `outside_share` is the share of contacts recorded while the queue was closed,
    left out here; `events` counts the events taken out.
    """

    matrix: DayMatrix | None
    interval_s: int
    phase_s: int
    outside_share: float
    events: int


def past_of(series: Series, *, market: Market, before_s: int, events: Sequence[Event], closed_for: Queue | None = None) -> Past:
    """Return the records of `series` that ended by POSIX second `before_s`, on the clock of `market`.

    Counts under an event are divided by its factor. With `closed_for`, records while that queue was closed are left out.
    """
    length = series.interval_s
    slots = DAY_S // length
    kept = series.start_s + length <= before_s
    start, counts = series.start_s[kept], series.counts[kept]
    if not start.size:
        return Past(matrix=None, interval_s=length, phase_s=0, outside_share=0.0, events=0)
    local = start + offsets_s(market.zone, start)
    phase = _phase(local, length)
    # Rounded, because a clock change may move stamps by less than an interval: daily totals cut at midnight UTC, say.
    cell = np.floor_divide(2 * (local - phase) + length, 2 * length)
    holidays = holiday_numbers(market)
    factor = event_factors(events, start, length)
    told = factor >= _CLOSED_BY_EVENT
    outside = 0.0
    if closed_for is not None:
        inside = _open_cells(closed_for, market, cell, length, phase)
        total = float(counts.sum())
        outside = float(counts[~inside].sum()) / total if total > 0 else 0.0
        told &= inside
    happened = sum(1 for e in events if (event_factors([e], start, length) != 1).any())
    matrix = None
    if told.any():
        matrix = DayMatrix.from_records(
            day=cell[told] // slots, slot=cell[told] % slots, counts=counts[told] / factor[told], slots=slots, holidays=holidays
        )
    return Past(matrix=matrix, interval_s=length, phase_s=phase, outside_share=outside, events=happened)


def _phase(local: Ints, length: int) -> int:
    """The commonest offset of stamps from multiples of the interval on the wall clock, in (-length / 2, length / 2]."""
    found, number = np.unique(local % length, return_counts=True)
    phase = int(found[np.argmax(number)])
    return phase - length if phase > length // 2 and length > 3600 else phase


def event_factors(events: Sequence[Event], start_s: Ints, length_s: int) -> Floats:
    """Return ``[N]`` by how much `events` multiply contacts of intervals ``[start_s, start_s + length_s)``; part of one counts in part."""
    factor = np.ones(len(start_s))
    for event in events:
        first, last = utc_seconds(event.start_utc), utc_seconds(event.end_utc)
        share = np.clip(np.minimum(start_s + length_s, last) - np.maximum(start_s, first), 0, length_s) / length_s
        factor *= 1 + share * (event.factor - 1)
    return factor


def driver_events(account: Account, driver: str) -> tuple[Event, ...]:
    """Return the events that moved `driver` itself: those that touch every queue it feeds. One of a few of them moved contacts alone."""
    fed = {q.id for q in account.queues if q.volume.source is VolumeSource.DRIVER and q.volume.driver == driver}
    return tuple(e for e in account.events if not e.queues or fed <= set(e.queues))


def events_of(events: Sequence[Event], queue: str) -> tuple[Event, ...]:
    """Return the events that touch `queue`."""
    return tuple(e for e in events if not e.queues or queue in e.queues)


def holiday_numbers(market: Market) -> Ints:
    """Return the market's public holidays as day numbers since 1970-01-01."""
    return np.array(sorted(day.toordinal() - 719_163 for day in market.holiday_dates), dtype=np.int64)


def open_slots(queue: Queue, market: Market, *, first_day: int, days: int, interval_s: int, phase_s: int) -> Bools:
    """Return ``[days, S]``, True where any part of a slot of the market's calendar lies in the opening hours of `queue`."""
    looks = max(1, interval_s // 60 // _LOOK_MIN)
    slots = DAY_S // interval_s
    minute = (
        first_day * 1440
        + phase_s // 60
        + np.arange(days * slots, dtype=np.int64)[:, None] * (interval_s // 60)
        + np.arange(looks, dtype=np.int64) * _LOOK_MIN
    ).ravel()
    day = minute // 1440
    clock = LocalClock(zone=market.zone, day=day, weekday=weekday_of(day), minute=minute % 1440)
    looked = queue.opening.mask(clock, market.holiday_dates).reshape(days, slots, looks)
    touched: Bools = np.logical_or.reduce(looked, axis=2)
    return touched


def _open_cells(queue: Queue, market: Market, cell: Ints, length: int, phase: int) -> Bools:
    slots = DAY_S // length
    day = cell // slots
    first = int(day.min())
    table = open_slots(queue, market, first_day=first, days=int(day.max()) - first + 1, interval_s=length, phase_s=phase)
    inside: Bools = table[day - first, cell % slots]
    return inside
