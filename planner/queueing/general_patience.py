"""Callers wait with any patience (M/M/s+G): a share balks rather than wait, the others give up after a time with any law.

The offered wait V, what an infinitely patient caller would wait, has the density (F. Baccelli and G. Hebuterne, "On queues with
impatient customers", Performance '81, pp. 159-179; S. Zeltyn and A. Mandelbaum, "Call centers with impatient customers: many-server
asymptotics of the M/M/n+G queue", Queueing Systems 51 (2005), pp. 361-402)

    v(u) = lambda B(s-1, a) P(V=0) exp( lambda H(u) - s mu u ),   H(u) = integral of S from 0 to u,   u > 0,

S(x) = (1 - balking) P(patience > x). The exponent is concave, so v has one peak; everything is summed outward from it and nothing
is subtracted that could cancel. The wait min(V, patience) of all has the mean E[H(V)], since H(u) = E[min(u, patience)].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, positive, refuse, shaped, share
from planner.queueing.erlang_b import blocking
from planner.queueing.erlang_c import Law
from planner.queueing.general_pieces import add_stair
from planner.queueing.general_tail import ORDER, add_tail
from planner.queueing.patience import NEVER, Patience


@dataclass(frozen=True, kw_only=True)
class GeneralLaw:
    """What a queue in balance does to a contact, each in the broadcast shape of the inputs (one number for one case).

    Shares of all contacts: `prob_wait` find every agent busy; `answered`; `answered_in_time`, within the threshold; `abandoned`, those
    who balk included; `abandoned_in_time`, within the threshold; `prob_offered_wait_longer` would wait longer than the threshold if
    they never gave up. In seconds: `mean_wait_s` of all (0 for those who balk), `asa_answered_s` of those answered,
    `mean_offered_wait_s` of a contact that never gives up. Without contacts everything is NaN; where nobody is answered
    `asa_answered_s` is NaN.
    """

    prob_wait: Floats
    answered: Floats
    answered_in_time: Floats
    abandoned: Floats
    abandoned_in_time: Floats
    prob_offered_wait_longer: Floats
    mean_wait_s: Floats
    asa_answered_s: Floats
    mean_offered_wait_s: Floats


@compiled(entry=False, arrays=False)
def _last_step(t_s: float, steps: Any) -> int:
    low, high = 0, steps.shape[1]
    while high - low > 1:
        middle = (low + high) // 2
        if steps[0, middle] <= t_s:
            low = middle
        else:
            high = middle
    return low


@compiled(arrays=False)
def still_waiting(t_s: float, balking: float, scale: float, shape: float, steps: Any) -> float:
    """P(patience > t_s seconds), those who balk counted as gone."""
    i = _last_step(t_s, steps)
    if i < steps.shape[1] - 1 or scale == math.inf:
        return float((1.0 - balking) * steps[1, i])
    return float((1.0 - balking) * steps[1, i] * math.exp(-math.pow((t_s - steps[0, i]) / scale, shape)))


@compiled(arrays=False)
def given_up(t_s: float, balking: float, scale: float, shape: float, steps: Any) -> float:
    """P(patience <= t_s seconds), those who balk included; the complement of `still_waiting`, exact where it is small."""
    i = _last_step(t_s, steps)
    gone = float(balking + (1.0 - balking) * (1.0 - steps[1, i]))
    if i < steps.shape[1] - 1 or scale == math.inf:
        return gone
    return float(gone - (1.0 - balking) * steps[1, i] * math.expm1(-math.pow((t_s - steps[0, i]) / scale, shape)))


@compiled(entry=False, arrays=False)
def _endless(t_s: float, aht_s: float, balking: float, scale: float, shape: float, steps: Any) -> Law:
    # the offered wait is without end: callers who ever give up do, the others are answered, but only after an endless wait
    last = steps.shape[1] - 1
    mean = (1.0 - balking) * steps[2, last]
    ever = 0.0
    if steps[1, last] > 0.0 and balking < 1.0:
        if scale < math.inf:
            mean += (1.0 - balking) * steps[1, last] * scale * math.gamma(1.0 + 1.0 / shape)
        else:
            ever = (1.0 - balking) * steps[1, last]
            mean = math.inf
    gone = min(1.0 - ever, given_up(t_s, balking, scale, shape, steps))
    return 1.0, ever, 0.0, 1.0 - ever, gone, 1.0, mean / aht_s, math.inf if ever > 0.0 else 0.0, math.inf


@compiled
def general_patience_law(
    load: float, agents: int, t: float, aht_s: float, balking: float, scale: float, shape: float, steps: Any
) -> Law:
    """The law of M/M/s+G with balking; `t` in handling times, patience as in `patience.Curve`, in seconds.

    A queue in which too many never give up, load (1 - balking) steps[1, -1] >= agents with an infinite `scale`, grows without end:
    everybody finds it endless, those who give up do so, and the others wait for infinity.
    """
    if load == 0.0:
        return 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    keep = 1.0 - balking
    last = steps.shape[1] - 1
    tail = steps[1, last] * keep > 0.0 and scale < math.inf
    t_s = t * aht_s
    if agents == 0 or (scale == math.inf and load * keep * steps[1, last] >= agents):
        return _endless(t_s, aht_s, balking, scale, shape, steps)
    first, top = 0, last  # the first step from which patience no longer feeds the queue faster than agents empty it
    if load * keep * steps[1, last] > agents:
        first = last
    while first < top:
        middle = (first + top) // 2
        if load * keep * steps[1, middle] > agents:
            first = middle + 1
        else:
            top = middle
    sums = np.zeros((2, 6))
    work = np.empty((8, ORDER))
    height = 0.0
    if first == last and tail:
        height = add_tail(
            sums, work, t_s, load, float(agents), aht_s, 0.0,
            steps[0, last], keep * steps[1, last], keep * steps[2, last], scale, shape,
        )  # fmt: skip
    for k in range(first - 1, -1, -1):
        stay = keep * steps[1, k]
        slope = (agents - load * stay) / aht_s
        height = add_stair(sums, t_s, height, slope, steps[0, k], steps[0, k + 1], -1.0, keep * steps[2, k + 1], stay)
    fall = 0.0
    for k in range(first, last + 1):
        stay = keep * steps[1, k]
        if k == last and tail:
            if first < last:
                add_tail(sums, work, t_s, load, float(agents), aht_s, fall, steps[0, k], stay, keep * steps[2, k], scale, shape)
            break
        end = steps[0, k + 1] if k < last else math.inf
        fall = add_stair(sums, t_s, fall, (agents - load * stay) / aht_s, steps[0, k], end, 1.0, keep * steps[2, k], stay)

    full = load * blocking(load, agents - 1) / aht_s
    idle = math.exp(-height)
    k_ = 1.0 / (idle + full * (sums[0, 0] + sums[1, 0]))
    at_once = idle * k_
    k_ *= full
    late = min(1.0, k_ * sums[1, 0])
    gone = given_up(t_s, balking, scale, shape, steps)
    abandoned = min(1.0, k_ * (sums[0, 1] + sums[1, 1]))
    return (
        min(1.0, k_ * (sums[0, 0] + sums[1, 0])),
        min(1.0, at_once + k_ * (sums[0, 2] + sums[1, 2])),
        min(1.0, at_once + k_ * sums[0, 2]),
        abandoned,
        min(abandoned, k_ * sums[0, 1] + gone * late),
        late,
        k_ * (sums[0, 4] + sums[1, 4]) / aht_s,
        k_ * (sums[0, 3] + sums[1, 3]) / aht_s,
        k_ * (sums[0, 5] + sums[1, 5]) / aht_s,
    )


@compiled
def _fill(load: Any, agents: Any, t: Any, aht: Any, balking: Any, scale: float, shape: float, steps: Any, out: Any) -> None:
    for i in range(load.size):
        if load[i] == 0.0:
            out[:, i] = math.nan
            continue
        found = general_patience_law(load[i], int(agents[i]), t[i] / aht[i], aht[i], balking[i], scale, shape, steps)
        for k in range(6):
            out[k, i] = found[k]
        out[6, i] = found[6] * aht[i]
        out[7, i] = found[7] / found[1] * aht[i] if found[1] > 0.0 else math.nan
        out[8, i] = found[8] * aht[i]


def whole_agents(agents: Floats, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless every value is a whole number, zero or more."""
    not_negative("agents", agents, "agents", shape)
    refuse("agents", agents, agents != np.floor(agents), "whole", shape)


def general_law(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience: Patience | None,
    balking: ArrayLike = 0.0,
) -> GeneralLaw:
    """Return what whole `agents` do to the contacts of a queue in balance whose callers have any `patience`.

    All but `patience` broadcast: `rate_per_h` contacts per hour, `aht_s` mean handling seconds, `threshold_s` seconds, `balking` the
    share from 0 to 1 of those who find every agent busy that hangs up at once, before `patience` (None: never) says anything of the
    others. Where too many never give up, load (1 - balking) P(patience is endless) >= agents, the queue grows without end: prob_wait
    and prob_offered_wait_longer are 1, those who give up do, nobody is answered in time and the mean waits are infinite, as in
    Erlang C. Raises ValueError naming the argument for values that make no sense. Source: see the module.
    """
    (rate, aht, s, t, b), form = broadcast(
        rate_per_h=rate_per_h, aht_s=aht_s, agents=agents, threshold_s=threshold_s, balking=balking
    )
    not_negative("rate_per_h", rate, "contacts", form)
    positive("aht_s", aht, "seconds", form)
    whole_agents(s, form)
    not_negative("threshold_s", t, "seconds", form)
    share("balking", b, form, zero=True, one=True)
    load = rate * aht / 3600
    not_negative("rate_per_h times aht_s", load, "erlang", form)
    scale, shape, steps = NEVER if patience is None else patience.curve()
    out = np.empty((9, load.size))
    _fill(load, s, t, aht, b, scale, shape, steps, out)
    values: dict[str, Any] = dict(zip(GeneralLaw.__dataclass_fields__, (shaped(row, form) for row in out), strict=True))
    return GeneralLaw(**values)
