"""How the count of one window may end, over demand scenarios, absences and the luck of the draw: chances of levels, expected credits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.special import ndtr

from planner.domain.arrays import Floats
from planner.queueing import chance_of
from planner.queueing.window_chance import FEW

ROUNDING = 1e-9
"""Levels are compared unrounded; this much below the target is arithmetic, not service."""


@dataclass(frozen=True, kw_only=True)
class WindowLaw:
    """One window's contacts by scenario ``[K]``: `counted` and of these `within`, and the `expected` ones counted.

    `luck` ``[3, L]`` holds for each of the `levels` asked about the variance of contacts in time less that level times those counted, at
    the expected rate: if contacts met the queue alone, as they are (both taken to grow with the contacts of a scenario), and of agents
    away (with their square). All zero where only the scenarios vary (deferred work).
    """

    counted: Floats
    within: Floats
    expected: float
    levels: tuple[float, ...]
    luck: Floats

    def chances(self, at: int, more: float = 0.0) -> Floats:
        """Return ``[K]`` the chance in each scenario that the count reaches level number `at`, given that there are contacts; NaN where
        none are expected. With `more` contacts in time at the expected rate, in each scenario by its share of contacts."""
        level = self.levels[at]
        n, some = self.counted, self.counted > 0
        times = n / self.expected if self.expected > 0 else np.ones(n.shape)
        within = np.clip(self.within + more * times, 0.0, n)
        if self.luck[1, at] > 0 and self.expected > 0:
            reached = np.divide(within, n, out=np.zeros(n.shape), where=some)
            alone, varied, away = self.luck[:, at, None]
            return chance_of(n, reached, alone * times, varied * times + away * times**2, level)
        return np.where(some, (within >= (level - ROUNDING) * n).astype(np.float64), np.nan)

    def probability(self, at: int = 0) -> float:
        """Return the chance that the count reaches level number `at`, averaged over the scenarios with contacts; NaN where none has any."""
        found = self.chances(at)
        return float(np.nanmean(found)) if (self.counted > 0).any() else np.nan

    def below(self, at: int, more: float = 0.0) -> float:
        """Return the chance that the window has contacts and ends below level number `at`: without contacts it has no level (C3)."""
        ends_below = 1 - np.nan_to_num(self.chances(at, more), nan=1.0)
        some = np.where(self.counted < FEW, -np.expm1(-self.counted), 1.0) if self.luck[1, at] > 0 else self.counted > 0
        return float((some * ends_below).mean())


@dataclass(frozen=True, kw_only=True)
class CreditLaw:
    """What one window is expected to owe: `law` knows its tiers' levels, `steps` ``[L]`` is what falling below each adds to the credit."""

    law: WindowLaw
    steps: tuple[Decimal, ...]

    def expected(self, more: float = 0.0) -> float:
        """Return the expected credit with `more` contacts in time than planned: the sum over tiers of step × P(level < below)."""
        return sum(float(step) * self.law.below(at, more) for at, step in enumerate(self.steps))

    def curve(self, more: Floats) -> Floats:
        """Return about the expected credit at each of the contacts `more` ``[J]``, the window's count taken as normal even where its
        contacts are few: quick enough to look at many."""
        n = self.law.counted
        times = n / self.law.expected if self.law.expected > 0 else np.ones(n.shape)
        within = np.clip(self.law.within + more[:, None] * times, 0.0, n)
        some = np.where(n < FEW, -np.expm1(-n), 1.0)
        owed = np.zeros(len(more))
        for at, (step, level) in enumerate(zip(self.steps, self.law.levels, strict=True)):
            spread = np.sqrt(np.maximum(self.law.luck[1, at] * times + self.law.luck[2, at] * times**2, 1e-12))
            owed += float(step) * (some * ndtr((level * n - within) / spread)).mean(axis=1)
        return owed

    @property
    def spread(self) -> float:
        """The standard deviation of contacts in time, less the highest tier's level times those counted, over everything that varies."""
        ahead = self.law.within - self.law.levels[0] * self.law.counted
        return float(np.sqrt(np.var(ahead) + self.law.luck[1:, 0].sum()))
