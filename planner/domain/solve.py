"""How a solve ended, honestly: status, objective, bound, gap, seconds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

WORK_BOUND = "work bound"
"""Name of the program that bounds plans of shared people from below, by the work that must be done."""
AS_WORDED = "shifts, promises as worded"
"""Name of the solve that keeps every promise, told beside one that weighs cost against service credits: its bound holds for it alone."""


class Status(StrEnum):
    """Why a solve stopped."""

    OPTIMAL = "optimal"
    GAP_REACHED = "gap_reached"
    ROUNDS_DONE = "rounds_done"  # a fixed number of improvement rounds was worked through
    TIME_LIMIT = "time_limit"
    CANCELLED = "cancelled"
    INFEASIBLE = "infeasible"
    INFEASIBLE_OR_UNBOUNDED = "infeasible_or_unbounded"
    UNBOUNDED = "unbounded"
    FAILED = "failed"

    @property
    def repeatable(self) -> bool:
        """True when the same input gives the same answer: the clock or a person did not end the solve (C14)."""
        return self not in (Status.TIME_LIMIT, Status.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class SolveInfo:
    """The end of one solve. `objective` is None without a solution; `bound` is a proven lower bound on any solution's objective
    (None if none); `gap` = (objective - bound) / objective, None where either is missing."""

    name: str
    status: Status
    objective: float | None
    bound: float | None
    seconds: float
    solver: str
    variables: int = 0
    rows: int = 0
    note: str = ""

    @property
    def gap(self) -> float | None:
        """Proven relative distance from the optimum: (objective - bound) / objective."""
        if self.objective is None or self.bound is None or not math.isfinite(self.bound):
            return None
        if self.objective == 0:
            return 0.0 if self.bound >= 0 else None
        return max(0.0, (self.objective - self.bound) / abs(self.objective))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a long job has reached: the `stage` under way, its share done if known, and the solver's best, bound and seconds."""

    stage: str
    share: float | None = None
    best: float | None = None
    bound: float | None = None
    seconds: float = 0.0


Report = Callable[[Progress], None]
"""Called now and then by long jobs; must return at once."""


class StopFlag(Protocol):
    """Anything with `is_set()`: a threading or multiprocessing Event. Set means: stop soon and keep the best so far."""

    def is_set(self) -> bool:
        """Return True when the work should stop."""
        ...


def no_report(progress: Progress) -> None:
    """Report to nobody."""


class NeverStop:
    """A stop flag nobody sets."""

    def is_set(self) -> bool:
        """Return False."""
        return False
