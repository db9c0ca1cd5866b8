"""Demand after a change of volume: the published forecast, its spread and its futures, multiplied where the change says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zlib import crc32

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats
from planner.domain.changes import Changes
from planner.domain.demand import Demand
from planner.domain.grid import TimeGrid


def changed_demand(demand: Demand, account: Account, changes: Changes) -> Demand:
    """Return `demand` with the volume changes and events of `changes`, in their order; the same object when there are none.

    Mean, quantiles and rates are multiplied; an interval that a stretch covers in part changes in part. Whole contacts of the futures
    are multiplied and rounded up or down at random with the fraction as the chance, which keeps their mean; the draw depends on the
    seed and the queue alone. A number of contacts is turned into the factor that brings the expected contacts of its queues and
    stretch to it. Raises ValueError when it is above zero where nothing is expected.
    """
    factor = factors(demand, changes)
    if (factor == 1.0).all():
        return demand
    scenarios = np.array(demand.scenarios)
    for q, queue in enumerate(demand.queues):
        at = np.flatnonzero((factor[q] != 1.0) & demand.expected[q])
        if at.size:
            draw = np.random.default_rng([account.settings.seed, crc32(queue.encode())]).random((len(scenarios), at.size))
            scenarios[:, q, at] = np.floor(scenarios[:, q, at] * factor[q, at] + draw)
    return replace(
        demand,
        contacts=demand.contacts * factor,
        quantiles=demand.quantiles * factor,
        rates=demand.rates * factor,
        scenarios=scenarios,
        workload=demand.workload if (factor == 1).all() else (),
    )


def factors(demand: Demand, changes: Changes) -> Floats:
    """Return by how much `changes` multiply contacts ``[Q, T]``."""
    factor = np.ones(demand.expected.shape)
    for change in changes.volume:
        rows = rows_of(demand, change.queues)
        share = overlap(demand.grid, change.start_utc, change.end_utc)
        times = change.factor if change.factor is not None else 1.0
        if change.contacts is not None:
            there = np.nansum(demand.contacts[rows] * factor[rows] * share)
            if not there > 0 and change.contacts > 0:
                raise ValueError("no contacts are expected there, so that they cannot be brought to a number")
            times = float(change.contacts / there) if there > 0 else 1.0
        factor[rows] *= 1 + share * (times - 1)
    for event in changes.events:
        rows = rows_of(demand, event.queues)
        factor[rows] *= 1 + overlap(demand.grid, event.start_utc, event.end_utc) * (event.factor - 1)
    return factor


def rows_of(demand: Demand, queues: tuple[str, ...]) -> list[int]:
    """Return the positions of `queues`, of all where none is named."""
    return [q for q, id in enumerate(demand.queues) if not queues or id in queues]


def overlap(grid: TimeGrid, start: datetime, end: datetime) -> Floats:
    """Return which share of each interval ``[T]`` lies between `start` and `end`."""
    at = np.arange(grid.size, dtype=np.float64)
    share: Floats = np.clip(np.minimum(at + 1, grid.position(end)) - np.maximum(at, grid.position(start)), 0.0, 1.0)
    return share
