"""Service level: five definitions in use, and the numbers each gives. Definitions differ by whom they count (C7)."""

from __future__ import annotations

import math

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


@compiled
def law(load: float, agents: int, theta: float, t: float) -> Law:
    """The law of Erlang A, or of Erlang C where nobody gives up (`theta` 0)."""
    if theta == 0.0:
        return erlang_c_law(load, agents, t)
    return erlang_a_law(load, agents, theta, t)


@compiled
def service_level(found: Law, code: int, theta_t: float) -> float:
    """The level of a law under a definition; NaN where it divides by nothing. `theta_t` is threshold over mean patience."""
    answered, in_time, abandoned_in, late = found[1], found[2], found[4], found[5]
    if code == 0:
        return in_time
    if code == 1:
        return min(1.0, in_time / answered) if answered > 0.0 else math.nan
    if code == 2:
        counted = in_time + math.exp(-theta_t) * late
        return in_time / counted if counted > 0.0 else math.nan
    if code == 3:
        return min(1.0, in_time + abandoned_in)
    return 1.0 - late
