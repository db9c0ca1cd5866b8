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

FEW = 300.0
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
def _sums(load: Any, agents: Any, theta: Any, t: Any, handling_times: Any, definition: int, target: float, out: Any) -> None:
    # per scenario: mean reward, independent variance, variance
    for k in range(load.shape[0]):
        for i in range(load.shape[1]):
            n = math.floor(agents[k, i])
            part = agents[k, i] - n
            for step in range(2):
                share = part if step else 1.0 - part
                if share > 0.0:
                    reward, alone, varied = noise(load[k, i], n + step, theta[k, i], t[k, i], definition, target)
                    out[0, k] += share * reward * handling_times[k, i]
                    out[1, k] += share * alone * handling_times[k, i]
                    out[2, k] += share * varied * handling_times[k, i]


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
    (rate, aht, s, t, p), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        agents=agents,
        threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
    )
    if len(shape) not in (1, 2):
        raise ValueError(f"rates must be of shape [T] or [K, T], got {shape}")
    if not 0 < level < 1:
        raise ValueError(f"level must be a share from 0 (excluded) to 1 (excluded), got {level:g}")
    if not 0 < interval_s < math.inf:
        raise ValueError(f"interval_s must be a finite number of seconds above zero, got {interval_s:g}")
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    wide = (1, *shape) if len(shape) == 1 else shape
    load = (rate * aht / 3600).reshape(wide)
    out = np.zeros((3, wide[0]))
    flat = (x.reshape(wide) for x in (s, aht / p, t / aht, interval_s / aht))
    _sums(load, *flat, code(definition), float(level), out)
    counted = (rate.reshape(wide) * interval_s / 3600).sum(axis=1)
    there = counted > 0
    level_k = np.where(there, level + out[0] / np.where(there, counted, 1.0), np.nan)
    chance = chance_of(counted, np.clip(level_k, 0.0, 1.0), out[1], out[2], level)
    some = bool(there.any())
    return WindowChance(
        probability=float(np.nanmean(chance)) if some else math.nan,
        level=float(level + out[0].sum() / counted.sum()) if some else math.nan,
        counted=float(counted.mean()),
        level_by_scenario=level_k,
        probability_by_scenario=chance,
    )


def chance_of(counted: Floats, mean: Floats, alone: Floats, varied: Floats, level: float) -> Floats:
    """Return ``[K]`` the probability that a level counted over `counted` expected contacts reaches `level`.

    `mean` the expected level; `alone` and `varied` the variance of in time less level times counted, with contacts independent and as
    they are. NaN without contacts.
    """
    from scipy.stats import norm

    result = np.full(counted.shape, np.nan)
    many = counted >= FEW
    spread = np.sqrt(np.maximum(varied, 1e-300))
    result[many] = norm.cdf((counted * (mean - level) + _ROUNDING)[many] / spread[many])
    for k in np.flatnonzero((counted > 0) & ~many).tolist():
        result[k] = _counted_out(float(counted[k]), float(mean[k]), float(varied[k] - alone[k]), level)
    return result


def _counted_out(contacts: float, mean: float, excess: float, level: float) -> float:
    """P(in time >= level * N | N > 0), N Poisson, in time beta-binomial with the excess variance."""
    from scipy.stats import betabinom, binom, poisson

    reach = 9 * math.sqrt(contacts) + 12
    n = np.arange(1, int(contacts + reach) + 1)
    weight = poisson.pmf(n, contacts)
    least = np.ceil(level * n - _ROUNDING)
    alike = excess / (mean * (1 - mean) * contacts**2) if 0 < mean < 1 else 0.0
    if alike > 1e-9:
        more = 1 / min(alike, 0.999) - 1
        reached = betabinom.sf(least - 1, n, mean * more, (1 - mean) * more)
    else:
        reached = binom.sf(least - 1, n, mean)
    return float(np.clip((weight * reached).sum() / weight.sum(), 0.0, 1.0))
