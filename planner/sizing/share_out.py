"""The fewest agent-hours that keep promised windows, before shifts: each next server where it wins most contacts."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.promised import Promised
from planner.queueing import step_worths


def share_out(promised: Promised, least: Floats) -> dict[int, Floats]:
    """Return servers ``[T]`` per queue number; `least` ``[Q, T]`` are the agents of no interval less.

    Above the floor a server's worth falls with every further one (on the least concave majorant of the curve), so taking the worthiest
    first until the window is kept is best: the continuous knapsack of Dantzig (1957). A queue in several windows takes the most any of
    them asks. A window that cannot be kept takes every server that helps.
    """
    found: dict[int, Floats] = {}
    for w in range(len(promised.windows)):
        steps: list[tuple[int, np.ndarray, Floats, Floats]] = []
        missing = 0.0
        for term in promised.terms:
            at = np.flatnonzero(term.window == w)
            if not len(at):
                continue
            q = term.queue
            floor = np.nan_to_num(least[q, at]) * promised.servers[q]
            found.setdefault(q, np.nan_to_num(least[q]) * promised.servers[q])
            width, worth, start = step_worths(term.ahead[at], floor)
            missing -= float(start.sum())
            steps.append((q, at, width, worth))
        taken = _taken([(s[2], s[3]) for s in steps], missing)
        for (q, at, width, _), share in zip(steps, taken, strict=True):
            servers = np.nan_to_num(least[q, at]) * promised.servers[q] + (width * share).sum(axis=1)
            found[q][at] = np.maximum(found[q][at], servers)
    return found


def _taken(steps: list[tuple[Floats, Floats]], missing: float) -> list[Floats]:
    """Which share of each step is taken so that their worths make up for what is `missing`."""
    if not steps:
        return []
    width = np.concatenate([s[0].ravel() for s in steps])
    worth = np.concatenate([s[1].ravel() for s in steps])
    order = np.argsort(-worth, kind="stable")
    order = order[worth[order] > 0]
    share = np.zeros(len(width))
    if missing > 0 and len(order):
        won = np.cumsum((width * worth)[order])
        full = int(np.searchsorted(won, missing))
        share[order[:full]] = 1.0
        if full < len(order):
            before = won[full - 1] if full else 0.0
            share[order[full]] = (missing - before) / (width * worth)[order[full]]
    ends = np.cumsum([s[0].size for s in steps])[:-1]
    return [part.reshape(s[0].shape) for part, s in zip(np.split(share, ends), steps, strict=True)]
