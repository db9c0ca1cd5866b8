"""One replication counted: contacts by line and interval of arrival."""

from __future__ import annotations

import math
from typing import Any

from planner.compiled import compiled
from planner.simulation.layout import ABANDONED, ARRIVES, CUT_OFF, DONE, ENDS, IN_HAND, KEY, LINE, PARENT, STARTS, STATE

OFFERED, ANSWERED, GAVE_UP, AGAIN, OPEN, LATE, WITHIN = range(7)
"""What is counted: contacts that came (AGAIN of them not for the first time), were answered, gave up, were still open at the end (LATE of
them though due before it); from WITHIN on, for each threshold, those answered within it and then those that gave up within it."""

FIRST_BIN_S, BINS_RATIO, BINS = 0.5, 1.1, 160
"""Waits are counted in bins: none at all, then up to half a second, then each a tenth wider than the one before, up to a month."""


@compiled(entry=False, arrays=False)
def _bin(wait: float) -> int:
    if wait <= 0.0:
        return 0
    if wait <= FIRST_BIN_S:
        return 1
    return min(2 + int(math.log(wait / FIRST_BIN_S) / math.log(BINS_RATIO)), BINS - 1)


@compiled(arrays=False)
def tally(
    seconds: Any, numbers: Any, size: int, live: Any, within_s: Any, interval_s: float, counts: Any, waits: Any, bins: Any
) -> None:
    """Count the first `size` contacts that came in the horizon into `counts` ``[Q, T, C]``, their waits into `waits` ``[Q, T]`` and the
    waits of answered ones into `bins` ``[Q, T, B]``; `within_s` ``[Q, H]`` holds thresholds (NaN none), `live` ``[Q]``.

    A live contact waits from arrival to first answer or giving up, deferred work from arrival until it is done, within its time if done by
    its key. Who gives up when the threshold ends has given up within it.
    """
    horizon = counts.shape[1]
    limits = within_s.shape[1]
    for x in range(size):
        arrives = seconds[x, ARRIVES]
        if arrives < 0.0:
            continue
        t = int(arrives / interval_s)
        if t >= horizon:
            continue
        q = numbers[x, LINE]
        state = numbers[x, STATE]
        counts[q, t, OFFERED] += 1
        if numbers[x, PARENT] >= 0:
            counts[q, t, AGAIN] += 1
        if state in (ABANDONED, CUT_OFF):
            wait = seconds[x, ENDS] - arrives
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
            bins[q, t, _bin(wait)] += 1
        else:
            counts[q, t, OPEN] += 1
            if live[q] == 0 and seconds[x, KEY] <= horizon * interval_s:
                counts[q, t, LATE] += 1
