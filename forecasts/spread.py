"""How far the future may stray from its mean: a busy factor shared by a day, and noise of its own in each interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasts.backtest import blocks
from forecasts.days import Floats, Ints

DAY_CV = 0.15
"""Busy-day factor where it cannot be measured: measured queues range from 0.06 to 0.29."""
NOISE = 0.02
"""Squared coefficient of variation of the interval noise where it cannot be measured."""
DAY_CORRELATION = 0.4
"""Correlation of the busy factor between days of one forecast where it cannot be measured: measured from day to day 0.0 to 0.7."""
_WORTH_ORIGINS = 3  # the default counts as much as this many origins


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The law of contacts around their mean m: m x day factor (mean one, coefficient of variation `day_cv`, correlated `day_correlation`
    between days) x negative-binomial counting with variance r + `noise` r^2 around its own rate r, per interval of the series."""

    day_cv: float = DAY_CV
    noise: float = NOISE
    day_correlation: float = DAY_CORRELATION

    @property
    def noise_and_day(self) -> float:
        """Squared coefficient of variation of day factor and interval noise together: an interval's variance is m + this x m^2."""
        return (1 + self.day_cv**2) * (1 + self.noise) - 1

    def at(self, ratio: float) -> Spread:
        """Return the spread for intervals `ratio` times as long, where the noise of neighbours is independent: it averages out."""
        return Spread(day_cv=self.day_cv, noise=self.noise / ratio, day_correlation=self.day_correlation)


def measure_spread(*, actual: Floats, forecast: Floats, origin: Ints, block: int = 1) -> Spread:
    """Return the spread of `actual` around `forecast` ``[N, S]`` (NaN where not recorded), by moments, per block of `block` slots.

    Two moment equations, sums over all test days d and blocks s with forecasts f and actuals y:
    ``sum (y - f)^2 - f = (c + a) sum f^2`` by block and ``sum (Y_d - F_d)^2 - F_d = c sum F_d^2 + a sum f^2`` by day, with c the square
    of `day_cv` and a = noise (1 + c). The first is the usual moment estimate of a negative binomial's dispersion, the second the same for
    totals when part of the error is shared. `origin` ``[N]`` tells which forecast a day belongs to, for the correlation between its days.
    """
    y, f = blocks(actual, forecast, block)
    day_y, day_f = y.sum(axis=1), f.sum(axis=1)
    f2, day_f2 = float((f**2).sum()), float((day_f**2).sum())
    if f2 <= 0:
        return Spread()
    by_block = float(((y - f) ** 2 - f).sum()) / f2
    by_day = float(((day_y - day_f) ** 2 - day_f).sum()) / day_f2
    part = f2 / day_f2
    shared = by_day if part > 0.999 else (by_day - by_block * part) / (1 - part)
    shared = float(np.clip(shared, 0.0, max(by_day, 0.0)))
    noise = max(by_block - shared, 0.0) / (1 + shared)
    day_cv = float(np.clip(np.sqrt(shared), 0.02, 0.8))
    return Spread(
        day_cv=day_cv,
        noise=float(min(noise, 4.0)),
        day_correlation=_between_days(day_y - day_f, day_f, origin, day_cv**2),
    )


def _between_days(error: Floats, forecast: Floats, origin: Ints, shared: float) -> float:
    above = below = 0.0
    number = 0
    for o in np.unique(origin):
        e, f = error[origin == o], forecast[origin == o]
        if len(e) > 1:
            above += float(e.sum() ** 2 - (e**2).sum())
            below += float(f.sum() ** 2 - (f**2).sum())
            number += 1
    if below <= 0 or number == 0:
        return DAY_CORRELATION
    found = float(np.clip(above / below / shared, 0.0, 1.0))
    return float(np.clip((number * found + _WORTH_ORIGINS * DAY_CORRELATION) / (number + _WORTH_ORIGINS), 0.0, 0.95))


def queue_correlation(days: list[Ints], errors: list[Floats]) -> float | None:
    """Return the mean correlation between the relative day errors of several series, to the nearest tenth and in [0, 0.9].

    `days[i]` and `errors[i]` ``[N_i]`` are one series' test days and relative errors. Pairs need 20 common days; None without a pair.
    Rounded so that one series more or fewer rarely moves the draws of the others.
    """
    found: list[float] = []
    for i in range(len(days)):
        for j in range(i):
            common, left, right = np.intersect1d(days[i], days[j], return_indices=True)
            if len(common) >= 20:
                a, b = errors[i][left], errors[j][right]
                if a.std() > 0 and b.std() > 0:
                    found.append(float(np.corrcoef(a, b)[0, 1]))
    if not found:
        return None
    return round(float(np.clip(np.mean(found), 0.0, 0.9)), 1)
