"""Erlang A at any size, as integrals over the wait that a patient caller would have.

The offered wait V, what an infinitely patient caller would wait, has the density (F. Baccelli and G. Hebuterne, "On queues with
impatient customers", Performance '81, pp. 159-179; also W. Whitt, "Engineering solution of a basic call-center model",
Management Science 51 (2005), pp. 221-235)

    v(u) = lambda B(s-1, a) P(V=0) exp( (lambda/theta) (1 - exp(-theta u)) - s mu u ),   u > 0.

Every measure is P(V=0) or an integral of v times something positive, so nothing is ever subtracted that could cancel. With time in
units of the mean handling time, mu = 1 and lambda = a. The exponent is concave; measured from its peak it is
-(r/theta) (x - 1 + exp(-x)) - c d with x = theta d, which neither overflows in overload nor cancels for long patience.
"""

from __future__ import annotations

import math

from planner.compiled import compiled
from planner.queueing.erlang_b import blocking
from planner.queueing.erlang_c import Law
from planner.queueing.quadrature import FEW_NODES, FEW_WEIGHTS, MANY_NODES, MANY_WEIGHTS

_DEPTH = 36.0  # exp(-36) = 2e-16: beyond this fall from its peak the integrand is left out
_FEW_UP_TO = 14.0  # over a panel with this fall in the exponent 16 nodes integrate to rounding error
_MANY_UP_TO = 38.0  # and 24 nodes

Sums = tuple[float, float, float, float, float]


@compiled(entry=False, arrays=False)
def _gap(x: float) -> float:
    # x - 1 + exp(-x), never negative; the series where the subtraction would cancel
    if abs(x) > 0.1:
        return x + math.expm1(-x)
    tail = 1.0 - x / 7.0 * (1.0 - x / 8.0 * (1.0 - x / 9.0 * (1.0 - x / 10.0)))
    return 0.5 * x * x * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0 * tail))))


@compiled(entry=False, arrays=False)
def _panel(low: float, high: float, peak: float, pull: float, slope: float, theta: float) -> Sums:
    # integrals of g, (1 - e^-theta u) g, e^-theta u g, u e^-theta u g and u g over [low, high]; g = exp(exponent from its peak)
    if high <= low:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    steep = pull / theta
    fall_low = steep * _gap(theta * (low - peak)) + slope * low
    fall_high = steep * _gap(theta * (high - peak)) + slope * high
    fall = abs(fall_high - fall_low) + 1.5 * min(theta * (high - low), _DEPTH)
    few = fall <= _FEW_UP_TO
    pieces = 1 + int(fall / _MANY_UP_TO)
    width = (high - low) / pieces
    whole = lost = kept = delayed = waited = 0.0
    for piece in range(pieces):
        start = low + piece * width
        for k in range(FEW_NODES.size if few else MANY_NODES.size):
            u = start + width * (FEW_NODES[k] if few else MANY_NODES[k])
            weight = FEW_WEIGHTS[k] if few else MANY_WEIGHTS[k]
            x = theta * u
            gone = -math.expm1(-x)
            gap = x - gone if peak == 0.0 and x > 0.1 else _gap(theta * (u - peak))
            g = weight * math.exp(-steep * gap - slope * u)
            stay = g * (1.0 - gone)
            whole += g
            lost += g * gone
            kept += stay
            delayed += stay * u
            waited += g * u
    return whole * width, lost * width, kept * width, delayed * width, waited * width


@compiled(entry=False, arrays=False)
def _reach_right(pull: float, slope: float, theta: float) -> float:
    # how far right of the peak the exponent falls by _DEPTH, from x - 1 + e^-x >= x^2 / (2 + x): a little too far, never too short
    lead = (pull + slope) * theta
    half = 2.0 * slope - _DEPTH * theta
    root = math.sqrt(half * half + 8.0 * _DEPTH * lead)
    return 4.0 * _DEPTH / (half + root) if half > 0.0 else (root - half) / (2.0 * lead)


@compiled(entry=False, arrays=False)
def _reach_left(pull: float, theta: float) -> float:
    # the same to the left, where e^y - 1 - y >= y^2 / 2, and >= (e^y - 1) / 2 from y = 1.26 on
    z = _DEPTH * theta / pull
    return min(math.sqrt(2.0 * z), max(math.log1p(2.0 * z), 1.26)) / theta


@compiled(entry=False, arrays=False)
def integral_law(load: float, agents: int, theta: float, t: float) -> Law:
    """The law of Erlang A for a load and agents above zero, whatever they are; see :mod:`planner.queueing.erlang_a`."""
    if load > agents:
        y = math.log1p((load - agents) / agents)
        peak = y / theta
        height = agents / theta * _gap(-y)
        pull = float(agents)
        slope = 0.0
    else:
        peak = 0.0
        height = 0.0
        pull = load
        slope = agents - load
    left = max(0.0, peak - _reach_left(pull, theta)) if peak > 0.0 else 0.0
    right = peak + _reach_right(pull, slope, theta)
    layer = min(peak + _DEPTH / theta, right)  # beyond it exp(-theta u) has died away, however short patience is

    whole_in = lost_in = kept_in = delayed_all = waited_all = 0.0
    whole_out = lost_out = kept_out = 0.0
    low = left
    for part in range(3):
        high = peak if part == 0 else (layer if part == 1 else right)
        cut = min(max(t, low), high)
        whole, lost, kept, delayed, waited = _panel(low, cut, peak, pull, slope, theta)
        whole_in += whole
        lost_in += lost
        kept_in += kept
        delayed_all += delayed
        waited_all += waited
        whole, lost, kept, delayed, waited = _panel(cut, high, peak, pull, slope, theta)
        whole_out += whole
        lost_out += lost
        kept_out += kept
        delayed_all += delayed
        waited_all += waited
        low = high

    total = whole_in + whole_out
    full = load * blocking(load, agents - 1)
    idle = math.exp(-height)
    scale = 1.0 / (idle + full * total)
    at_once = idle * scale
    k = full * scale
    late = min(1.0, k * whole_out)
    abandoned = min(1.0, k * (lost_in + lost_out))
    in_time = min(1.0, at_once + k * kept_in)
    answered = min(1.0, at_once + k * (kept_in + kept_out))
    abandoned_in = min(abandoned, k * lost_in - math.expm1(-theta * t) * late)
    wait, mean = min(1.0, k * total), abandoned / theta
    return wait, answered, in_time, abandoned, abandoned_in, late, mean, k * delayed_all, k * waited_all
