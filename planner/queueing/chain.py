"""Finite lines: contacts wait, give up and are turned away when every line is taken (M/M/s/N+M, the second method for Erlang A).

`lines` are all contacts at once, waiting and being answered; who finds every line taken is blocked. Who finds a line but no agent
hangs up at once with the probability `balking`; the others give up after an exponential patience. The stationary chain says how many
a caller finds, `chain_tagged` how long he then waits. With theta the handling time over the mean patience, V the offered wait of a
caller who finds j waiting and X his patience, E[exp(-theta V)] = s / (s + (j+1) theta) is the chance to be answered,
E[V exp(-theta V)] that times the sum of 1/(s + i theta), i = 1..j+1, and E[min(V, X)] = (j+1) / (s + (j+1) theta).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.chain_states import chain_states
from planner.queueing.chain_tagged import fill_late
from planner.queueing.checks import broadcast, not_negative, patience, positive, refuse, shaped, share
from planner.queueing.erlang_c import Law
from planner.queueing.general_patience import GeneralLaw, general_patience_law, whole_agents
from planner.queueing.patience import NEVER

MAX_LINES = 10_000_000


@dataclass(frozen=True, kw_only=True)
class LinesLaw(GeneralLaw):
    """What a queue with finitely many lines does to a contact, each in the broadcast shape of the inputs.

    `blocked` is the share of all who try that finds every line taken. Everything else is of those who get a line, as in `GeneralLaw`:
    times 1 - blocked it is of all who try, which is what a contract calls offered. NaN where nobody gets a line.
    """

    blocked: Floats


@compiled
def chain_law(load: float, agents: int, theta: float, t: float, balking: float, lines: float) -> tuple[float, Law]:
    """P(blocked), and the law of those who get a line; `theta` and `t` as in `erlang_a_law`, `lines` infinite or a whole number.

    Costs time and room in proportion to the states that matter, with infinite lines about (load - agents) / theta at most.
    """
    if load == 0.0:
        return 0.0, (0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    s = float(agents)
    keep = 1.0 - balking
    if lines == math.inf and theta == 0.0 and load * keep >= s:  # grows without end
        return 0.0, (1.0, keep, 0.0, balking, balking, 1.0, math.inf, math.inf, math.inf)
    first, states = chain_states(load, agents, theta, balking, lines)
    blocked = states[-1] if first + states.size - 1.0 == lines else 0.0
    most = min(first + states.size - 1.0, lines - 1.0)  # that a caller with a line finds
    at_once = got = 0.0
    for n in range(first, int(most) + 1):
        got += states[n - first]
        if n < agents:
            at_once += states[n - first]
    if got == 0.0:
        nan = math.nan
        return 1.0, (nan, nan, nan, nan, nan, nan, nan, nan, nan)
    least = max(first - agents, 0)
    size = max(int(most) - agents - least + 1, 0)
    longer = np.empty(size)
    longer_answered = np.empty(size)
    fill_late(longer, least, s, theta, t)
    fill_late(longer_answered, least, s + theta, theta, t)
    waiting = answered = in_time = late = mean = asa = offered = 0.0
    sum_v = sum_a = 0.0  # of 1 / (s + i theta), i = 0..j and 1..j+1
    for j in range(least):
        sum_v += 1.0 / (s + j * theta)
        sum_a += 1.0 / (s + (j + 1) * theta)
    for k in range(size):
        j = least + k
        p = states[agents + j - first]
        stays = s / (s + (j + 1) * theta) if s > 0.0 else 0.0
        sum_v += 1.0 / (s + j * theta)
        sum_a += 1.0 / (s + (j + 1) * theta)
        waiting += p
        answered += p * stays
        in_time += p * stays * (1.0 - longer_answered[k])
        late += p * longer[k]
        if keep > 0.0:
            mean += keep * p * (j + 1) / (s + (j + 1) * theta)
        asa += p * stays * sum_a if s > 0.0 else 0.0
        offered += p * sum_v
    late = min(1.0, late / got)
    abandoned = balking * waiting + theta * mean
    in_time = min(1.0, (at_once + keep * in_time) / got)
    abandoned = min(1.0, abandoned / got)
    return min(1.0, blocked), (
        min(1.0, waiting / got),
        min(1.0, (at_once + keep * answered) / got),
        in_time,
        abandoned,
        min(abandoned, max(0.0, 1.0 - keep * math.exp(-theta * t) * late - in_time)),
        late,
        mean / got,
        keep * asa / got,
        offered / got,
    )


@compiled
def _fill(load: Any, aht: Any, agents: Any, t: Any, patience: Any, balking: Any, lines: Any, steps: Any, out: Any) -> None:
    for i in range(load.size):
        blocked = 0.0
        if load[i] == 0.0:
            out[:, i] = math.nan
            continue
        if lines[i] == math.inf:
            found = general_patience_law(load[i], int(agents[i]), t[i] / aht[i], aht[i], balking[i], patience[i], 1.0, steps)
        else:
            blocked, found = chain_law(load[i], int(agents[i]), aht[i] / patience[i], t[i] / aht[i], balking[i], lines[i])
        for k in range(6):
            out[k, i] = found[k]
        out[6, i] = found[6] * aht[i]
        out[7, i] = found[7] / found[1] * aht[i] if found[1] > 0.0 else math.nan
        out[8, i] = found[8] * aht[i]
        out[9, i] = blocked


def lines_law(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    lines: ArrayLike | None = None,
    patience_s: ArrayLike | None = None,
    balking: ArrayLike = 0.0,
) -> LinesLaw:
    """Return what whole `agents` behind `lines` do to the contacts of a queue in balance.

    Everything broadcasts: `rate_per_h` contacts per hour that try, `aht_s` mean handling seconds, `threshold_s` seconds, `lines` that
    contacts can hold at once, from `agents` to 10 million (None or infinity: as many as they like), `patience_s` mean seconds until
    they give up (None or infinity: never, which finite lines bear in overload too), `balking` the share from 0 to 1 of those who get a
    line but no agent that hangs up at once. `lines` equal to `agents` is Erlang B. Without contacts everything is NaN. Raises
    ValueError naming the argument for values that make no sense. Source: see the module.
    """
    (rate, aht, s, t, n, p, b), form = broadcast(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        agents=agents,
        threshold_s=threshold_s,
        lines=np.inf if lines is None else lines,
        patience_s=np.inf if patience_s is None else patience_s,
        balking=balking,
    )
    not_negative("rate_per_h", rate, "contacts", form)
    positive("aht_s", aht, "seconds", form)
    whole_agents(s, form)
    not_negative("threshold_s", t, "seconds", form)
    patience(p, form)
    share("balking", b, form, zero=True, one=True)
    fits = (n == np.inf) | (n >= s) & (n <= MAX_LINES) & (n == np.floor(n))
    refuse("lines", n, ~fits, f"a whole number from the agents to {MAX_LINES:,} (leave it out if there is no limit)", form)
    load = rate * aht / 3600
    not_negative("rate_per_h times aht_s", load, "erlang", form)
    out = np.empty((10, load.size))
    _fill(load, aht, s, t, p, b, n, NEVER.steps.copy(), out)
    values: dict[str, Any] = dict(zip(LinesLaw.__dataclass_fields__, (shaped(row, form) for row in out), strict=True))
    return LinesLaw(**values)
