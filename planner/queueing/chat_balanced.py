"""A chat desk whose open chats are always spread evenly: one dimension, any size.

With n chats open among s agents, n mod s of them hold one chat more than the others. The real desk is a little less even, for chats
close where they will, so it is a little slower; the difference fades as the desk grows.
"""

from __future__ import annotations

from typing import Any

from planner.compiled import compiled

LEAST_LOAD, MOST_LOAD = 1e-60, 1e60
"""Arrivals are held within these multiples of an agent's rate with one chat; beyond them nothing changes but what overflows."""

_LARGE = 1e150


@compiled(entry=False, arrays=False)
def balanced_sums(rate: float, agents: int, completions: Any) -> tuple[float, float, float, float]:
    """The four sums of :func:`planner.queueing.chat_exact.exact_sums` for evenly spread chats.

    Weights follow from the full state downwards, each the one above times completions over arrivals, scaled back when they grow large.
    """
    if agents == 0:
        return 0.0, 1.0, 0.0, 0.0
    arrivals = min(max(rate, LEAST_LOAD * completions[0]), MOST_LOAD * completions[0])
    weight = full = 1.0
    below = chats = busy = 0.0
    held, more = completions.size, 0  # held by everybody, and how many agents hold one more
    for n in range(agents * completions.size - 1, -1, -1):
        if more == 0:
            held -= 1
            more = agents
        less = completions[held - 1] if held > 0 else 0.0
        weight *= ((agents - more) * less + more * completions[held]) / arrivals
        more -= 1
        below += weight
        chats += n * weight
        busy += min(n, agents) * weight
        if weight > _LARGE:
            weight /= _LARGE
            full /= _LARGE
            below /= _LARGE
            chats /= _LARGE
            busy /= _LARGE
    return below, full, chats, busy


@compiled(arrays=False)
def fill_balanced(rate: Any, agents: Any, completions: Any, out: Any) -> None:
    """Fill `out` ``[4, n]`` with the sums of each rate and number of agents."""
    for i in range(rate.size):
        out[0, i], out[1, i], out[2, i], out[3, i] = balanced_sums(rate[i], agents[i], completions)
