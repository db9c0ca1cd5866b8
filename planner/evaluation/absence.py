"""Who does not turn up: each scheduled head is away with its group's absence, one whole shift at a time, whatever the others do (C12).

The expected absence is in the agents on seat. Around it, a head more or less at work on one shift changes the contacts in time by what
an agent is worth in each of its intervals; the squares of these changes, times the variance a (1 - a) of one head, add up to a variance
of the window's count (the delta method).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from planner.domain.account import Account
from planner.domain.arrays import Floats, Ints
from planner.domain.capacity import Capacity, Coverage
from planner.domain.grid import TimeGrid, utc_seconds
from planner.domain.shifts import Shift


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Shifts whose heads may be away: `edges` ``[S, B, 2]`` the stretches worked, in intervals from the grid's start (empty ones for
    shifts with fewer breaks), `group` ``[S]``, `variance` ``[S]`` of the heads at work, and `weight` ``[G, Q, T]`` on-seat agents that
    one head at work gives a queue."""

    group: Ints
    edges: Floats
    variance: Floats
    weight: Floats

    def of_window(self, worth: Sequence[tuple[int, Floats]]) -> float:
        """Return the variance of a window's count, given what one agent more is worth ``[T]`` in the queues numbered; zero outside it."""
        effect = sum((self.weight[:, q] * value for q, value in worth), np.zeros(self.weight[:, 0].shape))
        if not len(self.group) or not effect.any():
            return 0.0
        upto = np.concatenate([np.zeros((len(effect), 1)), np.cumsum(effect, axis=1)], axis=1)
        at = np.clip(self.edges, 0.0, effect.shape[1])
        whole = np.minimum(at.astype(np.int64), effect.shape[1] - 1)
        row = self.group[:, None, None]
        reached = upto[row, whole] + (at - whole) * effect[row, whole]
        change = (reached[..., 1] - reached[..., 0]).sum(axis=1)
        return float(self.variance @ change**2)


def absence(shifts: Iterable[Shift], people: Capacity, coverage: Coverage, account: Account) -> Absence:
    """Return who may be away from `shifts`, given whom `people` on seat are divided among by `coverage`."""
    row = {group.id: g for g, group in enumerate(account.groups)}
    away = np.array([group.absence for group in account.groups])
    stay = np.array([1 - group.in_shift_loss for group in account.groups])
    those = [shift for shift in shifts if away[row[shift.group]] > 0]
    longest = max((len(shift.breaks) for shift in those), default=0) + 1
    edges = np.zeros((len(those), longest, 2))
    for n, shift in enumerate(those):
        pauses = sorted(shift.breaks)
        starts = [shift.start_utc, *(pause.end_utc for pause in pauses)]
        ends = [*(pause.start_utc for pause in pauses), shift.end_utc]
        edges[n, : len(starts)] = [
            (_interval(start, people.grid), _interval(end, people.grid)) for start, end in zip(starts, ends, strict=True)
        ]
    group = np.array([row[shift.group] for shift in those], dtype=np.int64)
    heads = np.array([float(shift.heads) for shift in those])
    on_seat = people.on_seat[:, None]
    share = np.divide(coverage.on_seat, on_seat, out=np.zeros(coverage.on_seat.shape), where=on_seat > 0)
    return Absence(
        group=group,
        edges=edges,
        variance=heads * (away * (1 - away))[group],
        weight=stay[:, None, None] * share,
    )


def _interval(when: datetime, grid: TimeGrid) -> float:
    return (utc_seconds(when) - utc_seconds(grid.start_utc)) / grid.interval_s
