"""The forecasting methods, each a plain function of a history and the days wanted; all return means ``[H, S]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType

import numpy as np

from forecasts.days import Bools, DayMatrix, Floats, Ints, weekday_of
from forecasts.level import DayFactors, Trend, carry_level, fit_factors
from forecasts.profile import Profile, fit_profile


@dataclass(frozen=True, eq=False)
class Fitted:
    """A history with what several methods need of it, each worked out once."""

    history: DayMatrix

    @cached_property
    def _shape(self) -> tuple[Profile, Floats, Floats]:
        return fit_profile(self.history)

    @property
    def profile(self) -> Profile:
        """The intraday shape by weekday."""
        return self._shape[0]

    @property
    def level(self) -> Floats:
        """What each day would have brought had all of it been recorded, ``[D]``."""
        return self._shape[1]

    @property
    def observed(self) -> Floats:
        """The share of each day's profile that was recorded, ``[D]``."""
        return self._shape[2]

    @cached_property
    def factors(self) -> DayFactors:
        """Weekday and holiday factors."""
        return fit_factors(self.history, self.level, self.observed)


Model = Callable[[Fitted, Ints, Bools], Floats]
"""``model(fitted, days[H], holidays[H]) -> means[H, S]``"""


def day_profile(fitted: Fitted, days: Ints, holidays: Bools, *, trend: Trend) -> Floats:
    """Recent level x weekday factor x holiday factor, spread over the day by the weekday's profile."""
    level = carry_level(fitted.history, fitted.level, fitted.observed, fitted.factors, trend=trend, days=days)
    shares = fitted.profile.shares[weekday_of(days)]
    means: Floats = (level * fitted.factors.of(days, holidays))[:, None] * shares
    return means


def same_weekdays(fitted: Fitted, days: Ints, holidays: Bools, *, weeks: int) -> Floats:
    """Mean of the last `weeks` recorded values of the same weekday and slot, public holidays left out; one week is the seasonal naive.

    Slots never recorded on that weekday take the day-profile forecast; public holidays ahead take the queue's holiday factor.
    """
    history = fitted.history
    latest = history.values[::-1]
    weekday = history.weekday[::-1]
    ordinary = ~history.holidays[::-1]
    mean = np.full((7, history.values.shape[1]), np.nan)
    for w in np.unique(weekday_of(days)):
        rows = latest[(weekday == w) & ordinary]
        there = ~np.isnan(rows)
        taken = there & (np.cumsum(there, axis=0) <= weeks)
        number = taken.sum(axis=0)
        mean[w] = np.where(number > 0, np.where(taken, rows, 0.0).sum(axis=0) / np.maximum(number, 1), np.nan)
    means = mean[weekday_of(days)] * np.where(holidays, fitted.factors.holiday, 1.0)[:, None]
    if np.isnan(means).any():
        means = np.where(np.isnan(means), day_profile(fitted, days, holidays, trend=STEADY), means)
    return means


def mean_profile(fitted: Fitted, days: Ints, holidays: Bools) -> Floats:
    """The mean day and the mean shape, whatever the weekday: all that under two weeks of history can bear."""
    profile, level, observed = fit_profile(fitted.history, pooled=True)
    usable = np.isfinite(level) & (observed > 0) & ~fitted.history.holidays
    if not usable.any():
        usable = np.isfinite(level) & (observed > 0)
    mean = float((level * observed)[usable].sum() / observed[usable].sum()) if usable.any() else 0.0
    return mean * profile.shares[weekday_of(days)]


STEADY = Trend(half_life_days=14.0)
QUICK = Trend(half_life_days=4.0)
SLOW = Trend(half_life_days=28.0)
SLOPING = Trend(half_life_days=14.0, slope=True)

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "day_profile": partial(day_profile, trend=STEADY),
        "day_profile_quick": partial(day_profile, trend=QUICK),
        "day_profile_slow": partial(day_profile, trend=SLOW),
        "day_profile_trend": partial(day_profile, trend=SLOPING),
        "average_4_weeks": partial(same_weekdays, weeks=4),
        "week_naive": partial(same_weekdays, weeks=1),
    }
)
"""The methods tried on every queue with enough history, by name."""
