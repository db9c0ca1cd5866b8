"""Service level: five definitions in use, and the numbers each gives. Definitions differ by whom they count (C7)."""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled
from planner.domain.targets import Formula
from planner.queueing.erlang_a import erlang_a_law
from planner.queueing.erlang_c import Law, erlang_c_law

CODES: dict[Formula, int] = {
    Formula.OFFERED: 0,
    Formula.ANSWERED: 1,
    Formula.EXCLUDING_SHORT_ABANDONS: 2,
    Formula.CREDITING_SHORT_ABANDONS: 3,
    Formula.VIRTUAL: 4,
}


def code(definition: str) -> int:
    """Return the kernels' number of a definition; raise ValueError for a name that is none."""
    try:
        return CODES[Formula(definition)]
    except ValueError as error:
        known = ", ".join(Formula)
        raise ValueError(f"unknown definition of service level {definition!r}; it is one of {known}") from error


@compiled(entry=False, arrays=False)
def law(load: float, agents: int, theta: float, t: float) -> Law:
    """The law of Erlang A, or of Erlang C where nobody gives up (`theta` 0)."""
    if theta == 0.0:
        return erlang_c_law(load, agents, t)
    return erlang_a_law(load, agents, theta, t)


@compiled(entry=False, arrays=False)
def averaged_law(load: float, agents: int, theta: float, t: float, factors: Any, weights: Any) -> Law:
    """The law that contacts meet whose rate is `factors` times the mean with probabilities `weights`."""
    total = wait = answered = in_time = lost = lost_in = late = mean = delayed = offered = 0.0
    for i in range(factors.size):
        share = weights[i] * factors[i]
        if share > 0.0:
            total += share
            one = law(load * factors[i], agents, theta, t)
            wait += share * one[0]
            answered += share * one[1]
            in_time += share * one[2]
            lost += share * one[3]
            lost_in += share * one[4]
            late += share * one[5]
            mean += share * one[6]
            delayed += share * one[7]
            offered += share * one[8]
    k = 1.0 / total
    return (
        min(1.0, wait * k), min(1.0, answered * k), min(1.0, in_time * k), min(1.0, lost * k), min(1.0, lost_in * k),
        min(1.0, late * k), mean * k, delayed * k, offered * k,
    )  # fmt: skip


@compiled(entry=False, arrays=False)
def level_of(definition: int, in_time: float, answered: float, gone_late: float, late: float) -> float:
    """The level under a definition; NaN where it divides by nothing. Shares of contacts: answered within t, answered, `gone_late` still
    there at t unanswered, `late` with an offered wait beyond t."""
    if definition == 0:
        return in_time
    if definition == 1:
        return min(1.0, in_time / answered) if answered > 0.0 else math.nan
    if definition == 2:
        counted = in_time + gone_late
        return in_time / counted if counted > 0.0 else math.nan
    if definition == 3:
        return max(0.0, 1.0 - gone_late)
    return max(0.0, 1.0 - late)


@compiled(entry=False, arrays=False)
def service_level(found: Law, definition: int, theta_t: float) -> float:
    """The level of a law under a definition; NaN where it divides by nothing. `theta_t` is threshold over mean patience."""
    return level_of(definition, found[2], found[1], math.exp(-theta_t) * found[5], found[5])
