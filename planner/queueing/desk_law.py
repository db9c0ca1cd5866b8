"""What any desk does to a contact: Erlang C and A, any patience with balking, or finite lines, averaged over the rate.

One column of measures whatever the law, each of all contacts that try: a blocked one is never served, gives up nothing and waits 0 s.
Each contact weighs alike (see `rates`).
"""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled
from planner.queueing.chain import chain_law
from planner.queueing.general_patience import general_patience_law, still_waiting
from planner.queueing.levels import law, level_of

WAIT, ANSWERED, IN_TIME, LOST, LOST_IN, LATE, BLOCKED, MEAN, DELAYED, OFFERED, LEVEL, ALL, SERVED, VIRTUAL = range(14)
"""Rows. Shares: find a line but no agent; answered; answered within t; give up; give up within t; would wait beyond t if they never gave
up; blocked. Seconds: E[wait]; E[wait; answered]; E[offered wait] of those who get a line. The level. P(wait > t) of all, of those
answered, and of a contact that gets a line and never gives up."""

ROWS = 14

WAITS: dict[str, int] = {"all": ALL, "answered": SERVED, "virtual": VIRTUAL}
"""Whose wait, by the row of its tail."""


def wait_code(of: str) -> int:
    """Return the row of a kind of wait; raise ValueError for a name that is none."""
    if of not in WAITS:
        raise ValueError(f"unknown kind of wait {of!r}; it is one of {', '.join(WAITS)}")
    return WAITS[of]


@compiled(entry=False)
def desk_law(
    load: float, agents: int, t_s: float, aht: float, scale: float, balking: float, lines: float, definition: int,
    exponential: bool, shape: float, steps: Any, factors: Any, weights: Any, row: Any,
) -> None:  # fmt: skip
    """Fill `row` ``[ROWS]`` for a load above zero and whole agents; patience as in `patience.Curve`, exponential where that is said."""
    row[:] = 0.0
    stays = still_waiting(t_s, balking, scale, shape, steps)
    total = admitted = 0.0
    for k in range(factors.size):
        share = weights[k] * factors[k]
        if not share > 0.0:
            continue
        a = load * factors[k]
        blocked = 0.0
        if lines < math.inf:
            blocked, found = chain_law(a, agents, aht / scale, t_s / aht, balking, lines)
        elif exponential and balking == 0.0:
            found = law(a, agents, aht / scale, t_s / aht)
        else:
            found = general_patience_law(a, agents, t_s / aht, aht, balking, scale, shape, steps)
        total += share
        row[BLOCKED] += share * blocked
        share *= 1.0 - blocked
        if not share > 0.0:
            continue
        admitted += share
        for i in range(6):
            row[i] += share * found[i]
        row[MEAN] += share * found[6] * aht
        row[DELAYED] += share * found[7] * aht
        row[OFFERED] += share * found[8] * aht
    for i in range(6):
        row[i] = min(1.0, row[i] / total)
    row[BLOCKED] = min(1.0, row[BLOCKED] / total)
    row[MEAN] /= total
    row[DELAYED] /= total
    row[OFFERED] = row[OFFERED] / admitted if admitted > 0.0 else math.nan
    row[ALL] = stays * row[LATE]
    row[SERVED] = max(0.0, 1.0 - row[IN_TIME] / row[ANSWERED]) if row[ANSWERED] > 0.0 else math.nan
    row[VIRTUAL] = min(1.0, row[LATE] * total / admitted) if admitted > 0.0 else math.nan
    unserved = row[BLOCKED]
    row[LEVEL] = level_of(definition, row[IN_TIME], row[ANSWERED], row[ALL] + unserved, row[LATE] + unserved)
