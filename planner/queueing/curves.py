"""Service against agents: the level of every number of agents in one pass, and its least concave majorant."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive
from planner.queueing.chunks import in_chunks
from planner.queueing.desk import desks
from planner.queueing.desk_curves import desk_curves
from planner.queueing.erlang_a_series import change_within, level_sums, series_serves
from planner.queueing.levels import code, law, level_of, service_level
from planner.queueing.patience import Patience
from planner.queueing.quadrature import FEW_NODES, FEW_WEIGHTS

MAX_CELLS = 200_000_000
"""A curve array beyond this many values (1.6 GB) is refused."""

_FEW_UP_TO = 14.0


@compiled(entry=False)
def _weights(load: float, theta: float, t: float, nodes: Any) -> None:
    # rows: weight times exp((a / theta) (1 - e^(-theta u))), exp(-theta u), exp(-u), and exp(-s u) at s = 0
    for k in range(FEW_NODES.size):
        u = t * FEW_NODES[k]
        gone = -math.expm1(-theta * u)
        nodes[0, k] = t * FEW_WEIGHTS[k] * math.exp(load * gone / theta)
        nodes[1, k] = 1.0 - gone
        nodes[2, k] = math.exp(-u)
        nodes[3, k] = 1.0


@compiled(entry=False)
def _with_patience(load: float, theta: float, t: float, definition: int, up_to: float, nodes: Any, out: Any) -> None:
    shared = t > 0.0 and load * t < 300.0
    if shared:
        _weights(load, theta, t, nodes)
    gone_late = math.exp(-theta * t)
    inverse = 1.0  # 1 / B(s - 1)
    for s in range(1, out.size):
        if s > 1:
            inverse = 1.0 + (s - 1) / load * inverse
        x = float(s)
        over = kept_in = 0.0
        if shared:
            for k in range(FEW_NODES.size):
                nodes[3, k] *= nodes[2, k]
                g = nodes[0, k] * nodes[3, k]
                over += g
                kept_in += g * nodes[1, k]
        if inverse > 1e300:
            level = 1.0
        elif (shared or t == 0.0) and change_within(load, x, theta, t) <= _FEW_UP_TO and series_serves(load, x, theta, t):
            whole, waiting = level_sums(load, x, theta)
            full = load / (inverse * x)
            at_once = 1.0 / (1.0 + full * whole)
            in_time = min(1.0, at_once * (1.0 + load / inverse * kept_in))
            late = max(0.0, at_once * (full * whole - load / inverse * over))
            answered = max(in_time, 1.0 - theta / load * full * at_once * waiting)
            level = level_of(definition, in_time, answered, gone_late * late, late)
        else:
            level = service_level(law(load, s, theta, t), definition, theta * t)
        out[s] = level if level == level else 0.0
        if out[s] >= up_to:
            out[s + 1 :] = out[s]
            return


@compiled(entry=False)
def _with_endless_patience(load: float, t: float, up_to: float, out: Any) -> None:
    inverse = 1.0  # 1 / B(s)
    for s in range(1, out.size):
        inverse = 1.0 + s / load * inverse
        spare = s - load
        if spare <= 0.0:
            out[s] = 0.0
        else:
            out[s] = 1.0 - s / (spare * inverse + load) * math.exp(-spare * t) if inverse < 1e300 else 1.0
        if out[s] >= up_to:
            out[s + 1 :] = out[s]
            return


@compiled
def _fill(load: Any, theta: Any, t: Any, definition: int, up_to: float, out: Any) -> None:
    nodes = np.empty((4, FEW_NODES.size))
    for i in range(load.size):
        if load[i] == 0.0:
            out[i] = math.nan
            continue
        out[i, 0] = -math.expm1(-theta[i] * t[i]) if definition == 3 else 0.0
        if theta[i] == 0.0:
            _with_endless_patience(load[i], t[i], up_to, out[i])
        else:
            _with_patience(load[i], theta[i], t[i], definition, up_to, nodes, out[i])


def _refuse_too_many(curves: int, most: int) -> None:
    if curves * (most + 1) > MAX_CELLS:
        raise ValueError(f"{curves:,} curves of {most + 1:,} values are more than {MAX_CELLS:,}; ask for them in parts")


@in_chunks
def service_curve(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    threshold_s: ArrayLike,
    max_agents: int,
    patience_s: ArrayLike | Patience | None = None,
    definition: str = "offered",
    up_to: float = 1.0,
    lines: ArrayLike | None = None,
    balking: ArrayLike | None = None,
) -> Floats:
    """Return the service level of 0, 1, ..., `max_agents` agents, ``[..., max_agents + 1]`` with the shape of the inputs before.

    Inputs as in `performance`. Each curve rises with every agent, unless `lines` are finite: there one more call answered is one more
    line taken, and agents beyond the lines add nothing. Without contacts it is NaN (C3); with nobody on seat it is 0, or what those who
    gave up in time make it under "crediting_short_abandons". From the first number that reaches `up_to` on the curve holds that level:
    work that few would look at is not done. Raises ValueError for values that make no sense.
    """
    most = int(max_agents)
    if most != max_agents or most < 0:
        raise ValueError(f"max_agents must be a whole number of agents, zero or more, got {max_agents!r}")
    if not 0 < up_to <= 1:
        raise ValueError(f"up_to must be a level above 0, at most 1, got {up_to:g}")
    if isinstance(patience_s, Patience) or lines is not None or balking is not None:
        desk, given, shape = desks(
            rate_per_h=rate_per_h, aht_s=aht_s, patience_s=patience_s, lines=lines, balking=balking, threshold_s=threshold_s
        )
        not_negative("threshold_s", given["threshold_s"], "seconds", shape)
        _refuse_too_many(desk.load.size, most)
        return desk_curves(desk, given["threshold_s"], most, code(definition), float(up_to)).reshape(*shape, most + 1)
    (rate, aht, t, p), shape = broadcast(
        rate_per_h=rate_per_h, aht_s=aht_s, threshold_s=threshold_s, patience_s=np.inf if patience_s is None else patience_s
    )
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    _refuse_too_many(rate.size, most)
    out = np.empty((rate.size, most + 1))
    _fill(rate * aht / 3600, aht / p, t / aht, code(definition), float(up_to), out)
    return out.reshape(*shape, most + 1)


@compiled
def _majorise(curves: Any, out: Any, corners: Any) -> None:
    for i in range(curves.shape[0]):
        n = 0
        for s in range(curves.shape[1]):
            while n >= 2:  # drop the last corner while it lies on or below the chord past it
                a, b = corners[n - 2], corners[n - 1]
                if (curves[i, b] - curves[i, a]) * (s - a) > (curves[i, s] - curves[i, a]) * (b - a):
                    break
                n -= 1
            corners[n] = s
            n += 1
        for k in range(n - 1):
            a, b = corners[k], corners[k + 1]
            for s in range(a, b + 1):
                out[i, s] = curves[i, a] + (curves[i, b] - curves[i, a]) * (s - a) / (b - a)
        if n == 1:
            out[i, 0] = curves[i, 0]


def concave_majorant(curve: ArrayLike) -> Floats:
    """Return the least concave function on whole agents that is nowhere below `curve` ``[..., n]``.

    What a linear model may use in place of the true curve: on its corners the two agree, and between whole numbers it is the level of
    time shared between corners. Curves of NaN stay NaN. By the upper convex hull (A. M. Andrew, Inf. Proc. Letters 9 (1979), p. 216).
    """
    values = np.array(curve, dtype=np.float64, order="C")
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError("a curve needs at least the value for no agent")
    rows = values.reshape(-1, values.shape[-1])
    out = rows.copy()
    whole = ~np.isnan(rows).any(axis=1)
    chosen = np.ascontiguousarray(rows[whole])
    raised = chosen.copy()
    _majorise(chosen, raised, np.empty(chosen.shape[1], dtype=np.int64))
    out[whole] = raised
    return out.reshape(values.shape)
