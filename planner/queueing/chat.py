"""Chat: an agent holds several conversations at once, and each of them takes longer the more there are.

With j chats open an agent closes j / AHT_j of them per second. The chat that arrives opens at an agent who has the fewest; when all
agents hold k, it waits and gives up after an exponential patience. Two models: the exact chain of how many agents hold how many chats,
and the usual shortcut that keeps chats evenly spread. Above the full state both are the same queue, whose law is known in closed form.
With one chat an agent both are Erlang A (Erlang C where nobody gives up); so they are, with k places an agent, where chats do not slow
each other down. Systems of this kind are processor-sharing pools with limited sharing; see J. Luo and J. Zhang, "Staffing and control of
instant messaging contact centers", Operations Research 61 (2013), pp. 328-343.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats, Ints
from planner.queueing.chat_exact import states_of
from planner.queueing.chat_law import ASA, BUSY, CHATS, CLOSED, LEVEL, LOST, MEAN, METHODS, WAIT, completions_of, measures
from planner.queueing.checks import broadcast, not_negative, patience, shaped
from planner.queueing.levels import code
from planner.queueing.when_full import between


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Stationary measures of a chat desk, each in the broadcast shape of the inputs.

    `service_level` by the `definition` asked for; `prob_wait` the share of chats that find every place taken; `abandonment` the share
    that gives up; `asa_answered_s` the mean wait for an agent of the chats answered, `mean_wait_s` of all; `queue_length` the mean
    number waiting. `slot_occupancy` is the share of chat places in use, `agent_busy` the share of agents with at least one chat;
    `handling_s` the mean time a chat is open, at the concurrency that results. `method` says which model answered, `states` how many
    states it has. Without chats there is no service (NaN, C3), without agents no occupancy; an unstable desk waits for infinity.
    """

    definition: str
    method: str
    service_level: Floats
    prob_wait: Floats
    abandonment: Floats
    asa_answered_s: Floats
    mean_wait_s: Floats
    queue_length: Floats
    slot_occupancy: Floats
    agent_busy: Floats
    handling_s: Floats
    states: Ints


def exactly(method: str) -> bool:
    """Return whether `method` names the exact chain; raise ValueError for a name that is none."""
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; it is one of {', '.join(METHODS)}")
    return method == "exact"


def chat_performance(
    *,
    rate_per_h: ArrayLike,
    aht_by_level_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    method: str = "exact",
    definition: str = "offered",
) -> Chat:
    """Return the service that `agents` give to chats, up to ``k = len(aht_by_level_s)`` at once each.

    `rate_per_h` chats per hour, `agents`, `threshold_s` and `patience_s` broadcast; ``aht_by_level_s[k]`` holds the mean handling
    seconds of a chat while 1, 2, ..., k are open at its agent, the same for all values. None or infinity for `patience_s`: nobody gives
    up, and a rate the full desk cannot close (k / AHT_k an agent) finds P(wait) 1, level 0 and endless waits. `definition` names the
    service level (see `performance`). Agents between two whole numbers share their time between them (C12).

    ``method="exact"`` solves the whole chain (least-loaded routing, no chat changes hands), up to MAX_STATES states and MAX_CHATS
    chats an agent; ``"balanced"`` keeps chats evenly spread, for desks of any size. A little too kind: at 5 agents, k = 3 and 87% of
    places in use abandonment is 15.44% instead of 15.55%. Raises ValueError naming the argument for values that make no sense.
    """
    exact = exactly(method)
    completions = completions_of(aht_by_level_s)
    k = completions.size
    (rate, s, t, p), shape = broadcast(
        rate_per_h=rate_per_h, agents=agents, threshold_s=threshold_s, patience_s=np.inf if patience_s is None else patience_s
    )
    not_negative("rate_per_h", rate, "chats", shape)
    not_negative("agents", s, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    patience(p, shape)
    rate_per_s, theta, low = rate / 3600, 1 / p, np.floor(s)
    part = s - low
    rows = measures(rate_per_s, low, completions, theta, t, code(definition), exact=exact)
    shared = part > 0
    if shared.any():
        at = np.flatnonzero(shared)
        high = measures(rate_per_s[at], low[at] + 1, completions, theta[at], t[at], code(definition), exact=exact)
        rows[:, at] = between(rows[:, at], high, part[at], LEVEL)
    with np.errstate(invalid="ignore", divide="ignore"):
        slots, busy, handling = rows[CHATS] / (s * k), rows[BUSY] / s, rows[CHATS] / rows[CLOSED]
    rows[MEAN, rate == 0] = 0.0
    queue = rate_per_s * rows[MEAN]
    rows[MEAN, rate == 0] = np.nan
    states = [states_of(int(n), k) if exact else int(n) * k + 1 for n in np.ceil(s)]
    return Chat(
        definition=str(definition),
        method=method,
        service_level=shaped(rows[LEVEL], shape),
        prob_wait=shaped(rows[WAIT], shape),
        abandonment=shaped(rows[LOST], shape),
        asa_answered_s=shaped(rows[ASA], shape),
        mean_wait_s=shaped(rows[MEAN], shape),
        queue_length=shaped(queue, shape),
        slot_occupancy=shaped(slots, shape),
        agent_busy=shaped(busy, shape),
        handling_s=shaped(handling, shape),
        states=np.array(states, dtype=np.int64).reshape(shape)[()],
    )
