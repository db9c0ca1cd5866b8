"""Erlang A of everyday size, as sums over the number waiting: several times quicker than the integrals, and as exact.

With time in units of the mean handling time, q(j) = product over i = 1..j of a / (s + i theta) is the probability of j waiting against
that of none waiting with every agent busy. A caller who finds j waiting is served with probability s / (s + (j+1) theta), and given that,
waits for the sum over i = 1..j+1 of 1 / (s + i theta) on average (each of the j+1 departures ahead, own patience among the rates;
O. Garnett, A. Mandelbaum and M. Reiman, "Designing a call center with impatient customers", M&SOM 4 (2002), pp. 208-227). Every term
is positive. What happens within the threshold is an integral of the offered wait's density over [0, t], short and smooth.
"""

from __future__ import annotations

import math

from planner.compiled import compiled
from planner.queueing.erlang_c import Law
from planner.queueing.quadrature import FEW_NODES, FEW_WEIGHTS, LEAST_NODES, LEAST_WEIGHTS

MOST_TERMS = 600.0
_DEPTH = 41.0  # exp(-41) = 2e-18: beyond this fall the terms are left out
_LEAST_UP_TO = 1.5  # over [0, t] with this change of the exponent 8 nodes integrate to rounding error
_FEW_UP_TO = 14.0  # and 16 nodes


@compiled(entry=False, arrays=False)
def series_serves(load: float, agents: float, theta: float, t: float) -> bool:
    """True where the sums are short and the integrals over the threshold smooth: otherwise the integral law has to be asked.

    Short sums do not overflow either: the largest term is at most exp((a - s) / theta).
    """
    over = load - agents
    busy = max(load, agents)
    if (over + math.sqrt(over * over + 2.0 * _DEPTH * busy * theta)) > MOST_TERMS * theta:
        return False
    return change_within(load, agents, theta, t) <= _FEW_UP_TO


@compiled(entry=False, arrays=False)
def change_within(load: float, agents: float, theta: float, t: float) -> float:
    """By how much the exponent of the integrand can change over [0, t]."""
    over = load - agents
    later = agents - load * math.exp(-theta * t)
    return (max(over, 0.0) + max(later, 0.0) + theta) * t


@compiled(entry=False, arrays=False)
def waiting_sums(load: float, agents: float, theta: float) -> tuple[float, float, float, float, float]:
    """Over j = 0, 1, ...: the sums of q(j), of j q(j), and of q(j) times P(served), E[wait; served] and E[offered wait]."""
    term, whole, waiting, kept, delayed, offered, wait = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    rate = agents
    first = 1.0 / agents
    for j in range(10 * int(MOST_TERMS)):
        rate += theta
        inverse = 1.0 / rate
        offered += term * (first + wait)
        wait += inverse
        stay = term * agents * inverse
        whole += term
        waiting += j * term
        kept += stay
        delayed += stay * wait
        if load < rate and term * (j + 1.0) < 1e-18 * whole * (1.0 - load * inverse):
            break
        term *= load * inverse
    return whole, waiting, kept, delayed, offered


@compiled(entry=False, arrays=False)
def level_sums(load: float, agents: float, theta: float) -> tuple[float, float]:
    """The first two of `waiting_sums`, all that a service level takes."""
    term, whole, waiting = 1.0, 0.0, 0.0
    rate = agents
    for j in range(10 * int(MOST_TERMS)):
        rate += theta
        whole += term
        waiting += j * term
        if term < 1e-17 * whole and load < rate:
            break
        term *= load * (1.0 / rate)
    return whole, waiting


@compiled(entry=False, arrays=False)
def within_sums(load: float, agents: float, theta: float, t: float) -> tuple[float, float]:
    """Integrals over [0, t] of g and of exp(-theta u) g, where g(u) = exp((a / theta) (1 - exp(-theta u)) - s u)."""
    if t <= 0.0:
        return 0.0, 0.0
    least = change_within(load, agents, theta, t) <= _LEAST_UP_TO
    whole = kept = 0.0
    for k in range(LEAST_NODES.size if least else FEW_NODES.size):
        u = t * (LEAST_NODES[k] if least else FEW_NODES[k])
        gone = -math.expm1(-theta * u)
        g = (LEAST_WEIGHTS[k] if least else FEW_WEIGHTS[k]) * math.exp(load * gone / theta - agents * u)
        whole += g
        kept += g * (1.0 - gone)
    return whole * t, kept * t


@compiled(entry=False, arrays=False)
def series_law(load: float, agents: int, theta: float, t: float, busy: float) -> Law:
    """The law of Erlang A where :func:`series_serves`; `busy` is Erlang B with one agent fewer."""
    s = float(agents)
    whole, waiting, kept, delayed, offered = waiting_sums(load, s, theta)
    over, kept_in = within_sums(load, s, theta, t)
    full = busy * load / s  # all agents busy and nobody waiting, against somebody free
    at_once = 1.0 / (1.0 + full * whole)
    k = load * busy * at_once  # height of the density of the offered wait at zero
    each = full * at_once
    wait = each * whole
    late = max(0.0, wait - k * over)
    mean = each * waiting / load
    abandoned = min(1.0, theta * mean)
    in_time = min(1.0, at_once + k * kept_in)
    answered = min(1.0, at_once + each * kept)
    abandoned_in = min(abandoned, max(0.0, 1.0 - math.exp(-theta * t) * late - in_time))
    return min(1.0, wait), answered, in_time, abandoned, abandoned_in, late, mean, each * delayed, each * offered
