"""Where agents are over or under the requirement: the numbers behind the coverage charts."""

from __future__ import annotations

import warnings

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.plan import Plan

_HOUR_S = 3600
_MOST_COLUMNS = 340


def gap(plan: Plan) -> Floats:
    """Return on-seat agents given minus required ``[Q, T]``, NaN where closed; below zero means too few."""
    difference: Floats = plan.evaluation.coverage.by_queue() - plan.requirement.agents
    return difference


def block_size(plan: Plan) -> int:
    """Return how many intervals a column of the overview joins, so that columns stay wide enough to see."""
    grid = plan.demand.grid
    for seconds in (grid.interval_s, _HOUR_S // 2, _HOUR_S, 2 * _HOUR_S, 3 * _HOUR_S, 6 * _HOUR_S):
        per = max(1, seconds // grid.interval_s)
        if grid.size <= per * _MOST_COLUMNS:
            return per
    return 12 * _HOUR_S // grid.interval_s


def blocks(values: Floats, per: int) -> Floats:
    """Return ``[..., B, per]``: `values` ``[..., T]`` in runs of `per` intervals, the last filled up with NaN."""
    size = values.shape[-1]
    room = -size % per
    padded = np.concatenate([values, np.full((*values.shape[:-1], room), np.nan)], axis=-1)
    return padded.reshape(*values.shape[:-1], -1, per)


def nanmean(values: Floats, axis: int) -> Floats:
    """Return the mean over `axis` of what is there; NaN where nothing is, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        mean: Floats = np.nanmean(values, axis=axis)
    return mean


def by_day_and_hour(values: Floats, day: np.ndarray, minute: np.ndarray) -> tuple[np.ndarray, Floats]:
    """Return the local days ``[D]`` and the mean of `values` ``[T]`` by day and hour ``[D, 24]``, NaN where nothing is.

    A day that is there in part alone and without a value is left out: another clock's horizon merely touches it.
    """
    days, row, intervals = np.unique(day, return_inverse=True, return_counts=True)
    there = ~np.isnan(values)
    valued = np.bincount(row[there], minlength=len(days)) > 0
    shown = valued | (intervals == intervals.max())
    place = np.cumsum(shown) - 1
    days, row = days[shown], place[row]
    at = row[there] * 24 + minute[there] // 60
    total = np.bincount(at, weights=values[there], minlength=24 * len(days))
    count = np.bincount(at, minlength=24 * len(days))
    mean = np.full(24 * len(days), np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return days, mean.reshape(-1, 24)
