"""The wait of one caller who finds j others waiting, nobody's patience used up: exact and without special functions.

It is the sum of independent exponential times at the rates s + i theta, i = 0..j, in handling times, so exp(-theta V) has the Beta
distribution with parameters c = s/theta and j + 1 (the smallest of c + j uniform variables and the like: W. Feller, "An Introduction
to Probability Theory and Its Applications" II, ch. I.6-7), and with y = exp(-theta t)

    P(V > t) = I_y(c, j + 1) = sum over i = 0..j of y^c (1-y)^i Gamma(c+i) / (Gamma(c) i!),

a distribution function of the negative binomial law; for theta = 0 that of the Poisson law.
"""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled

_LOG_SMALL = 600.0  # exp(-600) is still a number
_NOTHING = 80.0  # exp(-80) is nothing beside a probability
_REST = 1e-19


@compiled(entry=False, arrays=False)
def _log_bound(first: float, theta: float, t: float, lost: float, n: float) -> float:
    # log of Chernoff's bound on P(at most n), n below the mean: c log(y/p) + n log((1-y)/(1-p)) with p = c / (c + n)
    per_head = n if theta == 0.0 else first / theta * math.log1p(n * theta / first)
    return per_head - first * t + (n * math.log(lost * (first + n * theta) / n) if n > 0.0 else 0.0)


@compiled(entry=False, arrays=False)
def fill_late(out: Any, least: int, first: float, theta: float, t: float) -> None:
    """Set out[k] to the probability of at most least + k of the negative binomial law: sum of exponential times beyond t.

    The rates of those times are first + i theta, i = 0, 1, ...; terms follow from each other by the ratio
    (1 - exp(-theta t)) / theta * (first + i theta) / (i + 1).
    """
    if out.size == 0:
        return
    lost = t if theta == 0.0 else -math.expm1(-theta * t) / theta
    most = least + out.size - 1.0
    start = 0.0
    term = math.exp(-first * t)
    if first * t > _LOG_SMALL:  # from the mode outward, scaled to the sum of all
        y = math.exp(-theta * t)
        if y == 0.0 or (most * y < lost * first and _log_bound(first, theta, t, lost, most) < -_NOTHING):
            out[:] = 0.0  # all of them far below the mean, lost * first / y
            return
        mode = max(0.0, math.floor((lost * first - 1.0) / y) + 1.0)
        total = term = 1.0
        i = mode
        while True:
            ratio = lost * (first + i * theta) / (i + 1.0)
            term *= ratio
            if ratio < 1.0 and term < _REST * total * (1.0 - ratio):
                break
            total += term
            i += 1.0
        term = 1.0
        start = mode
        while start > 0.0:
            ratio = start / (lost * (first + (start - 1.0) * theta))
            if ratio < 1.0 and term * ratio < _REST * total * (1.0 - ratio):
                break
            term *= ratio
            start -= 1.0
            total += term
        term /= total
    so_far = 0.0
    i = start
    while i < least:
        so_far += term
        ratio = lost * (first + i * theta) / (i + 1.0)
        term *= ratio
        i += 1.0
        if ratio < 1.0 and term < _REST * so_far * (1.0 - ratio):
            break
    rest = i < least  # nothing is left to add
    for k in range(out.size):
        if least + k >= start and not rest:
            so_far += term
            ratio = lost * (first + i * theta) / (i + 1.0)
            term *= ratio
            i += 1.0
            rest = ratio < 1.0 and term < _REST * so_far * (1.0 - ratio)
        out[k] = min(1.0, so_far)
