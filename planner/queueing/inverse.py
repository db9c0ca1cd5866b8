"""How many agents a promise takes: the least whole number, proven on unrounded values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive, share
from planner.queueing.erlang_b import blocking
from planner.queueing.levels import code, law, service_level

MAX_AGENTS = 10_000_000
"""A requirement beyond this is refused: the target, not the desk, is at fault."""

_ROUNDING = 1e-12  # a load that is an exact multiple of the occupancy cap must not cost an agent for its last bit


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Checked and flattened arguments of the inverse functions; a limit that was not asked for is NaN."""

    shape: tuple[int, ...]
    load: Floats
    aht_s: Floats
    theta: Floats
    t: Floats
    level: Floats
    max_asa_s: Floats
    max_abandonment: Floats
    max_occupancy: Floats


def wanted(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    threshold_s: ArrayLike,
    service_level: ArrayLike | None,
    patience_s: ArrayLike | None,
    max_asa_s: ArrayLike | None,
    max_abandonment: ArrayLike | None,
    max_occupancy: ArrayLike | None,
) -> Wanted:
    """Broadcast and check the arguments of `required_agents`; raise ValueError naming the first that makes no sense."""
    limits = {
        "service_level": service_level,
        "max_asa_s": max_asa_s,
        "max_abandonment": max_abandonment,
        "max_occupancy": max_occupancy,
    }
    given = {name: value for name, value in limits.items() if value is not None}
    if not given:
        raise ValueError(f"nothing is asked for: give at least one of {', '.join(limits)}")
    (rate, aht, t, p, *values), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
        **given,
    )
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    asked = dict(zip(given, values, strict=True))
    for name, limit in asked.items():
        if name == "max_asa_s":
            positive(name, limit, "seconds", shape)
        else:
            share(name, limit, shape, zero=name == "service_level", one=name != "service_level")
    load = rate * aht / 3600
    not_negative("rate_per_h times aht_s", load, "erlang", shape)
    absent = np.full(load.size, np.nan)
    return Wanted(
        shape=shape,
        load=load,
        aht_s=aht,
        theta=aht / p,
        t=t / aht,
        level=asked.get("service_level", absent),
        max_asa_s=asked.get("max_asa_s", absent),
        max_abandonment=asked.get("max_abandonment", absent),
        max_occupancy=asked.get("max_occupancy", absent),
    )


@compiled
def _least_c(load: float, t: float, level: float, max_asa: float, max_occupancy: float) -> int:
    # a queue in which nobody gives up is in balance only above its load; every measure improves with each agent from there on
    n = math.floor(load) + 1.0
    if max_occupancy > 0.0:
        n = max(n, math.ceil(load / max_occupancy * (1.0 - _ROUNDING)))
    if n > MAX_AGENTS:
        return -1
    b = blocking(load, int(n))
    while n <= MAX_AGENTS:
        spare = n - load
        c = n * b / (spare + load * b)
        if not (1.0 - c * math.exp(-spare * t) < level or c / spare > max_asa):
            return int(n)
        n += 1.0
        b = load * b / (n + load * b)
    return -1


@compiled
def _margin(
    agents: int, load: float, theta: float, t: float, definition: int, level: float, asa: float, lost: float, occupancy: float
) -> float:
    # zero or more when every limit holds; where only the level fails, by how much
    found = law(load, agents, theta, t)
    if asa > 0.0 and not (found[1] > 0.0 and found[7] <= asa * found[1]):  # nobody answered has no mean wait
        return -1.0
    if lost > 0.0 and found[3] > lost:
        return -1.0
    if occupancy > 0.0 and load * found[1] > agents * occupancy * (1.0 + _ROUNDING):
        return -1.0
    if not level >= 0.0:
        return 1.0
    reached = service_level(found, definition, theta * t)
    return reached - level if reached == reached else -1.0


@compiled
def _least_a(
    load: float, theta: float, t: float, definition: int, level: float, asa: float, lost: float, occupancy: float
) -> int:
    # The offered wait falls in likelihood ratio with every agent (its density is proportional to exp(-s mu u) times what does not
    # depend on s, and its weight against P(V=0) is proportional to B(s-1)), so it still does under the weight exp(-theta u):
    # all five levels, the ASA and the abandonment improve with s, and a bracket holds the least s for which all later ones do.
    # It is closed by secants that aim just past the root.
    if load > MAX_AGENTS:
        return -1
    unknown = 2 * MAX_AGENTS
    low, high = -1, unknown
    below = above = 0.0
    slope = 0.4 / math.sqrt(load + 1.0)
    reach = max(level, math.exp(-theta * t)) if level >= 0.0 else 1.0  # in overload s/a are answered, all within ln(a/s)/theta
    n = int(load * min(1.0, reach) + 0.45 * math.sqrt(load) + 0.5)
    tried = 0
    while True:
        margin = _margin(n, load, theta, t, definition, level, asa, lost, occupancy)
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
            step *= 2.0
        if margin >= 0.0:
            n = max(n - max(1, int(step)), low + 1)
        else:
            n = min(n + int(step) + 1, high - 1)


@compiled
def least(load: float, theta: float, t: float, definition: int, level: float, asa: float, lost: float, occupancy: float) -> int:
    """The least whole number of agents, or -1 beyond MAX_AGENTS; limits that are NaN are not asked for. Times in handling times."""
    if load == 0.0:
        return 0
    if theta == 0.0:
        return _least_c(load, t, level, asa, occupancy)
    return _least_a(load, theta, t, definition, level, asa, lost, occupancy)


@compiled
def _fill(
    load: Any, aht: Any, theta: Any, t: Any, definition: int, level: Any, asa: Any, lost: Any, occupancy: Any, out: Any
) -> None:
    for i in range(out.size):
        out[i] = least(load[i], theta[i], t[i], definition, level[i], asa[i] / aht[i], lost[i], occupancy[i])


def refuse_unreachable(asked: Wanted, too_many: Any) -> None:
    """Raise ValueError when any requirement went beyond MAX_AGENTS."""
    if too_many.any():
        first = int(np.argmax(too_many))
        raise ValueError(
            f"{int(too_many.sum())} of {too_many.size} requirements exceed {MAX_AGENTS:,} agents, the first at a load of "
            f"{asked.load[first]:g} erlang; check the rate, the handling time and the limits"
        )


def required_agents(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    threshold_s: ArrayLike,
    service_level: ArrayLike | None = None,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
) -> Any:
    """Return the least whole number of agents such that it and every larger one meet all limits given.

    Inputs as in `performance`, plus `service_level` in [0, 1), `max_asa_s` on the mean wait of the contacts answered,
    `max_abandonment` and `max_occupancy` (of carried load) in (0, 1]; everything broadcasts, the answer is int64. Values are compared
    unrounded. No contacts take no agents. Where nobody gives up the answer is above the load; with patience it may be far below it,
    and zero where the definition asks for nobody: crediting short abandons, 86% of callers with a patience of 30 s are gone within
    60 s. Raises ValueError for values that make no sense, for no limit at all, and beyond MAX_AGENTS.
    """
    asked = wanted(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        threshold_s=threshold_s,
        service_level=service_level,
        patience_s=patience_s,
        max_asa_s=max_asa_s,
        max_abandonment=max_abandonment,
        max_occupancy=max_occupancy,
    )
    out = np.empty(asked.load.size, dtype=np.int64)
    a = asked
    _fill(
        a.load, a.aht_s, a.theta, a.t, code(definition), a.level, a.max_asa_s, a.max_abandonment, a.max_occupancy, out
    )  # fmt: skip
    refuse_unreachable(asked, out < 0)
    return out.reshape(asked.shape)[()]
