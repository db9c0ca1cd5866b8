"""The requirement before heads are whole (C4): time shared between two neighbouring numbers of agents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.queueing.averages import workspace
from planner.queueing.checks import shaped
from planner.queueing.chunks import in_chunks
from planner.queueing.desk_fractional import fractional_desk_agents
from planner.queueing.inverse import least, refuse_unreachable
from planner.queueing.levels import averaged_law, code, service_level
from planner.queueing.patience import Patience
from planner.queueing.wanted import ASA, LEVEL, LOST, wanted


@compiled(entry=False, arrays=False)
def _part(below: float, above: float, limit: float) -> float:
    # the share of time the larger number is needed; an undefined or endless value below leaves no choice
    if not abs(below) < math.inf or below == above:
        return 1.0
    return min(1.0, max(0.0, (limit - below) / (above - below)))


@compiled(entry=False, arrays=False)
def _one_limit(
    load: float, theta: float, t: float, definition: int, kind: int, limits: Any, factors: Any, weights: Any, work: Any
) -> float:
    limit = limits[kind]
    if not limit >= 0.0 or load == 0.0:
        return 0.0
    n, _ = least(load, theta, t, definition, limits, factors, weights, work)
    if n <= 0:
        return float(n)
    low = averaged_law(load, n - 1, theta, t, factors, weights)
    high = averaged_law(load, n, theta, t, factors, weights)
    if kind == LEVEL:
        below = service_level(low, definition, theta * t)
        part = _part(below if below == below else 0.0, service_level(high, definition, theta * t), limit)
    elif kind == ASA:
        part = _part(low[7] / low[1] if low[1] > 0.0 else math.nan, high[7] / high[1] if high[1] > 0.0 else math.nan, limit)
    elif kind == LOST:
        part = _part(low[3], high[3], limit)
    else:
        below = min(load * low[1], n - 1.0) - limit * (n - 1)
        above = min(load * high[1], float(n)) - limit * n
        part = _part(below, above, 0.0)
    return n - 1 + part


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
    alone: Any,
    out: Any,
) -> None:
    for i in range(out.size):
        at = slice(first[i], last[i])
        need = 0.0
        for kind in range(4):
            alone[kind, kind] = limits[kind, i]
            one = _one_limit(load[i], theta[i], t[i], definition, kind, alone[kind], factors[at], weights[at], work)
            if one < 0.0:
                need = -1.0
                break
            need = max(need, one)
        out[i] = max(need, load[i]) if theta[i] == 0.0 and need >= 0.0 else need


@in_chunks
def required_agents_fractional(
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
    """Return the least agents, not whole, at which the interpolated measures of `performance` meet all limits given.

    Arguments and errors are those of `required_agents`. Each limit is interpolated by itself between the whole numbers around it
    and the largest answer counts: rounded up it is `required_agents`. Unless lines are finite it is never below the load of those who
    neither balk nor ever give up, for all of their work has to be done. A quiet queue may need a tenth of an agent; whether that is a
    head is for the shift model to say.
    """
    if isinstance(patience_s, Patience) or any(given is not None for given in (lines, balking, max_wait_s)):
        return fractional_desk_agents(
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
    out = np.empty(asked.load.size)
    a, r = asked, asked.rates
    _fill(
        a.load,
        a.theta,
        a.t,
        code(definition),
        a.limits,
        r.factors,
        r.weights,
        r.first,
        r.last,
        workspace(r),
        np.full((4, 4), np.nan),
        out,
    )
    refuse_unreachable(asked, out < 0)
    return shaped(out, asked.shape)
