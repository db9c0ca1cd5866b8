"""The fewest agent-hours that keep promised windows, before shifts: each next server where it wins most contacts."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.promised import Promised
from planner.queueing import concave_majorant


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


def step_worths(ahead: Floats, floor: Floats) -> tuple[Floats, Floats, Floats]:
    """Return for curves ``[N, S + 1]`` above their `floor` ``[N]``: widths and worths ``[N, S]`` of the steps to each next whole server,
    the first one from the floor, worths falling; and the majorant's value at the floor ``[N]``."""
    most = ahead.shape[1] - 1
    rows = np.arange(len(ahead))
    below = np.minimum(np.floor(floor + 1e-9).astype(np.int64), most)
    part = np.clip(floor - below, 0.0, 1.0)
    above = np.minimum(below + 1, most)
    start = ahead[rows, below] * (1 - part) + ahead[rows, above] * part
    whole = np.arange(most + 1)[None, :]
    # below the floor a line too steep to matter: the majorant then starts at the floor
    raised = np.where(whole > below[:, None], ahead, -np.inf)
    raised[rows, below] = start - part * (ahead[rows, above] - ahead[rows, below])
    steep = 1e6 * (1.0 + np.abs(ahead).max(initial=0.0))
    raised = np.where(np.isneginf(raised), raised[rows, below][:, None] - steep * (below[:, None] - whole), raised)
    hull = concave_majorant(raised)
    worth = np.diff(hull, axis=1)
    step = np.arange(most)[None, :]
    width = np.where(step > below[:, None], 1.0, np.where(step == below[:, None], 1 - part[:, None], 0.0))
    first = np.minimum(below, most - 1)
    begin = np.where(below < most, hull[rows, first] + part * worth[rows, first], start)
    return width, np.where(width > 0, np.maximum(worth, 0.0), 0.0), begin


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
