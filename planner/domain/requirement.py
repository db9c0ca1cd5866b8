"""What it takes: agents on seat per queue and interval, fractional (C4)."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.domain.arrays import ArrayEq, Bools, Floats, frozen_bools, frozen_floats
from planner.domain.grid import TimeGrid
from planner.domain.promised import Promised


@dataclass(frozen=True, kw_only=True, eq=False)
class Requirement(ArrayEq):
    """On-seat agents needed so that queues meet their targets.

    `open` ``[Q, T]`` True where the queue is worked; `agents` ``[Q, T]`` fractional, NaN where closed; `level_at_requirement`
    ``[Q, T]`` the service level that many agents give (NaN for deferred work, where there are no contacts, and where closed).
    `least` ``[Q, T]`` agents that no interval may go below (None: all of `agents`): less than `agents` where a promise is measured over
    a longer window, whose other intervals may make up for it. `planned` ``[Q, T]`` are the agents that finished shifts mean for each
    queue (None: they are shared by `agents`). `promised` holds what windows ask; it is not saved with a plan. `methods` says per queue
    in a sentence how it was sized.
    """

    queues: tuple[str, ...]
    grid: TimeGrid
    open: Bools
    agents: Floats
    level_at_requirement: Floats
    methods: tuple[str, ...]
    least: Floats | None = None
    planned: Floats | None = None
    promised: Promised | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.grid.size)
        object.__setattr__(self, "open", frozen_bools(self.open, shape, "open [Q, T]"))
        object.__setattr__(self, "agents", frozen_floats(self.agents, shape, "agents [Q, T]"))
        least = self.agents if self.least is None else self.least
        object.__setattr__(self, "least", frozen_floats(least, shape, "least [Q, T]"))
        if self.planned is not None:
            object.__setattr__(self, "planned", frozen_floats(self.planned, shape, "planned [Q, T]"))
        object.__setattr__(
            self, "level_at_requirement", frozen_floats(self.level_at_requirement, shape, "level_at_requirement [Q, T]")
        )
