"""How much a day brings: recent level, weekday factors, public holidays, and a trend kept on a short lead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasts.days import Bools, DayMatrix, Floats, Ints, weekday_of
from forecasts.shrink import shrunk_rate

WEEKDAY_HALF_LIFE_DAYS = 56.0
_PATH_HALF_LIFE_DAYS = 7.0
_PATH_REACH_DAYS = 42
_ROUNDS = 3


@dataclass(frozen=True, eq=False)
class DayFactors:
    """Weekday factors ``[7]`` around one, the holiday factor (ratio of a public holiday to an ordinary day of its weekday) with the number
    of recorded holidays it rests on, and the weekdays ever recorded ``[7]``. Unseen weekdays have the mean of the seen."""

    weekday: Floats
    holiday: float
    holidays_seen: int
    seen: Bools

    def of(self, days: Ints, holidays: Bools) -> Floats:
        """Return the factor of each day, ``[H]``."""
        return self.weekday[weekday_of(days)] * np.where(holidays, self.holiday, 1.0)


def fit_factors(history: DayMatrix, level: Floats, observed: Floats) -> DayFactors:
    """Return weekday and holiday factors from the days' `level` and the share of each that was `observed`, both ``[D]``.

    Both are ratios of sums to a centred moving level, so a level that moves does not leak into them. The holiday factor is the queue's own:
    measured ratios range from nothing, where a desk closes, to two thirds, so no general figure would do.
    """
    usable = np.isfinite(level) & (observed > 0)
    ordinary = usable & ~history.holidays
    if not ordinary.any():
        ordinary = usable
    weekday = history.weekday
    age = len(level) - 1 - np.arange(len(level))
    recent = 2.0 ** (-age / WEEKDAY_HALF_LIFE_DAYS)
    counted = np.where(usable, np.nan_to_num(level) * observed, 0.0)  # contacts, as recorded
    seen = np.bincount(weekday[ordinary], minlength=7) > 0
    factor = np.ones(7)
    path = np.zeros_like(counted)
    for _ in range(_ROUNDS):
        exposure = np.where(ordinary, observed * factor[weekday], 0.0)
        path = _centred(np.where(ordinary, counted, 0.0), exposure)
        share = np.where(ordinary, recent, 0.0)
        number = np.bincount(weekday, weights=share * counted, minlength=7).astype(np.float64)
        expected = np.bincount(weekday, weights=share * observed * path, minlength=7).astype(np.float64)
        factor = shrunk_rate(number, expected, np.ones(7))
        factor = np.where(seen, factor, factor[seen].mean())
        factor = factor / factor.mean() if factor.mean() > 0 else np.ones(7)
    on = usable & history.holidays
    expected_on = float((path * factor[weekday] * observed)[on].sum())
    number_on = int(on.sum())
    holiday = float(counted[on].sum()) / expected_on if number_on and expected_on > 0 else 1.0
    return DayFactors(factor, min(holiday, 3.0), number_on if expected_on > 0 else 0, seen)


def _centred(counted: Floats, exposure: Floats) -> Floats:
    reach = np.arange(-_PATH_REACH_DAYS, _PATH_REACH_DAYS + 1)
    kernel = 2.0 ** (-np.abs(reach) / _PATH_HALF_LIFE_DAYS)
    above = np.convolve(counted, kernel)[_PATH_REACH_DAYS:-_PATH_REACH_DAYS]
    below = np.convolve(exposure, kernel)[_PATH_REACH_DAYS:-_PATH_REACH_DAYS]
    return np.where(below > 1e-12, above / np.where(below > 1e-12, below, 1.0), 0.0)


@dataclass(frozen=True, kw_only=True)
class Trend:
    """How a level is carried ahead: `half_life_days` of the weights on past days; with `slope` a straight line is fitted under weights of
    twice that half-life, limited to `limit_per_week` of the level and damped by `damping` a week."""

    half_life_days: float
    slope: bool = False
    limit_per_week: float = 0.03
    damping: float = 0.8


def carry_level(
    history: DayMatrix, level: Floats, observed: Floats, factors: DayFactors, *, trend: Trend, days: Ints
) -> Floats:
    """Return the level expected on `days` ``[H]``, weekday and holiday taken out: exponentially weighted recent days, newest most."""
    usable = np.isfinite(level) & (observed > 0) & ~history.holidays
    if not usable.any():
        usable = np.isfinite(level) & (observed > 0)
    ahead = np.asarray(days, dtype=np.float64) - history.last_day
    if not usable.any():
        return np.zeros(len(ahead))
    time = (history.days - history.last_day)[usable].astype(np.float64)
    exposure = (observed * factors.weekday[history.weekday])[usable]
    counted = (level * observed)[usable]
    weight = 2.0 ** (time / trend.half_life_days)
    # Contacts over exposure, not a mean of ratios: a day that brings twice as much tells twice as much.
    whole = float((weight * exposure).sum())
    now = float((weight * counted).sum()) / whole if whole > 0 else 0.0
    if not trend.slope or now <= 0 or len(time) < 21:
        return np.full(len(ahead), now)
    wide = 2.0 ** (time / (2 * trend.half_life_days)) * exposure
    mean_time = float((wide * time).sum() / wide.sum())
    value = counted / np.maximum(exposure, 1e-12)
    spread = float((wide * (time - mean_time) ** 2).sum())
    slope = float((wide * (time - mean_time) * value).sum()) / spread if spread > 0 else 0.0
    limit = trend.limit_per_week * now / 7
    slope = float(np.clip(slope, -limit, limit))
    behind = -float((weight * exposure * time).sum()) / whole  # the weighted mean lies this many days back
    per_day = trend.damping ** (1 / 7)
    steps = (1 - per_day ** np.maximum(ahead, 0)) / (1 - per_day) * per_day
    carried: Floats = np.maximum(now + slope * (behind + steps), 0.0)
    return carried
