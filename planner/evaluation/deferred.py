"""Deferred queues worked off with the agents the split gives them: a fluid, first due first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.backlog import DeferredRun, run_deferred
from planner.domain.arrays import Bools, Floats
from planner.domain.queues import Queue
from planner.evaluation.measures import Counts


@dataclass(frozen=True, kw_only=True)
class DeferredQueue:
    """A deferred queue as it is staffed: expected `contacts` and `aht_s` per interval ``[T]``, `agents` on seat, `open` when worked."""

    queue: Queue
    contacts: Floats
    aht_s: Floats
    agents: Floats
    open: Bools
    interval_s: int

    def capacity(self) -> Floats:
        """Return the contacts that the agents can handle in each interval, ``[T]``: their seconds over the handling time."""
        aht_s = np.where(np.isfinite(self.aht_s), self.aht_s, self.queue.aht_s)
        can: Floats = np.where(self.open, self.agents * self.interval_s / aht_s, 0.0)
        return can

    def run(self, contacts: Floats | None = None, within_s: float | None = None) -> DeferredRun:
        """Return what becomes of the expected contacts, or of `contacts` ``[..., T]``, under the clock of the target or `within_s`.

        The desk starts empty; the order of work follows the clock asked about.
        """
        came = self.contacts if contacts is None else contacts
        return run_deferred(
            np.nan_to_num(came, nan=0.0),
            self.capacity(),
            self.queue.target.within_s if within_s is None else within_s,
            interval_s=self.interval_s,
            open=self.open,
        )

    def counts(self, within_s: float, contacts: Floats | None = None) -> Counts:
        """Return the contacts counted and those answered within `within_s`, by interval of arrival.

        Contacts neither answered nor late when the horizon ends are not counted: what becomes of them is not known.
        """
        came = np.nan_to_num(self.contacts if contacts is None else contacts, nan=0.0)
        run = self.run(came, within_s)
        counted = np.maximum(came - run.pending, 0.0)
        return Counts(counted=counted, within=np.minimum(run.in_time, counted))

    def occupancy(self, run: DeferredRun) -> Floats:
        """Return the share of on-seat time spent on contacts, ``[T]``; NaN where nobody is there."""
        can = self.capacity()
        return np.where(can > 0, np.minimum(1.0, run.done / np.where(can > 0, can, 1.0)), np.nan)
