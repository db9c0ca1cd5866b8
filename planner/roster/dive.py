"""From fractions to schedules: settle those the relaxation is surest of, price again for the others, until everybody has one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planner.domain.arrays import Ints
from planner.roster.columns import Generated, Master, generate


def dive(
    master: Master, first: Generated, *, rounds: int, cutoff: float, halt: Callable[[], bool], share: float = 0.08, sure: float = 0.98,
    keep: int = 25,
) -> dict[int, Ints] | None:  # fmt: skip
    """Return a schedule for each of the master's people, for some of them when halted, or None when no roster cheaper than `cutoff` is to
    be found this way.

    Each step settles all schedules of weight `sure` and the weightiest besides, so that at least a `share` of those left are settled.
    """
    relaxed, price = first.relaxed, first.price
    settled: dict[int, Ints] = {}
    while True:
        owner = np.array(master.pool.person[: len(relaxed.weight)])
        best = []
        for p in master.people:
            mine = np.flatnonzero(owner == p)
            best.append(int(mine[np.argmax(relaxed.weight[mine])]))
        best.sort(key=lambda j: -relaxed.weight[j])
        least = max(1, round(share * len(best)))
        now = [j for n, j in enumerate(best) if n < least or relaxed.weight[j] >= sure]
        settled |= {master.pool.person[j]: master.pool.work[j] for j in now}
        if len(now) == len(best):
            return settled
        master = master.without(now, price, keep)
        found = generate(master, rounds=rounds, halt=halt, within=0.05, cutoff=cutoff, start=price)
        if halt():
            return settled
        if found.bound >= cutoff:
            return None
        relaxed, price = found.relaxed, found.price
