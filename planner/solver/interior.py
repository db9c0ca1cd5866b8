"""Central prices: a primal-dual interior point method for ``min c x, A x = b, x >= 0`` with few rows, stopped as early as asked.

Mehrotra's predictor and corrector (Nocedal and Wright 2006, algorithm 14.3) on dense normal equations. Column generation wants prices
from the middle of the optimal face, soon, and not exact: from such prices it needs far fewer rounds (Gondzio, Gonzalez-Brevis and
Munari 2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from planner.compiled import compiled
from planner.domain.arrays import Floats, Ints

_STEPS = 100
_FEW_ROWS = 500
"""Up to so many rows the factor is computed here: threads of a library cost more there than they gain, most of all on a busy machine."""


@dataclass(frozen=True, kw_only=True)
class Central:
    """Point near the optimum: objective, `values` ``[columns]``, `row_duals` ``[rows]``, relative gap left between the two sides."""

    objective: float
    values: Floats
    row_duals: Floats
    gap: float


def central(cost: Floats, starts: Ints, rows: Ints, coefficients: Floats, rhs: Floats, *, gap: float = 1e-7) -> Central:
    """Return a point whose primal and dual objectives are within `gap`, relative, or the last one where arithmetic gives out first.

    Column j has its entries from ``starts[j]`` to ``starts[j + 1]``.
    """
    m = len(rhs)
    matrix = (starts, rows, coefficients)
    x, y, s = _start(cost, matrix, rhs)
    size_b, size_c = 1 + np.abs(rhs).max(initial=0), 1 + np.abs(cost).max(initial=0)
    left = np.inf
    for _ in range(_STEPS):
        short_b, short_c = rhs - _times(*matrix, x, m), cost - _transposed(*matrix, y) - s
        mean = float(x @ s) / len(x)
        left = abs(float(cost @ x) - float(rhs @ y)) / (1 + abs(float(cost @ x)))
        if left <= gap and np.abs(short_b).max() <= 1e-6 * size_b and np.abs(short_c).max() <= 1e-6 * size_c:
            break
        factor = _factor(matrix, x / s, m)
        if factor is None:
            break
        dx, _, ds = _direction(matrix, factor, x, s, short_b, short_c, -x * s)
        step, dual_step = _longest(x, dx), _longest(s, ds)
        then = float((x + step * dx) @ (s + dual_step * ds)) / len(x)
        centred = (then / mean) ** 3 * mean - x * s - dx * ds
        dx, dy, ds = _direction(matrix, factor, x, s, short_b, short_c, centred)
        step, dual_step = min(1.0, 0.99 * _longest(x, dx)), min(1.0, 0.99 * _longest(s, ds))
        if not np.isfinite(dx).all() or max(step, dual_step) < 1e-10:
            break
        x, y, s = x + step * dx, y + dual_step * dy, s + dual_step * ds
    return Central(objective=float(cost @ x), values=x, row_duals=y, gap=left)


def _start(cost: Floats, matrix: tuple[Ints, Ints, Floats], rhs: Floats) -> tuple[Floats, Floats, Floats]:
    """Mehrotra's starting point (Nocedal and Wright 2006, section 14.2)."""
    m = len(rhs)
    factor = _factor(matrix, np.ones(len(cost)), m)
    assert factor is not None
    x = _transposed(*matrix, _solved(factor, rhs))
    y = _solved(factor, _times(*matrix, cost, m))
    s = cost - _transposed(*matrix, y)
    x, s = x + max(-1.5 * x.min(), 0), s + max(-1.5 * s.min(), 0)
    x, s = x + 0.5 * (x @ s) / max(s.sum(), 1e-9) + 1e-3, s + 0.5 * (x @ s) / max(x.sum(), 1e-9) + 1e-3
    return x, y, s


def _factor(matrix: tuple[Ints, Ints, Floats], weight: Floats, m: int) -> tuple[Floats, bool] | None:
    normal = _normal(*matrix, weight, m)
    diagonal = np.einsum("ii->i", normal)
    diagonal += 1e-12 * diagonal.max() + 1e-14
    if m <= _FEW_ROWS:
        return (normal, True) if _cholesky(normal) else None
    try:
        found: tuple[Floats, bool] = cho_factor(normal, lower=True, overwrite_a=True, check_finite=False)
    except np.linalg.LinAlgError:
        return None
    return found


def _solved(factor: tuple[Floats, bool], rhs: Floats) -> Floats:
    if len(rhs) <= _FEW_ROWS:
        return _substituted(factor[0], rhs)
    found: Floats = cho_solve(factor, rhs, check_finite=False)
    return found


@compiled
def _cholesky(matrix: Floats) -> bool:
    """Overwrite the lower half of a matrix by its Cholesky factor; False where it is not positive definite (Golub and Van Loan 2013,
    algorithm 4.2.2 by outer products)."""
    m = len(matrix)
    column = np.empty(m)
    for k in range(m):
        if not matrix[k, k] > 0:
            return False
        root = np.sqrt(matrix[k, k])
        matrix[k, k] = root
        for i in range(k + 1, m):
            column[i] = matrix[i, k] / root
            matrix[i, k] = column[i]
        for i in range(k + 1, m):
            by = column[i]
            if by != 0.0:
                for j in range(k + 1, i + 1):
                    matrix[i, j] -= by * column[j]
    return True


@compiled
def _substituted(factor: Floats, rhs: Floats) -> Floats:
    """Solve ``L L' x = rhs``."""
    m = len(rhs)
    x = rhs.copy()
    for i in range(m):
        total = x[i]
        for j in range(i):
            total -= factor[i, j] * x[j]
        x[i] = total / factor[i, i]
    for i in range(m - 1, -1, -1):
        x[i] /= factor[i, i]
        for j in range(i):
            x[j] -= factor[i, j] * x[i]
    return x


def _direction(
    matrix: tuple[Ints, Ints, Floats],
    factor: tuple[Floats, bool],
    x: Floats,
    s: Floats,
    short_b: Floats,
    short_c: Floats,
    wanted: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Newton's direction towards products ``x s + wanted`` and both sides feasible."""
    ratio = x / s
    dy = _solved(factor, short_b + _times(*matrix, ratio * short_c - wanted / s, len(short_b)))
    ds = short_c - _transposed(*matrix, dy)
    return wanted / s - ratio * ds, dy, ds


def _longest(x: Floats, dx: Floats) -> float:
    down = dx < 0
    return float(min(1.0, (-x[down] / dx[down]).min())) if down.any() else 1.0


@compiled
def _normal(starts: Ints, rows: Ints, values: Floats, weight: Floats, m: int) -> Floats:
    """``A diag(weight) A'``, its lower half."""
    total = np.zeros((m, m))
    for j in range(len(weight)):
        for a in range(starts[j], starts[j + 1]):
            worth = weight[j] * values[a]
            for b in range(starts[j], starts[j + 1]):
                if rows[b] <= rows[a]:
                    total[rows[a], rows[b]] += worth * values[b]
    return total


@compiled
def _times(starts: Ints, rows: Ints, values: Floats, x: Floats, m: int) -> Floats:
    total = np.zeros(m)
    for j in range(len(x)):
        for a in range(starts[j], starts[j + 1]):
            total[rows[a]] += values[a] * x[j]
    return total


@compiled
def _transposed(starts: Ints, rows: Ints, values: Floats, y: Floats) -> Floats:
    total = np.zeros(len(starts) - 1)
    for j in range(len(total)):
        for a in range(starts[j], starts[j + 1]):
            total[j] += values[a] * y[rows[a]]
    return total
