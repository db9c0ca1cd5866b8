"""Equally likely futures: busy-day factors and counts, drawn from seeds that belong to one series each."""

from __future__ import annotations

import hashlib

import numpy as np

from forecasts.days import Floats
from forecasts.spread import Spread

QUEUE_CORRELATION = 0.3
"""Correlation of busy-day factors between series of one account where it cannot be measured: measured pairs average 0.2, a quarter 0.3."""
_ENOUGH = 30  # futures from which their mean factor is set to one exactly


def _generator(seed: int, purpose: str) -> np.random.Generator:
    digest = hashlib.sha256(purpose.encode("utf-8")).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def shared_mood(*, seed: int, futures: int, days: int) -> tuple[Floats, Floats]:
    """Return standard normals common to all series of an account: one per future ``[K, 1]`` and one per future and day ``[K, D]``."""
    rng = _generator(seed, "account")
    return rng.standard_normal((futures, 1)), rng.standard_normal((futures, days))


def day_factors(*, mood: tuple[Floats, Floats], spread: Spread, correlation: float, seed: int, series: str) -> Floats:
    """Return busy-day factors ``[K, D]``: log-normal, mean one, coefficient of variation `spread.day_cv`.

    Their logarithms correlate `spread.day_correlation` between the days of one future and `correlation` with other series of the account.
    From 30 futures on each day's factors are divided by their mean over the futures, so the futures' mean is the forecast itself.
    """
    common_whole, common_day = mood
    rng = _generator(seed, f"days of {series}")
    own_whole, own_day = rng.standard_normal(common_whole.shape), rng.standard_normal(common_day.shape)
    whole = np.sqrt(correlation) * common_whole + np.sqrt(1 - correlation) * own_whole
    day = np.sqrt(correlation) * common_day + np.sqrt(1 - correlation) * own_day
    normal = np.sqrt(spread.day_correlation) * whole + np.sqrt(1 - spread.day_correlation) * day
    sigma2 = np.log1p(spread.day_cv**2)
    factors: Floats = np.exp(np.sqrt(sigma2) * normal - sigma2 / 2)
    return factors / factors.mean(axis=0) if len(factors) >= _ENOUGH else factors


def counts(*, rates: Floats, noise: float, seed: int, series: str) -> Floats:
    """Return whole counts, negative binomial around `rates` ``[K, T]`` with variance rate + `noise` rate^2 (Poisson where noise is 0)."""
    rng = _generator(seed, f"counts of {series}")
    if noise < 1e-9:
        return rng.poisson(rates).astype(np.float64)
    drawn: Floats = rng.negative_binomial(1.0 / noise, 1.0 / (1.0 + noise * rates)).astype(np.float64)
    return drawn
