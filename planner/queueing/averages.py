"""The service level averaged over many rates, for one number of agents after another: what all rates share is worked out once.

With time in units of the mean handling time, the service of a caller who finds j waiting depends on the agents and on patience, not on
the rate: he is served with probability s / (s + (j+1) theta), and exp(-theta V) of his offered wait V, a sum of exponentials of rates
s, s + theta, ..., s + j theta, has the Beta(s/theta, j+1) distribution (weighted by exp(-theta V) the same with s/theta + 1), whose
distribution function is a sum of positive terms (DLMF 8.17.5 for whole j + 1). So every level is a series in the rate (see
:mod:`planner.queueing.erlang_a_series` for q(j)) with coefficients that all rates share, and Erlang B goes from agents to agents by its
recursion.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.erlang_a_integral import integral_law
from planner.queueing.erlang_b import inverse_blocking
from planner.queueing.levels import level_of
from planner.queueing.rates import Mixture

_MOST_TERMS = 1000
_NO_UNDERFLOW = 700.0
_NEVER_FULL = 40.0  # with a probability below exp(-40) = 4e-18 (Chernoff's bound on the Poisson law of the load) anybody waits
_NOBODY_WAITS = 1e19  # and with 1/B beyond this
UNKNOWN = -1.0
_INVERSE, _RATIO, _SERVED, _LATE = range(4)  # rows of a workspace; the first value of the first row is the agents they are for


def workspace(mixture: Mixture) -> Floats:
    """Return memory for :func:`level_over_rates`, which keeps there what it can use again; first `UNKNOWN` for each queue."""
    most = int((mixture.last - mixture.first).max(initial=0))
    return np.empty((4, max(most + 1, _MOST_TERMS)))


@compiled(entry=False, arrays=False)
def _inverses(load: float, agents: int, factors: Any, work: Any) -> None:
    # 1/B of every rate, from those for fewer agents where they are known
    known = work[_INVERSE, 0]
    work[_INVERSE, 0] = agents
    if known < 0.0 or known > agents:
        for i in range(factors.size):
            a = load * factors[i]
            idle = a == 0.0 or (a < agents and agents * math.log(agents / a) - agents + a > _NEVER_FULL)
            work[_INVERSE, 1 + i] = math.inf if idle else inverse_blocking(a, agents)
        return
    for n in range(int(known) + 1, agents + 1):
        x = n / load
        for i in range(factors.size):
            work[_INVERSE, 1 + i] = 1.0 + x / factors[i] * work[_INVERSE, 1 + i]


@compiled(entry=False, arrays=False)
def _coefficients(most: float, agents: int, theta: float, t: float, served: bool, late: bool, work: Any) -> int:
    # by j: 1 / (s + (j+1) theta); P(served within t | j waiting); P(offered wait > t | j waiting); as many as the load `most` takes
    s = float(agents)
    spent = -math.expm1(-theta * t)
    shape = s / theta
    past = math.exp(-s * t)
    step = past * spent * shape
    kept = math.exp(-(s + theta) * t)
    move = kept * spent * (shape + 1.0)
    term = whole = 1.0
    rate = s
    for j in range(_MOST_TERMS):
        rate += theta
        ratio = 1.0 / rate
        work[_RATIO, j] = ratio
        if served:
            work[_SERVED, j] = s * ratio * max(0.0, 1.0 - kept)
            kept += move
            move *= spent * (shape + (j + 2.0)) / (j + 2.0)
        if late:
            work[_LATE, j] = min(1.0, past)
            past += step
            step *= spent * (shape + (j + 1.0)) / (j + 2.0)
        term *= most * ratio
        whole += term
        if term < 1e-17 * whole:
            return j + 1
    return _MOST_TERMS


@compiled(entry=False, arrays=False)
def _two_series(a: float, b: float, weights: int, terms: int, work: Any) -> tuple[float, float, float, float, bool]:
    # for two loads at once, which costs hardly more than one: sums of q(j) and of q(j) times a row of weights; whether complete
    of_a = of_b = 1.0
    all_a = all_b = sum_a = sum_b = 0.0
    for j in range(terms):
        all_a += of_a
        all_b += of_b
        weight = work[weights, j]
        sum_a += of_a * weight
        sum_b += of_b * weight
        ratio = work[_RATIO, j]
        of_a *= a * ratio
        of_b *= b * ratio
        if of_a < 1e-17 * all_a and of_b < 1e-17 * all_b:
            return all_a, sum_a, all_b, sum_b, True
    return all_a, sum_a, all_b, sum_b, False


@compiled(entry=False, arrays=False)
def _shares(a: float, agents: int, inverse: float, whole: float, served: float, late: float) -> tuple[float, float, float]:
    # answered within t, answered, offered wait > t
    s = float(agents)
    full = a / (inverse * s)
    at_once = 1.0 / (1.0 + full * whole)
    in_time = min(1.0, at_once * (1.0 + full * served))
    # flow over every state: theta times the sum of j q(j) is (a - s) whole + s
    answered = max(in_time, 1.0 - full * at_once * max(0.0, (a - s) * whole + s) / a)
    return in_time, answered, min(1.0, full * at_once * late)


@compiled(entry=False, arrays=False)
def _with_endless_patience(load: float, agents: int, t: float, definition: int, factors: Any, weights: Any, work: Any) -> float:
    if agents == 0:
        return 0.0
    _inverses(load, agents, factors, work)
    late = 0.0
    for i in range(factors.size):
        spare = agents - load * factors[i]
        if spare <= 0.0:
            late += weights[i] * factors[i]
        else:
            inverse = work[_INVERSE, 1 + i]
            if inverse < _NOBODY_WAITS:
                late += weights[i] * factors[i] * agents / (spare * inverse + load * factors[i]) * math.exp(-spare * t)
    return level_of(definition, 1.0 - late, 1.0, late, late)


@compiled(entry=False, arrays=False)
def level_over_rates(
    load: float, agents: int, theta: float, t: float, definition: int, factors: Any, weights: Any, work: Any
) -> float:
    """The level under a definition that contacts meet whose rate is `factors` (1 on average) times its mean with chances `weights`."""
    if theta == 0.0:
        return _with_endless_patience(load, agents, t, definition, factors, weights, work)
    if agents == 0:
        return level_of(definition, 0.0, 0.0, math.exp(-theta * t), 1.0)
    _inverses(load, agents - 1, factors, work)
    most = 0.0
    for i in range(factors.size):
        most = max(most, load * factors[i])
    served, late = definition <= 2, definition >= 2
    terms = 0
    if (agents + theta) * t < _NO_UNDERFLOW:
        terms = _coefficients(most, agents, theta, t, served, late, work)
    in_time = answered = gone = 0.0
    pair = 0
    while pair < factors.size:
        other = min(pair + 1, factors.size - 1)
        a, b = load * factors[pair], load * factors[other]
        wait = min(work[_INVERSE, 1 + pair], work[_INVERSE, 1 + other]) < _NOBODY_WAITS
        done = True
        all_a = all_b = served_a = served_b = late_a = late_b = 0.0
        if wait:
            done = terms > 0
            if done and served:
                all_a, served_a, all_b, served_b, done = _two_series(a, b, _SERVED, terms, work)
            if done and late:
                all_a, late_a, all_b, late_b, done = _two_series(a, b, _LATE, terms, work)
            done = done and all_a < 1e290 and all_b < 1e290
        for k in range(1 + other - pair):
            share = weights[pair + k] * factors[pair + k]
            if share <= 0.0:
                continue
            inverse = work[_INVERSE, 1 + pair + k]
            if not wait:
                one = (1.0, 1.0, 0.0)
            elif not done:
                found = integral_law(a if k == 0 else b, agents, theta, t)
                one = (found[2], found[1], found[5])
            elif k == 0:
                one = _shares(a, agents, inverse, all_a, served_a, late_a)
            else:
                one = _shares(b, agents, inverse, all_b, served_b, late_b)
            in_time += share * one[0]
            answered += share * one[1]
            gone += share * one[2]
        pair += 2
    return level_of(definition, in_time, answered, math.exp(-theta * t) * gone, gone)
