"""The offered wait where patience falls smoothly: a Weibull tail, by Gauss-Legendre panels marching outward from the peak.

The tail S(x) = level exp(-(x / scale)^shape), x seconds after its origin, makes the slope of the exponent, (load S - agents) / aht,
fall from the origin on. Measured from where it is zero it is agents expm1(hazard there - hazard) / aht, without cancellation. The
exponent itself is summed from the peak outward, within a panel by integrating the polynomial through the slopes at its nodes. In
w = (x / scale)^(1/m) the hazard is a whole power of w and everything is smooth at the origin.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.general_pieces import flat_piece

ORDER = 20
_FALL = 12.0  # over a panel the exponent falls by at most so much, were it straight,
_HAZARD = 6.0  # and the hazard rises by at most so much
_SMOOTH = 3.0  # w^3 is smooth enough for panels
_SEED = 64.0  # that shrink fourfold towards the origin until they are so much shorter
_GONE = 45.0  # exp(-45): patience has run out
_DEPTH = 60.0  # exp(-60): the density has died away, with room for what grows with the wait


def _rule(order: int) -> tuple[Floats, Floats, Floats]:
    # nodes and weights on [0, 1]; and what a value at a node (first axis) adds to the integral from 0 to each node (second axis)
    x, w = np.polynomial.legendre.leggauss(order)
    p = np.polynomial.legendre.legvander(x, order)
    before = np.concatenate([-np.ones((order, 1)), p[:, : order - 1]], axis=1)
    integrals = p[:, 1:] - before  # of (2k+1) P_k, since P'_{k+1} - P'_{k-1} = (2k+1) P_k
    return 0.5 * (x + 1.0), 0.5 * w, np.ascontiguousarray((0.25 * integrals @ p[:, :order].T * w).T)


NODES, WEIGHTS, INTEGRALS = _rule(ORDER)


class _Tail(NamedTuple):
    origin: float  # seconds of wait at which the tail starts
    level: float  # share waiting there
    scale: float
    aht: float
    power: float  # hazard = w^power
    m: float
    graded: bool  # not smooth at the origin
    peak: float  # w and hazard where the exponent peaks, 0 at the origin
    at_peak: float
    pull: float  # the exponent's slope is (pull expm1(hazard at the peak - hazard) - slope) / aht
    slope: float


@compiled(entry=False, arrays=False)
def lower_gamma(alpha: float, x: float) -> float:
    """Lower incomplete gamma function by its series of positive terms (DLMF 8.7.1); alpha from 0.1 to 6."""
    if x > 80.0:
        return math.gamma(alpha)
    if x <= 0.0:
        return 0.0
    term = 1.0 / alpha
    total = term
    n = 0
    while term > 1e-17 * total:
        n += 1
        term *= x / (alpha + n)
        total += term
    return total * math.exp(alpha * math.log(x) - x)


@compiled(entry=False, arrays=False)
def _hazard(tail: _Tail, off: float) -> float:
    # hazard less that at the peak, `off` in w away from it
    if tail.peak > 0.0:
        return tail.at_peak * math.expm1(tail.power * math.log1p(off / tail.peak))
    return math.pow(off, tail.power)


@compiled(entry=False, arrays=False)
def _step(tail: _Tail, off: float, sign: float, step: float) -> float:
    # the longest panel up to `step` over which the exponent and the hazard change little enough
    w = tail.peak + off
    here = _hazard(tail, off)
    step = min(step, max(math.pow(tail.at_peak + here + _HAZARD, 1.0 / tail.power) - w, w))
    for _ in range(1000):
        there = _hazard(tail, max(off + sign * step, -tail.peak))
        wide = w + step if sign > 0.0 else w
        steep = abs(tail.slope - tail.pull * math.expm1(-there)) / tail.aht * tail.scale * tail.m * math.pow(wide, tail.m - 1.0)
        rise = tail.power * (tail.at_peak + max(here, there)) / wide
        excess = step * max(rise / _HAZARD, steep / _FALL)
        if excess <= 1.0:
            break
        step *= max(0.25, 0.9 / excess)
    return step


@compiled(entry=False, arrays=False)
def _panel(
    sums: Any, work: Any, row: int, tail: _Tail, off: float, sign: float, step: float, fall: float, area: float
) -> tuple[float, float]:
    # adds the panel's integrals; returns the fall and H at its far end
    level = tail.level
    for i in range(ORDER):
        x = off + sign * step * NODES[i]
        v = max(tail.peak + x, 0.0)
        more = _hazard(tail, x)
        less = math.expm1(-more)
        if tail.at_peak + more > 1.0:
            stay = math.exp(-(tail.at_peak + more))
            gone = 1.0 - stay
        else:
            gone = -(less if tail.peak == 0.0 else math.expm1(-(tail.at_peak + more)))
            stay = 1.0 - gone
        y = tail.scale * (math.pow(v, tail.m) if tail.m != 1.0 else v)
        stretch = step * tail.scale
        if tail.m != 1.0:
            stretch = step * tail.m * y / v if v > 0.0 else 0.0
        work[0, i] = tail.origin + y
        work[1, i] = level * stay
        work[2, i] = (1.0 - level) + level * gone
        work[3, i] = stretch
        work[4, i] = stretch * abs(tail.slope - tail.pull * less) / tail.aht
        work[5, i] = stretch * level * stay
        work[6, i] = fall
        work[7, i] = 0.0
    for j in range(ORDER):
        for i in range(ORDER):
            work[6, i] += INTEGRALS[j, i] * work[4, j]
            work[7, i] += INTEGRALS[j, i] * work[5, j]
    gained = 0.0
    for i in range(ORDER):
        g = WEIGHTS[i] * work[3, i] * math.exp(-work[6, i])
        sums[row, 0] += g
        sums[row, 1] += g * work[2, i]
        sums[row, 2] += g * work[1, i]
        sums[row, 3] += g * work[1, i] * work[0, i]
        sums[row, 4] += g * (area + sign * work[7, i])
        sums[row, 5] += g * work[0, i]
        fall += WEIGHTS[i] * work[4, i]
        gained += WEIGHTS[i] * work[5, i]
    return fall, area + sign * gained


@compiled(entry=False, arrays=False)
def _march(
    sums: Any, work: Any, row: int, tail: _Tail, off: float, stop: float, sign: float, fall: float, area: float
) -> tuple[float, float, float]:
    # panels from `off` towards `stop`, both in w from the peak; returns where they ended, the fall and H there
    seed = 0.0
    step = math.inf
    while sign * (stop - off) > 0.0 and fall < _DEPTH:
        w = tail.peak + off
        if sign > 0.0 and tail.at_peak + _hazard(tail, off) >= _GONE:
            y = tail.scale * math.pow(w, tail.m)
            width = tail.scale * math.pow(tail.peak + stop, tail.m) - y
            rate = (tail.slope + tail.pull) / tail.aht
            flat_piece(sums, row, fall, rate, width, sign, tail.origin + y, area, 0.0)
            return stop, fall + rate * width, area
        room = abs(stop - off)
        step = _step(tail, off, sign, min(8.0 * step, room))
        if tail.graded and sign > 0.0:
            seed = seed if seed > 0.0 else step / _SEED
            step = min(step, max(3.0 * w, seed))
        elif tail.graded and w > tail.peak / _SEED:
            step = min(step, 0.75 * w)
        fall, area = _panel(sums, work, row, tail, off, sign, step, fall, area)
        off = stop if step == room else off + sign * step
    return off, fall, area


@compiled(entry=False, arrays=False)
def add_tail(
    sums: Any, work: Any, t: float, load: float, agents: float, aht: float, fall: float,
    origin: float, level: float, area: float, scale: float, shape: float,
) -> float:  # fmt: skip
    """Add everything from `origin` on; returns how far the exponent rises from there to its peak, 0 where the peak is not beyond.

    `level` wait from `origin` seconds on and `area` is H there; `fall` is how far below its peak the exponent is at the origin, read
    only when the peak is not beyond it. Times in seconds; `sums[2, 6]` as in `general_pieces`, `work[8, ORDER]` is scratch.
    """
    m = 1.0
    power = shape
    graded = shape != math.floor(shape)
    if graded and shape < 2.0:
        power = math.ceil(_SMOOTH * shape)
        m = power / shape
    beyond = load * level > agents
    at_peak = math.log1p((load * level - agents) / agents) if beyond else 0.0
    peak = math.pow(at_peak, 1.0 / power)
    pull = agents if beyond else load * level
    slope = 0.0 if beyond else agents - load * level
    tail = _Tail(origin, level, scale, aht, power, m, graded, peak, at_peak, pull, slope)
    cut = math.pow(max(t - origin, 0.0) / scale, 1.0 / m) - peak
    height = 0.0
    if beyond:
        fall = 0.0
        height = load * level * scale / aht * lower_gamma(1.0 + 1.0 / shape, at_peak)
        area += level * scale / shape * lower_gamma(1.0 / shape, at_peak)
    fall_at_peak, area_at_peak, off = fall, area, 0.0
    for leg in range(0 if beyond else 2, 4):  # left of the peak to t and on to the origin, right of it to t and on for ever
        if leg == 2:
            off, fall, area = 0.0, fall_at_peak, area_at_peak
        if leg == 0:
            stop = min(max(cut, -peak), 0.0)
        elif leg == 1:
            stop = -peak
        else:
            stop = max(cut, 0.0) if leg == 2 else math.inf
        row = 1 if leg == 0 or leg == 3 else 0
        off, fall, area = _march(sums, work, row, tail, off, stop, -1.0 if leg < 2 else 1.0, fall, area)
    return height
