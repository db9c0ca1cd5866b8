"""One replication counted: contacts by line and interval of arrival."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.compiled import compiled
from planner.domain.arrays import Floats, Int32s
from planner.simulation.inner import inlined, row
from planner.simulation.layout import (
    ABANDONED,
    ARRIVES,
    CUT_OFF,
    DONE,
    ENDS,
    IN_HAND,
    KEY,
    LINE,
    PARENT,
    STARTS,
    STATE,
    WAITING,
)

OFFERED, ANSWERED, GAVE_UP, AGAIN, OPEN, LATE, WITHIN = range(7)
"""What is counted: contacts that came (AGAIN of them not for the first time), were answered, gave up, were still open at the end (LATE of
them though due before it); from WITHIN on, for each threshold, those answered within it and then those that gave up within it."""

FIRST_BIN_S, BINS_RATIO, BINS = 0.5, 1.1, 160
"""Waits are counted in bins: none at all, then up to half a second, then each a tenth wider than the one before, up to a month."""

_CELL_S = 0.04
"""Waits are looked up in cells narrower than any bin, up to `_CELLS` of them; longer ones take a logarithm."""
_CELLS = 4096


def bin_edges() -> Floats:
    """Return where each bin but the last ends, in seconds ``[B]``; the last one never does."""
    edges = np.concatenate([[0.0], FIRST_BIN_S * BINS_RATIO ** np.arange(BINS - 1)])
    edges[-1] = math.inf
    return edges


def bin_cells(edges: Floats) -> Int32s:
    """Return the bin in which each cell of waits begins ``[C]``."""
    begins = np.arange(_CELLS) * _CELL_S
    return np.maximum(np.searchsorted(edges, begins, side="right"), 1).astype(np.int32)


@inlined
def _bin(wait: float, edges: Any, cells: Any) -> int:
    if wait <= 0.0:
        return 0
    cell = int(wait / _CELL_S)
    found = cells[row(cell)] if cell < _CELLS else min(2 + int(math.log(wait / FIRST_BIN_S) / math.log(BINS_RATIO)), BINS - 1)
    return int(found + (wait > edges[row(found)]))


@compiled(arrays=False)
def tally(
    seconds: Any, numbers: Any, size: int, live: Any, within_s: Any, interval_s: float, edges: Any, cells: Any, counts: Any, waits: Any,
    places: Any,
) -> int:  # fmt: skip
    """Count the first `size` contacts that came in the horizon into `counts` ``[Q, T, C]`` and their waits into `waits` ``[Q, T]``.

    The first numbers of `places` ``[size]``, as many as are returned, say where in bins ``[Q, T, B]`` each answered contact that waited
    belongs. `within_s` ``[Q, H]`` holds thresholds (NaN none), `live` ``[Q]``.

    A live contact waits from arrival to first answer or giving up, deferred work from arrival until it is done, within its time if done by
    its key. Who gives up when the threshold ends has given up within it. Who still waits at the end, and has for longer than every
    threshold, counts as given up then: whatever comes, the promise to them is broken.
    """
    horizon = counts.shape[1]
    limits = within_s.shape[1]
    end = horizon * interval_s
    waited = 0
    for x in range(size):
        arrives = seconds[x, ARRIVES]
        if arrives < 0.0:
            continue
        t = row(int(arrives / interval_s))
        if t >= horizon:
            continue
        q = row(numbers[x, LINE])
        state = numbers[x, STATE]
        counts[q, t, OFFERED] += 1
        if numbers[x, PARENT] >= 0:
            counts[q, t, AGAIN] += 1
        given_up = state in (ABANDONED, CUT_OFF)
        ends = seconds[x, ENDS]
        if state == WAITING and live[q] == 1:
            given_up, ends = True, end
            for h in range(limits):
                if end - arrives <= within_s[q, h]:
                    given_up = False
        if given_up:
            wait = ends - arrives
            counts[q, t, GAVE_UP] += 1
            waits[q, t] += wait
            for h in range(limits):
                if wait <= within_s[q, h]:
                    counts[q, t, WITHIN + limits + h] += 1
        elif state == DONE or (state == IN_HAND and live[q] == 1):
            counts[q, t, ANSWERED] += 1
            if live[q] == 1:
                wait = seconds[x, STARTS] - arrives
                for h in range(limits):
                    if wait <= within_s[q, h]:
                        counts[q, t, WITHIN + h] += 1
            else:
                wait = seconds[x, ENDS] - arrives
                if seconds[x, ENDS] <= seconds[x, KEY]:
                    counts[q, t, WITHIN] += 1
            waits[q, t] += wait
            if wait > 0.0:
                places[waited] = (q * horizon + t) * BINS + _bin(wait, edges, cells)
                waited += 1
        else:
            counts[q, t, OPEN] += 1
            if live[q] == 0 and seconds[x, KEY] <= horizon * interval_s:
                counts[q, t, LATE] += 1
    return waited


@compiled(arrays=False)
def add_at(bins: Any, places: Any) -> None:
    """Add one to `bins` ``[N]`` at each of `places`."""
    for k in range(places.size):
        bins[places[k]] += 1
