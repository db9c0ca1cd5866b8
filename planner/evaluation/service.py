"""Delivered service of live queues, interval by interval, by the stationary law (A1): at the expected rate and over demand scenarios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Bools, Floats
from planner.domain.queues import Queue
from planner.domain.targets import Formula, LiveTarget
from planner.evaluation.monotone import interpolate_columns
from planner.queueing import Performance, count_noise, performance

NOBODY = 1e-9
"""On-seat agents below this are nobody: no contact is served."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What one live queue delivers ``[T]``: level by its own formula, occupancy, abandonment, mean wait of answered contacts in
    seconds; NaN where no contacts are expected."""

    level: Floats
    occupancy: Floats
    abandonment: Floats
    asa_s: Floats


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Contacts a level is made of, by interval ``[T]`` (or ``[K, T]`` over scenarios): `counted` is the formula's denominator
    (offered contacts; answered ones for ANSWERED; offered less short abandons for EXCLUDING_SHORT_ABANDONS), `within` its
    numerator. Both are zero where nothing is expected."""

    counted: Floats
    within: Floats


@dataclass(frozen=True, kw_only=True)
class Luck:
    """Variance of contacts in time less the target times those counted, by interval ``[T]``: `alone` if each contact met the queue by
    itself, `varied` as waits of contacts near each other are alike."""

    alone: Floats
    varied: Floats


@dataclass(frozen=True, kw_only=True)
class LiveQueue:
    """A live queue as it is staffed: `contacts` and `aht_s` per interval ``[T]`` (NaN where closed), `agents` on seat ``[T]``.

    Chat is counted in slots: an agent is `concurrency` servers at the handling time of full concurrency, as it was sized. Real
    agents interpolate between whole neighbours (C12). With nobody on seat the level is 0 by every formula but
    CREDITING_SHORT_ABANDONS, which counts the contacts that give up in time whether or not anybody is there.
    """

    queue: Queue
    contacts: Floats
    aht_s: Floats
    agents: Floats
    interval_s: int

    def service(self) -> Service:
        """Return the queue's measures at the expected rate, by its own target's formula and threshold."""
        target = self.queue.target
        assert isinstance(target, LiveTarget)
        at = _busy(self.contacts)
        full = [np.full(self.contacts.shape, np.nan) for _ in range(4)]
        result = Service(level=full[0], occupancy=full[1], abandonment=full[2], asa_s=full[3])
        if not at.any():
            return result
        there = self.agents[at] > NOBODY
        rate = self.contacts[at] * 3600 / self.interval_s
        law = self._performance(rate, self.aht_s[at], self.agents[at], target.within_s, target.formula)
        result.level[at] = np.where(there | _credits(target.formula), law.service_level, 0.0)
        result.occupancy[at] = np.where(there, law.occupancy, np.nan)
        result.abandonment[at] = np.where(there, law.abandonment, 0.0 if self.queue.patience_s is None else 1.0)
        result.asa_s[at] = np.where(there, law.asa_answered_s, np.inf)
        return result

    def counts(self, formula: Formula, within_s: float) -> Counts:
        """Return the contacts counted and within `within_s` by `formula` at the expected rate, ``[T]``."""
        counted, within = np.zeros(self.contacts.shape), np.zeros(self.contacts.shape)
        at = _busy(self.contacts)
        if at.any():
            shares = self._shares(self.contacts[at], self.aht_s[at], self.agents[at], formula, within_s)
            counted[at], within[at] = (share * self.contacts[at] for share in shares)
        return Counts(counted=counted, within=within)

    def scenario_counts(self, rates: Floats, formula: Formula, within_s: float) -> Counts:
        """Return the same over scenarios: `rates` ``[K, T]`` expected contacts of each; arrays ``[K, T]``.

        Where nobody gives up the law is computed for every scenario: it is cheap, and has a kink where the load reaches the agents.
        With patience it is smooth, and computed at a few multiples of the mean rate, closer together the larger the load
        (service changes over about ``1 / sqrt(load)`` of it), then interpolated monotonically: over a window within 0.2 points of the law.
        """
        counted, within = np.zeros(rates.shape), np.zeros(rates.shape)
        at = _busy(rates.mean(axis=0)) if len(rates) else np.zeros(rates.shape[1], dtype=np.bool_)
        if at.any():
            law = self._exactly if self.queue.patience_s is None else self._interpolated
            shares = law(rates[:, at], at, formula, within_s)
            counted[:, at], within[:, at] = (share * rates[:, at] for share in shares)
        return Counts(counted=counted, within=np.minimum(within, counted))

    def luck(self, formula: Formula, within_s: float, level: float) -> Luck:
        """Return how much the contacts counted in time vary at the expected rate, by interval ``[T]``."""
        alone, varied = np.zeros(self.contacts.shape), np.zeros(self.contacts.shape)
        at = _busy(self.contacts)
        if at.any():
            hours = self.interval_s / 3600
            _, single, whole = count_noise(
                rate_per_h=self.contacts[at] / hours,
                aht_s=self.aht_s[at],
                agents=np.maximum(self.agents[at], 0.0) * self.queue.concurrency,
                threshold_s=within_s,
                level=level,
                patience_s=self.queue.patience_s,
                definition=formula.value,
            )
            alone[at], varied[at] = single * hours, whole * hours
        return Luck(alone=alone, varied=varied)

    def _exactly(self, rates: Floats, at: Bools, formula: Formula, within_s: float) -> tuple[Floats, Floats]:
        return self._shares(rates, self.aht_s[at], self.agents[at], formula, within_s)

    def _interpolated(self, rates: Floats, at: Bools, formula: Formula, within_s: float) -> tuple[Floats, Floats]:
        base = rates.mean(axis=0)
        factor = rates / base
        load = float((base * self.aht_s[at]).max()) / self.interval_s
        nodes = _nodes(float(factor.min()), float(factor.max()), load)
        if len(nodes) >= len(rates):
            return self._exactly(rates, at, formula, within_s)
        counted, within = self._shares(nodes[:, None] * base, self.aht_s[at], self.agents[at], formula, within_s)
        return interpolate_columns(nodes, counted, factor), interpolate_columns(nodes, within, factor)

    def _shares(
        self, contacts: Floats, aht_s: Floats, agents: Floats, formula: Formula, within_s: float
    ) -> tuple[Floats, Floats]:
        """Shares of `contacts` in the denominator and the numerator of `formula`."""
        rate = contacts * 3600 / self.interval_s
        law = self._performance(rate, aht_s, agents, within_s, formula)
        counted = np.ones(np.shape(rate))
        if formula is Formula.ANSWERED:
            counted = 1 - law.abandonment
        elif formula is Formula.EXCLUDING_SHORT_ABANDONS:
            offered = self._performance(rate, aht_s, agents, within_s, Formula.OFFERED).service_level
            credited = self._performance(rate, aht_s, agents, within_s, Formula.CREDITING_SHORT_ABANDONS).service_level
            counted = 1 - (credited - offered)
        there = np.broadcast_to((agents > NOBODY) | _credits(formula), rate.shape)
        counted = np.where(there, np.nan_to_num(counted, nan=1.0), 1.0)
        return counted, np.where(there, counted * np.nan_to_num(law.service_level, nan=0.0), 0.0)

    def _performance(self, rate_per_h: Floats, aht_s: Floats, agents: Floats, within_s: float, formula: Formula) -> Performance:
        return performance(
            rate_per_h=rate_per_h,
            aht_s=aht_s,
            agents=np.maximum(agents, 0.0) * self.queue.concurrency,
            threshold_s=within_s,
            patience_s=self.queue.patience_s,
            definition=formula.value,
        )


def _busy(contacts: Floats) -> Bools:
    busy: Bools = np.nan_to_num(contacts, nan=0.0) > 0
    return busy


def _credits(formula: Formula) -> bool:
    return formula is Formula.CREDITING_SHORT_ABANDONS


def _nodes(low: float, high: float, load: float) -> Floats:
    """Multiples of the mean rate at which the law is computed: from `low` to `high`, three quarters of ``1 / sqrt(load)`` apart."""
    steps = int(np.clip(np.ceil((high - low) * np.sqrt(max(load, 1.0)) / 0.75), 8, 80))
    low = max(low, 1e-6)
    return np.linspace(low, max(high, low * (1 + 1e-9)), steps + 1)
