"""The requirement before heads are whole (C4): time shared between two neighbouring numbers of agents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.queueing.checks import shaped
from planner.queueing.inverse import least, refuse_unreachable, wanted
from planner.queueing.levels import code, law, service_level

_LEVEL, _ASA, _LOST, _OCCUPANCY = range(4)


@compiled
def _part(below: float, above: float, limit: float) -> float:
    # the share of time the larger number is needed; an undefined or endless value below leaves no choice
    if not abs(below) < math.inf or below == above:
        return 1.0
    return min(1.0, max(0.0, (limit - below) / (above - below)))


@compiled
def _one_limit(load: float, theta: float, t: float, definition: int, kind: int, limit: float) -> float:
    nan = math.nan
    if not limit >= 0.0 or load == 0.0:
        return 0.0
    n = least(
        load,
        theta,
        t,
        definition,
        limit if kind == _LEVEL else nan,
        limit if kind == _ASA else nan,
        limit if kind == _LOST else nan,
        limit if kind == _OCCUPANCY else nan,
    )
    if n <= 0:
        return float(n)
    low = law(load, n - 1, theta, t)
    high = law(load, n, theta, t)
    if kind == _LEVEL:
        below = service_level(low, definition, theta * t)
        part = _part(below if below == below else 0.0, service_level(high, definition, theta * t), limit)
    elif kind == _ASA:
        part = _part(low[7] / low[1] if low[1] > 0.0 else nan, high[7] / high[1] if high[1] > 0.0 else nan, limit)
    elif kind == _LOST:
        part = _part(low[3], high[3], limit)
    else:
        below = min(load * low[1], n - 1.0) - limit * (n - 1)
        above = min(load * high[1], float(n)) - limit * n
        part = _part(below, above, 0.0)
    return n - 1 + part


@compiled
def _fill(
    load: Any, aht: Any, theta: Any, t: Any, definition: int, level: Any, asa: Any, lost: Any, occupancy: Any, out: Any
) -> None:
    for i in range(out.size):
        need = 0.0
        for kind in range(4):
            if kind == _LEVEL:
                limit = level[i]
            elif kind == _ASA:
                limit = asa[i] / aht[i]
            elif kind == _LOST:
                limit = lost[i]
            else:
                limit = occupancy[i]
            one = _one_limit(load[i], theta[i], t[i], definition, kind, limit)
            if one < 0.0:
                need = -1.0
                break
            need = max(need, one)
        out[i] = max(need, load[i]) if theta[i] == 0.0 and need >= 0.0 else need


def required_agents_fractional(
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
    """Return the least agents, not whole, at which the interpolated measures of `performance` meet all limits given.

    Arguments and errors are those of `required_agents`. Each limit is interpolated by itself between the whole numbers around it
    and the largest answer counts: rounded up it is `required_agents`. Where nobody gives up it is never below the load, for all of
    the work has to be done. A quiet queue may need a tenth of an agent; whether that is a head is for the shift model to say.
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
    out = np.empty(asked.load.size)
    a = asked
    _fill(
        a.load, a.aht_s, a.theta, a.t, code(definition), a.level, a.max_asa_s, a.max_abandonment, a.max_occupancy, out
    )  # fmt: skip
    refuse_unreachable(asked, out < 0)
    return shaped(out, asked.shape)
