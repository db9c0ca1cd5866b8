"""The largest value that still keeps a promise, bracketed on many values at a time and rounded to the safe side."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from planner.domain.arrays import Bools, Floats

Holds = Callable[[Floats], Bools]


def largest(holds: Holds, start: float, most: float, *, up: bool = False) -> tuple[float, float] | None:
    """Return the largest value at which `holds`, rounded so that it still does, and the step it was rounded to.

    `holds` is true up to some point and false beyond; 0 when it never is, None when it still is at `most`. With `up` the value is the
    first at which it no longer holds, rounded up.
    """
    low, high = 0.0, min(start, most)
    while holds(np.full(1, high))[0]:
        if high >= most:
            return None
        low, high = high, min(4 * high, most)
    while high - low > 1e-14 * high and high > 1e-12 * min(start, most):
        grid = np.linspace(low, high, 34)
        kept = holds(grid[1:-1])
        first = 1 + (int(np.argmin(kept)) if not kept.all() else kept.size)
        if (grid[first - 1], grid[first]) == (low, high):
            break
        low, high = float(grid[first - 1]), float(grid[first])
    if high <= 1e-12 * min(start, most):
        return 0.0, 0.0
    return _rounded(holds, high, up=up)


def _rounded(holds: Holds, value: float, *, up: bool) -> tuple[float, float]:
    # to hundredths, below 1 to three digits; what is shown is what was found, and keeps the promise when it is typed again
    places = 2 if value >= 1 else 2 - math.floor(math.log10(value))
    step = Decimal(1).scaleb(-places)
    near = Decimal(value * (1 + 1e-12 if not up else 1 - 1e-12))
    rounded = near.quantize(step, ROUND_CEILING if up else ROUND_FLOOR)
    if bool(holds(np.full(1, float(rounded)))[0]) is up:
        rounded += step if up else -step
    return float(rounded), float(step)
