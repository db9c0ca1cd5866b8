"""Blending: calls come first, and agents who would be idle do outbound or deferred work, except for a few kept free for calls.

Outbound contacts never run out and one is started whenever more than `reserved` agents are idle; none is broken off. Both kinds of
contact take the same mean time, exponentially distributed, so the number of busy agents is a birth-death chain that starts at agents
minus reserved and is that of Erlang C or Erlang A from there on. Threshold reservation as in S. Bhulai and G. Koole, "A queueing model
for call blending in call centers", IEEE Transactions on Automatic Control 48 (2003), pp. 1434-1438.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, patience, positive, shaped
from planner.queueing.levels import code, service_level
from planner.queueing.when_full import between, law_when_full

_LEVEL, _WAIT, _LOST, _ASA, _MEAN, _BUSY, _STARTED = range(7)
_LARGE = 1e150
_LEAST = 1e-60  # of a load: below it nothing changes but what overflows


@dataclass(frozen=True, kw_only=True)
class Blended:
    """Stationary measures of a blended desk, each in the broadcast shape of the inputs.

    Of the calls: `service_level` by the `definition` asked for, `prob_wait`, `abandonment`, `asa_answered_s` the mean wait of those
    answered, `mean_wait_s` of all, `queue_length`. `outbound_per_h` contacts are started besides; `occupancy` is the share of agents
    at work on either, `inbound_occupancy` on calls. Without calls the service is NaN (C3) and the agents not reserved do outbound
    work; without agents occupancy is NaN; calls beyond what the agents can handle, with nobody giving up, wait for infinity and leave
    no time for outbound.
    """

    definition: str
    service_level: Floats
    prob_wait: Floats
    abandonment: Floats
    asa_answered_s: Floats
    mean_wait_s: Floats
    queue_length: Floats
    occupancy: Floats
    inbound_occupancy: Floats
    outbound_per_h: Floats


@compiled(arrays=False)
def _fill(rate: Any, mu: Any, agents: Any, reserved: Any, theta: Any, t: Any, definition: int, out: Any) -> None:
    # weights from the full state down to the least busy one, each the one above times completions over arrivals
    for i in range(rate.size):
        s = agents[i]
        least = max(0, s - reserved[i])
        if rate[i] == 0.0:
            out[:, i] = math.nan
            out[_BUSY, i] = least
            out[_STARTED, i] = least * mu[i]
            continue
        arrivals = max(rate[i], _LEAST * mu[i])
        weight = full = 1.0
        below = busy = 0.0
        for n in range(s, least, -1):
            weight *= n * mu[i] / arrivals
            below += weight
            busy += (n - 1) * weight
            if weight > _LARGE:
                weight /= _LARGE
                full /= _LARGE
                below /= _LARGE
                busy /= _LARGE
        found = law_when_full(rate[i], s * mu[i], theta[i], t[i], below, full)
        out[_LEVEL, i] = service_level(found, definition, theta[i] * t[i])
        out[_WAIT, i] = found[0]
        out[_LOST, i] = found[3]
        out[_ASA, i] = found[7] / found[1] if found[1] > 0.0 else math.nan
        out[_MEAN, i] = found[6]
        if least < s:
            free = (1.0 - found[0]) / below if below > 0.0 else 0.0
            out[_BUSY, i] = min(float(s), found[0] * s + free * busy)
            out[_STARTED, i] = free * weight * least * mu[i]
        else:  # nobody reserved: whoever is not on a call is on an outbound contact
            out[_BUSY, i] = s
            out[_STARTED, i] = max(0.0, s * mu[i] - rate[i] * found[1])


def _measures(rate: Floats, mu: Floats, agents: Floats, reserved: Floats, theta: Floats, t: Floats, definition: int) -> Floats:
    out = np.empty((7, rate.size))
    _fill(rate, mu, agents.astype(np.int64), reserved.astype(np.int64), theta, t, definition, out)
    return out


def blended(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    reserved: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> Blended:
    """Return the service calls get and the outbound work done when up to `reserved` idle agents are kept free for calls.

    `rate_per_h` calls per hour, `aht_s` mean handling seconds of calls and of outbound contacts, `agents`, `reserved` (whole),
    `threshold_s` and `patience_s` (None or infinity: no caller gives up) broadcast. An outbound contact starts as soon as more than
    `reserved` agents are idle. With all agents reserved there is no outbound, plain Erlang C or A; with none no agent is ever idle and
    every caller waits. Agents between two whole numbers share their time between them (C12). Raises ValueError naming the argument
    for values that make no sense. Source: see the module.
    """
    (rate, aht, s, r, t, p), shape = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        agents=agents,
        reserved=reserved,
        threshold_s=threshold_s,
        patience_s=np.inf if patience_s is None else patience_s,
    )
    not_negative("rate_per_h", rate, "calls", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("reserved", r, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    if (r != np.floor(r)).any():
        raise ValueError(f"reserved must be whole agents, got {r[np.argmax(r != np.floor(r))]:g}")
    rate_per_s, mu, theta, low = rate / 3600, 1 / aht, 1 / p, np.floor(s)
    part = s - low
    r = np.minimum(r, low + 1)
    rows = _measures(rate_per_s, mu, low, r, theta, t, code(definition))
    at = np.flatnonzero(part > 0)
    if at.size:
        high = _measures(rate_per_s[at], mu[at], low[at] + 1, r[at], theta[at], t[at], code(definition))
        rows[:, at] = between(rows[:, at], high, part[at], _LEVEL)
    called = rate > 0
    queue = rate_per_s * np.where(called, rows[_MEAN], 0.0)
    carried = np.minimum(rate_per_s * aht * (1.0 - np.where(called, rows[_LOST], 0.0)), rows[_BUSY])
    with np.errstate(invalid="ignore", divide="ignore"):
        occupancy, inbound = rows[_BUSY] / s, carried / s
    return Blended(
        definition=str(definition),
        service_level=shaped(rows[_LEVEL], shape),
        prob_wait=shaped(rows[_WAIT], shape),
        abandonment=shaped(rows[_LOST], shape),
        asa_answered_s=shaped(rows[_ASA], shape),
        mean_wait_s=shaped(rows[_MEAN], shape),
        queue_length=shaped(queue, shape),
        occupancy=shaped(occupancy, shape),
        inbound_occupancy=shaped(inbound, shape),
        outbound_per_h=shaped(rows[_STARTED] * 3600, shape),
    )
