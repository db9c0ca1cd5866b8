"""What contracts ask of live queues over windows longer than an interval, as counts against agents (C7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.domain.account import Contract
from planner.domain.arrays import ArrayEq, Floats, Ints, frozen_floats, frozen_ints
from planner.domain.grid import TimeGrid
from planner.domain.queues import Queue
from planner.domain.targets import Formula, LiveTarget, Window

LEAST_LEVEL = 0.5
"""No interval is planned below this level, or the promised one where that is lower: a desk given up for an hour leaves a line behind."""


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A promise a live queue is held to: its own target, or a clause that covers it. `floor` is the least level of any interval."""

    clause: str
    level: float
    within_s: float
    formula: Formula
    window: Window
    floor: float


def bindings(queue: Queue, contract: Contract) -> tuple[Binding, ...]:
    """Return what a live queue is held to: the contract's clauses that cover it, or its own target where none does."""
    target = queue.target
    if not isinstance(target, LiveTarget):
        raise ValueError(f"queue {queue.id} is deferred: it has no seconds to be held to")
    found = [
        Binding(
            clause=clause.id,
            level=clause.level,
            within_s=target.within_s if clause.within_s is None else clause.within_s,
            formula=clause.formula,
            window=clause.window,
            floor=_floor(target.floor if clause.floor is None else clause.floor, clause.level, clause.window),
        )
        for clause in contract.clauses
        if queue.id in clause.queues
    ]
    return tuple(found) or (
        Binding(
            clause=queue.id,
            level=target.level,
            within_s=target.within_s,
            formula=target.formula,
            window=target.window,
            floor=_floor(target.floor, target.level, target.window),
        ),
    )


def _floor(said: float | None, level: float, window: Window) -> float:
    if window is Window.INTERVAL:
        return level
    return min(LEAST_LEVEL, level) if said is None else min(said, level)


@dataclass(frozen=True, kw_only=True)
class PromisedWindow:
    """One window of a clause: its number and first local date on the market's clock, its level and the contacts expected in it."""

    clause: str
    number: int
    first_date: date
    level: float
    offered: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Term(ArrayEq):
    """One queue's part in one clause: `window` ``[T]`` numbers of `Promised.windows`, -1 where nothing counts; `ahead` ``[T, S + 1]``
    contacts in time less the promised level times those counted, with 0, 1, ..., S servers (contacts an agent holds at once are
    servers); between whole numbers it is linear, beyond S it stays (C12)."""

    queue: int
    window: Ints
    ahead: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "window", frozen_ints(self.window, (len(self.ahead),), "window [T]"))
        object.__setattr__(self, "ahead", frozen_floats(self.ahead, (len(self.window), self.ahead.shape[1]), "ahead [T, S]"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Promised(ArrayEq):
    """Every promise measured over a window of several intervals. A window is kept when the `ahead` of its terms sums to zero or more.

    `servers` ``[Q]`` are contacts one agent of a queue holds at once. `terms` speak of queues by number.
    """

    queues: tuple[str, ...]
    grid: TimeGrid
    servers: Ints
    windows: tuple[PromisedWindow, ...]
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "servers", frozen_ints(self.servers, (len(self.queues),), "servers [Q]"))
        for term in self.terms:
            if len(term.window) != self.grid.size or int(term.window.max(initial=-1)) >= len(self.windows):
                raise ValueError(f"a term of queue {self.queues[term.queue]} does not fit the grid and the windows")
