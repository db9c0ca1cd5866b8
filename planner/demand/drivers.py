"""A new queue's contacts: what drives them (orders, visits), times a rate, spread over later days."""

from __future__ import annotations

import numpy as np

from forecasts import DayMatrix, Fitted, SeriesForecast
from planner.demand.past import open_slots
from planner.demand.slots import SlotMap
from planner.domain.arrays import Bools, Floats, Ints

CARRY_DAYS = 7
"""Days before the first one wanted over which contacts held up by closed days are followed."""


def driver_days(slots: SlotMap) -> Ints:
    """Return the local days over which a driver must be known for the days of `slots`: delays and closed days reach back."""
    back = len(slots.queue.volume.delay_days) - 1 + CARRY_DAYS
    return np.arange(int(slots.days[0]) - back, int(slots.days[-1]) + 1, dtype=np.int64)


def horizon_days(slots: SlotMap, days: Ints) -> Bools:
    """Return ``[N]``, True for those of `days` that the horizon touches on the market's clock: the ones a forecast is judged on."""
    touched: Bools = np.isin(days, slots.days[np.unique(slots.interval_days()[slots.inside])])
    return touched


def known_totals(history: DayMatrix, forecast: SeriesForecast, days: Ints) -> Floats:
    """Return the driver's total of each of `days`: as recorded where most of the day was, else as forecast."""
    totals: Floats = forecast.means.sum(axis=1)
    fitted = Fitted(history)
    row = days - history.first_day
    there = (row >= 0) & (row < len(history.values))
    there[there] = (fitted.observed[row[there]] > 0.5) & np.isfinite(fitted.level[row[there]])
    totals[there] = fitted.level[row[there]]
    return totals


def driven_contacts(slots: SlotMap, *, days: Ints, totals: Floats, means: Floats) -> Floats:
    """Return contacts per grid interval, with the margins of `slots`, driven by day `totals` ``[N]`` of `days`.

    A day's contacts are rate x the sum over k of delay_days[k] x the total k days before; what falls on a day a live queue is closed waits
    for its next open day. Within a day they follow the driver's own shape (`means` ``[N, S]``) over the open intervals.
    """
    volume = slots.queue.volume
    delayed = np.convolve(totals, np.asarray(volume.delay_days, dtype=np.float64))[: len(days)] * volume.rate
    reach = len(volume.delay_days) - 1
    open_ = _open_days(slots, days)
    held = 0.0
    due = np.zeros(len(days))
    for n in range(reach, len(days)):
        if open_[n]:
            due[n], held = delayed[n] + held, 0.0
        else:
            held += delayed[n]
    wanted = due[-len(slots.days) :]
    shape = means[-len(slots.days) :]
    average = means.mean(axis=0)
    shape = np.where(shape.sum(axis=1, keepdims=True) > 0, shape, average)
    return _share_out(slots, wanted, shape)


def _open_days(slots: SlotMap, days: Ints) -> Bools:
    if not slots.queue.channel.live:
        return np.ones(len(days), dtype=np.bool_)
    table = open_slots(
        slots.queue,
        slots.market,
        first_day=int(days[0]),
        days=len(days),
        interval_s=slots.interval_s,
        phase_s=slots.phase_s,
    )
    days_open: Bools = np.logical_or.reduce(table, axis=1)
    return days_open


def _share_out(slots: SlotMap, totals: Floats, shape: Floats) -> Floats:
    """Spread each local day's total over its open intervals by the shape, evenly where the shape has nothing there."""
    weight = slots.to_grid(shape, gather=True)
    day = slots.interval_days()
    number = len(slots.days)
    open_weight = np.bincount(day, weights=weight, minlength=number)
    evenly = np.bincount(day, weights=slots.expected.astype(np.float64), minlength=number)
    share = np.where(
        open_weight[day] > 0,
        weight / np.where(open_weight > 0, open_weight, 1.0)[day],
        slots.expected / np.where(evenly > 0, evenly, 1.0)[day],
    )
    contacts: Floats = totals[day] * share
    return contacts
