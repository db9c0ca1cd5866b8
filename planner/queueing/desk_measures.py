"""The measures of `performance` where patience has any law, lines are finite or callers balk."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from planner.domain.arrays import Floats
from planner.queueing.checks import not_negative, refuse
from planner.queueing.desk import Desk, desks
from planner.queueing.desk_law import ANSWERED, BLOCKED, DELAYED, LEVEL, LOST, LOST_IN, MEAN, OFFERED, WAIT
from planner.queueing.levels import code
from planner.queueing.patience import Patience
from planner.queueing.when_full import between


def enough_lines(desk: Desk, agents: Floats, shape: tuple[int, ...]) -> None:
    """Raise ValueError unless every agent has a line."""
    refuse("lines", desk.lines, desk.lines < np.ceil(agents), "at least the agents, rounded up (each takes one)", shape)


def desk_measures(
    *,
    rate_per_h: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold_s: ArrayLike,
    patience_s: ArrayLike | Patience | None,
    definition: str,
    rate_cv: ArrayLike | None,
    rate_factors: ArrayLike | None,
    lines: ArrayLike | None,
    balking: ArrayLike | None,
) -> tuple[Floats, tuple[int, ...]]:
    """Return level, P(wait), abandonment, within t, occupancy, ASA, mean and virtual wait, queue and blocked ``[10, N]``; the shape."""
    desk, given, shape = desks(
        rate_per_h=rate_per_h,
        aht_s=aht_s,
        patience_s=patience_s,
        lines=lines,
        balking=balking,
        rate_cv=rate_cv,
        rate_factors=rate_factors,
        agents=agents,
        threshold_s=threshold_s,
    )
    agent, t = given["agents"], given["threshold_s"]
    not_negative("agents", agent, "agents", shape)
    not_negative("threshold_s", t, "seconds", shape)
    enough_lines(desk, agent, shape)
    whole = np.floor(agent)
    part = agent - whole
    low = _columns(desk, np.arange(agent.size), whole, t, definition)
    between_two = np.flatnonzero(part > 0)
    high = low.copy()
    high[:, between_two] = _columns(desk, between_two, whole[between_two] + 1, t[between_two], definition)
    level, wait, lost, lost_in, carried, asa, mean, offered, blocked = between(low, high, part, zero=0)
    some = desk.load > 0
    occupancy = np.divide(np.where(some, carried, 0.0), agent, out=np.full(agent.size, math.nan), where=agent > 0)
    queue = np.where(some, desk.load / desk.aht * mean, 0.0)
    return np.stack([level, wait, lost, lost_in, occupancy, asa, mean, offered, queue, blocked]), shape


def _columns(desk: Desk, at: np.ndarray, agents: Floats, t: Floats, definition: str) -> Floats:
    # measures of whole agents, the carried load in place of the occupancy
    rows = desk.laws(at, agents, t, code(definition))
    answered = rows[ANSWERED]
    carried = np.minimum(desk.load[at] * answered, agents)
    asa = np.divide(rows[DELAYED], answered, out=np.full(at.size, math.nan), where=answered > 0)
    return np.stack(
        [rows[LEVEL], rows[WAIT], rows[LOST], rows[LOST_IN], carried, asa, rows[MEAN], rows[OFFERED], rows[BLOCKED]]
    )
