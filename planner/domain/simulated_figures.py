"""What a simulation says of each queue and group over the whole horizon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.plan import Plan
from planner.domain.simulation import SimulationReport


@dataclass(frozen=True, kw_only=True)
class SimulatedQueue:
    """One queue: mean contacts `offered` in the horizon, those that come again included; the share `abandoned` of those answered or given
    up, and their `mean_wait_s`; `waits_s` that the shares `SHARES` of the answered do not exceed. Of work that can wait (None for live
    queues) the mean `open_at_end`, and `oldest_s`, the age of the oldest contact at the worst moment, on average over the horizons."""

    id: str
    live: bool
    offered: float
    abandoned: float | None
    mean_wait_s: float | None
    waits_s: tuple[float | None, ...]
    open_at_end: float | None
    oldest_s: float | None


@dataclass(frozen=True, kw_only=True)
class SimulatedGroup:
    """One group: `occupancy`, the share of its time on seat that it is at work (None where nobody is on seat)."""

    id: str
    occupancy: float | None


def simulated_queues(plan: Plan, report: SimulationReport) -> tuple[SimulatedQueue, ...]:
    """Return the figures of every queue of `plan` in the account's order."""
    rows = []
    for q, queue in enumerate(plan.account.queues):
        live = queue.channel.live
        ended = float(np.nansum(report.answered[q]) + np.nansum(report.abandoned[q]))
        wait = report.mean_wait_s[q]
        weights = np.nan_to_num(report.answered[q]) + np.nan_to_num(report.abandoned[q])
        rows.append(
            SimulatedQueue(
                id=queue.id,
                live=live,
                offered=float(np.nansum(report.offered[q])),
                abandoned=float(np.nansum(report.abandoned[q])) / ended if live and ended > 0 else None,
                mean_wait_s=_mean(wait, weights),
                waits_s=tuple(None if np.isnan(w) else float(w) for w in report.queue_waits_s[:, q]),
                open_at_end=None if live else float(report.open[q, -1]),
                oldest_s=None if live else float(np.nanmax(report.oldest_s[q])),
            )
        )
    return tuple(rows)


def simulated_groups(plan: Plan, report: SimulationReport) -> tuple[SimulatedGroup, ...]:
    """Return the figures of every group of `plan`: occupancy weighed by the agents on seat."""
    seats = plan.evaluation.capacity.on_seat
    return tuple(SimulatedGroup(id=id, occupancy=_mean(report.occupancy[g], seats[g])) for g, id in enumerate(report.groups))


def _mean(values: Floats, weights: Floats) -> float | None:
    there = ~np.isnan(values) & (weights > 0)
    return float((values[there] * weights[there]).sum() / weights[there].sum()) if there.any() else None
