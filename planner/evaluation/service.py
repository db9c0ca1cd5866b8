"""Delivered service of a live queue, interval by interval: at the expected rate and over demand scenarios."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.domain.evaluation import Basis
from planner.domain.queues import Queue
from planner.domain.targets import Formula, LiveTarget
from planner.evaluation.balance import InBalance
from planner.evaluation.measures import Counts, Luck, Service, Shares
from planner.evaluation.monotone import interpolate_columns
from planner.evaluation.over_time import OverTime
from planner.queueing import count_noise, offered_load


@dataclass(frozen=True, kw_only=True)
class LiveQueue:
    """A live queue as it is staffed: `contacts` and `aht_s` per interval ``[T]`` (NaN where closed), `agents` on seat ``[T]``.

    A queue whose agents serve no other (`own_people`), one contact at a time, follows the transient law over each stretch of `open`
    intervals ``[T]``; others are taken to be in balance with the contacts then in hand. Chat is counted in slots: an agent is
    `concurrency` servers at the handling time of full concurrency, as it was sized (C12: agents need not be whole). With nobody on seat
    no contact leaves the denominator of a formula.
    """

    queue: Queue
    contacts: Floats
    aht_s: Floats
    agents: Floats
    interval_s: int
    open: Bools
    own_people: bool

    @property
    def basis(self) -> Basis:
        """By which law the queue is judged."""
        return Basis.STATIONARY if self.doubt else Basis.TRANSIENT

    @cached_property
    def doubt(self) -> str:
        """Why the queue's law over time is not exact, so that only a simulation could prove it; empty where it is."""
        if self.queue.concurrency > 1:
            return "agents hold several contacts at once"
        if not self.own_people:
            return "agents serve other queues too"
        if not self._over_time.reaches(self._expected):
            return "its line would grow to thousands of contacts"
        return ""

    def service(self) -> Service:
        """Return the queue's measures at the expected rate, by its own target's formula and threshold."""
        target = self.queue.target
        assert isinstance(target, LiveTarget)
        return self._law.service(self._expected, target.formula, target.within_s)

    def counts(self, formula: Formula, within_s: float) -> Counts:
        """Return the contacts counted and within `within_s` by `formula` at the expected rate, ``[T]``."""
        return _counts(self._law.shares(self._expected, formula, within_s), self._expected)

    def scenario_counts(self, rates: Floats, formula: Formula, within_s: float) -> Counts:
        """Return the same over scenarios: `rates` ``[K, T]`` expected contacts of each; arrays ``[K, T]``.

        A law that has a kink (in balance without abandonment) or a long memory (over time without abandonment, where a day's busyness
        changes while the desk is open) is computed for every scenario. Others are smooth, and computed at a few multiples of the mean
        rate, closer together the larger the load (service changes over about ``1 / sqrt(load)`` of it), then interpolated monotonically
        at each interval's contacts in hand: over a window within 0.2 points of the law.
        """
        rates = np.nan_to_num(rates, nan=0.0)
        if not len(rates) or not rates.any():
            return Counts(counted=np.zeros(rates.shape), within=np.zeros(rates.shape))
        return _counts(self._scenario_shares(rates, formula, within_s), rates)

    def luck(self, formula: Formula, within_s: float, level: float) -> Luck:
        """Return how much the contacts counted in time vary at the expected rate, and with the agents, by interval ``[T]``."""
        alone, varied = np.zeros(self.contacts.shape), np.zeros(self.contacts.shape)
        at = self._expected > 0
        if at.any():
            rate = self._balance.rate_per_h(self._expected)[at]
            _, single, whole = count_noise(
                rate_per_h=rate,
                aht_s=self.aht_s[at],
                agents=self._balance.servers[at],
                threshold_s=within_s,
                level=level,
                patience_s=self.queue.patience_s,
                definition=formula.value,
            )
            hours = self._expected[at] / rate  # as many contacts as come in the interval
            alone[at], varied[at] = single * hours, whole * hours
        return Luck(alone=alone, varied=varied, worth=self._worth(formula, within_s, level))

    def _worth(self, formula: Formula, within_s: float, level: float) -> Floats:
        """Return by how many contacts one agent more moves the contacts in time less `level` times those counted, by interval ``[T]``.

        By the law in balance at the expected rate, over half an agent each way.
        """
        servers, k = self._balance.servers, self.queue.concurrency
        ends = [np.maximum(servers + half * k, 0.0) for half in (-0.5, 0.5)]
        ahead = []
        for agents in ends:
            counted, within = replace(self._balance, servers=agents).shares(self._expected, formula, within_s)
            ahead.append(within - level * counted)
        worth: Floats = (ahead[1] - ahead[0]) * self._expected * k / (ends[1] - ends[0])
        return worth

    @cached_property
    def _expected(self) -> Floats:
        return np.nan_to_num(self.contacts, nan=0.0)

    @cached_property
    def _balance(self) -> InBalance:
        servers = np.maximum(np.nan_to_num(self.agents, nan=0.0), 0.0) * self.queue.concurrency
        return InBalance(
            servers=servers,
            aht_s=np.where(np.isnan(self.aht_s), self.queue.aht_s, self.aht_s),
            patience_s=self.queue.patience_s,
            interval_s=self.interval_s,
        )

    @cached_property
    def _over_time(self) -> OverTime:
        return OverTime(flat=self._balance, open=self.open | (self._expected > 0))

    @property
    def _law(self) -> InBalance | OverTime:
        return self._balance if self.doubt else self._over_time

    def _scenario_shares(self, rates: Floats, formula: Formula, within_s: float) -> Shares:
        law = self._law
        mean = rates.mean(axis=0)
        base = self._in_hand(mean)
        factor = np.divide(self._in_hand(rates), base, out=np.ones(rates.shape), where=(rates > 0) & (base > 0))
        nodes = _nodes(factor, float(base.max()), steep=self.queue.patience_s is None)
        if len(nodes) >= len(rates) or not self._is_smooth(rates, mean):
            return law.shares(rates, formula, within_s)
        counted, within = law.shares(nodes[:, None] * mean, formula, within_s)
        return interpolate_columns(nodes, counted, factor), interpolate_columns(nodes, within, factor)

    def _is_smooth(self, rates: Floats, mean: Floats) -> bool:
        if self.basis is Basis.STATIONARY:
            return self.queue.patience_s is not None
        times = np.divide(rates, mean, out=np.ones(rates.shape), where=mean > 0)
        return not any(self._over_time.remembers(row) for row in times)

    def _in_hand(self, contacts: Floats) -> Floats:
        return offered_load(rate_per_h=contacts * 3600 / self.interval_s, aht_s=self._balance.aht_s, interval_s=self.interval_s)


def _counts(shares: Shares, contacts: Floats) -> Counts:
    counted, within = (np.where(contacts > 0, share * contacts, 0.0) for share in shares)
    return Counts(counted=counted, within=np.minimum(within, counted))


def _nodes(factor: Floats, load: float, *, steep: bool) -> Floats:
    """Multiples of the mean rate at which the law is computed: over the range of `factor`, three quarters of ``1 / sqrt(load)`` apart, or
    half as far where nobody gives up and service falls steeply."""
    low, high = max(float(factor.min()), 1e-6), float(factor.max())
    steps = np.ceil((high - low) * np.sqrt(max(load, 1.0)) / 0.75)
    steps = int(np.clip(steps, 8, 80)) * (2 if steep else 1)
    return np.linspace(low, max(high, low * (1 + 1e-9)), steps + 1)
