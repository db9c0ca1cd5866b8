"""Square-root staffing: the agents above the load that a service level takes grow with the square root of the load.

Limits for large desks that are run both well and busily: S. Halfin and W. Whitt, "Heavy-traffic limits for queues with many
exponential servers", Operations Research 29 (1981), pp. 567-588, where nobody gives up; O. Garnett, A. Mandelbaum and M. Reiman,
"Designing a call center with impatient customers", Manufacturing & Service Operations Management 4 (2002), pp. 208-227, with patience.
In that limit the offered wait of those who wait is exponential, or a normal distribution cut off at zero.

Approximations, to start from and to reason with; `performance` and `required_agents` are exact and as quick. For 0.1 to 2 square roots
of the load above it, handling times of 180 s and patience from 60 s to endless, P(wait) comes out too low by 1.1 to 4.3 points at 14
erlang, 0.3 to 1.7 at 100, 0.1 to 0.5 at 1000 and 0.05 to 0.25 at 5000, and the level for 20 s too high by up to 4, 1.1, 0.1 and 0.02.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats, Ints
from planner.queueing.checks import broadcast, not_negative, patience, positive, shaped, share
from planner.queueing.inverse import required_agents

_FAR = 1e7  # of standard deviations, where nothing is left but overflow


@dataclass(frozen=True, kw_only=True)
class SquareRoot:
    """Approximate measures, each in the broadcast shape of the inputs; the level counts answered in time of all offered.

    `beta` is the number of agents above the load in square roots of the load.
    """

    beta: Floats
    prob_wait: Floats
    abandonment: Floats
    service_level: Floats
    mean_wait_s: Floats


@dataclass(frozen=True, kw_only=True)
class SquareRootAgents:
    """Agents by the rule of thumb, fractional and rounded up, beside the exact least number, each in the broadcast shape."""

    beta: Floats
    fractional: Floats
    agents: Ints
    exact: Ints


def _log_tail(x: Floats) -> Floats:
    # log of 1 - Phi(x)
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(-x))


def _hazard(x: Floats) -> Floats:
    # of the standard normal distribution: phi(x) / (1 - Phi(x))
    from scipy.special import erfcx

    return np.asarray(np.sqrt(2 / np.pi) / erfcx(x / np.sqrt(2)))


def _ratio(x: Floats, more: Floats) -> Floats:
    # hazard(x) / hazard(x + more), far to the left by logarithms
    right = np.maximum(x, -30.0)
    far = x * more + 0.5 * more * more + _log_tail(x + more) - _log_tail(x)
    return np.where(x > -30.0, _hazard(right) / _hazard(right + more), np.exp(np.minimum(far, 0.0)))


def _beyond(x: Floats, more: Floats) -> Floats:
    # P(Z > x + more | Z > x)
    return np.exp(np.minimum(0.0, _log_tail(x + more) - _log_tail(x)))


def _measures(load: Floats, beta: Floats, theta: Floats, t: Floats) -> tuple[Floats, ...]:
    # P(wait), abandonment, level and E[wait], with time in handling times; theta 0 where nobody gives up
    beta = np.clip(beta, -_FAR, _FAR)
    root = np.sqrt(load)
    never = theta == 0
    rate = np.where(never, 1.0, theta)
    spare = np.maximum(beta, 0.0)
    # Halfin and Whitt (1981): 1 / (1 + beta Phi(beta) / phi(beta)); for less agents than load everybody waits without end
    height = np.exp(-0.5 * np.minimum(spare, 40.0) ** 2) / np.sqrt(2 * np.pi)
    endless = np.where(spare > 0, height / (height + spare * np.exp(_log_tail(-spare))), 1.0)
    with np.errstate(divide="ignore"):
        slow = np.where(spare > 0, endless / np.where(spare > 0, spare * root, 1.0), np.inf)
    # Garnett, Mandelbaum and Reiman (2002): y h(-beta) / (y h(-beta) + h(beta y)) with y = sqrt(mu / theta)
    y = 1 / np.sqrt(rate)
    x = np.clip(beta * y, -_FAR, _FAR)
    held = y * _hazard(-beta)
    gone = held / (held + _hazard(x))
    step = np.sqrt(rate / load)
    stay = np.clip(_ratio(x, step), 0.0, 1.0)
    width = np.sqrt(load * rate) * t
    late = stay * _beyond(x + step, width)
    wait = np.where(never, endless, gone)
    lost = np.where(never, 0.0, gone * (1 - stay))
    level = np.where(never, 1 - endless * np.exp(-spare * root * t), 1 - gone + gone * (stay - late))
    level = np.where(never & (spare == 0), 0.0, level)
    known = ~np.isnan(load)
    return tuple(np.where(known, x, np.nan) for x in (wait, lost, level, np.where(never, slow, lost / rate)))


def square_root(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | None = None,
) -> SquareRoot:
    """Return what the square-root limit says `agents` give; arguments as in `performance`, which is exact.

    Without patience a desk with no more agents than load has P(wait) 1, level 0 and endless waits. How far off: see the module.
    Without contacts everything is NaN. Raises ValueError naming the argument for values that make no sense.
    """
    (rate, aht, s, t, p), shape = broadcast(
        rate_per_h=rate_per_h, aht_s=aht_s, agents=agents, threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
    )  # fmt: skip
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    load = np.where(rate > 0, rate * aht / 3600, np.nan)
    beta = (s - load) / np.sqrt(load)
    wait, lost, level, mean = _measures(load, beta, aht / p, t / aht)
    return SquareRoot(
        beta=shaped(beta, shape),
        prob_wait=shaped(wait, shape),
        abandonment=shaped(lost, shape),
        service_level=shaped(level, shape),
        mean_wait_s=shaped(mean * aht, shape),
    )


def square_root_agents(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    service_level: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | None = None,
) -> SquareRootAgents:
    """Return the agents the rule of thumb asks for, load + beta sqrt(load), beside the exact least number of `required_agents`.

    `beta` is the least at which the limit's level (answered within the threshold of all offered) is `service_level`; agents are never
    fewer than none. A starting guess, and too low where it is wrong: for 80% in 20 s and handling times of 180 s it is at most one agent
    short from 3 to 5000 erlang where nobody gives up, and with patience of 180 s up to 100 erlang; but 5 agents (1%) short at 1000
    erlang, and with patience of 60 s 3 agents (6.5%) at 30 to 100 erlang and 3.5% beyond, for there the level is kept with fewer agents
    than load, where the limit does not hold. Without contacts the number is 0 and beta NaN. Arguments and errors as in `required_agents`.
    """
    (rate, aht, level, t, p), shape = broadcast(
        rate_per_h=rate_per_h, aht_s=aht_s, service_level=service_level, threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
    )  # fmt: skip
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    share("service_level", level, shape, zero=True)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    load = np.where(rate > 0, rate * aht / 3600, np.nan)
    low, high = -np.sqrt(load), np.full(load.size, 40.0)
    for _ in range(100):
        middle = 0.5 * (low + high)
        met = _measures(load, middle, aht / p, t / aht)[2] >= level
        low, high = np.where(met, low, middle), np.where(met, middle, high)
    beta = np.where(_measures(load, -np.sqrt(load), aht / p, t / aht)[2] >= level, -np.sqrt(load), high)
    fractional = np.where(beta > -np.sqrt(load), np.maximum(0.0, load + beta * np.sqrt(load)), 0.0)
    return SquareRootAgents(
        beta=shaped(np.where(rate > 0, beta, np.nan), shape),
        fractional=shaped(fractional, shape),
        agents=np.ceil(fractional - 1e-9).astype(np.int64).reshape(shape)[()],
        exact=required_agents(
            rate_per_h=rate_per_h, aht_s=aht_s, threshold_s=threshold_s, service_level=service_level, patience_s=patience_s
        ),
    )
