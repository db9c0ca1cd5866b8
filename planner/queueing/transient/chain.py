"""The number of contacts in a queue as a birth-death chain: how far it can stray, what it holds in balance, where it spends its time.

Sums over the chain's measure of balance are ratios taken from one state to the next, so nothing overflows.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled

_LEAST = 1e-17  # a probability not worth a state


@compiled(entry=False, arrays=False)
def leaving(n: float, agents: float, mu: float, theta: float) -> float:
    """The rate at which one of `n` contacts leaves: served by at most `agents`, or out of patience."""
    return min(n, agents) * mu + max(n - agents, 0.0) * theta


@compiled(entry=False, arrays=False)
def _bound(weight: float, start: int, last: int, step: float, birth: float, agents: float, mu: float, theta: float) -> int:
    # the first state beyond which weight times the measure of balance, taken as 1 at the start, is negligible; `last` at the latest
    x = start
    while x != last:
        fall = max(leaving(max(x, x + step), agents, mu, theta), 1e-300)
        ratio = birth / fall if step > 0.0 else fall / birth
        weight *= ratio
        if ratio < 1.0 and weight < _LEAST * (1.0 - ratio):
            break
        x += int(step)
    return x


@compiled(entry=False, arrays=False)
def ceiling(law: Any, ends: Any, birth: float, agents: float, mu: float, theta: float, t: float) -> int:
    """The state that a law (see `rows`) exceeds with negligible probability at every moment of the next `t`.

    Who starts in balance stays in balance; so a chain started at i, being no larger than one in balance above i, exceeds x with
    probability at most pi(> x) / pi(>= i), pi being the measure of balance. And nobody comes but Poisson arrivals. Busy agents beyond
    the staff count as contacts here; as they do not give up, all are taken to leave at the smaller of both rates.
    """
    rows, low, high = ends[0], ends[1], ends[2]
    if birth == 0.0:
        return int(high + rows)
    least = min(theta, mu) if rows > 0 else theta
    term = 1.0
    above = 0.0
    weight = 0.0
    for n in range(high + rows, low - 1, -1):
        above += term
        for e in range(rows + 1):
            if low <= n - e <= high:
                weight += law[e, n - e + 1] / above
        term *= leaving(float(n), agents, mu, least) / birth
        if above > 1e250:
            break
    mean = birth * t
    furthest = high + rows + int(mean + 9.0 * math.sqrt(mean)) + 20
    return _bound(weight, high + rows, furthest, 1.0, birth, agents, mu, least)


@compiled(entry=False, arrays=False)
def ground(law: Any, ends: Any, birth: float, agents: float, mu: float, theta: float) -> int:
    """The state below which row 0 of a law falls with negligible probability at any later moment; as `ceiling`."""
    low, high = ends[1], ends[2]
    if birth == 0.0:
        return 0
    term = 1.0
    below = 0.0
    weight = 0.0
    for n in range(low, high + 1):
        below += term
        weight += law[0, n + 1] / below
        term *= birth / max(leaving(n + 1.0, agents, mu, theta), 1e-300)
        if below > 1e250:
            break
    return _bound(weight, low, min(low, 0), -1.0, birth, agents, mu, theta)


@compiled
def balance(birth: float, agents: float, mu: float, theta: float) -> Any:
    """Return the law in balance from 0 contacts on, built outwards from its mode; the caller knows that there is one."""
    mode = 0
    if birth > 0.0:
        if birth < agents * mu:
            mode = int(birth / mu)
        elif theta > 0.0:
            mode = int(agents + (birth - agents * mu) / theta)
    high = mode if birth == 0.0 else _bound(1e4, mode, mode + 1_000_000_000, 1.0, birth, agents, mu, theta)
    p = np.zeros(high + 1)
    p[mode] = 1.0
    total = 1.0
    for n in range(mode + 1, high + 1):
        p[n] = p[n - 1] * birth / leaving(float(n), agents, mu, theta)
        total += p[n]
    for n in range(mode, 0, -1):
        p[n - 1] = p[n] * leaving(float(n), agents, mu, theta) / birth
        total += p[n - 1]
        if p[n - 1] < 1e-30:
            break
    for n in range(high + 1):
        p[n] /= total
    return p


@compiled(entry=False)
def time_spent(
    before: Any, after: Any, low: int, high: int, birth: float, agents: float, mu: float, theta: float, t: float, spent: Any
) -> None:
    """Add to `spent` the expected time in each state while a law on `low` to `high` went from `before` to `after` in `t`.

    What the states up to n gained came down from n + 1 less what went up, d(n+1) q(n+1) - birth q(n), q being the time spent. This is
    solved outwards from the mode of balance, where every error is damped, up to a multiple of the measure of balance that the sum t
    of all times fixes. So the integral over time is had from the two ends alone, without a quadrature.
    """
    middle = low
    while middle < high and leaving(middle + 1.0, agents, mu, theta) <= birth:
        middle += 1
    if birth == 0.0 and middle > low:  # nobody comes or goes
        for n in range(low, high + 1):
            spent[n + 1] += t * before[n + 1]
        return
    size = high - low + 1
    q = np.empty(size)
    even = np.empty(size)
    q[middle - low] = 0.0
    even[middle - low] = 1.0
    gain = 0.0
    for n in range(high, middle, -1):
        gain -= after[n + 1] - before[n + 1]
        q[n - low] = gain
    for n in range(middle + 1, high + 1):
        fall = leaving(float(n), agents, mu, theta)
        q[n - low] = (birth * q[n - 1 - low] + q[n - low]) / fall
        even[n - low] = birth * even[n - 1 - low] / fall
    gain = 0.0
    for n in range(low, middle):
        gain += after[n + 1] - before[n + 1]
        q[n - low] = gain
    for n in range(middle - 1, low - 1, -1):
        fall = leaving(n + 1.0, agents, mu, theta)
        q[n - low] = (fall * q[n + 1 - low] - q[n - low]) / birth
        even[n - low] = fall * even[n + 1 - low] / birth
    left = t
    total = 0.0
    for k in range(size):
        left -= q[k]
        total += even[k]
    for k in range(size):
        spent[low + k + 1] += max(0.0, q[k] + left / total * even[k])
