"""Contacts in hand of a staff without limit, written anew: everybody who came and is not yet served, interval by interval of arrival."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def in_hand(contacts: Array, aht_s: Array, interval_s: float, at: str = "mean") -> Array:
    """Return the contacts in hand ``[..., T]``: their `at` "mean" over each interval, or "max".

    `contacts` ``[..., T]`` arrive evenly over their interval and are in hand for an exponential time, mean `aht_s` ``[T]`` of the interval
    the clock shows. The first interval has gone on for ever. What came in an interval and has left it unserved thins out by
    ``exp(-interval / aht)`` in each later one; the mean follows because what came in, less the growth, has been served.
    """
    pace = interval_s / aht_s
    load = np.nan_to_num(contacts) / pace
    clock = np.concatenate(([0.0], np.cumsum(pace)))
    came, stays = np.arange(len(pace)), np.arange(len(pace) + 1)
    elapsed = np.maximum(clock[None, :] - clock[1:, None], 0.0)  # handling times from the end of an interval to each edge
    left = np.where(stays > came[:, None], np.exp(-elapsed) * -np.expm1(-pace[:, None]), 0.0)
    edges = load @ left + load[..., :1] * np.exp(-clock)
    if at == "max":
        return np.maximum(edges[..., :-1], edges[..., 1:])  # between its edges a load goes one way
    return np.maximum(load - np.diff(edges) / pace, 0.0)
