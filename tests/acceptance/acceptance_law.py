"""Erlang B, C and A written anew from the textbook integrals, in NumPy alone: what the service figures of a plan are held against.

Erlang A by the density of the virtual wait, ``K exp((lambda/theta)(1 - e^(-theta u)) - s mu u)``, integrated by Gauss-Legendre panels
between the places where the exponent has fallen by 45 from its peak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_FALL = 45.0


@dataclass(frozen=True)
class Whole:
    """Measures of a queue with a whole number of agents: shares of contacts, waits in seconds. Undefined ones are NaN."""

    answered: Array
    answered_in_time: Array
    abandoned_in_time: Array
    virtual_in_time: Array
    mean_wait_s: Array

    def level(self, formula: str) -> Array:
        """Return the service level by one of the five formulas."""
        with np.errstate(invalid="ignore", divide="ignore"):
            match formula:
                case "offered":
                    return self.answered_in_time
                case "answered":
                    return self.answered_in_time / self.answered
                case "excluding_short_abandons":
                    return self.answered_in_time / (1 - self.abandoned_in_time)
                case "crediting_short_abandons":
                    return self.answered_in_time + self.abandoned_in_time
                case "virtual":
                    return self.virtual_in_time
        raise AssertionError(formula)


def erlang_b(load: Array, agents: Array) -> Array:
    """Return the blocking probability by the recursion ``B(s) = a B(s-1) / (s + a B(s-1))``, `agents` whole."""
    load, agents = np.broadcast_arrays(np.asarray(load, float), np.asarray(agents))
    b = np.ones(load.shape)
    for s in range(1, int(agents.max(initial=0)) + 1):
        b = np.where(s <= agents, load * b / (s + load * b), b)
    return b


def erlang_c(load: Array, agents: Array) -> Array:
    """Return the share of contacts that wait; 1 where the load is as large as the agents."""
    b = erlang_b(load, agents)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(agents > load, agents * b / (agents - load * (1 - b)), 1.0)


def whole_agents(
    *, rate_per_s: Array, aht_s: Array, agents: Array, within_s: float, patience_s: float | None, panels: int = 12
) -> Whole:
    """Return what whole `agents` give; all arrays of one shape ``[N]``; the more `panels` the more exact."""
    if patience_s is None:
        return _nobody_gives_up(rate_per_s * aht_s, aht_s, agents, within_s)
    found = _with_patience(rate_per_s, 1 / aht_s, np.maximum(agents, 1), 1 / patience_s, within_s, panels)
    gone = -np.expm1(-within_s / patience_s)  # who is served by nobody leaves at his own time
    nobody = agents == 0
    return Whole(
        np.where(nobody, 0.0, found.answered),
        np.where(nobody, 0.0, found.answered_in_time),
        np.where(nobody, gone, found.abandoned_in_time),
        np.where(nobody, 0.0, found.virtual_in_time),
        np.where(nobody, patience_s, found.mean_wait_s),
    )


def _nobody_gives_up(load: Array, aht_s: Array, agents: Array, within_s: float) -> Whole:
    spare, wait = agents - load, erlang_c(load, agents)
    with np.errstate(over="ignore", divide="ignore"):
        in_time = np.where(spare > 0, 1 - wait * np.exp(-spare * within_s / aht_s), 0.0)
        mean = np.where(spare > 0, wait * aht_s / spare, np.inf)
    return Whole(np.ones(load.shape), in_time, np.zeros(load.shape), in_time, mean)


def _with_patience(lam: Array, mu: Array, agents: Array, theta: float, within_s: float, panels: int) -> Whole:
    def exponent(u: Array) -> Array:
        return lam[:, None] / theta * -np.expm1(-theta * u) - (agents * mu)[:, None] * u

    with np.errstate(divide="ignore"):
        peak = np.maximum(0.0, np.log(lam / (agents * mu)) / theta)
    top = exponent(peak[:, None])[:, 0]
    last = _where_it_has_fallen(exponent, peak, top, lam / theta, agents * mu)
    first = _rise(exponent, peak, top)
    threshold = np.full(len(lam), within_s)

    def integrals(low: Array, high: Array) -> tuple[Array, Array, Array]:
        # of the density over its peak: plain, times e^(-theta u), times the mean wait of who gives up at the rate theta or is served at u
        low, high = np.minimum(low, high), np.maximum(low, high)
        edges = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, panels + 1)
        half = np.diff(edges) / 2
        u = ((edges[:, :-1] + half)[:, :, None] + half[:, :, None] * _NODES).reshape(len(lam), -1)
        weight = (half[:, :, None] * _WEIGHTS).reshape(len(lam), -1) * np.exp(exponent(u) - top[:, None])
        return weight.sum(1), (weight * np.exp(-theta * u)).sum(1), (weight * -np.expm1(-theta * u)).sum(1) / theta

    split = np.clip(threshold, first, last)
    early, late = integrals(first, split), integrals(split, last)
    scale = np.exp(top) * lam * erlang_b(lam / mu, agents - 1)
    at_once = 1 / (1 + scale * (early[0] + late[0]))
    k = scale * at_once
    answered = at_once + k * (early[1] + late[1])
    in_time = at_once + k * early[1]
    reachable = at_once + k * early[0]
    waits_longer = np.exp(-theta * within_s) * k * late[0]
    return Whole(answered, in_time, 1 - waits_longer - in_time, reachable, k * (early[2] + late[2]))


def _where_it_has_fallen(exponent, peak: Array, top: Array, spread: Array, slope: Array) -> Array:  # type: ignore[no-untyped-def]
    low, high = peak.copy(), peak + (spread + _FALL + 1) / slope
    while (far := exponent(high[:, None])[:, 0] > top - _FALL).any():
        high = np.where(far, 2 * high, high)
    return _bisected(low, high, lambda u: exponent(u[:, None])[:, 0] > top - _FALL)


def _rise(exponent, peak: Array, top: Array) -> Array:  # type: ignore[no-untyped-def]
    # where the density is negligible before its peak nothing need be integrated
    low, high = np.zeros(len(peak)), peak.copy()
    return np.where(
        exponent(low[:, None])[:, 0] > top - _FALL,
        0.0,
        _bisected(low, high, lambda u: exponent(u[:, None])[:, 0] < top - _FALL),
    )


def _bisected(low: Array, high: Array, stays_low) -> Array:  # type: ignore[no-untyped-def]
    for _ in range(14):  # edges of integrals: near is enough
        middle = (low + high) / 2
        keep = stays_low(middle)
        low, high = np.where(keep, middle, low), np.where(keep, high, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Shared:
    """Measures at agents that need not be whole: shares of contacts; `occupancy` of the agents; the wait of all contacts in seconds."""

    level: Array
    answered: Array
    abandoned_in_time: Array
    occupancy: Array
    mean_wait_s: Array


def shared_agents(
    *,
    rate_per_s: Array,
    aht_s: Array,
    agents: Array,
    within_s: float,
    patience_s: float | None,
    formula: str,
    panels: int = 12,
) -> Shared:
    """Return the measures at real `agents`: a straight line between the two whole numbers around them (C12).

    A level that no contact defines (everybody gives up) counts as zero.
    """
    rate, aht, at = (np.ravel(a).astype(float) for a in np.broadcast_arrays(rate_per_s, aht_s, agents))
    n = np.floor(at)
    part = at - n
    low, high = (
        whole_agents(rate_per_s=rate, aht_s=aht, agents=m, within_s=within_s, patience_s=patience_s, panels=panels)
        for m in (n, n + 1)
    )

    def between(a: Array, b: Array) -> Array:
        with np.errstate(invalid="ignore"):
            return np.where(part > 0, (1 - part) * a + part * b, a)

    load = rate * aht
    with np.errstate(invalid="ignore", divide="ignore"):
        carried = between(np.minimum(load * low.answered, n), np.minimum(load * high.answered, n + 1))
        return Shared(
            level=between(np.nan_to_num(low.level(formula), nan=0.0), high.level(formula)),
            answered=between(low.answered, high.answered),
            abandoned_in_time=between(low.abandoned_in_time, high.abandoned_in_time),
            occupancy=carried / at,
            mean_wait_s=between(low.mean_wait_s, high.mean_wait_s),
        )
