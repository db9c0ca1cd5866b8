"""The shape of a day: which share of its contacts comes in each slot, by weekday."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasts.days import Bools, DayMatrix, Floats
from forecasts.shrink import shrunk_rate

HALF_LIFE_DAYS = 42.0
"""Age at which a day counts half in the shape; about eight recent weeks carry it."""

_ROUNDS = 3  # day totals and shape depend on each other where days are partly recorded; they settle in two rounds


@dataclass(frozen=True, eq=False)
class Profile:
    """Shares of a day's contacts by weekday and slot.

    `shares` ``[7, S]`` sum to one over each weekday's slots; `seen` ``[7]`` weekdays with a record of their own (the others have the mean
    shape); `known` ``[S]`` slots recorded on any day (the others have share zero, for want of anything better).
    """

    shares: Floats
    seen: Bools
    known: Bools


def fit_profile(history: DayMatrix, *, pooled: bool = False) -> tuple[Profile, Floats, Floats]:
    """Return the profile of `history`, the level of each day and the share of each day that was recorded, both ``[D]``.

    A day's level is what its whole day would have brought: contacts recorded over the share of the profile recorded. It is NaN for days
    without a record. A weekday's shape is drawn to the mean shape, and that to its neighbours within the hour, as far as counting noise
    asks for (:func:`forecasts.shrink.shrunk_rate`), so small queues get smooth shapes. `pooled`: one shape for all weekdays.
    """
    counts = np.nan_to_num(history.values)
    there = history.recorded.astype(np.float64)
    age = len(counts) - 1 - np.arange(len(counts))
    ordinary = ~history.holidays
    if not (history.recorded.any(axis=1) & ordinary).any():
        ordinary = np.ones_like(ordinary)
    weight = 2.0 ** (-age / HALF_LIFE_DAYS) * ordinary
    by_weekday = (history.weekday == np.arange(7)[:, None]) * weight  # [7, D]
    # The information in weighted counts is that of (sum w)^2 / sum w^2 days; rescaling keeps Poisson variance equal to the mean.
    by_weekday = by_weekday * _information(by_weekday)[:, None]
    counted = by_weekday @ counts
    known = (by_weekday @ there).sum(axis=0) > 0
    seen = (by_weekday @ there).sum(axis=1) > 0
    shares = np.tile(_start(counts, there, known), (7, 1))
    for _ in range(_ROUNDS):
        level, observed = _levels(counts, there, shares, history)
        exposed = (by_weekday * np.nan_to_num(level)) @ there
        mean = _mean_shape(counted.sum(axis=0), exposed.sum(axis=0), known)
        every = np.broadcast_to(mean, (7, len(mean)))
        shares = every if pooled else shrunk_rate(counted, exposed, every)
        shares = np.where(known, shares, 0.0)
        total = shares.sum(axis=1, keepdims=True)
        shares = np.where(total > 0, shares / np.where(total > 0, total, 1.0), every)
    level, observed = _levels(counts, there, shares, history)
    return Profile(shares, seen, known), level, observed


def _information(by_weekday: Floats) -> Floats:
    square = (by_weekday**2).sum(axis=1)
    days: Floats = np.where(square > 0, by_weekday.sum(axis=1) / np.where(square > 0, square, 1.0), 0.0)
    return days


def _start(counts: Floats, there: Floats, known: Bools) -> Floats:
    recorded = there.sum(axis=0)
    mean = np.where(known, counts.sum(axis=0) / np.where(recorded > 0, recorded, 1.0), 0.0)
    return _summing_to_one(mean, known)


def _levels(counts: Floats, there: Floats, shares: Floats, history: DayMatrix) -> tuple[Floats, Floats]:
    observed = (there * shares[history.weekday]).sum(axis=1)
    usable = observed > 1e-9
    level = np.where(usable, counts.sum(axis=1) / np.where(usable, observed, 1.0), np.nan)
    return level, observed


def _mean_shape(counted: Floats, exposed: Floats, known: Bools) -> Floats:
    raw = np.where(exposed > 0, counted / np.where(exposed > 0, exposed, 1.0), 0.0)
    if raw.sum() <= 0:
        return _summing_to_one(raw, known)
    around = max(1, round(len(raw) / 24))  # one hour either side
    kernel = np.ones(2 * around + 1)
    # The geometric mean follows steep ramps at opening time, where an arithmetic one would level them. Slots recorded on empty days alone
    # say nothing of a shape: they have no share and lend none.
    there = exposed > 0
    log = np.where(there, np.log(counted + 0.5) - np.log(np.where(there, exposed, 1.0)), 0.0)
    neighbours = np.maximum(np.convolve(there.astype(np.float64), kernel, "same"), 1.0)
    nearby = np.exp(np.convolve(log, kernel, "same") / neighbours)
    shape = np.where(there, shrunk_rate(counted, exposed, nearby), 0.0)
    return _summing_to_one(shape, known)


def _summing_to_one(shape: Floats, known: Bools) -> Floats:
    """`shape` as shares; even over the `known` slots where it is zero everywhere."""
    whole = float(shape.sum())
    shares: Floats = shape / whole if whole > 0 else known / max(1, int(known.sum()))
    return shares
