"""What a chat desk does to its chats, once it is known how often every place is taken and what the desk does the rest of the time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from planner.compiled import compiled
from planner.domain.arrays import Floats
from planner.queueing.chat_balanced import fill_balanced
from planner.queueing.chat_exact import exact_sums
from planner.queueing.checks import positive
from planner.queueing.levels import service_level
from planner.queueing.when_full import law_when_full

METHODS = ("exact", "balanced")

LEVEL, WAIT, LOST, ASA, MEAN, CHATS, BUSY, CLOSED = range(8)
"""Rows of the measures: service level, P(wait), abandonment, mean wait of the answered and of all, open chats, agents with at least one
chat, chats closed per second; in chats, agents and seconds."""

Measures = tuple[float, float, float, float, float, float, float, float]


def completions_of(aht_by_level_s: ArrayLike) -> Floats:
    """Return how many chats an agent closes per second with 1, 2, ... of them open; ValueError for times that make no sense."""
    try:
        aht = np.asarray(aht_by_level_s, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"aht_by_level_s must be a list of seconds, got {aht_by_level_s!r}") from error
    if aht.ndim != 1 or aht.size == 0:
        raise ValueError(f"aht_by_level_s must be a list of seconds, one for each number of open chats, got shape {aht.shape}")
    positive("aht_by_level_s", aht, "seconds", aht.shape)
    closed: Floats = np.arange(1, aht.size + 1) / aht
    return closed


@compiled(entry=False, arrays=False)
def chat_measures(
    rate: float, agents: int, completions: Any, theta: float, t: float, definition: int, sums: tuple[float, float, float, float]
) -> Measures:
    """The measures of `agents` from the four sums of :mod:`planner.queueing.chat_exact`."""
    below, full, chats, busy = sums
    full_rate = agents * completions[-1]
    found = law_when_full(rate, full_rate, theta, t, below, full)
    level = service_level(found, definition, theta * t)
    answered = found[1]
    asa = found[7] / answered if answered > 0.0 else math.nan
    free = (1.0 - found[0]) / below if below > 0.0 else 0.0
    places = float(agents * completions.size)
    held = min(places, found[0] * places + free * chats)
    at_work = min(float(agents), found[0] * agents + free * busy)
    closed = full_rate if theta == 0.0 and rate >= full_rate else rate * answered
    return level, found[0], found[3], asa, found[6], held, at_work, closed


@compiled(arrays=False)
def fill_measures(rate: Any, agents: Any, completions: Any, theta: Any, t: Any, definition: int, sums: Any, out: Any) -> None:
    """Fill `out` ``[8, n]`` from `sums` ``[4, n]``; no chats have no measures but an idle desk (C3)."""
    for i in range(rate.size):
        if rate[i] == 0.0:
            out[:, i] = math.nan
            out[CHATS, i] = out[BUSY, i] = out[CLOSED, i] = 0.0
            continue
        four = (sums[0, i], sums[1, i], sums[2, i], sums[3, i])
        found = chat_measures(rate[i], agents[i], completions, theta[i], t[i], definition, four)
        out[LEVEL, i], out[WAIT, i], out[LOST, i], out[ASA, i] = found[0], found[1], found[2], found[3]
        out[MEAN, i], out[CHATS, i], out[BUSY, i], out[CLOSED, i] = found[4], found[5], found[6], found[7]


def measures(
    rate: Floats, agents: Floats, completions: Floats, theta: Floats, t: Floats, definition: int, *, exact: bool
) -> Floats:
    """Return the measures ``[8, n]`` of whole numbers of agents; the exact chain is solved once for each rate and number."""
    sums = np.empty((4, rate.size))
    whole = agents.astype(np.int64)
    if exact:
        solved: dict[tuple[float, int], Floats] = {}
        for i, pair in enumerate(zip(rate.tolist(), whole.tolist(), strict=True)):
            if pair not in solved:
                solved[pair] = exact_sums(*pair, completions) if min(pair) > 0 else np.array([0.0, 1.0, 0.0, 0.0])
            sums[:, i] = solved[pair]
    else:
        fill_balanced(rate, whole, completions, sums)
    out = np.empty((8, rate.size))
    fill_measures(rate, whole, completions, theta, t, definition, sums, out)
    return out
