"""The probability that a day, a week or a month keeps its promise, which is not the expected level of that window.

Three things vary: the rates (busy days and intervals: scenarios), the agents who turn up (scenarios too), and with both given the contacts
themselves, whose waits are alike. The last is the larger the fewer the contacts: on a desk of twenty calls a day it is most of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive
from planner.queueing.levels import code
from planner.queueing.window_noise import noise

FEW = 600.0
"""Below this many expected contacts the counts are counted one by one; above it their sum is taken as normal."""

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class WindowChance:
    """How a window may end: `probability` of reaching the level, its expected `level` (all scenarios together), expected contacts
    `counted`, and by scenario ``[K]`` its expected level and probability. NaN where no contacts are expected (C3)."""

    probability: float
    level: float
    counted: float
    level_by_scenario: Floats
    probability_by_scenario: Floats


@compiled
def _fill(load: Any, agents: Any, theta: Any, t: Any, definition: int, target: float, out: Any) -> None:
    # per handling time: mean reward, variance of independent contacts, variance
    for i in range(load.size):
        n = math.floor(agents[i])
        part = agents[i] - n
        for step in range(2):
            share = part if step else 1.0 - part
            if share > 0.0:
                reward, alone, varied = noise(load[i], n + step, theta[i], t[i], definition, target)
                out[0, i] += share * reward
                out[1, i] += share * alone
                out[2, i] += share * varied


def count_noise(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    level: float,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> tuple[Floats, Floats, Floats]:
    """Return per hour, in the broadcast shape: the mean of contacts in time less `level` times those counted, the variance this would
    have if contacts met the queue independently, and the variance it has. Arguments as in `performance`; `level` the target."""
    (rate, aht, s, t, p), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        agents=agents,
        threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
    )
    if not 0 < level < 1:
        raise ValueError(f"level must be a share from 0 (excluded) to 1 (excluded), got {level:g}")
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    out = np.zeros((3, rate.size))
    _fill(rate * aht / 3600, s, aht / p, t / aht, code(definition), float(level), out)
    mean, alone, varied = (out * 3600 / aht).reshape(3, *shape)
    return mean, alone, varied


def window_chance(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    level: float,
    interval_s: float,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> WindowChance:
    """Return the probability that the service level counted over a window reaches `level`.

    `rate_per_h` are the rates of the window's intervals ``[T]``, or of K equally likely scenarios of them ``[K, T]``: a day's factor and
    each interval's noise belong in there, the luck of arrivals and waits does not. `agents` ``[T]`` or ``[K, T]`` on seat, real numbers
    sharing time between neighbours; the other arguments broadcast against them. A closed interval has rate 0. Given a scenario the
    contacts counted are Poisson and those in time beta-binomial with the variance of :mod:`planner.queueing.window_noise`, or beyond
    `FEW` contacts their difference to the target is normal. Intervals are in balance and independent of each other.

    Of definitions that count only some contacts ("answered", "excluding_short_abandons") the offered ones stand in for the number
    counted. Raises ValueError for values that make no sense.
    """
    if not 0 < interval_s < math.inf:
        raise ValueError(f"interval_s must be a finite number of seconds above zero, got {interval_s:g}")
    sums = count_noise(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        agents=agents,
        threshold_s=threshold_s,
        level=level,
        patience_s=patience_s,
        definition=definition,
    )
    shape = sums[0].shape
    if len(shape) not in (1, 2):
        raise ValueError(f"rates must be of shape [T] or [K, T], got {shape}")
    hours = interval_s / 3600
    ahead, alone, varied = (np.atleast_2d(x).sum(axis=1) * hours for x in sums)
    counted = np.atleast_2d(np.broadcast_to(np.asarray(rate_per_h, dtype=np.float64), shape)).sum(axis=1) * hours
    there = counted > 0
    level_k = np.where(there, level + ahead / np.where(there, counted, 1.0), np.nan)
    chance = chance_of(counted, level_k, alone, varied, level)
    some = bool(there.any())
    return WindowChance(
        probability=float(np.nanmean(chance)) if some else math.nan,
        level=float(level + ahead.sum() / counted.sum()) if some else math.nan,
        counted=float(counted.mean()),
        level_by_scenario=level_k,
        probability_by_scenario=chance,
    )


def chance_of(counted: Floats, mean: Floats, alone: Floats, varied: Floats, level: float) -> Floats:
    """Return ``[K]`` the probability that a level counted over `counted` expected contacts reaches `level`.

    `mean` the expected level; `alone` and `varied` the variance of in time less level times counted, with contacts independent and as
    they are. NaN without contacts.
    """
    out = np.full(counted.shape, np.nan)
    n, p, single, whole = (np.ascontiguousarray(x, dtype=np.float64) for x in (counted, np.clip(mean, 0.0, 1.0), alone, varied))
    _chances(n, p, single, whole, float(level), out)
    return out


@compiled
def _chances(counted: Any, mean: Any, alone: Any, varied: Any, level: float, out: Any) -> None:
    for k in range(out.size):
        if counted[k] <= 0.0:
            continue
        if counted[k] < FEW:
            out[k] = _counted_out(counted[k], mean[k], varied[k] - alone[k], level)
        else:
            ahead = counted[k] * (mean[k] - level) + _ROUNDING
            out[k] = 0.5 * math.erfc(-ahead / math.sqrt(2.0 * max(varied[k], 1e-300)))


@compiled(entry=False, arrays=False)
def _counted_out(contacts: float, mean: float, excess: float, level: float) -> float:
    # P(in time >= level N | N > 0), N Poisson and in time beta-binomial with the excess variance; sums from x = n down
    if mean <= 0.0 or mean >= 1.0:
        return 1.0 if mean >= 1.0 else 0.0
    alike = excess / (mean * (1.0 - mean) * contacts * contacts)
    more = 1.0 / min(max(alike, 1e-9), 0.999) - 1.0
    good, bad = mean * more, (1.0 - mean) * more
    weight, whole, total, reached = math.exp(-contacts), 1.0, 0.0, 0.0
    for n in range(1, int(contacts + 9.0 * math.sqrt(contacts)) + 14):
        weight *= contacts / n
        whole *= (good + n - 1.0) / (more + n - 1.0)  # all n in time
        total += weight
        if weight < 1e-14:
            continue
        term, tail = whole, 0.0
        for x in range(n, math.ceil(level * n - _ROUNDING) - 1, -1):
            tail += term
            term *= x / (n - x + 1.0) * (bad + n - x) / (good + x - 1.0)
        reached += weight * min(tail, 1.0)
    return min(1.0, reached / total)
