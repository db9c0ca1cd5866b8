"""Quantiles of contacts counted around an uncertain rate."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc

from forecasts.days import Floats


def negative_binomial_quantiles(mean: Floats, dispersion: Floats | float, levels: tuple[float, ...]) -> Floats:
    """Return ``[L, ...]``: the least whole number k with P(X <= k) >= level, X negative binomial with `mean` and variance
    mean + `dispersion` mean^2. A mean of zero gives zero. Raises ValueError for levels outside (0, 1).

    P(X <= k) = I_p(1/dispersion, k + 1), p = 1 / (1 + dispersion mean) (NIST DLMF 8.17.24, for any real size); by bisection.
    """
    if not all(0 < level < 1 for level in levels):
        raise ValueError(f"quantile levels must lie in (0, 1), got {levels}")
    m = np.asarray(mean, dtype=np.float64)
    size = 1.0 / np.maximum(np.broadcast_to(np.asarray(dispersion, dtype=np.float64), m.shape), 1e-9)
    chance = size / (size + m)
    sd = np.sqrt(m + m**2 / size)
    out = np.zeros((len(levels), *m.shape))
    for position, level in enumerate(levels):
        low = np.full(m.shape, -1.0)  # P(X <= low) < level
        high = np.ceil(m + 12 * sd / np.sqrt(1 - level) + 1)  # Cantelli's inequality puts the quantile below
        while True:
            middle = np.floor((low + high) / 2)
            open_ = high - low > 1
            if not open_.any():
                break
            enough = betainc(size, np.maximum(middle, 0.0) + 1, chance) >= level
            high = np.where(open_ & enough, middle, high)
            low = np.where(open_ & ~enough, middle, low)
        out[position] = np.where(m > 0, high, 0.0)
    return out
