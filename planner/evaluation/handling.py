"""Handling times by those who really answer: the plan's mean over who may serve gives way to the mean over who does."""

from __future__ import annotations

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.capacity import Coverage
from planner.domain.demand import Demand
from planner.domain.quality import Measure, group_effects, mean_aht_factor, planned_effects


def handling_times(demand: Demand, coverage: Coverage, account: Account) -> Floats:
    """Return handling seconds ``[Q, T]`` of the people that `coverage` gives each queue.

    Only where language levels or soft skills change handling times: the planned mean factor (equal hours of all who may serve) is
    replaced by that of the on-seat agents given, as if they were equally busy; where nobody is given the plan's stays.
    """
    if account.quality is None or not account.quality.used:
        return demand.aht_s
    factors = group_effects(account, Measure.AHT)
    planned = planned_effects(account)[Measure.AHT][:, None]
    given = coverage.on_seat
    mean = np.where(given.sum(axis=0) > 0, mean_aht_factor(factors[:, :, None], given), planned)
    times: Floats = np.where(mean == planned, demand.aht_s, demand.aht_s * mean / planned)
    return times
