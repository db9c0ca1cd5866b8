"""How far to trust a rate counted on few contacts: gamma-Poisson shrinkage with the prior's width by moments."""

from __future__ import annotations

import numpy as np

from forecasts.days import Floats

_ROUNDS = 6
_WIDEST = 100.0


def shrunk_rate(counted: Floats, exposed: Floats, prior: Floats) -> Floats:
    """Return rates near ``counted / exposed``, drawn to `prior` the more, the less was counted.

    All arrays share one shape. Along the last axis the true rate is taken as gamma around `prior` with one squared coefficient of variation
    c2, found by moments; the posterior mean is ``(counted + 1/c2) / (exposed + 1/(c2 * prior))`` (Clayton and Kaldor, Biometrics 1987).
    Where nothing was exposed the prior comes back; where the prior is zero the plain rate.
    """
    width = _width(counted, exposed * prior)[..., None]
    usable = prior > 0
    shrunk = (counted + 1.0 / width) / (exposed + 1.0 / (width * np.where(usable, prior, 1.0)))
    plain = np.where(exposed > 0, counted / np.where(exposed > 0, exposed, 1.0), 0.0)
    return np.where(usable, shrunk, plain)


def _width(counted: Floats, expected: Floats) -> Floats:
    """The c2 of each row: the weighted mean of ``(counted/expected - 1)^2 - 1/expected``, weights inverse to its variance.

    The variance goes with ``(c2 + 1/expected)^2``, so the weights are found with c2 by iteration (as Clayton and Kaldor do).
    """
    there = expected > 0
    e = np.where(there, expected, 1.0)
    excess = np.where(there, (counted / e - 1.0) ** 2 - 1.0 / e, 0.0)
    width = np.zeros(expected.shape[:-1])
    for _ in range(_ROUNDS):
        weight = np.where(there, (width[..., None] + 1.0 / e) ** -2, 0.0)
        whole = weight.sum(axis=-1)
        width = np.where(whole > 0, (weight * excess).sum(axis=-1) / np.where(whole > 0, whole, 1.0), 0.0)
        width = np.clip(width, 0.0, _WIDEST)
    return np.maximum(width, 1e-9)
