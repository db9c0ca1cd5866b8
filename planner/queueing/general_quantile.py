"""How long all but a few callers wait: quantiles of the wait, with any patience, finite lines and an uncertain rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.queueing.checks import broadcast, not_negative, positive, shaped, share
from planner.queueing.desk import Desk, desks
from planner.queueing.desk_law import ALL, ROWS, desk_law, wait_code
from planner.queueing.general_patience import whole_agents
from planner.queueing.patience import NEVER, ExponentialPatience, Patience
from planner.queueing.rates import known_rates

_LONGEST = 1e30  # seconds; who waits longer waits for ever
_CLOSE = 1e-14


@compiled(entry=False)
def _waits_longer(
    load: float, agents: float, t_s: float, of: int, aht: float, scale: float, balking: float, lines: float,
    exponential: bool, shape: float, steps: Any, factors: Any, weights: Any, row: Any,
) -> float:  # fmt: skip
    # P(wait > t_s), time shared between whole numbers of agents; where the lower number leaves it undefined the higher one's stands
    whole = math.floor(agents)
    part = agents - whole
    desk_law(load, int(whole), t_s, aht, scale, balking, lines, 0, exponential, shape, steps, factors, weights, row)
    found = float(row[of])
    if part > 0.0:
        desk_law(load, int(whole) + 1, t_s, aht, scale, balking, lines, 0, exponential, shape, steps, factors, weights, row)
        more = float(row[of])
        found = (1.0 - part) * found + part * more if found == found else more
    return found


@compiled(entry=False)
def _quantile(
    p: float, load: float, agents: float, of: int, aht: float, scale: float, balking: float, lines: float,
    exponential: bool, shape: float, steps: Any, factors: Any, weights: Any, row: Any,
) -> float:  # fmt: skip
    # the upper end of the bracket always satisfies; straight lines through the logarithm, every third time the middle
    rest = 1.0 - p
    low, high = 0.0, math.inf
    above = below = 0.0
    side = 0
    x = 0.0
    for n in range(1000):
        found = _waits_longer(
            load, agents, x, of, aht, scale, balking, lines, exponential, shape, steps, factors, weights, row
        )  # fmt: skip
        if found != found:
            return math.nan
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
def _fill(
    p: Any, load: Any, agents: Any, of: int, aht: Any, scale: Any, balking: Any, lines: Any,
    exponential: bool, shape: float, steps: Any, factors: Any, weights: Any, first: Any, last: Any, out: Any,
) -> None:  # fmt: skip
    row = np.empty(ROWS)
    for i in range(out.size):
        out[i] = math.nan
        if load[i] > 0.0:
            at = slice(first[i], last[i])
            out[i] = _quantile(
                p[i], load[i], agents[i], of, aht[i], scale[i], balking[i], lines[i],
                exponential, shape, steps, factors[at], weights[at], row,
            )  # fmt: skip


def quantile_of(
    *,
    p: ArrayLike,
    of: str,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    patience_s: ArrayLike | Patience | None,
    rate_cv: ArrayLike | None,
    rate_factors: ArrayLike | None,
    lines: ArrayLike | None,
    balking: ArrayLike | None,
) -> Any:
    """Return what `Performance.wait_quantile_s` promises, from the arguments of `performance`."""
    kind = wait_code(of)
    desk, given, shape = desks(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        patience_s=patience_s,
        lines=lines,
        balking=balking,
        rate_cv=rate_cv,
        rate_factors=rate_factors,
        agents=agents,
        p=p,
    )
    share("p", given["p"], shape, zero=True)
    return shaped(_quantiles(desk, given["p"], given["agents"], kind), shape)


def _quantiles(desk: Desk, p: Any, agents: Any, of: int) -> Any:
    out = np.empty(p.size)
    r = desk.rates
    _fill(
        p, desk.load, agents, of, desk.aht, desk.scale, desk.balking, desk.lines,
        desk.exponential, desk.tail, desk.steps, r.factors, r.weights, r.first, r.last, out,
    )  # fmt: skip
    return out


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
    desk = Desk(
        load=a,
        aht=aht,
        scale=np.full(a.size, scale),
        balking=b,
        lines=np.full(a.size, math.inf),
        exponential=patience is None or isinstance(patience, ExponentialPatience),
        tail=float(shape),
        steps=np.array(steps),
        rates=known_rates(a.size),
    )
    return shaped(_quantiles(desk, q, s, ALL), form)
