"""Live service by the exact law of a day that changes: queues carry over, and a wait may outlast the staff it began under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.domain.targets import Formula
from planner.evaluation.balance import InBalance
from planner.evaluation.measures import NOBODY, Service, Shares, credits
from planner.queueing import Transient, transient

LONGEST_QUEUE = 5_000.0
"""Contacts in line above which the law of every queue length is not followed: such a desk is not in service but in collapse."""

_PATIENT_S = 3600.0
_IN_BALANCE = 0.95  # of the agents: a desk open as the horizon begins is not taken to have been fuller before
_HARDLY_ANY_S = 0.01  # who waits less than this or more is gone all the same, and the law is slow to follow it


@dataclass(frozen=True, kw_only=True)
class OverTime:
    """One queue with people of its own, worked where `open` ``[T]``; `flat` is the same queue in balance.

    Every stretch of open intervals is a day by itself: it starts empty (in balance, where it is open as the horizon begins), and at its
    end people stay for the contacts still there. Within it, who leaves hands the contact back to the head of the queue. Where contacts
    in line run into thousands they are taken as a fluid.
    """

    flat: InBalance
    open: Bools

    def service(self, contacts: Floats, formula: Formula, within_s: float) -> Service:
        """Return the measures ``[T]`` at `contacts`, NaN where there are none; waits are booked when they pass (Little's law)."""
        level, occupancy, abandonment, wait = (np.full(contacts.shape, np.nan) for _ in range(4))
        for part, law in self._stretches(contacts, formula, within_s, abandonment=True):
            some = contacts[part] > 0
            there = some & (self.flat.servers[part] > NOBODY)
            level[part] = np.where(some, np.nan_to_num(law.service_level, nan=0.0), np.nan)
            occupancy[part] = np.where(there, law.occupancy, np.nan)
            abandonment[part] = law.abandonment
            seconds = law.queue_length * self.flat.interval_s
            wait[part] = np.where(some, seconds / np.where(some, law.offered, 1.0), np.nan)
        return Service(level=level, occupancy=occupancy, abandonment=abandonment, mean_wait_s=wait)

    def shares(self, contacts: Floats, formula: Formula, within_s: float) -> Shares:
        """Return which shares of `contacts` ``[..., T]`` the formula divides by and counts as within; one and none where there are none."""
        counted, within = np.ones(contacts.shape), np.zeros(contacts.shape)
        for row in np.ndindex(contacts.shape[:-1]):
            line = self._line(contacts[row])
            if line.max() > LONGEST_QUEUE:
                counted[row], within[row] = self._collapsed(contacts[row], line, formula, within_s)
                continue
            for part, law in self._stretches(contacts[row], formula, within_s):
                some = law.offered > 0
                by = np.where(some, law.offered, 1.0)
                there = some & ((self.flat.servers[part] > NOBODY) | credits(formula))
                counted[row][part] = np.where(there, law.counted / by, 1.0)
                within[row][part] = np.where(some, law.counted / by * np.nan_to_num(law.service_level, nan=0.0), 0.0)
        return counted, within

    def reaches(self, contacts: Floats) -> bool:
        """True where the queue stays within `LONGEST_QUEUE` at `contacts` ``[T]``."""
        return float(self._line(contacts).max()) <= LONGEST_QUEUE

    def remembers(self, factor: Floats) -> bool:
        """True where hardly anybody gives up and an opening spans several of the multiples `factor` ``[T]`` of its rate: a line then passes
        from one to the next, and the multiple of the moment does not tell the service."""
        if self.flat.patience_s is not None and self.flat.patience_s <= _PATIENT_S:
            return False
        return bool(((np.abs(np.diff(factor)) > 1e-9) & self.open[1:] & self.open[:-1]).any())

    def _line(self, contacts: Floats) -> Floats:
        # contacts in line as a fluid, at the end of each interval and at most
        flat = self.flat
        stay = np.inf if flat.patience_s is None else contacts.max() / flat.interval_s * flat.patience_s
        more = (contacts - flat.servers * flat.interval_s / flat.aht_s).tolist()
        line = np.zeros(contacts.shape)
        waiting = 0.0
        for t, (rise, is_open) in enumerate(zip(more, self.open.tolist(), strict=True)):
            waiting = min(max(0.0, waiting + rise), stay) if is_open else 0.0
            line[t] = waiting
        return line

    def _collapsed(self, contacts: Floats, line: Floats, formula: Formula, within_s: float) -> Shares:
        flat = self.flat
        counted, within = flat.shares(contacts, formula, within_s)
        late = (line * flat.aht_s > flat.servers * within_s) & (line > 0)
        return counted, np.where(late & (not credits(formula)), 0.0, within)

    def _stretches(
        self, contacts: Floats, formula: Formula, within_s: float, *, abandonment: bool = False
    ) -> Iterator[tuple[slice, Transient]]:
        edges = np.flatnonzero(np.diff(np.r_[False, self.open, False].astype(np.int8)))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            part = slice(first, last)
            if contacts[part].any():
                yield part, self._law(contacts, part, formula, within_s, abandonment)

    def _law(self, contacts: Floats, part: slice, formula: Formula, within_s: float, abandonment: bool) -> Transient:
        flat = self.flat
        patience = None if flat.patience_s is None else max(flat.patience_s, _HARDLY_ANY_S)
        rate, servers, aht = contacts[part] * 3600 / flat.interval_s, flat.servers[part], flat.aht_s[part]
        start: str | Floats = "empty"
        if part.start == 0:
            start = "stationary"
            most = _IN_BALANCE * float(servers[0] / aht[0]) * 3600
            endless = patience is None or patience > _PATIENT_S
            if endless and rate[0] > most:  # no balance, or one that takes days to reach: the nearest there is
                start = transient(
                    rate_per_h=most,
                    agents=servers[:1],
                    aht_s=aht[:1],
                    interval_s=flat.interval_s,
                    threshold_s=within_s,
                    patience_s=patience,
                    start="stationary",
                ).final
        return transient(
            rate_per_h=rate,
            agents=servers,
            aht_s=aht,
            interval_s=flat.interval_s,
            threshold_s=within_s,
            patience_s=patience,
            start=start,
            definition=formula.value,
            abandonment=abandonment,
        )
