"""How long all but a few callers wait: quantiles of the wait of all contacts, with any patience."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.queueing.checks import broadcast, not_negative, positive, shaped, share
from planner.queueing.erlang_a import erlang_a_law
from planner.queueing.general_patience import general_patience_law, still_waiting, whole_agents
from planner.queueing.patience import NEVER, Patience

_LONGEST = 1e30  # seconds; who waits longer waits for ever
_CLOSE = 1e-14


@compiled(entry=False)
def waits_longer(
    load: float, agents: int, t_s: float, aht_s: float, balking: float, scale: float, shape: float, steps: Any
) -> float:
    """P(wait > t_s seconds) of all contacts, the wait ending when answered or given up; 0 seconds for those who balk."""
    if shape == 1.0 and scale < math.inf and balking == 0.0 and steps.shape[1] == 1:
        return math.exp(-t_s / scale) * erlang_a_law(load, agents, aht_s / scale, t_s / aht_s)[5]
    late = general_patience_law(load, agents, t_s / aht_s, aht_s, balking, scale, shape, steps)[5]
    return still_waiting(t_s, balking, scale, shape, steps) * late


@compiled(entry=False)
def _quantile(load: float, agents: int, aht: float, p: float, balking: float, scale: float, shape: float, steps: Any) -> float:
    # the upper end of the bracket always satisfies; straight lines through the logarithm, every third time the middle
    rest = 1.0 - p
    low, high = 0.0, math.inf
    above = below = 0.0
    side = 0
    x = 0.0
    for n in range(1000):
        found = waits_longer(load, agents, x, aht, balking, scale, shape, steps)
        excess = math.log(found / rest) if found > 0.0 else -math.inf
        if abs(excess) < _CLOSE or (x == 0.0 and excess < 0.0):
            return x
        if excess > 0.0:
            low, above = x, excess
            below = 0.5 * below if side == 1 else below
            side = 1
        else:
            high, below = x, excess
            above = 0.5 * above if side == -1 else above
            side = -1
        if high == math.inf:
            if low > _LONGEST:
                break
            x = 2.0 * low if low > 0.0 else aht / (agents + 1.0)
            continue
        if high - low <= 1e-15 * high:
            break
        x = 0.5 * (low + high)
        if n % 3 != 2 and below > -math.inf:
            x = min(max(low + (high - low) * above / (above - below), low), high)
    return high


@compiled
def _fill(load: Any, agents: Any, aht: Any, p: Any, balking: Any, scale: float, shape: float, steps: Any, out: Any) -> None:
    for i in range(out.size):
        out[i] = math.nan
        if load[i] > 0.0:
            out[i] = _quantile(load[i], int(agents[i]), aht[i], p[i], balking[i], scale, shape, steps)


def wait_quantile(
    *,
    load: ArrayLike,
    agents: ArrayLike,
    aht_s: ArrayLike,
    patience: Patience | None,
    p: ArrayLike,
    balking: ArrayLike = 0.0,
) -> Any:
    """Return the seconds within which the wait of the share `p` of all contacts is over, answered or given up.

    `load` in erlang, whole `agents`, `aht_s` mean handling seconds, `p` from 0 on and below 1 and `balking` broadcast; `patience` is
    one law, None where nobody gives up. It is 0 where so many are answered at once or balk, infinity where more than 1 - p wait for
    ever in a queue that grows without end, and NaN without contacts. Raises ValueError naming the argument for values that make no
    sense. Sources: `general_patience`, `erlang_a`; P(wait > t) = P(patience > t) P(offered wait > t).
    """
    (a, s, aht, q, b), form = broadcast(load=load, agents=agents, aht_s=aht_s, p=p, balking=balking)
    not_negative("load", a, "erlang", form)
    whole_agents(s, form)
    positive("aht_s", aht, "seconds", form)
    share("p", q, form, zero=True)
    share("balking", b, form, zero=True, one=True)
    scale, shape, steps = NEVER if patience is None else patience.curve()
    out = np.empty(a.size)
    _fill(a, s, aht, q, b, scale, shape, steps, out)
    return shaped(out, form)
