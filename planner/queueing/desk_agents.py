"""How many agents a promise takes at a desk of any kind: callers of any patience, finite lines, balking.

At a known rate, without a limit on lines, the offered wait V falls in likelihood ratio with every agent: its density is proportional to
exp(-s mu u) times what does not depend on s (see `general_patience`), and its weight against P(V = 0) to B(s-1). It still does under the
weight S(u), the share still waiting. So all five levels, every quantile, the ASA and abandonment improve with each agent, and between
one number that fails and one that does not the least is found by halves. What is not proven to improve - occupancy, averages over
rates that divide by the answered, anything behind finite lines, where one more call answered is one more line taken - is tried number
by number, up to one from which on nothing can fail.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.queueing.desk import Desk
from planner.queueing.desk_limits import Limits, desk_wanted, score
from planner.queueing.wanted import MAX_AGENTS

_NEVER_FULL = 40.0
"""Where the Poisson law of the load reaches the agents with probability below exp(-40) (Chernoff's bound), nobody waits, however many
agents more there are."""


def least_agents(desk: Desk, limits: Limits) -> tuple[Ints, Ints]:
    """Return the least whole agents ``[N]`` such that they and all larger numbers meet the limits, and the first that was found to.

    The second is below the first where a smaller number meets them too. Raises ValueError where no number does.
    """
    first = np.zeros(desk.load.size, dtype=np.int64)
    busy = np.flatnonzero(desk.load > 0)
    first[busy] = _bracketed(desk, limits, busy)
    return _for_good(desk, limits, busy, first), first


def required_desk_agents(**asked: Any) -> Any:
    """Return what `required_agents` promises, from its arguments."""
    desk, limits, shape = desk_wanted(**asked)
    least, first = least_agents(desk, limits)
    fewer = first < least
    if fewer.any():
        message = f"{int(fewer.sum())} of {least.size} requirements are met by a smaller number of agents too, but not by all larger ones"
        warnings.warn(f"{message}; the first is at index {int(np.argmax(fewer))}", stacklevel=4)
    return least.reshape(shape)[()]


def _bracketed(desk: Desk, limits: Limits, at: Ints) -> Ints:
    # a number that meets the limits, the one before it not, for the desks `at`
    most = np.minimum(desk.lines[at], MAX_AGENTS)
    load = desk.load[at]
    low = np.full(at.size, -1.0)
    high = np.minimum(np.ceil(load + np.sqrt(load)), most)
    left = np.arange(at.size)
    while left.size:
        left = left[~score(desk, limits, at[left], high[left]).met]
        _refuse_unreachable(desk, at[left[high[left] >= most[left]]])
        low[left] = high[left]
        high[left] = np.minimum(2 * high[left] - np.floor(load[left]) + 1, most[left])
    while (left := np.flatnonzero(high - low > 1)).size:
        middle = np.floor((low[left] + high[left]) / 2)
        met = score(desk, limits, at[left], middle).met
        high[left[met]] = middle[met]
        low[left[~met]] = middle[~met]
    return high.astype(np.int64)


def _for_good(desk: Desk, limits: Limits, at: Ints, first: Ints) -> Ints:
    # every number from `first` on is tried until no larger one can fail
    least = first.copy()
    agents = first.astype(np.float64)
    full = _full(desk, at)
    while at.size:
        found = score(desk, limits, at, agents[at])
        failed = at[~found.met]
        least[failed] = agents[failed].astype(np.int64) + 1
        sure = np.where(desk.lines[at] < np.inf, agents[at] >= full[at], found.firm)
        at = at[~(found.met & sure)]
        agents[at] += 1
        _refuse_unreachable(desk, at[agents[at] > np.minimum(desk.lines[at], MAX_AGENTS)])
    return least


def _full(desk: Desk, at: Ints) -> Floats:
    # agents beyond which those behind finite lines never wait nor find every line taken: as many as lines, or where so many are never busy
    full = desk.lines.copy()
    finite = at[np.isfinite(desk.lines[at])]
    if finite.size:
        a = desk.peak_load[finite]
        third = _NEVER_FULL / 3
        spare = third + np.sqrt(third**2 + 2 * _NEVER_FULL * a)  # as s log(s/a) - s + a >= (s-a)^2 / (2a + 2(s-a)/3)
        full[finite] = np.minimum(full[finite], np.ceil(a + spare))
    return full


def _refuse_unreachable(desk: Desk, at: Ints) -> None:
    if not at.size:
        return
    first = at[0]
    if desk.lines[first] < MAX_AGENTS:
        raise ValueError(
            f"{at.size} of {desk.load.size} requirements are out of reach behind their lines, the first at {desk.lines[first]:g} lines and "
            f"a load of {desk.load[first]:g} erlang, with an agent for each; more lines, or lower limits"
        )
    raise ValueError(
        f"{at.size} of {desk.load.size} requirements exceed {MAX_AGENTS:,} agents, the first at a load of {desk.load[first]:g} erlang; "
        "check the rate, the handling time and the limits"
    )
