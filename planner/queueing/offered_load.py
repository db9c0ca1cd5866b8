"""The load a queue really carries when its rate changes: contacts that an unlimited staff would have in hand, the modified offered load.

m' = lambda(t) - mu(t) m. Rate times handling time, interval by interval, is ahead of it by about one handling time and exaggerates every
swing; staffing to m(t) instead keeps the service of a stationary queue through the day. D. L. Jagerman, "Nonstationary blocking in
telephone traffic", Bell System Technical Journal 54 (1975), pp. 625-661; S. G. Eick, W. A. Massey and W. Whitt, "The physics of the
M(t)/G/infinity queue", Operations Research 41 (1993), pp. 731-742; O. B. Jennings, A. Mandelbaum, W. A. Massey and W. Whitt, "Server
staffing to meet time-varying demand", Management Science 42 (1996), pp. 1383-1394; Z. Feldman, A. Mandelbaum, W. A. Massey and W. Whitt,
"Staffing of time-varying queues to achieve time-stable performance", Management Science 54 (2008), pp. 324-338.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.checks import broadcast, not_negative, positive

STARTS = ("stationary", "empty")
ATS = ("mean", "max")


@compiled(arrays=False)
def _fill(load: Any, aht: Any, delta: float, full: bool, largest: bool, out: Any) -> None:
    for row in range(load.shape[0]):
        m = load[row, 0] if full else 0.0
        for t in range(load.shape[1]):
            goal = load[row, t]
            x = delta / aht[row, t]
            gone = -math.expm1(-x)
            end = goal + (m - goal) * (1.0 - gone)
            # towards the goal and never past it: the extremes are at the ends
            out[row, t] = max(m, end) if largest else max(0.0, goal + (m - goal) * (gone / x))
            m = end


def _known(aht: Floats) -> Floats:
    """Handling times with every gap filled by the last one known in its row (the first one before that, 1 in an empty row)."""
    seen = ~np.isnan(aht)
    at = np.where(seen, np.arange(aht.shape[1]), -1)
    last = np.maximum.accumulate(at, axis=1)
    first = np.argmax(seen, axis=1)[:, None]
    filled = np.take_along_axis(aht, np.where(last < 0, first, last), axis=1)
    return np.where(np.isnan(filled), 1.0, filled)


def offered_load(
    *, rate_per_h: ArrayLike, aht_s: ArrayLike, interval_s: float, start: str = "stationary", at: str = "mean"
) -> Floats:
    """Return the modified offered load in erlang ``[..., T]``, by interval of `interval_s` seconds.

    `rate_per_h` contacts per hour ``[..., T]`` and mean handling seconds `aht_s` broadcast; both are constant within an interval, the
    last axis is time and the others (scenarios, queues) are on their own. Where the desk is closed the rate is 0 or NaN, the handling
    time may then be NaN, and what was in hand is worked off at the last handling time known. `start`: "stationary", the first interval
    has gone on for ever, or "empty". `at`: "mean" of the interval, or its "max", which also keeps the promise in its worst moment.

    At a constant rate the load is rate times handling time. Raises ValueError naming the argument for values that make no sense.
    Exact for exponential handling times; sources: see the module.
    """
    for name, value, names in (("start", start, STARTS), ("at", at, ATS)):
        if value not in names:
            raise ValueError(f"unknown {name} {value!r}; it is one of {', '.join(names)}")
    (rate, aht), shape = broadcast(rate_per_h=rate_per_h, aht_s=aht_s)
    (delta,), none = broadcast(interval_s=interval_s)
    if none != ():
        raise ValueError(f"interval_s must be one number, got shape {none}")
    positive("interval_s", delta, "seconds", ())
    if not shape or shape[-1] == 0:
        raise ValueError(f"rate_per_h must have an axis of intervals, its last, got shape {shape}")
    rate[np.isnan(rate)] = 0.0
    not_negative("rate_per_h", rate, "contacts", shape)
    closed = (rate == 0) & np.isnan(aht)
    positive("aht_s", np.where(closed, 1.0, aht), "seconds", shape)
    rows = (-1, shape[-1])
    if rate.size == 0:
        return np.empty(shape)
    load = np.where(closed, 0.0, rate * aht / 3600)
    not_negative("rate_per_h times aht_s", load, "erlang", shape)
    out = np.empty((rate.size // shape[-1], shape[-1]))
    _fill(load.reshape(rows), _known(aht.reshape(rows)), float(delta[0]), start == "stationary", at == "max", out)
    return out.reshape(shape)
