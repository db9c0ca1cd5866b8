"""When those come who would have come while their queue was closed: over the first day after it opens."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Bools, Floats


def release_shares(open: Bools, usual: Floats, *, most: int) -> Floats:
    """Return ``[Q, T]`` which share of those held is let in in each interval.

    Over the first `most` intervals after a queue opens (or until it closes) they come by the shape of `usual`, evenly where that is
    nothing: the share is the interval's weight over the weight still to come.
    """
    queues, size = open.shape
    shares = np.zeros((queues, size))
    for q in range(queues):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], open[q], [False]]).astype(np.int8)))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            stop = min(end, begin + most)
            weight = np.maximum(np.nan_to_num(usual[q, begin:stop]), 0.0)
            weight = weight if weight.sum() > 0 else np.ones(stop - begin)
            ahead = np.cumsum(weight[::-1])[::-1]
            shares[q, begin:stop] = np.divide(weight, ahead, out=np.zeros(stop - begin), where=ahead > 0)
            shares[q, begin + int(np.flatnonzero(weight)[-1])] = 1.0
    return shares


def held_until_open(came: Floats, is_open: Bools, shares: Floats) -> Floats:
    """Return `came` ``[..., T]`` with what comes while closed held, and let in by `shares` ``[T]`` of those held once it opens."""
    found = np.where(is_open, came, 0.0)
    held = np.zeros(came.shape[:-1])
    for t in range(came.shape[-1]):
        if not is_open[t]:
            held = held + came[..., t]
        elif shares[t] > 0:
            found[..., t] += held * shares[t]
            held = held * (1 - shares[t])
    return found
