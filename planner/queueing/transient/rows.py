"""How a law is kept: rows of probabilities, and the ends between which they are.

Column n + 1 of row 0 stands for n contacts in the system; empty columns at both ends spare the kernels their border cases. Where agents
finish the contact in hand before they leave, row e > 0 holds e busy agents beyond the staff s, and its column s + q + 1 stands for q
waiting: so row e falls into row e - 1 without a change of column.

`ends` are: rows in use above row 0, lowest and highest state, lowest and highest state ever visited in the interval, and the state that
is never exceeded.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.compiled import compiled

_DUST = 1e-18  # probabilities below it are dropped at the ends of a law


@compiled(entry=False, arrays=False)
def _worth(law: Any, rows: int, n: int) -> bool:
    most = 0.0
    for e in range(rows + 1):
        most = max(most, law[e, n + 1])
    return most >= _DUST


@compiled(entry=False, arrays=False)
def sweep(law: Any, other: Any, rows: int, low: int, high: int) -> tuple[int, int]:
    """Clear the states at both ends that hold nothing but dust, in two arrays, and return the ends that remain."""
    while high > low and not _worth(law, rows, high):
        for e in range(rows + 1):
            law[e, high + 1] = 0.0
            other[e, high + 1] = 0.0
        high -= 1
    while low < high and not _worth(law, rows, low):
        for e in range(rows + 1):
            law[e, low + 1] = 0.0
            other[e, low + 1] = 0.0
        low += 1
    return low, high


@compiled(entry=False, arrays=False)
def trim(law: Any, other: Any, ends: Any) -> None:
    """Drop the rows and states that hold nothing but dust, from a law that lives on the states ever visited."""
    rows, low, high = ends[0], ends[3], ends[4]
    while rows > 0:
        most = 0.0
        for n in range(low, high + 1):
            most = max(most, law[rows, n + 1])
        if most >= _DUST:
            break
        for n in range(low, high + 1):
            law[rows, n + 1] = 0.0
            other[rows, n + 1] = 0.0
        rows -= 1
    low, high = sweep(law, other, rows, low, high)
    ends[0] = rows
    ends[1] = low
    ends[2] = high


@compiled(entry=False)
def restaffed(law: Any, ends: Any, before: float, after: float, finish: bool) -> Any:
    """Return the law read under a staff of `after` instead of `before`, and set its ends.

    With `finish` the agents who should leave but are busy form rows of their own; otherwise the number in system is all that counts.
    """
    rows, low, high = ends[0], ends[1], ends[2]
    old = int(before)
    new = int(after)
    more = max(0, old + rows - new) if finish else 0
    to = np.zeros((more + 1, high + rows + 4))
    for e in range(rows + 1):
        for n in range(low, high + 1):
            busy = old + e if e > 0 else min(n, old)
            waiting = max(n - old, 0)
            if finish and busy > new:
                to[busy - new, new + waiting + 1] += law[e, n + 1]
            else:
                to[0, busy + waiting + 1] += law[e, n + 1]
    ends[0] = more
    ends[3] = 0
    ends[4] = high + rows
    trim(to, to, ends)
    ends[3] = ends[1]
    ends[4] = ends[2]
    return to
