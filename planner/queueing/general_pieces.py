"""Pieces of the offered wait's density over which patience does not fall: there the exponent is a straight line, the integrals closed.

Sums are six integrals, row 0 up to the threshold and row 1 beyond, of g, (1-S) g, S g, u S g, H g and u g, where u is the offered
wait, g its density measured from the peak, S(u) the share still waiting and H(u) the integral of S from 0 to u, E[min(patience, u)].
"""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled

DEPTH = 745.0  # exp(-745) is nothing


@compiled(entry=False, arrays=False)
def flat_piece(
    sums: Any, row: int, fall: float, rate: float, width: float, sign: float, u: float, area: float, stay: float
) -> None:
    """Add a piece where the share `stay` waits: from `u` on, where the exponent is `fall` below its peak and H is `area`.

    Away from the peak, to the right (`sign` 1) or left (-1), the exponent falls by `rate` a second; a `width` of infinity is allowed.
    """
    if fall > DEPTH or width <= 0.0:
        return
    x = rate * width
    if x > 0.5:
        left = math.exp(-x)
        level = (1.0 - left) / rate
        moment = (1.0 - left * (1.0 + x)) / (rate * rate) if x < DEPTH else 1.0 / (rate * rate)
    else:  # the integrals of exp(-rate y) and y exp(-rate y), by their series
        level = moment = 0.0
        term = 1.0
        for n in range(15):
            level += term / (n + 1.0)
            moment += term / (n + 2.0)
            term *= -x / (n + 1.0)
            if abs(term) < 1e-17:
                break
        level *= width
        moment *= width * width
    height = math.exp(-fall)
    whole = height * level
    waited = height * (u * level + sign * moment)
    sums[row, 0] += whole
    sums[row, 1] += (1.0 - stay) * whole
    sums[row, 2] += stay * whole
    sums[row, 3] += stay * waited
    sums[row, 4] += height * (area * level + sign * stay * moment)
    sums[row, 5] += waited


@compiled(entry=False, arrays=False)
def add_stair(
    sums: Any, t: float, fall: float, slope: float, low: float, high: float, sign: float, area: float, stay: float
) -> float:
    """Add the piece from `low` to `high` seconds, cut at `t`; returns how far below its peak the exponent is at the piece's far end.

    `slope` is what the exponent falls by a second, from low to high; `fall` and `area` belong to the end nearer the peak, which is
    `low` for `sign` 1 and `high` for -1.
    """
    rate = sign * slope
    cut = min(max(t, low), high)
    if sign > 0.0:
        flat_piece(sums, 0, fall, rate, cut - low, sign, low, area, stay)
        near = cut - low
        if high > cut:
            flat_piece(sums, 1, fall + rate * near, rate, high - cut, sign, cut, area + stay * near, stay)
    else:
        flat_piece(sums, 1, fall, rate, high - cut, sign, high, area, stay)
        near = high - cut
        flat_piece(sums, 0, fall + rate * near, rate, cut - low, sign, cut, area - stay * near, stay)
    return fall + rate * (high - low) if high < math.inf else math.inf
