"""Gauss-Legendre nodes and weights on [0, 1], as constants of the compiled kernels."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats


def _rule(order: int) -> tuple[Floats, Floats]:
    x, w = np.polynomial.legendre.leggauss(order)
    return 0.5 * (x + 1.0), 0.5 * w


LEAST_NODES, LEAST_WEIGHTS = _rule(8)
FEW_NODES, FEW_WEIGHTS = _rule(16)
MANY_NODES, MANY_WEIGHTS = _rule(24)
