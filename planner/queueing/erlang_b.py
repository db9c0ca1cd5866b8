"""Erlang B: the share of callers who find every line busy when nobody may wait (M/M/s/s).

A. K. Erlang (1917); for a real number of agents the analytic continuation of D. L. Jagerman, "Some properties of the Erlang
loss function", Bell System Technical Journal 53 (1974), pp. 525-551: 1/B = a * integral of exp(-a t) (1 + t)^s over t > 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.queueing.checks import broadcast, not_negative, shaped

_LARGE = 24.0  # from this load on the expansion in 1/load is exact to rounding
_TERMS = 11
_RECIPROCALS = 1.0 / np.arange(1.0, _TERMS + 1.0)


@compiled(entry=False, arrays=False)
def _inverse_near(load: float, agents: float) -> float:
    # 1/B for whole agents within 1/2 of a load of _LARGE or more. At a load of just `agents` it is 1 + Q(agents), the sum of which
    # Ramanujan and Knuth give the expansion (D. E. Knuth, The Art of Computer Programming 1, 3rd ed., 1.2.11.3; Stirling's series is DLMF
    # 5.11.3); from there, with h = load - agents, by the Taylor series of a d(1/B)/da = (s - a) / B - a.
    x = 1.0 / agents
    y = x * x
    stirling = (1.0 + x / 12.0 + y * (1.0 / 288.0 - x * (139.0 / 51840.0))) + y * y * (
        (-571.0 / 2488320.0 + x * (163879.0 / 209018880.0))
        + y * (5246819.0 / 75246796800.0 - x * (534703531.0 / 902961561600.0))
    )
    rest = (2.0 / 3.0 - x * (4.0 / 135.0) + y * (8.0 / 2835.0 + x * (16.0 / 8505.0))) - y * y * (
        (8992.0 / 12629925.0 + x * (334144.0 / 492567075.0))
        - y * (698752.0 / 1477701225.0 + x * (23349012224.0 / 39565450299375.0))
    )
    inverse = math.sqrt(0.5 * math.pi * agents) * stirling + rest
    h = load - agents
    hx = h * x
    hhx = h * hx
    before = -h
    last = (hhx * (inverse - 1.0) - hx * before) * 0.5
    inverse += before + last
    for k in range(2, _TERMS):
        before, last = last, (hhx * before - k * hx * last) * _RECIPROCALS[k]
        inverse += last
    return inverse


@compiled(entry=False, arrays=False)
def inverse_blocking(load: float, agents: int) -> float:
    """1 / B for whole agents and a load above zero; infinite beyond 1e300.

    Up to the first whole number above the load 1/B is a sum of positive falling terms (Jagerman 1974, eq. 5), near a larger load an
    expansion; from there its recursion 1/B(n) = 1 + (n/a) / B(n-1) damps every error.
    """
    each = 1.0 / load
    if agents > load >= _LARGE:
        start = math.floor(load + 0.5)
        inverse = _inverse_near(load, start)
    else:
        start = agents if agents <= load else math.floor(load) + 1
        inverse = term = 1.0
        for n in range(start, 0, -1):
            term *= n * each
            inverse += term
            if term < 1e-17 * inverse:
                break
    for n in range(start + 1, agents + 1):
        inverse = 1.0 + n * each * inverse
        if inverse > 1e300:
            return math.inf
    return inverse


@compiled(entry=False, arrays=False)
def blocking(load: float, agents: int) -> float:
    """Erlang B for whole agents, to about 1e-14 relative at any size."""
    if agents == 0:
        return 1.0
    return 1.0 / inverse_blocking(load, agents) if load > 0.0 else 0.0


@compiled(entry=False, arrays=False)
def _inverse_by_fraction(load: float, agents: float) -> float:
    # Legendre's continued fraction of the upper incomplete gamma function by Lentz's method (DLMF 8.9.2); agents <= load
    tiny = 1e-300
    b = load - agents
    c = 1.0 / tiny
    d = 1.0 / (b if b > tiny else tiny)
    h = d
    for i in range(1, 1_000_000):
        step = i * (agents + 1.0 - i)
        b += 2.0
        d = step * d + b
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = b + step / c
        c = c if abs(c) > tiny else tiny
        h *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return load * h


@compiled(entry=False, arrays=False)
def _inverse_by_series(load: float, agents: float) -> float:
    # exp(a) a^-s (Gamma(s+1) - lower gamma(s+1, a)) by the power series of DLMF 8.7.1; agents < 1, load < 1.5
    term = load / (agents + 1.0)
    lower = term
    n = 1
    while term > 1e-18 * lower:
        n += 1
        term *= load / (agents + n)
        lower += term
    return math.exp(load) * math.pow(load, -agents) * math.gamma(agents + 1.0) - lower


@compiled(entry=False, arrays=False)
def blocking_real(load: float, agents: float) -> float:
    """Erlang B for a real number of agents (Jagerman 1974)."""
    whole = math.floor(agents)
    if whole == agents:
        return blocking(load, int(whole))
    if load == 0.0:
        return 0.0
    fraction = agents - whole
    if load < 1.5:
        n = fraction
        b = 1.0 / _inverse_by_series(load, fraction)
    else:
        n = fraction + min(whole, math.floor(load - fraction))
        b = 1.0 / _inverse_by_fraction(load, n)
    while n < agents - 0.5 and b > 0.0:
        n += 1.0
        b = load * b / (n + load * b)
    return b


@compiled
def _fill(load: Any, agents: Any, out: Any) -> None:
    for i in range(out.size):
        out[i] = blocking_real(load[i], agents[i])


def erlang_b(load: ArrayLike, agents: ArrayLike) -> Any:
    """Return the probability that all agents are busy when callers who find them so go away.

    `load` in erlang (arrivals per second times handling seconds) and `agents`, which need not be whole, are zero or more and
    broadcast. No load is never blocked, unless there is no agent (probability 1). Raises ValueError for negative, infinite or
    missing values. Source: see the module.
    """
    (a, s), shape = broadcast(load=load, agents=agents)
    not_negative("load", a, "erlang", shape)
    not_negative("agents", s, "agents", shape)
    out = np.empty(a.size)
    _fill(a, s, out)
    return shaped(out, shape)
