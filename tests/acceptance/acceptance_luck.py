"""The chance that a window counts its target reached, written anew: Poisson's equation by a banded solve, counts by Poisson splitting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_banded
from scipy.special import betainc, betaincinv, gammainc
from scipy.stats import norm, poisson

Array = NDArray[np.float64]
FEW = 600.0


def variance_rates(load: float, agents: int, theta: float, t: float, formula: str, target: float) -> tuple[float, float]:
    """Variance per handling time of (in time - target x counted): of contacts on their own, and as they meet the same queue."""
    if agents == 0 or (theta == 0 and load >= agents):
        credited = -np.expm1(-theta * t) if formula == "crediting_short_abandons" else 0.0
        alone = load * (credited * (1 - target) ** 2 + (1 - credited) * target**2)
        return alone, alone
    top = agents + 40
    while _weight(load, agents, theta, top)[-1] > 1e-15:
        top *= 2
    p = _weight(load, agents, theta, top)
    in_time, counted = np.ones(top + 1), np.ones(top + 1)
    j = np.arange(top - agents + 1)
    if theta > 0:
        y, c = np.exp(-theta * t), agents / theta
        late, served = betainc(c, j + 1, y), agents / (agents + (j + 1) * theta)
        reached = served * (1 - betainc(c + 1, j + 1, y))
    else:
        late = 1 - gammainc(j + 1, agents * t)
        served, reached = np.ones(len(j)), 1 - late
    share = {
        "offered": (reached, np.ones(len(j))),
        "answered": (reached, served),
        "excluding_short_abandons": (reached, reached + np.exp(-theta * t) * late),
        "crediting_short_abandons": (1 - np.exp(-theta * t) * late, np.ones(len(j))),
        "virtual": (1 - late, np.ones(len(j))),
    }[formula]
    in_time[agents:], counted[agents:] = share
    reward = in_time - target * counted
    square = (1 - target) ** 2 * in_time + target**2 * (counted - in_time)
    up = np.r_[np.full(top, load), 0.0]
    down = np.minimum(np.arange(top + 1), agents) + np.maximum(np.arange(top + 1) - agents, 0) * theta
    centred = reward - p @ reward
    # (up + down) g(n) - up g(n+1) - down g(n-1) = centred, with g(0) = 0 in place of one equation
    bands = np.zeros((3, top + 1))
    bands[0, 1:], bands[1], bands[2, :-1] = -up[:-1], up + down, -down[1:]
    bands[1, 0], bands[0, 1] = 1.0, 0.0
    bias = solve_banded((1, 1), bands, np.r_[0.0, centred[1:]])
    bias -= p @ bias
    after = np.r_[bias[1:], bias[-1]]
    alone = load * (p @ square)
    return float(alone), float(alone + 2 * load**2 * (p @ (reward * after)))


def shared_variance(load: Array, agents: Array, theta: Array, t: Array, formula: str, target: float) -> tuple[Array, Array]:
    """The same per interval for agents that share their time between two whole numbers."""
    out = np.zeros((2, len(load)))
    for i, (a, s, th, within) in enumerate(zip(load, agents, theta, t, strict=True)):
        part = s - np.floor(s)
        out[:, i] = (1 - part) * np.array(variance_rates(a, int(np.floor(s)), th, within, formula, target))
        if part > 0:
            out[:, i] += part * np.array(variance_rates(a, int(np.floor(s)) + 1, th, within, formula, target))
    return out[0], out[1]


def _weight(load: float, agents: int, theta: float, top: int) -> Array:
    n = np.arange(1, top + 1)
    logs = np.r_[0.0, np.cumsum(np.log(load) - np.log(np.minimum(n, agents) + np.maximum(n - agents, 0) * theta))]
    weight = np.exp(logs - logs.max())
    return weight / weight.sum()


def chance(contacts: float, mean: float, alone: float, varied: float, target: float) -> float:
    """P(in time >= target x counted): in time and late are Poisson given their shares, whose Beta law carries the excess variance."""
    if contacts >= FEW:
        return float(norm.cdf(contacts * (mean - target) / np.sqrt(varied)))
    alike = min(max((varied - alone) / (mean * (1 - mean) * contacts**2), 1e-6), 0.999) if 0 < mean < 1 else 1e-6
    more = 1 / alike - 1
    share = (
        betaincinv(mean * more, (1 - mean) * more, (np.arange(60) + 0.5) / 60) if 0 < mean < 1 else np.array([min(mean, 1.0)])
    )
    x = np.arange(int(contacts + 6 * np.sqrt(contacts)) + 15)
    late = np.floor(x * (1 - target) / target + 1e-9)
    joint = poisson.pmf(x, contacts * share[:, None]) * poisson.cdf(late, contacts * (1 - share[:, None]))
    nothing = np.exp(-contacts)
    return float((joint.sum(axis=1).mean() - nothing) / (1 - nothing))
