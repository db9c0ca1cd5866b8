"""The chain of an N-design: one pool for class 1 alone, one for both classes, and what is in balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.domain.arrays import Floats, Ints

MAX_STATES = 200_000
"""Chains that would need more are refused."""

TAIL = 1e-13
"""The queues are followed until their mean beyond is less than this."""


@dataclass(frozen=True, kw_only=True)
class System:
    """Rates per second: arrivals by class, completions of one agent by pool, giving up by class (0: never); agents by pool.

    `priority` is the class, 1 or 2, that a freed agent of pool 2 takes first.
    """

    arrivals: tuple[float, float]
    completions: tuple[float, float]
    giving_up: tuple[float, float]
    agents: tuple[int, int]
    priority: int


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Stationary probabilities: `free` ``[b1, b2]`` with an agent of pool 2 free, `full` ``[x, q2]`` with none.

    x up to the agents of pool 1 is how many of them are busy; above it the rest waits in class 1. q2 waits in class 2.
    """

    free: Floats
    full: Floats


def _queue_law(arrivals: float, completions: float, giving_up: float, servers: int, each: float) -> Floats:
    # probabilities of 0, 1, ... in a birth-death chain with deaths min(n, servers) * each + completions if above + queue * giving_up
    weights, largest = [1.0], 1.0
    for n in range(1, MAX_STATES):
        queue = max(0, n - servers)
        deaths = min(n, servers) * each + (completions if queue else 0.0) + queue * giving_up
        weights.append(weights[-1] * arrivals / deaths)
        largest = max(largest, weights[-1])
        if largest > 1e200:
            weights, largest = [w / largest for w in weights], 1.0
        if queue and weights[-1] < 1e-17 * largest:
            break
    law: Floats = np.array(weights)
    law /= law.sum()
    return law


def refuse_unstable(system: System) -> None:
    """Raise ValueError when a class in which nobody gives up brings more work than is left for it."""
    (one, two), (theta1, theta2) = system.arrivals, system.giving_up
    (s1, s2), (mu1, mu2) = system.agents, system.completions
    left1, left2 = s1 * mu1 + s2 * mu2, s2 * mu2
    if system.priority == 1 and theta2 == 0.0 and (theta1 > 0.0 or one < left1) and left2 > 0.0:
        # with class 2 always waiting, pool 2 helps class 1 whenever that waits
        left2 *= float(_queue_law(one, left2, theta1, s1, mu1)[: s1 + 1].sum()) if one > 0.0 else 1.0
    if system.priority == 2 and theta1 == 0.0 and (theta2 > 0.0 or two < left2) and left2 > 0.0:
        # with class 1 always waiting, pool 2 is always busy and helps it whenever nobody waits in class 2
        left1 = s1 * mu1 + left2 * (float(_queue_law(two, left2, theta2, 0, 0.0)[0]) if two > 0.0 else 1.0)
    for name, rate, theta, left in (("1", one, theta1, left1), ("2", two, theta2, left2)):
        if theta == 0.0 and rate > 0.0 and rate >= left * (1 - 1e-9):
            raise ValueError(
                f"class {name} has no balance: {rate * 3600:g} contacts an hour arrive, nobody gives up, and {left * 3600:g} an hour "
                "is all that the agents can handle of it; give patience_s or more agents"
            )


def _transitions(system: System, longest: tuple[int, int]) -> tuple[Ints, Ints, Floats, tuple[int, int]]:
    # from, to and rate of every transition; states with pool 2 free come first, then those with it busy
    (one, two), (theta1, theta2) = system.arrivals, system.giving_up
    (s1, s2), (mu1, mu2) = system.agents, system.completions
    rows: list[tuple[Any, Any, Any]] = []
    width = longest[1] + 1
    offset = (s1 + 1) * s2

    def free(b1: Any, b2: Any) -> Any:
        return b1 * s2 + b2

    def full(x: Any, q2: Any) -> Any:
        return offset + x * width + q2

    def add(of: Any, to: Any, rate: Any, where: Any) -> None:
        rows.append(tuple(np.broadcast_to(a, where.shape)[where] for a in (of, to, rate)))

    b1, b2 = (a.reshape(-1) for a in np.indices((s1 + 1, s2)))
    if s2:
        here = free(b1, b2)
        beside = np.where(b2 + 1 < s2, free(b1, b2 + 1), full(b1, 0))
        add(here, here + s2, one, b1 < s1)
        add(here, beside, one, b1 == s1)
        add(here, beside, two, b1 >= 0)
        add(here, here - s2, b1 * mu1, b1 > 0)
        add(here, here - 1, b2 * mu2, b2 > 0)
    x, q2 = (a.reshape(-1) for a in np.indices((s1 + longest[0] + 1, width)))
    here, queue = full(x, q2), np.maximum(x - s1, 0)
    first = (queue > 0) & ((system.priority == 1) | (q2 == 0))
    second = (q2 > 0) & ~first
    add(here, here + width, one, x < s1 + longest[0])
    add(here, here + 1, two, q2 < longest[1])
    add(here, here - width, np.minimum(x, s1) * mu1 + queue * theta1, x > 0)
    add(here, here - 1, q2 * theta2, q2 > 0)
    if s2:
        add(here, here - width, s2 * mu2, first)
        add(here, here - 1, s2 * mu2, second)
        add(here, free(x, s2 - 1), s2 * mu2, ~first & ~second)
    of, to, rate = (np.concatenate([row[i] for row in rows]) for i in range(3))
    some = rate > 0
    return of[some], to[some], rate[some], (offset, offset + (s1 + longest[0] + 1) * width)


def _solve(system: System, longest: tuple[int, int]) -> Balance:
    # one state is given weight one and the rest follows from their balance; the state is then the likeliest of a first solution
    from scipy.sparse import coo_matrix, diags
    from scipy.sparse.linalg import splu

    of, to, rate, (offset, size) = _transitions(system, longest)
    leaving = np.bincount(of, rate, size)
    matrix = (diags(leaving) - coo_matrix((rate, (to, of)), (size, size))).tocsc()
    (s1, s2), load = system.agents, system.arrivals[0] / system.completions[0]
    reference = min(s1, int(load)) * s2 + s2 - 1 if s2 else offset + min(s1, int(load)) * (longest[1] + 1)
    weights = np.zeros(size)
    for _ in range(3):
        others = np.delete(np.arange(size), reference)
        column = -matrix[others][:, [reference]].toarray()[:, 0]
        solved = splu(
            matrix[others][:, others], permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )
        weights[others] = np.maximum(solved.solve(column), 0.0)
        weights[reference] = 1.0
        likeliest = int(np.argmax(weights))
        if weights[likeliest] < 1e6:
            break
        reference = likeliest
    weights /= weights.sum()
    return Balance(free=weights[:offset].reshape(s1 + 1, s2), full=weights[offset:].reshape(-1, longest[1] + 1))


def _beyond(law: Floats) -> float:
    # mean of what a queue cut off after its last place would have held there, if it falls on as it did at the end
    if law[-1] == 0.0 or law.size < 3:
        return 0.0 if law[-1] == 0.0 else float(law[-1])
    ratio = min(float(law[-1] / law[-2]), 0.999999) if law[-2] > 0.0 else 0.5
    return float(law[-1]) * ratio / (1 - ratio) * (law.size + 1 / (1 - ratio))


def balance(system: System) -> Balance:
    """Return the stationary probabilities, with queues as long as their mass asks for; ValueError beyond MAX_STATES."""
    refuse_unstable(system)
    s1 = system.agents[0]
    longest = [24, 24]
    while True:
        states = (s1 + 1) * system.agents[1] + (s1 + longest[0] + 1) * (longest[1] + 1)
        if states > MAX_STATES:
            raise ValueError(
                f"queues of {longest[0]} and {longest[1]} contacts are needed, {states:,} states, and the limit is {MAX_STATES:,}: "
                "this exact model is for smaller systems"
            )
        found = _solve(system, (longest[0], longest[1]))
        laws = (found.full[s1:].sum(axis=1), found.full.sum(axis=0))
        short = [_beyond(law) > TAIL for law in laws]
        if not any(short):
            return found
        longest = [n + n // 2 if more else n for n, more in zip(longest, short, strict=True)]
