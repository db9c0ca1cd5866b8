"""What a number of agents gives: every measure of one queue in balance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive, shaped
from planner.queueing.levels import code, law, service_level


@dataclass(frozen=True, kw_only=True)
class Performance:
    """Stationary measures of a queue, each in the broadcast shape of the inputs (one number for one interval).

    `service_level` by the `definition` asked for; `prob_wait` the share of contacts that find every agent busy; `abandonment` the
    share that gives up; `occupancy` carried load per agent; `queue_length` the mean number waiting; `asa_answered_s` the mean wait
    of the contacts answered; `mean_wait_s` the mean wait of all, those who gave up included. Without contacts occupancy and queue
    are zero and the rest is NaN (C3); without agents occupancy and `asa_answered_s` are NaN; an unstable queue waits for infinity.
    """

    definition: str
    service_level: Floats
    prob_wait: Floats
    abandonment: Floats
    occupancy: Floats
    queue_length: Floats
    asa_answered_s: Floats
    mean_wait_s: Floats


@compiled
def _whole(
    load: float, agents: int, theta: float, t: float, definition: int
) -> tuple[float, float, float, float, float, float]:
    # level, P(wait), abandonment, carried load, ASA of the answered and E[wait] of all, in handling times
    found = law(load, agents, theta, t)
    level = service_level(found, definition, theta * t)
    answered = found[1]
    asa = found[7] / answered if answered > 0.0 else math.nan
    return level, found[0], found[3], min(load * answered, float(agents)), asa, found[6]


@compiled
def _fill(load: Any, aht: Any, agents: Any, threshold: Any, patience: Any, definition: int, out: Any) -> None:
    for i in range(load.size):
        a = load[i]
        s = agents[i]
        if a == 0.0:
            out[:, i] = math.nan
            out[3, i] = 0.0 if s > 0.0 else math.nan
            out[4, i] = 0.0
            continue
        theta = aht[i] / patience[i]
        t = threshold[i] / aht[i]
        n = math.floor(s)
        part = s - n
        level, wait, lost, carried, asa, mean = _whole(a, n, theta, t, definition)
        if part > 0.0:
            up = _whole(a, n + 1, theta, t, definition)
            level = (1.0 - part) * (level if level == level else 0.0) + part * up[0]
            wait = (1.0 - part) * wait + part * up[1]
            lost = (1.0 - part) * lost + part * up[2]
            carried = (1.0 - part) * carried + part * up[3]
            asa = (1.0 - part) * asa + part * up[4] if asa == asa else up[4]
            mean = (1.0 - part) * mean + part * up[5]
        out[0, i] = level
        out[1, i] = wait
        out[2, i] = lost
        out[3, i] = carried / s if s > 0.0 else math.nan
        out[4, i] = a * mean
        out[5, i] = asa * aht[i]
        out[6, i] = mean * aht[i]


def performance(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> Performance:
    """Return the service that `agents` give to a queue in balance.

    Parameters broadcast: `rate_per_h` contacts per hour, `aht_s` mean handling seconds, `agents` on seat, `threshold_s` the seconds
    within which a contact counts as answered in time, `patience_s` the mean seconds until a waiting contact gives up (None or
    infinity: never, Erlang C; else Erlang A). `definition` names the service level, one of `Formula`. Agents between two whole
    numbers share their time between them (C12): every measure is interpolated, occupancy as carried load over agents, a level that
    no contact defines counting as zero. Raises ValueError naming the argument for values that make no sense.

    Sources: `erlang_b`, `erlang_c`, `erlang_a`; queue length by Little's law, L = lambda W.
    """
    (rate, aht, s, t, p), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        agents=agents,
        threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
    )
    not_negative("rate_per_h", rate, "contacts", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    load = rate * aht / 3600
    not_negative("rate_per_h times aht_s", load, "erlang", shape)
    out = np.empty((7, load.size))
    _fill(load, aht, s, t, p, code(definition), out)
    level, wait, lost, occupancy, queue, asa, mean = (shaped(row, shape) for row in out)
    return Performance(
        definition=str(definition),
        service_level=level,
        prob_wait=wait,
        abandonment=lost,
        occupancy=occupancy,
        queue_length=queue,
        asa_answered_s=asa,
        mean_wait_s=mean,
    )
