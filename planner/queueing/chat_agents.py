"""How many agents a promise on chats takes: the least whole number, proven on unrounded values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.chat import exactly
from planner.queueing.chat_balanced import balanced_sums
from planner.queueing.chat_law import ASA, LEVEL, LOST, chat_measures, completions_of, measures
from planner.queueing.checks import broadcast, not_negative, patience, positive, share
from planner.queueing.levels import code

MAX_CHAT_AGENTS = 1_000_000
"""A requirement beyond this is refused: the target, not the desk, is at fault."""


@compiled(entry=False, arrays=False)
def _meets(
    rate: float, agents: int, completions: Any, theta: float, t: float, definition: int, level: float, asa: float, lost: float
) -> bool:
    # limits that are NaN are not asked for; a desk that is not in balance meets none
    if theta == 0.0 and rate >= agents * completions[-1]:
        return False
    found = chat_measures(rate, agents, completions, theta, t, definition, balanced_sums(rate, agents, completions))
    if level >= 0.0 and not found[0] >= level:
        return False
    if asa > 0.0 and not found[3] <= asa:
        return False
    return not (lost > 0.0 and not found[2] <= lost)


@compiled(entry=False, arrays=False)
def _least(
    rate: float, completions: Any, theta: float, t: float, definition: int, level: float, asa: float, lost: float
) -> int:
    if rate == 0.0:
        return 0
    guess = rate / completions[-1]
    if guess > MAX_CHAT_AGENTS:
        return -1
    low, high, stride = -1, int(guess), 1
    if _meets(rate, high, completions, theta, t, definition, level, asa, lost):
        while high - low > stride:
            middle = high - stride
            if not _meets(rate, middle, completions, theta, t, definition, level, asa, lost):
                low = middle
                break
            high = middle
            stride *= 2
    else:
        low = high
        high += stride
        while not _meets(rate, high, completions, theta, t, definition, level, asa, lost):
            if high > MAX_CHAT_AGENTS:
                return -1
            low = high
            stride *= 2
            high += stride
    while high - low > 1:
        middle = (low + high) // 2
        if _meets(rate, middle, completions, theta, t, definition, level, asa, lost):
            high = middle
        else:
            low = middle
    return high


@compiled(arrays=False)
def _fill(rate: Any, completions: Any, theta: Any, t: Any, definition: int, level: Any, asa: Any, lost: Any, out: Any) -> None:
    for i in range(rate.size):
        out[i] = _least(rate[i], completions, theta[i], t[i], definition, level[i], asa[i], lost[i])


def _exact_least(
    start: int, rate: Floats, completions: Floats, theta: Floats, t: Floats, definition: int, limits: Floats
) -> int:
    # from the balanced answer up to the first number that meets the limits, or down to the last one whose neighbour below does not
    def meets(agents: int) -> bool:
        if theta[0] == 0 and rate[0] >= agents * completions[-1]:
            return False
        row = measures(rate, np.array([float(agents)]), completions, theta, t, definition, exact=True)[:, 0]
        level, asa, lost = limits
        refused = (level >= 0 and not row[LEVEL] >= level, asa > 0 and not row[ASA] <= asa, lost > 0 and not row[LOST] <= lost)
        return not any(refused)

    n = start
    if not meets(n):
        n += 1
        while not meets(n):
            n += 1
        return n
    while n > 0 and meets(n - 1):
        n -= 1
    return n


def required_chat_agents(
    *,
    rate_per_h: ArrayLike,
    aht_by_level_s: ArrayLike,
    threshold_s: ArrayLike,
    service_level: ArrayLike | None = None,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    method: str = "exact",
) -> Any:
    """Return the least whole number of agents that meets all limits given, when one agent fewer does not.

    Inputs as in `chat_performance`, plus `service_level` in [0, 1), `max_asa_s` on the mean wait of the chats answered and
    `max_abandonment` in (0, 1]; all but `aht_by_level_s` broadcast, the answer is int64. Values are compared unrounded. Where
    each further chat adds no more to an agent's completions j / AHT_j than the one before, more agents close chats at least as
    fast however many are open, and in every case tried larger numbers meet the limits too; else they need not. No chats take no
    agents; where nobody gives up the full desk has to close more than arrives. ``method="exact"`` starts at the balanced answer
    and walks to its own, one chain a step. Raises ValueError for values that make no sense, for no limit at all, beyond
    MAX_CHAT_AGENTS, and where the exact chain is too large.
    """
    exact = exactly(method)
    completions = completions_of(aht_by_level_s)
    limits = {"service_level": service_level, "max_asa_s": max_asa_s, "max_abandonment": max_abandonment}
    given = {name: value for name, value in limits.items() if value is not None}
    if not given:
        raise ValueError(f"nothing is asked for: give at least one of {', '.join(limits)}")
    (rate, t, p, *values), shape = broadcast(
        rate_per_h=rate_per_h, threshold_s=threshold_s, patience_s=np.inf if patience_s is None else patience_s, **given
    )
    not_negative("rate_per_h", rate, "chats", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    for name, limit in zip(given, values, strict=True):
        if name == "max_asa_s":
            positive(name, limit, "seconds", shape)
        else:
            share(name, limit, shape, zero=name == "service_level", one=name != "service_level")
    asked = np.full((3, rate.size), np.nan)
    for row, name in enumerate(limits):
        if name in given:
            asked[row] = values[list(given).index(name)]
    out = np.empty(rate.size, dtype=np.int64)
    rate_per_s, theta = rate / 3600, 1 / p
    _fill(rate_per_s, completions, theta, t, code(definition), asked[0], asked[1], asked[2], out)
    if (out < 0).any():
        first = int(np.argmax(out < 0))
        raise ValueError(
            f"{int((out < 0).sum())} of {out.size} requirements exceed {MAX_CHAT_AGENTS:,} agents, the first at "
            f"{rate[first]:g} chats an hour; check the rate, the handling times and the limits"
        )
    if exact:
        for i in np.flatnonzero(rate > 0).tolist():
            at = slice(i, i + 1)
            out[i] = _exact_least(int(out[i]), rate_per_s[at], completions, theta[at], t[at], code(definition), asked[:, i])
    return out.reshape(shape)[()]
