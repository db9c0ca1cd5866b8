"""Redials: who gives up calls again, so that the calls that arrive depend on the service they get.

Callers who give up call again with probability `redial_prob`, those answered with `redial_after_answer`, each after a delay long
against handling times, so that all calls together still arrive as a Poisson stream. The total rate L then balances
L (1 - r P(L) - q (1 - P(L))) = fresh with P(L) the share that gives up in Erlang A. Answers L (1 - P) and losses L P both rise with L,
for more arrivals leave stochastically more contacts in the system, so the left side rises too, by at least 1 - max(r, q) and at most
1 - min(r, q) a call: there is one balance, and these two slopes bracket it. For the effect on staffing see S. Aguir, F. Karaesmen,
O. Z. Aksin and F. Chauvet, "The impact of retrials on call center performance", OR Spectrum 26 (2004), pp. 353-376.
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
from planner.queueing.levels import law
from planner.queueing.performance import Performance, performance

_CLOSE = 2e-15


@dataclass(frozen=True, kw_only=True)
class Redials:
    """Calls an hour and the service they get, each in the broadcast shape of the inputs.

    `fresh_per_h` first attempts, `redial_per_h` further ones, `total_per_h` both together, which is what a switch records as offered;
    `answered_in_the_end` the share of callers who reach an agent before they call no more (NaN without calls); `performance` the service
    at the total rate, where every attempt counts as a contact.
    """

    fresh_per_h: Floats
    redial_per_h: Floats
    total_per_h: Floats
    answered_in_the_end: Floats
    performance: Performance


@compiled(entry=False, arrays=False)
def _fresh(total: float, aht: float, agents: float, theta: float, again: float, back: float) -> float:
    # first attempts an hour behind `total` calls an hour
    if total == 0.0:
        return 0.0
    whole = math.floor(agents)
    part = agents - whole
    load = total * aht / 3600.0
    lost = 0.0
    if theta > 0.0:
        lost = law(load, int(whole), theta, 0.0)[3]
        if part > 0.0:
            lost = (1.0 - part) * lost + part * law(load, int(whole) + 1, theta, 0.0)[3]
    return total * (1.0 - again * lost - back * (1.0 - lost))


@compiled(entry=False, arrays=False)
def _total(fresh: float, aht: float, agents: float, theta: float, again: float, back: float) -> float:
    # false position that halves the weight of the end that stays (Illinois), between the two slopes
    low, high = fresh / (1.0 - min(again, back)), fresh / (1.0 - max(again, back))
    if high <= low * (1.0 + _CLOSE):
        return low
    below = _fresh(low, aht, agents, theta, again, back) - fresh
    above = _fresh(high, aht, agents, theta, again, back) - fresh
    if below >= 0.0:
        return low
    if above <= 0.0:
        return high
    side = 0
    for _ in range(200):
        middle = min(max((low * above - high * below) / (above - below), low), high)
        found = _fresh(middle, aht, agents, theta, again, back) - fresh
        if abs(found) <= _CLOSE * fresh or high - low <= _CLOSE * high:
            return middle
        if found < 0.0:
            low, below = middle, found
            above *= 0.5 if side < 0 else 1.0
            side = -1
        else:
            high, above = middle, found
            below *= 0.5 if side > 0 else 1.0
            side = 1
    return 0.5 * (low + high)


@compiled(arrays=False)
def _fill(rate: Any, aht: Any, agents: Any, theta: Any, again: Any, back: Any, inverse: bool, out: Any) -> None:
    for i in range(rate.size):
        if inverse:
            out[i] = _fresh(rate[i], aht[i], agents[i], theta[i], again[i], back[i])
        else:
            out[i] = _total(rate[i], aht[i], agents[i], theta[i], again[i], back[i])


def _again(name: str, values: Floats) -> None:
    wrong = ~((values >= 0) & (values < 1))
    if wrong.any():
        first = float(values[int(np.argmax(wrong))])
        hint = f"; write {first / 100:g} for {first:g}%" if 1 < first < 100 else ""
        where = f" ({int(wrong.sum())} of {values.size} values are wrong)" if values.size > 1 else ""
        raise ValueError(f"{name} must be a share from 0 on to 1 (excluded), got {first:g}{where}{hint}")


def _solved(
    name: str,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    patience_s: ArrayLike | None,
    redial_prob: ArrayLike,
    redial_after_answer: ArrayLike,
    *,
    inverse: bool,
) -> tuple[tuple[Floats, ...], Floats, tuple[int, ...]]:
    # the checked and flattened arguments, the other rate, and the shape
    known, shape = broadcast(
        **{name: rate_per_h}, aht_s=aht_s, agents=agents, patience_s=np.inf if patience_s is None else patience_s,
        redial_prob=redial_prob, redial_after_answer=redial_after_answer,
    )  # fmt: skip
    rate, aht, s, p, again, back = known
    not_negative(name, rate, "calls", shape)
    positive("aht_s", aht, "seconds", shape)
    not_negative("agents", s, "agents", shape)
    patience(p, shape)
    _again("redial_prob", again)
    _again("redial_after_answer", back)
    out = np.empty(rate.size)
    _fill(rate, aht, s, aht / p, again, back, inverse, out)
    return known, out, shape


def with_redials(
    *,
    fresh_rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    redial_prob: ArrayLike,
    patience_s: ArrayLike | None = None,
    redial_after_answer: ArrayLike = 0.0,
    definition: str = "offered",
) -> Redials:
    """Return the calls that arrive, and the service they get, when `fresh_rate_per_h` people an hour call for the first time.

    `redial_prob` is the share of those who give up who call again, `redial_after_answer` the share of those answered, both in [0, 1)
    and the same at every attempt; the rest as in `performance`, everything broadcasts. None for `patience_s`: nobody gives up, and
    only those answered call again. Raises ValueError naming the argument for values that make no sense. Source and proof that the
    balance is unique: see the module.
    """
    known, total, shape = _solved(
        "fresh_rate_per_h", fresh_rate_per_h, aht_s, agents, patience_s, redial_prob, redial_after_answer, inverse=False
    )  # fmt: skip
    fresh, aht, s, p, again, _ = (x.reshape(shape) for x in known)
    everybody = total.reshape(shape)
    served = performance(
        rate_per_h=everybody, aht_s=aht, agents=s, threshold_s=threshold_s, patience_s=p, definition=definition
    )  # fmt: skip
    lost = served.abandonment
    return Redials(
        fresh_per_h=fresh[()],
        redial_per_h=(everybody - fresh)[()],
        total_per_h=everybody[()],
        answered_in_the_end=(1 - lost) / (1 - again * lost),
        performance=served,
    )


def fresh_rate(
    *,
    total_rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    redial_prob: ArrayLike,
    patience_s: ArrayLike | None = None,
    redial_after_answer: ArrayLike = 0.0,
) -> Any:
    """Return the first attempts an hour behind `total_rate_per_h` recorded calls an hour: the demand without its own echo.

    The inverse of `with_redials`, with the same arguments and errors; everything broadcasts.
    """
    _, fresh, shape = _solved(
        "total_rate_per_h", total_rate_per_h, aht_s, agents, patience_s, redial_prob, redial_after_answer, inverse=True
    )  # fmt: skip
    return shaped(fresh, shape)
