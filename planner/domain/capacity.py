"""Who is there: heads per group and interval, and how their time is divided among queues (C5, C6, C12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import ArrayEq, Floats, frozen_floats
from planner.domain.grid import TimeGrid


@dataclass(frozen=True, kw_only=True, eq=False)
class Capacity(ArrayEq):
    """People by group and interval ``[G, T]``, as time averages over the interval.

    `scheduled`: rostered heads outside breaks. `present`: after planned absence. `on_seat`: after in-shift losses.
    """

    groups: tuple[str, ...]
    grid: TimeGrid
    scheduled: Floats
    present: Floats
    on_seat: Floats

    def __post_init__(self) -> None:
        shape = (len(self.groups), self.grid.size)
        for name in ("scheduled", "present", "on_seat"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name), shape, f"{name} [G, T]"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Coverage(ArrayEq):
    """The split of on-seat agents among queues: `on_seat` ``[G, Q, T]``; zero where a group does not serve a queue.

    Over queues it sums to at most the group's on-seat agents (C6).
    """

    groups: tuple[str, ...]
    queues: tuple[str, ...]
    grid: TimeGrid
    on_seat: Floats

    def __post_init__(self) -> None:
        shape = (len(self.groups), len(self.queues), self.grid.size)
        object.__setattr__(self, "on_seat", frozen_floats(self.on_seat, shape, "on_seat [G, Q, T]"))

    def by_queue(self) -> Floats:
        """Return on-seat agents per queue ``[Q, T]``."""
        total: Floats = np.sum(self.on_seat, axis=0)
        return total
