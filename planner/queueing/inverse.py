"""How many agents a promise takes: the least whole number, proven on unrounded values."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.queueing.averages import UNKNOWN, level_over_rates, workspace
from planner.queueing.chunks import in_chunks
from planner.queueing.desk_agents import required_desk_agents
from planner.queueing.erlang_b import inverse_blocking
from planner.queueing.erlang_c import Law
from planner.queueing.levels import averaged_law, code, service_level
from planner.queueing.patience import Patience
from planner.queueing.wanted import ASA, LEVEL, LOST, MAX_AGENTS, OCCUPANCY, Wanted, wanted

_ROUNDING = 1e-12  # a load that is an exact multiple of the occupancy cap must not cost an agent for its last bit
_GUESSED = 24.0  # up to this load a guess takes longer than it saves


@compiled(entry=False, arrays=False)
def _least_c(load: float, t: float, level: float, max_asa: float, max_occupancy: float) -> int:
    # a queue in which nobody gives up is in balance only above its load; every measure improves with each agent from there on
    bottom = math.floor(load) + 1.0
    if max_occupancy > 0.0:
        bottom = max(bottom, math.ceil(load / max_occupancy * (1.0 - _ROUNDING)))
    if bottom > MAX_AGENTS:
        return -1
    first = bottom
    if load > _GUESSED and level >= 0.0:
        # a little too low for most: with beta square roots of the load above it -log P(wait) is about 1.2533 beta + 0.22 beta^2 in the
        # limit of Halfin and Whitt (see square_root), and who waits is late with probability exp(-beta sqrt(load) t)
        root = math.sqrt(load)
        linear = 1.2533 + root * t
        asked = -math.log1p(-level)
        beta = 2.0 * asked / (linear + math.sqrt(linear * linear + 0.9 * asked))
        first = max(first, min(float(MAX_AGENTS), math.floor(load + beta * root)))
    while True:
        n = first
        inverse = inverse_blocking(load, int(n))
        while n <= MAX_AGENTS:
            spare = n - load
            c = n / (spare * inverse + load)
            if not (1.0 - c * math.exp(-spare * t) < level or c / spare > max_asa):
                break
            n += 1.0
            inverse = 1.0 + n / load * inverse
        if n > MAX_AGENTS:
            return -1
        if n > first or first == bottom:
            return int(n)
        first = bottom  # fewer may do


@compiled(entry=False, arrays=False)
def _margin_of(found: Law, agents: int, load: float, theta_t: float, definition: int, limits: Any) -> float:
    # zero or more when every limit holds; where only the level fails, by how much
    asa, lost, occupancy, level = limits[ASA], limits[LOST], limits[OCCUPANCY], limits[LEVEL]
    if asa > 0.0 and not (found[1] > 0.0 and found[7] <= asa * found[1]):  # nobody answered has no mean wait
        return -1.0
    if lost > 0.0 and found[3] > lost:
        return -1.0
    if occupancy > 0.0 and load * found[1] > agents * occupancy * (1.0 + _ROUNDING):
        return -1.0
    if not level >= 0.0:
        return 1.0
    reached = service_level(found, definition, theta_t)
    return reached - level if reached == reached else -1.0


@compiled(entry=False, arrays=False)
def _bracketed(load: float, theta: float, t: float, definition: int, limits: Any, factors: Any, weights: Any, work: Any) -> int:
    # The offered wait falls in likelihood ratio with every agent (its density is proportional to exp(-s mu u) times what does not
    # depend on s, and its weight against P(V=0) is proportional to B(s-1)), so it still does under the weight exp(-theta u):
    # all five levels, the ASA and the abandonment improve with s, and a bracket holds the least s for which all later ones do.
    # It is closed by secants that aim just past the root.
    if load > MAX_AGENTS:
        return -1
    unknown = 2 * MAX_AGENTS
    low, high = -1, unknown
    below = above = 0.0
    variance = 0.0
    for i in range(factors.size):
        variance += weights[i] * (factors[i] - 1.0) ** 2
    slope = 0.4 / math.sqrt(load + 1.0 + variance * load * load)
    level = limits[LEVEL]
    reach = max(level, math.exp(-theta * t)) if level >= 0.0 else 1.0  # in overload s/a are answered, all within ln(a/s)/theta
    if variance > 0.0 and level >= 0.0:
        reach += 3.0 * (level - 0.5) * math.sqrt(variance)
        n = int(load * reach + 0.45 * math.sqrt(load) + 0.5)
    else:
        n = int(load * min(1.0, reach) + 0.45 * math.sqrt(load) + 0.5)
    n = max(n, 0)
    tried = 0
    level_alone = not (limits[ASA] > 0.0 or limits[LOST] > 0.0 or limits[OCCUPANCY] > 0.0)
    work[0, 0] = UNKNOWN
    while True:
        if level_alone:
            reached = level_over_rates(load, n, theta, t, definition, factors, weights, work)
            margin = reached - level if reached == reached else -1.0
        else:
            found = averaged_law(load, n, theta, t, factors, weights)
            margin = _margin_of(found, n, load, theta * t, definition, limits)
            if n == 0 and margin >= 0.0 and limits[OCCUPANCY] > 0.0:  # an empty desk keeps a cap only if one agent does
                found = averaged_law(load, 1, theta, t, factors, weights)
                margin = limits[OCCUPANCY] * (1.0 + _ROUNDING) - load * found[1]
        tried += 1
        if margin >= 0.0:
            high, above = n, margin
        else:
            low, below = n, margin
        if high - low == 1:
            return high
        if low > MAX_AGENTS:
            return -1
        bracketed = low >= 0 and high < unknown
        if bracketed:
            slope = (above - below) / (high - low)
        if bracketed and tried > 8:
            n = (low + high) // 2
            continue
        step = min(abs(margin) / slope, 0.3 * load + 1.0)
        if not bracketed and tried > 2:
            step *= 2.0 ** min(tried - 2, 40)
        n = max(n - max(1, int(step)), low + 1) if margin >= 0.0 else min(n + int(step) + 1, high - 1)


@compiled(entry=False, arrays=False)
def _may_fall(definition: int, limits: Any) -> bool:
    # whether an average over rates may get worse with one more agent
    return definition == 1 or definition == 2 or limits[ASA] > 0.0


@compiled(entry=False, arrays=False)
def _for_good(first: int, load: float, theta: float, t: float, definition: int, limits: Any, factors: Any, weights: Any) -> int:
    # Averaged over rates, a level or ASA that divides by the answered need not rise with every agent. Every number from `first` on is
    # tried until one meets them by shares of all contacts, which do rise: answered in time / offered, mean wait of all / answered.
    level, asa = limits[LEVEL], limits[ASA]
    least, n = first, first
    while True:
        found = averaged_law(load, n, theta, t, factors, weights)
        if _margin_of(found, n, load, theta * t, definition, limits) < 0.0:
            least = n + 1
        elif (not level >= 0.0 or found[2] >= level) and (not asa > 0.0 or found[6] <= asa * found[1]):
            return least
        n += 1
        if n > MAX_AGENTS:
            return -1


@compiled(entry=False, arrays=False)
def least(
    load: float, theta: float, t: float, definition: int, limits: Any, factors: Any, weights: Any, work: Any
) -> tuple[int, bool]:
    """The least whole number of agents, or -1 beyond MAX_AGENTS, and whether a smaller one meets the limits too; limits that are NaN are
    not asked for. Times in handling times; `work` is a `workspace` for as many rates."""
    if load == 0.0:
        return 0, False
    if theta == 0.0 and factors.size == 1:
        return _least_c(load, t, limits[LEVEL], limits[ASA], limits[OCCUPANCY]), False
    first = _bracketed(load, theta, t, definition, limits, factors, weights, work)
    if factors.size == 1 or first <= 0 or not _may_fall(definition, limits):
        return first, False
    found = _for_good(first, load, theta, t, definition, limits, factors, weights)
    return found, first < found


@compiled(arrays=False)
def _fill(
    load: Any,
    theta: Any,
    t: Any,
    definition: int,
    limits: Any,
    factors: Any,
    weights: Any,
    first: Any,
    last: Any,
    work: Any,
    out: Any,
) -> None:
    for i in range(load.size):
        at = slice(first[i], last[i])
        out[0, i], out[1, i] = least(load[i], theta[i], t[i], definition, limits[:, i], factors[at], weights[at], work)


def refuse_unreachable(asked: Wanted, too_many: Any) -> None:
    """Raise ValueError when any requirement went beyond MAX_AGENTS."""
    if too_many.any():
        first = int(np.argmax(too_many))
        raise ValueError(
            f"{int(too_many.sum())} of {too_many.size} requirements exceed {MAX_AGENTS:,} agents, the first at a load of "
            f"{asked.load[first]:g} erlang; check the rate, the handling time and the limits"
        )


@in_chunks
def required_agents(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    threshold_s: ArrayLike,
    service_level: ArrayLike | None = None,
    patience_s: ArrayLike | Patience | None = None,
    definition: str = "offered",
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    max_wait_s: ArrayLike | None = None,
    wait_share: ArrayLike = 0.9,
    wait_of: str = "all",
    rate_cv: ArrayLike | None = None,
    rate_factors: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balking: ArrayLike | None = None,
) -> Any:
    """Return the least whole number of agents such that it and every larger one meet all limits given.

    Inputs as in `performance`, plus `service_level` in [0, 1), `max_asa_s` on the mean wait of the contacts answered,
    `max_abandonment` and `max_occupancy` (of carried load) in (0, 1], and `max_wait_s` within which the waits of the share `wait_share`
    in (0, 1) of contacts are over, those of `wait_of` "all", the "answered" or the "virtual" ones (`Performance.wait_quantile_s`).
    Everything broadcasts, the answer is int64. Values are compared unrounded. No contacts take no agents. Where nobody gives up the
    answer is above the load; with patience it may be far below it, and zero where the definition asks for nobody: crediting short
    abandons, 86% of callers with a patience of 30 s are gone within 60 s; so are the waits of "all". Finite `lines` bound the agents.
    With `rate_cv` or `rate_factors` the limits hold on the average over the rate (see `performance`). There, and behind finite lines, a
    smaller number that meets them too, though a larger one does not, is told in a UserWarning. Raises ValueError for values that make
    no sense, for no limit at all, beyond MAX_AGENTS, and where an agent for every line is not enough.
    """
    if isinstance(patience_s, Patience) or any(given is not None for given in (lines, balking, max_wait_s)):
        return required_desk_agents(
            rate_per_h=rate_per_h,
            aht_s=aht_s,
            threshold_s=threshold_s,
            service_level=service_level,
            patience_s=patience_s,
            definition=definition,
            max_asa_s=max_asa_s,
            max_abandonment=max_abandonment,
            max_occupancy=max_occupancy,
            max_wait_s=max_wait_s,
            wait_share=wait_share,
            wait_of=wait_of,
            rate_cv=rate_cv,
            rate_factors=rate_factors,
            lines=lines,
            balking=balking,
        )
    asked = wanted(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        threshold_s=threshold_s,
        service_level=service_level,
        patience_s=patience_s,
        max_asa_s=max_asa_s,
        max_abandonment=max_abandonment,
        max_occupancy=max_occupancy,
        rate_cv=rate_cv,
        rate_factors=rate_factors,
    )
    out = np.empty((2, asked.load.size), dtype=np.int64)
    a, r = asked, asked.rates
    _fill(a.load, a.theta, a.t, code(definition), a.limits, r.factors, r.weights, r.first, r.last, workspace(r), out)
    refuse_unreachable(asked, out[0] < 0)
    if out[1].any():
        message = f"{int(out[1].sum())} of {a.load.size} requirements are met by a smaller number of agents too, but not by all larger ones"
        warnings.warn(f"{message}; the first is at index {int(np.argmax(out[1]))}", stacklevel=2)
    return out[0].reshape(asked.shape)[()]
