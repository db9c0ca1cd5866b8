"""What a simulation of a plan says: service as many simulated weeks give it, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from planner.domain.arrays import ArrayEq, Floats, frozen_floats
from planner.domain.grid import TimeGrid
from planner.domain.targets import Window

APART = 0.03
"""Points by which a computed and a simulated level may differ before the plan warns of it."""

SHARES = (0.5, 0.8, 0.9, 0.95)
"""Of answered contacts: the quantiles of their waits that are reported."""


@dataclass(frozen=True, kw_only=True)
class SimulatedSla:
    """A promise over one window as simulated: `level` at the expected contacts, 95% sure to lie from `low` to `high`, and the share of
    simulated futures in which the window reached its target, `probability` (None without futures). `computed` is the level that the
    evaluation computed for the same window. All None where nothing was offered. `expected_credit` is what the futures owe on average by the
    tiers of the clause, of a window cut by the horizon's edge the share of its hours inside; None without tiers or futures."""

    clause: str
    scope: str
    window: Window
    window_start_utc: datetime
    window_date: date
    level: float | None
    low: float | None
    high: float | None
    target: float
    met: bool | None
    probability: float | None
    computed: float | None
    expected_credit: Decimal | None = None

    @property
    def apart(self) -> bool:
        """True where the computed level lies further than `APART` from all that the simulation thinks likely."""
        if self.level is None or self.computed is None or self.low is None or self.high is None:
            return False
        return abs(self.computed - self.level) > APART and not self.low <= self.computed <= self.high


WindowKey = tuple[str, Window, date, datetime]
"""What tells the windows of all promises apart; one that markets in several zones share may start when the one before it does."""


class _OfWindow(Protocol):
    @property
    def clause(self) -> str: ...
    @property
    def window(self) -> Window: ...
    @property
    def window_date(self) -> date: ...
    @property
    def window_start_utc(self) -> datetime: ...


def key_of(row: _OfWindow) -> WindowKey:
    """Return the key of a row about one window of one promise, computed or simulated."""
    return row.clause, row.window, row.window_date, row.window_start_utc


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulationReport(ArrayEq):
    """A plan simulated `replications` times over its horizon at the expected contacts, and over `futures` draws of the demand scenarios
    (0: none; then no probability is known).

    Mean contacts per replication by queue and interval of arrival ``[Q, T]``: `offered` (those that come again included), `answered`,
    `within` (the queue's own threshold or clock; an automatic reply counts, and who is left out of the measure is not late), `abandoned`.
    `level` ``[Q, T]`` of live queues, by each queue's own formula.
    `mean_wait_s` ``[Q, T]`` of all that were answered or gave up, `waits_s` ``[4, Q, T]`` the waits that the shares `SHARES` of the
    answered do not exceed. `occupancy` ``[G, T]`` seconds at work by seconds on seat. `open`, `oldest_s` and `overdue` ``[Q, T]`` the
    mean backlog of deferred queues, the age of its oldest contact and how many are past due, at the end of an interval.
    NaN where there is nothing to tell (C3). `queue_waits_s` ``[4, Q]`` are quantiles over the whole horizon. `sla` holds every promise over
    every window, in the evaluation's order.
    """

    queues: tuple[str, ...]
    groups: tuple[str, ...]
    grid: TimeGrid
    replications: int
    seed: int
    offered: Floats
    answered: Floats
    within: Floats
    abandoned: Floats
    level: Floats
    mean_wait_s: Floats
    waits_s: Floats
    occupancy: Floats
    open: Floats
    oldest_s: Floats
    overdue: Floats
    queue_waits_s: Floats
    sla: tuple[SimulatedSla, ...]
    futures: int = 0

    def __post_init__(self) -> None:
        shape = (len(self.queues), self.grid.size)
        for name in ("offered", "answered", "within", "abandoned", "level", "mean_wait_s", "open", "oldest_s", "overdue"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name), shape, f"{name} [Q, T]"))
        object.__setattr__(self, "waits_s", frozen_floats(self.waits_s, (len(SHARES), *shape), "waits_s [4, Q, T]"))
        object.__setattr__(
            self, "queue_waits_s", frozen_floats(self.queue_waits_s, (len(SHARES), len(self.queues)), "queue_waits_s [4, Q]")
        )
        size = (len(self.groups), self.grid.size)
        object.__setattr__(self, "occupancy", frozen_floats(self.occupancy, size, "occupancy [G, T]"))
