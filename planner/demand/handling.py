"""Handling time by hour of the market's day, from what was recorded."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.grid import local_clock
from planner.domain.history import Series
from planner.domain.queues import HandlingSource, Market, Queue

LEAST_INTERVALS = 50
_HALF_LIFE_S = 56 * 86_400
_WORTH_CONTACTS = 170.0
"""How many contacts the queue's mean counts for in an hour's mean: (1.3 / 0.1)^2, as single handling times have a coefficient of
variation of about 1.3 and hours differ from their mean by about a tenth (such data: Brown et al., JASA 2005)."""


def hourly_aht(series: Series | None, *, queue: Queue, market: Market, before_s: int) -> tuple[Floats, bool, str]:
    """Return handling seconds by hour of the market's day ``[24]``, whether their level is what was recorded, and a sentence on where
    they come from.

    Recorded times count by contacts, and half as much every eight weeks back; each hour is drawn to the queue's mean as far as its contacts
    are few. With `aht_from` GIVEN these are scaled so that the mean by contacts is the queue's own `aht_s`. Under 50 intervals with a
    known time `aht_s` holds all day.
    """
    given = np.full(24, queue.aht_s)
    if series is None:
        return given, False, f"AHT {queue.aht_s:g} s as given"
    known = (
        (series.start_s + series.interval_s <= before_s) & np.isfinite(series.aht_s) & (series.aht_s > 0) & (series.counts > 0)
    )
    start = series.start_s[known]
    clock = local_clock(market.zone, start)
    if queue.channel.live:
        inside = queue.opening.mask(clock, market.holiday_dates)
        known[np.flatnonzero(known)[~inside]] = False
        start = start[inside]
        clock = local_clock(market.zone, start)
    if len(start) < LEAST_INTERVALS:
        few = f", {len(start)} recorded intervals being too few" if len(start) else ""
        return given, False, f"AHT {queue.aht_s:g} s as given{few}"
    contacts, aht = series.counts[known], series.aht_s[known]
    weight = contacts * 2.0 ** ((start - start[-1]) / _HALF_LIFE_S)
    mean = float((weight * aht).sum() / weight.sum())
    hour = clock.minute // 60
    heard = np.bincount(hour, weights=weight, minlength=24)
    spent = np.bincount(hour, weights=weight * aht, minlength=24)
    by_hour: Floats = (spent + _WORTH_CONTACTS * mean) / (heard + _WORTH_CONTACTS)
    if queue.aht_from is HandlingSource.GIVEN:
        by_hour = by_hour * queue.aht_s / float(heard @ by_hour / heard.sum())
        return by_hour, False, f"AHT {queue.aht_s:g} s as given, by hour as in history (there {mean:.0f} s on average)"
    return by_hour, True, f"AHT by hour from history, {mean:.0f} s on average"
