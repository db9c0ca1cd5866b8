"""Synthetic histories with a known truth."""

from dataclasses import dataclass

import numpy as np

from forecasts import DayMatrix, weekday_of

MONDAY = 20_580 - (20_580 + 3) % 7
WEEKDAY = np.array([1.25, 1.1, 1.0, 1.0, 0.95, 0.5, 0.2])


def shape(slots: int) -> np.ndarray:
    """A morning and an afternoon peak; shares of the day."""
    hour = (np.arange(slots) + 0.5) * 24 / slots
    raw = np.exp(-((hour - 11) ** 2) / 8) + 0.7 * np.exp(-((hour - 16) ** 2) / 10) + 0.01
    return raw / raw.sum()


@dataclass(frozen=True)
class Truth:
    """Means of a queue by day and slot: level x weekday x holiday x shape."""

    level: float = 500.0
    slots: int = 48
    growth_per_week: float = 0.0
    holiday: float = 1.0
    holidays: tuple[int, ...] = ()

    def means(self, days: np.ndarray) -> np.ndarray:
        level = self.level * (1 + self.growth_per_week * (days - MONDAY) / 7)
        off = np.where(np.isin(days, self.holidays), self.holiday, 1.0)
        return (level * WEEKDAY[weekday_of(days)] * off)[:, None] * shape(self.slots)

    def history(self, days: int, *, seed: int | None = 0, day_cv: float = 0.0, noise: float = 0.0) -> DayMatrix:
        """Counts of `days` days from MONDAY on; the means themselves where `seed` is None."""
        numbers = MONDAY + np.arange(days)
        values = self.means(numbers)
        if seed is not None:
            rng = np.random.default_rng(seed)
            if day_cv:
                values = values * rng.gamma(1 / day_cv**2, day_cv**2, (days, 1))
            if noise:
                values = values * rng.gamma(1 / noise, noise, values.shape)
            values = rng.poisson(values).astype(float)
        return DayMatrix(MONDAY, values, np.isin(numbers, self.holidays))


def ahead(history: DayMatrix, days: int = 7, *, lead: int = 0) -> np.ndarray:
    return history.last_day + 1 + lead + np.arange(days)
