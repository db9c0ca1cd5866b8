"""Deferred queues worked off with the agents the split gives them: a fluid, first due first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.backlog import DeferredRun, Lots, run_deferred
from planner.domain.arrays import Bools, Floats
from planner.domain.clocks import HolidayMode
from planner.domain.evaluation import AGE_BANDS_H
from planner.domain.grid import TimeGrid
from planner.domain.queues import Market, Queue
from planner.domain.targets import DeferredTarget
from planner.evaluation.measures import Counts

BANDS_S = tuple(3600.0 * hours for hours in AGE_BANDS_H)
"""Ages in seconds at which open contacts are told apart."""


@dataclass(frozen=True, kw_only=True)
class DeferredQueue:
    """A deferred queue as it is staffed: expected `contacts` and `aht_s` per interval ``[T]``, `agents` on seat, `open` when
    worked, `lots` of its clock; `measured` ``[T]`` False where arrivals are left out of the measure (holiday mode of some
    platforms)."""

    queue: Queue
    contacts: Floats
    aht_s: Floats
    agents: Floats
    open: Bools
    interval_s: int
    lots: Lots
    measured: Bools

    def handling_s(self) -> Floats:
        """Return the handling time of every interval ``[T]``, the queue's own where none is expected."""
        filled: Floats = np.where(np.isfinite(self.aht_s), self.aht_s, self.queue.aht_s)
        return filled

    def capacity(self) -> Floats:
        """Return the contacts that the agents can handle in each interval, ``[T]``: their seconds over the handling time."""
        can: Floats = np.where(self.open, self.agents * self.interval_s / self.handling_s(), 0.0)
        return can

    def came(self, contacts: Floats | None = None) -> Floats:
        """Return the expected contacts ``[T]``, or `contacts` ``[..., T]``, zero where none are expected."""
        return np.nan_to_num(self.contacts if contacts is None else contacts, nan=0.0)

    def run(self, contacts: Floats | None = None, within_s: float | None = None) -> DeferredRun:
        """Return what becomes of the expected contacts, or of `contacts` ``[..., T]``, under the clock of the target or `within_s`.

        The order of work follows the clock asked about; with one that is not the target's the desk starts empty.
        """
        own = within_s is None or within_s == self.queue.target.within_s
        return run_deferred(
            self.came(contacts),
            self.capacity(),
            self.lots if own else within_s or 0.0,
            interval_s=self.interval_s,
            open=self.open,
            bands_s=BANDS_S if contacts is None else (),
        )

    def counts(self, within_s: float, contacts: Floats | None = None) -> Counts:
        """Return the contacts counted and those answered within `within_s`, by interval of arrival.

        Contacts neither answered nor late when the horizon ends are not counted: what becomes of them is not known.
        """
        return self.counts_of(self.run(self.came(contacts), within_s), self.came(contacts))

    def counts_of(self, run: DeferredRun, came: Floats) -> Counts:
        """Return the contacts counted and in time of a `run` of `came` contacts; those answered by an automatic reply count at
        once."""
        target = self.queue.target
        assert isinstance(target, DeferredTarget)
        by_desk = 1.0 - target.answered_at_once
        counted = np.maximum(came - by_desk * run.pending, 0.0)
        within = target.answered_at_once * came + by_desk * run.in_time
        return Counts(
            counted=np.where(self.measured, counted, 0.0), within=np.where(self.measured, np.minimum(within, counted), 0.0)
        )

    def before_counts(self, run: DeferredRun) -> tuple[Floats, Floats]:
        """Return the contacts counted and in time ``[..., M]`` of those open at the start, oldest first."""
        target = self.queue.target
        assert isinstance(target, DeferredTarget)
        there = self.lots.share[: self.lots.before]
        in_time, pending = run.before[..., 0, :], run.before[..., 1, :]
        by_desk = 1.0 - target.answered_at_once
        counted = np.maximum(there - by_desk * pending, 0.0)
        return counted, np.minimum(target.answered_at_once * there + by_desk * in_time, counted)

    def occupancy(self, run: DeferredRun) -> Floats:
        """Return the share of on-seat time spent on contacts, ``[T]``; NaN where nobody is there."""
        can = self.capacity()
        return np.where(can > 0, np.minimum(1.0, run.done / np.where(can > 0, can, 1.0)), np.nan)


def measured_arrivals(queue: Queue, market: Market, grid: TimeGrid) -> Bools:
    """Return ``[T]``, False where contacts of a deferred `queue` arrive on dates of a holiday mode that leaves them out of the
    measure."""
    target = queue.target
    out: Bools = np.ones(grid.size, dtype=np.bool_)
    if isinstance(target, DeferredTarget) and target.rule.holiday_mode is HolidayMode.NOT_COUNTED and target.holiday_mode:
        days = grid.clock(market.zone).day
        for span in target.holiday_mode:
            first, last = (np.datetime64(day, "D").astype(np.int64) for day in (span.first, span.last))
            out &= (days < first) | (days > last)
    return out
