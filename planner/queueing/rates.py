"""Rates that are not known for sure: a Gamma law of the arrival rate as a few rates and weights, or rates given one by one.

Arrivals of a busy or quiet day are Poisson at a random rate (L. Brown et al., "Statistical analysis of a telephone call center",
JASA 100 (2005), pp. 36-50; J. Jongbloed and G. Koole, "Managing uncertainty in call centres using Poisson mixtures", ASMBI 17 (2001),
pp. 307-318). Averages over the rate weigh each contact alike, so busy days weigh more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats, Ints

_TAIL = 1e-11


@dataclass(frozen=True)
class Mixture:
    """Rates relative to their mean and their probabilities, one after the other; interval i uses those from ``first[i]`` to ``last[i]``."""

    factors: Floats
    weights: Floats
    first: Ints
    last: Ints


def known_rates(size: int) -> Mixture:
    """Return the mixture of `size` rates that are known for sure."""
    return Mixture(np.ones(1), np.ones(1), np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64))


def gamma_rates(cv: Floats, load: Floats) -> Mixture:
    """Return mixtures for Gamma rates of coefficient of variation `cv` at mean `load`, both ``[N]``.

    The trapezium rule over the logarithm of the rate, which converges geometrically (L. N. Trefethen and J. A. C. Weideman, SIAM Review
    56 (2014), pp. 385-458) once its step resolves both the law and the service level, which changes over about ``1 / sqrt(load)``.
    """
    sharpness = np.where(cv > 0, cv * np.sqrt(np.maximum(load, 1.0)), 0.0)
    octaves = np.log2(np.sqrt(1 + sharpness**2))
    steps = np.exp2(np.ceil(4 * octaves) / 4)  # in quarter octaves, so that few rules serve many intervals
    keys, which = np.unique(np.stack([cv, np.where(cv > 0, steps, 0.0)]), axis=1, return_inverse=True)
    rules = [_gamma_rule(float(c), float(step)) for c, step in keys.T]
    ends = np.cumsum([len(factors) for factors, _ in rules]).astype(np.int64)
    begins = np.r_[0, ends[:-1]].astype(np.int64)
    at = which.reshape(-1)
    return Mixture(np.concatenate([f for f, _ in rules]), np.concatenate([w for _, w in rules]), begins[at], ends[at])


def sampled_rates(factors: ArrayLike, size: int) -> tuple[float, Mixture]:
    """Return the mean of equally likely `factors` ``[K]`` of the rate and their mixture, the same for all `size` intervals."""
    values = np.array(factors, dtype=np.float64).reshape(-1)
    if not values.size or not ((values >= 0) & (values < np.inf)).all() or not values.any():
        raise ValueError("rate_factors must be finite numbers, zero or more and not all zero")
    mean = float(values.mean())
    weights = np.full(values.size, 1 / values.size)
    return mean, Mixture(values / mean, weights, np.zeros(size, dtype=np.int64), np.full(size, values.size, dtype=np.int64))


@lru_cache(maxsize=4096)
def _gamma_rule(cv: float, sharpness: float) -> tuple[Floats, Floats]:
    if cv == 0.0:
        return np.ones(1), np.ones(1)
    from scipy.special import gammainccinv, gammaincinv, polygamma

    shape = 1 / cv**2
    low = math.log(max(float(gammaincinv(shape, _TAIL)), 1e-300) / shape)
    high = math.log(float(gammainccinv(shape + 1, _TAIL)) / shape)  # weighted by contacts
    spread = math.sqrt(float(polygamma(1, shape)))
    count = 2 + int((high - low) / ((0.75 if cv < 0.35 else 0.5) * spread / sharpness))
    y = np.linspace(low, high, count)
    log_weight = shape * (y - np.expm1(y))  # of the Gamma density in y, up to a constant
    weights = np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    factors = np.exp(y)
    kept = weights > 1e-15
    factors, weights = factors[kept], weights[kept] / weights[kept].sum()
    return factors / float(weights @ factors), weights
